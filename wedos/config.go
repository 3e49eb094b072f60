package wedos

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// DefaultURL is WAPI's address; the client appends the codec's name.
const DefaultURL = "https://api.wedos.com/wapi"

// Codec is the format of requests. WAPI answers in the same format; both decode
// to the same values.
type Codec string

// The two formats that WAPI supports.
const (
	JSON Codec = "json"
	XML  Codec = "xml"
)

// Config holds what New needs. Login and Password are required; the zero value
// of every other field is a good default. It prints as REDACTED.
type Config struct {
	Login    string // the account's e-mail address, case-sensitive (measured by other clients)
	Password Secret // the WAPI password, not the account's

	URL      string // default DefaultURL; https, or http on loopback
	Codec    Codec  // default JSON
	Test     bool   // send every call in test mode, in which WAPI checks it and changes nothing; default false
	IPv4Only bool   // dial only IPv4, with HTTPClient's own dialer if it has one: WAPI redirects IPv6 callers to a web page (measured); default false

	Limiter Limiter          // default NewLimiter(LimiterConfig{}), for this process only
	Now     func() time.Time // the clock for signatures; default time.Now

	HTTPClient       *http.Client  // copied, never changed; default: a new one with its own transport, or with http.DefaultTransport if that was replaced
	Logger           *slog.Logger  // one debug line per attempt, and one per wait in the Limiter; default: none
	UserAgent        string        // printable ASCII, appended to the SDK's own; default: none
	MaxResponseBytes int64         // maximum size of an answer after decompression; default 8 MiB
	MaxAttempts      int           // of a call that may be retried; default 3
	MaxRetryWait     time.Duration // maximum wait between two attempts; default 30 s

	// OnAttempt is called after each attempt, in the goroutine of its call. It
	// must be safe for concurrent use, and the call waits for it. ctx is the
	// context of the call, and may have ended. A request that the Limiter refused
	// is not an attempt. Default: none.
	OnAttempt func(ctx context.Context, a Attempt)
}

// Attempt describes one request and its result, as passed to Config.OnAttempt.
// Operation is the command, Wait the time spent in the Limiter and in
// CallOptions.Save, Code WAPI's code, and Condition the first condition of that
// code: the Code itself if it has none, nil if it is below 2000. RequestID is
// WAPI's svTRID, or our clTRID if WAPI sent none. It holds no secrets.
type Attempt = transport.Attempt

// OperationFrom returns the command of a request, from the request's context,
// for use in an http.RoundTripper. It returns "" if the request is not from
// this package.
func OperationFrom(ctx context.Context) string { return transport.OperationFrom(ctx) }

// String returns a constant: a Config holds a password.
func (Config) String() string { return "wedos.Config{" + redact.Redacted + "}" }

// GoString implements fmt.GoStringer with the text of String.
func (c Config) GoString() string { return c.String() }

// LogValue implements slog.LogValuer with the text of String.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON implements json.Marshaler with the text of String.
func (c Config) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// setDefaults fills in what is zero and refuses what can't be used.
func (c *Config) setDefaults() error {
	switch {
	case c.Login == "":
		return invalid("", "Login", "is empty")
	case c.Password.IsZero():
		return invalid("", "Password", "is empty")
	}
	if c.Codec == "" {
		c.Codec = JSON
	}
	if c.Codec != JSON && c.Codec != XML {
		return invalid("", "Codec", "is neither JSON nor XML")
	}
	if err := checkText("", "Login", c.Login); err != nil {
		return err
	}
	if c.URL == "" {
		c.URL = DefaultURL
	}
	if c.Limiter == nil {
		c.Limiter = NewLimiter(LimiterConfig{})
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return nil
}

// newTransport makes the client's transport; its errors name the field.
func (c *Config) newTransport() (*transport.Client, error) {
	tc, err := transport.New(transport.Config{
		Package: "wedos", HTTPClient: c.HTTPClient, Logger: c.Logger, UserAgent: c.UserAgent,
		MaxResponseBytes: c.MaxResponseBytes, MaxAttempts: c.MaxAttempts, MaxRetryWait: c.MaxRetryWait,
		OnAttempt: c.OnAttempt,
		Tune:      c.tune(),
	})
	return tc, fieldError(err)
}

// fieldError gives the transport's refusal of a field this package's type.
func fieldError(err error) error {
	if field, ok := errors.AsType[*transport.FieldError](err); ok {
		return invalid("", field.Field, field.Reason)
	}
	return err
}

func (c *Config) tune() func(*http.Transport) {
	if !c.IPv4Only {
		return nil
	}
	return func(t *http.Transport) {
		if t.DialContext == nil {
			t.DialContext = (&net.Dialer{Timeout: 30 * time.Second}).DialContext
		}
		t.DialContext = overIPv4(t.DialContext)
		if t.DialTLSContext != nil {
			t.DialTLSContext = overIPv4(t.DialTLSContext)
		}
	}
}

type dial = func(ctx context.Context, network, address string) (net.Conn, error)

// overIPv4 keeps the caller's dialer, which may bind the address that the
// account lists, and changes what it is asked for.
func overIPv4(next dial) dial {
	return func(ctx context.Context, _, address string) (net.Conn, error) { return next(ctx, "tcp4", address) }
}

// LoadConfig reads the environment: WEDOS_LOGIN and WEDOS_PASSWORD, or the
// files that WEDOS_LOGIN_FILE and WEDOS_PASSWORD_FILE name, and WEDOS_URL if it
// is not DefaultURL. All other fields are zero. New does not read the
// environment. A variable that is missing, or names a file that can't be read,
// is an ErrInvalid with the name of the variable and without its value.
func LoadConfig() (Config, error) {
	cfg := Config{URL: os.Getenv("WEDOS_URL")}
	var password string
	err := transport.LoadEnv(transport.Variable{Name: "WEDOS_LOGIN", Into: &cfg.Login}, transport.Variable{Name: "WEDOS_PASSWORD", Into: &password})
	if err != nil {
		return Config{}, fieldError(err)
	}
	cfg.Password = NewSecret(password)
	return cfg, nil
}

// LoadWebhookConfig reads WEDOS_WEBHOOK_TOKEN, or the file that
// WEDOS_WEBHOOK_TOKEN_FILE names, as LoadConfig does.
func LoadWebhookConfig() (WebhookConfig, error) {
	var token string
	err := transport.LoadEnv(transport.Variable{Name: "WEDOS_WEBHOOK_TOKEN", Into: &token})
	return WebhookConfig{Token: NewSecret(token)}, fieldError(err)
}
