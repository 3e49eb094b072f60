package velneo

import (
	"crypto/x509"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hebergo/hebergo/internal/transport"
)

// DefaultURL is the address of version 1 of the service.
const DefaultURL = "https://cloudapi.velneo.com/v1"

// Dialect is the way the params of a call are written.
type Dialect string

// The two dialects.
const (
	// StrictJSON is JSON in which ' is written \u0027, so that a server that
	// turns single quotes into double ones reads the same.
	StrictJSON Dialect = "strict"
	// SingleQuoted is the form of the vendor guide's curl samples,
	// {'name': 'value'}, with both quotes escaped inside a value.
	SingleQuoted Dialect = "single-quoted"
)

// Config holds what New needs. Email and APIKey are required; the zero value
// of every other field is a good default. It prints as REDACTED.
type Config struct {
	Email  string // the account's e-mail address
	APIKey Secret // from Velneo's support centre

	Session       Secret        // one saved from an earlier Login; default: log in with the first call
	URL           string        // default DefaultURL; https, or http on loopback
	AllowHTTP     bool          // plain http to other machines, which gives session and signatures away; default false
	Dialect       Dialect       // default StrictJSON
	RealVerbs     bool          // send the verb as the HTTP method instead of in the form: see the package comment; default false
	BackupVerb    string        // GET, PUT or POST; the vendor guide gives none for a backup; default PUT, as for its siblings
	ServerVersion string        // the vServer's, such as "7.12.0", where it is known; default: asked when a call depends on it
	PollInterval  time.Duration // between two questions of WaitForStatus, from 1 ms to 1 hour; default 5 s

	RootCAs            *x509.CertPool // who may sign the server's certificate; default: the system's
	Pins               []string       // the server's key must be one of these: see Pin; default: any key that a CA vouches for
	InsecureSkipVerify bool           // believe any certificate; excludes RootCAs and Pins; default false
	DownloadClient     *http.Client   // for DownloadBackup alone, with TLS rules of its own; default: HTTPClient and the three fields above

	DownloadRedirects bool // let DownloadBackup follow up to 5 redirects, to https alone where the link is https; default false

	Now func() time.Time // the clock that calls are signed by; default time.Now

	HTTPClient       *http.Client  // copied, never changed; default: one with a transport of its own
	Logger           *slog.Logger  // one debug line an attempt; default: none
	UserAgent        string        // printable ASCII, sent behind the SDK's own; default: none
	MaxResponseBytes int64         // bound on one answer after inflating, backups aside; default 8 MiB
	MaxAttempts      int           // of a call that may be repeated; default 3
	MaxRetryWait     time.Duration // longest single wait between attempts; default 30 s
}

// setDefaults fills in what is zero and refuses what can't be used.
func (c *Config) setDefaults() error {
	if c.URL == "" {
		c.URL = DefaultURL
	}
	if c.Dialect == "" {
		c.Dialect = StrictJSON
	}
	if c.BackupVerb == "" {
		c.BackupVerb = http.MethodPut
	}
	if c.PollInterval == 0 {
		c.PollInterval = 5 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c.check()
}

func (c *Config) check() error {
	for _, required := range []struct{ field, value string }{{"Email", c.Email}, {"APIKey", c.APIKey.Reveal()}} {
		if err := checkText("", required.field, required.value); err != nil {
			return err
		}
	}
	switch {
	case !isText(c.Session.Reveal()):
		return invalid("", "Session", "is not text on one line")
	case c.Dialect != StrictJSON && c.Dialect != SingleQuoted:
		return invalid("", "Dialect", "is neither StrictJSON nor SingleQuoted")
	case c.BackupVerb != http.MethodGet && c.BackupVerb != http.MethodPut && c.BackupVerb != http.MethodPost:
		return invalid("", "BackupVerb", "is none of GET, PUT and POST")
	case c.PollInterval < minPollInterval || c.PollInterval > maxPollInterval:
		return invalid("", "PollInterval", badInterval)
	}
	if c.ServerVersion != "" {
		if _, ok := parseVersion(c.ServerVersion); !ok {
			return invalid("", "ServerVersion", notVersion)
		}
	}
	return c.checkTLS()
}

// baseURL parses URL and tells whether plain http may be spoken to it.
func (c *Config) baseURL() (*url.URL, error) {
	base, err := transport.CheckURL("URL", c.URL, c.AllowHTTP)
	if err != nil {
		return nil, fieldError(err)
	}
	if base.Scheme == "http" && c.hasTLS() {
		return nil, invalid("", "URL", "is plain http, to which RootCAs, Pins and InsecureSkipVerify mean nothing")
	}
	return base, nil
}

// newTransport makes the transport of the calls; its errors name the field.
func (c *Config) newTransport() (*transport.Client, error) {
	tc, err := transport.New(c.transport(c.HTTPClient, c.tune()))
	return tc, fieldError(err)
}

// newDownload makes the one for backups: it sends no cookies, so that nothing
// but the link itself opens a backup.
func (c *Config) newDownload() (*transport.Client, error) {
	hc, tune := c.HTTPClient, c.tune()
	if c.DownloadClient != nil {
		hc, tune = c.DownloadClient, nil
	}
	if hc != nil {
		bare := *hc
		bare.Jar = nil
		hc = &bare
	}
	tc, err := transport.New(c.transport(hc, tune))
	return tc, fieldError(err)
}

func (c *Config) transport(hc *http.Client, tune func(*http.Transport)) transport.Config {
	return transport.Config{
		Package: "velneo", HTTPClient: hc, Logger: c.Logger, UserAgent: c.UserAgent,
		MaxResponseBytes: c.MaxResponseBytes, MaxAttempts: c.MaxAttempts, MaxRetryWait: c.MaxRetryWait,
		Tune: tune,
	}
}

// maxAnswer is MaxResponseBytes for an answer that no transport has bounded.
func (c *Client) maxAnswer() int64 {
	if c.config.MaxResponseBytes == 0 {
		return transport.DefaultMaxResponseBytes
	}
	return c.config.MaxResponseBytes
}

// fieldError gives the transport's refusal of a field this package's type.
func fieldError(err error) error {
	var field *transport.FieldError
	if errors.As(err, &field) {
		return invalid("", field.Field, field.Reason)
	}
	return err
}

// checkText refuses a required text that is empty or could not be sent as it
// is: JSON would silently replace what is not UTF-8.
func checkText(operation, field, value string) error {
	if value == "" {
		return invalid(operation, field, "is empty")
	}
	return checkOptional(operation, field, value)
}

func checkOptional(operation, field, value string) error {
	if !isText(value) {
		return invalid(operation, field, "is not text on one line")
	}
	return nil
}

func isText(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}
