package ovhsoap

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Client calls one SoAPI service for one nic handle. It is safe for concurrent
// use, and prints as REDACTED.
type Client struct {
	config    Config
	url       string
	transport *transport.Client
	closed    atomic.Bool
	life      context.Context // ends with Close, and with it what goes on in the background
	end       context.CancelFunc

	gate chan struct{} // held by the one login in flight

	mu      sync.Mutex
	refused error // the login that was refused, while that stands
}

// New returns a client. It validates cfg, and neither sends anything nor reads
// the environment. Its error is an *Error that names the Field.
func New(cfg Config) (*Client, error) {
	u, err := cfg.setDefaults()
	if err != nil {
		return nil, err
	}
	tc, err := cfg.newTransport()
	if err != nil {
		return nil, err
	}
	c := &Client{config: cfg, url: u.String(), transport: tc, gate: make(chan struct{}, 1)}
	c.life, c.end = context.WithCancel(context.Background())
	return c, nil
}

// Close closes the connections. Later calls return ErrClosed; calls in progress
// continue, but a login that no call waits for is canceled. Close sends nothing,
// so log out of sessions first.
func (c *Client) Close() {
	c.closed.Store(true)
	c.end()
	c.transport.Close()
}

// String returns a constant, because a Client contains a password.
func (c *Client) String() string { return "ovhsoap.Client{" + redact.Redacted + "}" }

// GoString is String.
func (c *Client) GoString() string { return c.String() }

// LogValue is String, for log/slog.
func (c *Client) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalJSON is String, for encoding/json.
func (c *Client) MarshalJSON() ([]byte, error) { return []byte(`"` + c.String() + `"`), nil }

// send makes one call and returns the exchange with its answer. session is
// left out where it is empty.
func (c *Client) send(ctx context.Context, op transport.Op, session Secret, a *arguments) (*exchange, error) {
	secrets := append([]string{c.config.Password.Reveal(), session.Reveal()}, a.secrets...)
	op.Scrub = scrubber(secrets)
	x := &exchange{transport: c.transport, op: op, maxBytes: c.config.MaxResponseBytes}
	args := a.xml
	if id := session.Reveal(); id != "" {
		first := arguments{xml: make([]byte, 0, len(a.xml)+len(id)+64)}
		first.write(`<session xsi:type="xsd:string">`)
		first.text(id)
		first.write("</session>")
		args = append(first.xml, a.xml...)
	}
	if err := x.run(ctx, c.url, args); err != nil {
		return nil, x.explain(err, secrets)
	}
	return x, nil
}

// scrubber takes a call's secrets out of the error of a caller's RoundTripper.
func scrubber(secrets []string) func(string) string {
	return func(text string) string { return redact.Scrub(text, secrets...) }
}
