package ovhrest

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Client calls the API with one credential. It is safe for concurrent use. Its
// printed form is REDACTED.
type Client struct {
	config Config
	kind   credential
	tc     *transport.Client
	signer *signer
}

// New returns a Client. It does no I/O, and reads neither the environment nor
// files; LoadConfig does. Its error is an *Error that names the field.
func New(cfg Config) (*Client, error) {
	kind, err := cfg.credential()
	if err != nil {
		return nil, err
	}
	if err := cfg.setDefaults(kind); err != nil {
		return nil, err
	}
	tc, err := cfg.newTransport()
	if err != nil {
		return nil, err
	}
	c := &Client{config: cfg, kind: kind, tc: tc}
	c.signer = newSigner(&c.config, kind, tc)
	return c, nil
}

// Close closes the client: later calls return ErrClosed. It closes the
// connections if New created the transport.
func (c *Client) Close() { c.tc.Close() }

// Endpoint returns the name of the endpoint, such as "ovh-eu".
func (c *Client) Endpoint() string { return c.config.Endpoint }

// SyncClock requests the API's time (GET /auth/time), unless the Client already
// knows its offset from Config.Now. It is retried on failure.
func (c *Client) SyncClock(ctx context.Context) error {
	if ctx == nil {
		return invalid(routeTime, "ctx", "is nil")
	}
	if err := c.signer.sync(ctx); err != nil {
		return failed(routeTime, err)
	}
	return nil
}

// Now returns the time of the API's clock, which can be compared with the dates
// of orders and is the same for several machines. It makes no request: until
// the Client has requested the API's time, to sign a request or in SyncClock,
// Now returns the time of Config.Now.
func (c *Client) Now() time.Time { return c.signer.now() }

// CheckOffered returns an *Error that matches ErrRegion if the endpoint is
// known not to offer a path of the API, given as a pattern such as
// /domain/{serviceName}. It sends nothing.
func (c *Client) CheckOffered(path string) error { return checkRegion(c.config.Endpoint, "", path) }

// WithConsumerKey returns a client with the same Config and another consumer
// key, such as one that was requested with RequestCredential and validated by
// the customer.
func (c *Client) WithConsumerKey(key Secret) (*Client, error) {
	cfg := c.config
	cfg.ConsumerKey = key
	return New(cfg)
}

// String returns a constant without credentials.
func (*Client) String() string { return "ovhrest.Client{" + redact.Redacted + "}" }

// GoString returns the same text as String.
func (c *Client) GoString() string { return c.String() }

// LogValue returns the text of String, for log/slog.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON returns the text of String as a JSON string.
func (c *Client) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// Get sends a GET request for a path that this package has no method for. path
// is the API's pattern, such as
// "/domain/zone/{zoneName}/record?fieldType={type}", and args are the values of
// its placeholders, which Get escapes. Logs and errors contain the pattern, so
// pass IDs as args. The response is decoded into out as by encoding/json; if
// out is nil, it is discarded. Get is retried on failure.
func (c *Client) Get(ctx context.Context, path string, out any, args ...string) error {
	return c.raw(ctx, http.MethodGet, path, nil, out, args)
}

// Post is like Get for POST, with a request body; a nil body sends none. It is
// never retried.
func (c *Client) Post(ctx context.Context, path string, body, out any, args ...string) error {
	return c.raw(ctx, http.MethodPost, path, body, out, args)
}

// Put is like Post for PUT.
func (c *Client) Put(ctx context.Context, path string, body, out any, args ...string) error {
	return c.raw(ctx, http.MethodPut, path, body, out, args)
}

// Delete is like Get for DELETE. It is retried on failure. If a retry finds the
// resource already deleted, Delete succeeds.
func (c *Client) Delete(ctx context.Context, path string, out any, args ...string) error {
	return c.raw(ctx, http.MethodDelete, path, nil, out, args)
}

func (c *Client) raw(ctx context.Context, method, path string, body, out any, args []string) error {
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, notInURL) {
		return invalid("", "path", "is not a path of the API: put values into args")
	}
	r := request{route: method + " " + path, args: args, body: body, sign: ifAble, raw: true}
	if c.kind != anonymous && c.kind != application {
		r.sign = always
	}
	return c.do(ctx, r, out)
}

// fetch sends r and decodes the answer.
func fetch[T any](ctx context.Context, c *Client, r request) (T, error) {
	var out T
	if err := c.do(ctx, r, &out); err != nil {
		var none T
		return none, err
	}
	return out, nil
}

// do carries out r: it is checked, sent, judged and decoded into out, which is
// nil where no answer is wanted.
func (c *Client) do(ctx context.Context, r request, out any) error {
	if ctx == nil {
		return invalid(r.name(), "ctx", "is nil")
	}
	x := &exchange{request: r, client: c}
	if err := x.prepare(); err != nil {
		return err
	}
	resp, err := x.carry(ctx)
	if err != nil {
		return err
	}
	return x.decode(ctx, resp, out)
}
