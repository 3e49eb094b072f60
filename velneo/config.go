package velneo

import (
	"context"
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

// Config holds what New needs. Email and APIKey are required; the zero value
// of every other field is a good default. It prints as REDACTED.
type Config struct {
	Email  string // the account's e-mail address
	APIKey Secret // from Velneo's support centre

	Session       Secret        // from an earlier Login; default: log in with the first call
	URL           string        // default DefaultURL; https, or http on loopback
	AllowHTTP     bool          // allow plain http to other machines, which exposes session and signatures; default false
	Dialect       Dialect       // default StrictJSON
	RealVerbs     bool          // send the verb as the HTTP method and not in the form: see the package comment; default false
	BackupVerb    string        // GET, PUT or POST; the vendor guide gives none for a backup; default PUT, as for start and stop
	ServerVersion string        // version of the vServer, such as "7.12.0"; default: requested when a call depends on it
	PollInterval  time.Duration // between two requests of WaitForStatus, from 1 ms to 1 hour; default 5 s

	RootCAs            *x509.CertPool // authorities for the server's certificate; default: the system's
	Pins               []string       // the server's key must be one of these, see Pin; default: any key with a valid certificate
	InsecureSkipVerify bool           // accept any certificate; not with RootCAs or Pins; default false
	DownloadClient     *http.Client   // for DownloadBackup only, with its own TLS configuration; default: HTTPClient and the three fields above

	DownloadRedirects bool // let DownloadBackup follow up to 5 redirects, only to https if the link is https; default false

	Now func() time.Time // the clock for signatures; default time.Now

	HTTPClient       *http.Client  // copied, never changed; default: a new one with its own transport, or with http.DefaultTransport if that was replaced
	Logger           *slog.Logger  // one debug line per attempt; default: none
	UserAgent        string        // printable ASCII, appended to the SDK's own; default: none
	MaxResponseBytes int64         // maximum size of an answer after decompression, except backups; default 8 MiB
	MaxAttempts      int           // of a call that may be retried; default 3
	MaxRetryWait     time.Duration // maximum wait between two attempts; default 30 s

	// OnAttempt is called after each attempt, including those of downloads, in the
	// goroutine of the call, or of the login that several calls share. It must be
	// safe for concurrent use, and the call waits for it. ctx has the values of
	// the call's context, and may have ended. RFC calls are not HTTP requests and
	// are not reported. Default: none.
	OnAttempt func(ctx context.Context, a Attempt)
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
		return invalid("", "BackupVerb", "is not GET, PUT or POST")
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

// baseURL parses URL and refuses plain http where it is not allowed.
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

// newDownload makes the one for backups: it sends no cookies, so the link is
// the only thing that opens a backup.
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
		Tune: tune, OnAttempt: c.OnAttempt,
	}
}

// maxAnswer is MaxResponseBytes for an answer that no transport has bounded.
func (c *Client) maxAnswer() int64 {
	if c.config.MaxResponseBytes == 0 {
		return transport.DefaultMaxResponseBytes
	}
	return c.config.MaxResponseBytes
}

// fieldError turns the transport's error about a field into an *Error.
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
