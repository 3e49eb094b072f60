package ovhrest

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/ovh/go-ovh/ovh"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Config configures a Client. It holds one kind of credential, or none for the
// calls that need none. All other fields have useful zero values. Its printed
// form is REDACTED.
type Config struct {
	Endpoint string // one of go-ovh's names, "ovh-eu", "ovh-ca", "ovh-us" and so on; default "ovh-eu"
	URL      string // in place of the endpoint's address; https, or http on loopback, such as "https://eu.api.ovh.com/1.0"

	AppKey      string // with AppSecret and, for calls on an account, ConsumerKey: signed requests
	AppSecret   Secret
	ConsumerKey Secret

	ClientID     string // with ClientSecret: OAuth2 client credentials
	ClientSecret Secret
	TokenURL     string // URL of the OAuth2 token endpoint; default: the endpoint's; required with URL

	AccessToken Secret // a token obtained elsewhere; it is not renewed

	Limiter Limiter          // default NewLimiter(60): no more than 60 requests in any minute
	Now     func() time.Time // the clock for signatures, corrected by the API's; default time.Now

	HTTPClient       *http.Client  // copied, never changed; default: a client with its own transport, or with http.DefaultTransport if that has been replaced
	Logger           *slog.Logger  // one debug line per attempt; default: none
	UserAgent        string        // printable ASCII, appended to the SDK's own; default: none
	MaxResponseBytes int64         // maximum size of a response after decompression; default 8 MiB
	MaxAttempts      int           // maximum number of attempts of a call that may be retried; default 3
	MaxRetryWait     time.Duration // maximum wait between two attempts; default 30 s

	// OnAttempt is called after each attempt, by the goroutine of the call, or by
	// that of the request for the API's time or a token that several calls share.
	// It must be safe for concurrent use, and the call waits for it to return. ctx
	// has the values of the call's context, and may have ended. Default: none.
	OnAttempt func(ctx context.Context, a Attempt)
}

// String returns a constant without credentials.
func (Config) String() string { return "ovhrest.Config{" + redact.Redacted + "}" }

// GoString returns the same text as String.
func (c Config) GoString() string { return c.String() }

// LogValue returns the text of String, for log/slog.
func (c Config) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON returns the text of String as a JSON string.
func (c Config) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// credential is a kind of credentials.
type credential uint8

const (
	anonymous   credential = iota
	application            // an application's key, but no customer's
	consumer               // signed with a consumer key
	oauth2
	bearer
)

// credential returns the kind in use, and refuses a mixture.
func (c *Config) credential() (credential, error) {
	signed := c.AppKey != "" || !c.AppSecret.IsZero() || !c.ConsumerKey.IsZero()
	client := c.ClientID != "" || !c.ClientSecret.IsZero()
	switch {
	case signed && client:
		return 0, invalid("", "ClientID", "can't be used beside AppKey")
	case !c.AccessToken.IsZero() && (signed || client):
		return 0, invalid("", "AccessToken", "can't be used beside another credential")
	case signed && c.AppKey == "":
		return 0, invalid("", "AppKey", "is empty")
	case signed && c.AppSecret.IsZero():
		return 0, invalid("", "AppSecret", "is empty")
	case client && c.ClientID == "":
		return 0, invalid("", "ClientID", "is empty")
	case client && c.ClientSecret.IsZero():
		return 0, invalid("", "ClientSecret", "is empty")
	case signed && c.ConsumerKey.IsZero():
		return application, nil
	case signed:
		return consumer, nil
	case client:
		return oauth2, nil
	case !c.AccessToken.IsZero():
		return bearer, nil
	}
	return anonymous, nil
}

// setDefaults fills in what is zero and refuses what can't be used.
func (c *Config) setDefaults(kind credential) error {
	if c.Endpoint == "" {
		c.Endpoint = DefaultEndpoint
	}
	place, ok := endpoints[c.Endpoint]
	if !ok {
		return invalid("", "Endpoint", "is not an endpoint of this API")
	}
	if c.TokenURL == "" && c.URL == "" {
		c.TokenURL = place.tokenURL
	}
	if c.URL == "" {
		c.URL = place.url
	}
	if c.Limiter == nil {
		c.Limiter = NewLimiter(DefaultRequestsPerMinute)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c.checkValues(kind)
}

func (c *Config) checkValues(kind credential) error {
	u, err := checkURL("URL", c.URL)
	if err != nil {
		return err
	}
	if c.URL = u.String(); strings.HasSuffix(c.URL, "/") {
		return invalid("", "URL", "ends with a slash")
	}
	if kind == oauth2 {
		if c.TokenURL == "" {
			return invalid("", "TokenURL", "is empty, and the endpoint has none of its own")
		}
		if _, err := checkURL("TokenURL", c.TokenURL); err != nil {
			return err
		}
	}
	for field, value := range map[string]string{"AppKey": c.AppKey, "ConsumerKey": c.ConsumerKey.Reveal(), "AccessToken": c.AccessToken.Reveal()} {
		if strings.ContainsFunc(value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return invalid("", field, "has a character other than printable ASCII")
		}
	}
	return nil
}

func checkURL(field, raw string) (*url.URL, error) {
	u, err := transport.CheckURL(field, raw, false)
	return u, fieldError(err)
}

// fieldError gives the transport's refusal of a field this package's type.
func fieldError(err error) error {
	if field, ok := errors.AsType[*transport.FieldError](err); ok {
		return invalid("", field.Field, field.Reason)
	}
	return err
}

// newTransport makes the client's transport; its errors name the field.
func (c *Config) newTransport() (*transport.Client, error) {
	tc, err := transport.New(transport.Config{
		Package: "ovhrest", HTTPClient: c.HTTPClient, Logger: c.Logger, UserAgent: c.UserAgent,
		MaxResponseBytes: c.MaxResponseBytes, MaxAttempts: c.MaxAttempts, MaxRetryWait: c.MaxRetryWait, OnAttempt: c.OnAttempt,
		RequestIDHeader: "X-Ovh-Queryid", Scrub: c.queryID(),
	})
	return tc, fieldError(err)
}

// queryID passes the API's name for a request, such as EU.ext-3.5f1b9f2b.1.ab,
// and nothing that could be an echo of one: keys and cart ids have no dots. The
// gateway's codes pass too.
func (c *Config) queryID() func(string) string {
	scrubber := c.scrubber()
	return func(text string) string {
		if isKnownCode(text) {
			return text
		}
		if len(text) > 64 || strings.Count(text, ".") < 2 || strings.ContainsFunc(text, func(r rune) bool {
			return r != '.' && r != '-' && r != '_' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
		}) {
			return ""
		}
		return scrubber.Scrub(text)
	}
}

// scrubber takes the credentials, and what else is secret, out of a text that
// the API wrote.
func (c *Config) scrubber(more ...string) *redact.Scrubber {
	return redact.NewScrubber(append(more,
		c.AppSecret.Reveal(), c.ConsumerKey.Reveal(), c.AppKey, c.ClientSecret.Reveal(), c.ClientID, c.AccessToken.Reveal())...)
}

func (c *Config) scrub(text string) string { return c.scrubber().Scrub(text) }

// cleaner makes a text that the API wrote safe to show.
func cleaner(scrubber *redact.Scrubber) func(string) string {
	return func(text string) string { return scrubber.Line(text, maxText) }
}

// DefaultEndpoint is the endpoint of a Config that does not name one.
const DefaultEndpoint = "ovh-eu"

// place is one endpoint: where it is, where its OAuth2 tokens come from, and
// which paths it lacks (compared with copies of each region's own schemas).
type place struct {
	url, tokenURL string
	lacks         []string
}

var (
	usLacks  = []string{"/domain", "/me/task/domain", "/me/task/contactChange", "/order/cartServiceOption/domain", "/me/order/{orderId}/details/{orderDetailId}/extension"}
	ecoLacks = []string{"/order/cart", "/order/cartServiceOption", "/domain/contact", "/me/task/domain"}

	endpoints = map[string]place{
		"ovh-eu":        {ovh.OvhEU, "https://www.ovh.com/auth/oauth2/token", nil},
		"ovh-ca":        {ovh.OvhCA, "https://ca.ovh.com/auth/oauth2/token", nil},
		"ovh-us":        {ovh.OvhUS, "https://us.ovhcloud.com/auth/oauth2/token", usLacks},
		"kimsufi-eu":    {ovh.KimsufiEU, "", ecoLacks},
		"kimsufi-ca":    {ovh.KimsufiCA, "", ecoLacks},
		"soyoustart-eu": {ovh.SoyoustartEU, "", ecoLacks},
		"soyoustart-ca": {ovh.SoyoustartCA, "", ecoLacks},
	}
)

// checkRegion refuses a path that the endpoint is known to lack.
func checkRegion(endpoint, route, path string) error {
	for _, lacking := range endpoints[endpoint].lacks {
		if path == lacking || strings.HasPrefix(path, lacking+"/") {
			e := invalid(route, "Endpoint", endpoint+" does not offer this call")
			e.add(ErrRegion)
			return e
		}
	}
	return nil
}
