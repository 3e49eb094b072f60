package ovhsoap

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// DefaultURL is where SoAPI listened (WSDL 1.61). Archives, proxies and
// private installations have their own.
const DefaultURL = "https://www.ovh.com:1664"

// Namespace is the one that SoAPI's functions and SOAPAction headers are in.
const Namespace = "http://soapi.ovh.com/manager"

// The defaults of Config's own fields.
const (
	DefaultLanguage      = "fr"
	DefaultLogoutTimeout = 5 * time.Second
)

// Config holds what New needs. Nic and Password are required; the zero value
// of every other field is a good default. It prints as REDACTED.
type Config struct {
	Nic      string // the nic handle: "ab12345-ovh"
	Password Secret // the nic handle's password

	URL           string        // default DefaultURL; https, or http on loopback
	Language      string        // of the service's texts, "fr", "en" …; default DefaultLanguage
	SingleSession bool          // ask login to end the account's other sessions; default false: multisession
	LogoutTimeout time.Duration // how long Client.Do waits for the logout at its end, and a login goes on that nobody waits for; default 5 s

	HTTPClient       *http.Client  // copied, never changed; default: one with a transport of its own, or what http.DefaultTransport was replaced by
	Logger           *slog.Logger  // one debug line per attempt; default: none
	UserAgent        string        // printable ASCII, sent behind the SDK's own; default: none
	MaxResponseBytes int64         // bound on one answer, after inflating and with its references written out; default 8 MiB
	MaxAttempts      int           // of a call that may be repeated; default 3
	MaxRetryWait     time.Duration // longest single wait between attempts; default 30 s
}

// String returns a constant: a Config holds a password.
func (Config) String() string { return "ovhsoap.Config{" + redact.Redacted + "}" }

// GoString is String.
func (c Config) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, for encoding/json.
func (c Config) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// setDefaults fills in what is zero and refuses what can't be used.
func (c *Config) setDefaults() (*url.URL, error) {
	for _, f := range []struct{ name, value string }{{"Nic", c.Nic}, {"Password", c.Password.Reveal()}, {"Language", c.Language}} {
		if f.value == "" && f.name != "Language" {
			return nil, invalid("", f.name, "is empty")
		}
		if reason := unfit(f.value); reason != "" {
			return nil, invalid("", f.name, reason)
		}
	}
	if c.LogoutTimeout < 0 {
		return nil, invalid("", "LogoutTimeout", "is negative")
	}
	if c.Language == "" {
		c.Language = DefaultLanguage
	}
	if c.URL == "" {
		c.URL = DefaultURL
	}
	if c.LogoutTimeout == 0 {
		c.LogoutTimeout = DefaultLogoutTimeout
	}
	if c.MaxResponseBytes == 0 {
		c.MaxResponseBytes = transport.DefaultMaxResponseBytes
	}
	trailing := strings.HasSuffix(c.URL, "/")
	u, err := transport.CheckURL("URL", c.URL, false)
	if err != nil {
		return nil, fieldError(err)
	}
	if trailing { // a script's own address, and nothing is appended to it
		u.Path += "/"
	}
	return u, nil
}

// newTransport makes the client's transport; its errors name the field.
func (c *Config) newTransport() (*transport.Client, error) {
	tc, err := transport.New(transport.Config{
		Package: "ovhsoap", HTTPClient: c.HTTPClient, Logger: c.Logger, UserAgent: c.UserAgent,
		MaxResponseBytes: c.MaxResponseBytes, MaxAttempts: c.MaxAttempts, MaxRetryWait: c.MaxRetryWait,
	})
	if err != nil {
		return nil, fieldError(err)
	}
	return tc, nil
}

func fieldError(err error) error {
	var field *transport.FieldError
	if errors.As(err, &field) {
		return invalid("", field.Field, field.Reason)
	}
	return err
}
