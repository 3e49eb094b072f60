package ovhsoap

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// DefaultURL is where OVH served SoAPI (WSDL 1.61). Archives, proxies and
// private installations have their own.
const DefaultURL = "https://www.ovh.com:1664"

// Namespace is the XML namespace of SoAPI's functions and SOAPAction headers.
const Namespace = "http://soapi.ovh.com/manager"

// Defaults of Config fields.
const (
	DefaultLanguage      = "fr"
	DefaultLogoutTimeout = 5 * time.Second
)

// Config configures a Client. Nic and Password are required; the zero value
// of every other field is a good default. It prints as REDACTED.
type Config struct {
	Nic      string // the nic handle: "ab12345-ovh"
	Password Secret // the nic handle's password

	URL           string        // default DefaultURL; https, or http on loopback
	Language      string        // of the service's texts, "fr", "en" …; default DefaultLanguage
	SingleSession bool          // ask login to end the account's other sessions; default false: multisession
	LogoutTimeout time.Duration // bounds the logout at the end of Client.Do, and a login whose callers have all given up; default 5 s

	HTTPClient       *http.Client  // copied, never changed; default: one with a transport of its own, or what http.DefaultTransport was replaced by
	Logger           *slog.Logger  // one debug line per attempt; default: none
	UserAgent        string        // printable ASCII, sent behind the SDK's own; default: none
	MaxResponseBytes int64         // bound on one answer, after inflating and with its references written out; default 8 MiB
	MaxAttempts      int           // of a call that may be repeated; default 3
	MaxRetryWait     time.Duration // longest single wait between attempts; default 30 s

	// OnAttempt is called after each attempt, logins and logouts included, in the
	// goroutine that makes the call, which waits until it returns. It must be safe
	// for concurrent use. ctx has the values of the call's context, and may have
	// ended. Default: none.
	OnAttempt func(ctx context.Context, a Attempt)
}

// Attempt is one request and its outcome, as passed to OnAttempt. Operation is the
// function. Code is that of a fault: "soap:301", one of SOAP 1.1 such as
// "soap:Client", or "unknown" for any other; Condition is the first condition that
// the fault matches. A response without a fault has no Condition, even if the call
// then fails because its value has the wrong form. An Attempt contains no secrets
// and no text from the service.
type Attempt = transport.Attempt

// OperationFrom returns the function that a request is for, from the request's
// context. It is for use by a RoundTripper in Config.HTTPClient, and returns ""
// for requests that are not this package's.
func OperationFrom(ctx context.Context) string { return transport.OperationFrom(ctx) }

// String returns a constant, because a Config contains a password.
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
		OnAttempt: c.OnAttempt,
	})
	if err != nil {
		return nil, fieldError(err)
	}
	return tc, nil
}

func fieldError(err error) error {
	if field, ok := errors.AsType[*transport.FieldError](err); ok {
		return invalid("", field.Field, field.Reason)
	}
	return err
}

// Secret is a string that must not be shown: a password, a session ID, or a code
// that allows taking over a domain or an order. It prints as REDACTED with every
// verb, in log/slog, JSON, XML and YAML, also as a field of another structure;
// Reveal returns the string.
type Secret = redact.Secret

// NewSecret returns a Secret with the given text.
func NewSecret(text string) Secret { return redact.New(text) }

// LoadConfig reads the environment: OVHSOAP_NIC and OVHSOAP_PASSWORD, or the
// files that OVHSOAP_NIC_FILE and OVHSOAP_PASSWORD_FILE name, and OVHSOAP_URL
// if it is not DefaultURL. It leaves all other fields to the caller. New never
// reads any of these. If a variable is missing, or names a file that can't be
// read, the error matches ErrInvalid and names the variable, without its value.
func LoadConfig() (Config, error) {
	cfg := Config{URL: os.Getenv("OVHSOAP_URL")}
	var password string
	err := transport.LoadEnv(transport.Variable{Name: "OVHSOAP_NIC", Into: &cfg.Nic}, transport.Variable{Name: "OVHSOAP_PASSWORD", Into: &password})
	if err != nil {
		return Config{}, fieldError(err)
	}
	cfg.Password = NewSecret(password)
	return cfg, nil
}
