// Package transport carries one exchange with a server: it builds a request,
// sends it, reads a bounded answer and, where the operation may be repeated,
// tries again. It knows no provider: authentication, codecs, error codes and
// budgets stay with the packages that use it.
package transport

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/hebergo/hebergo/internal/condition"
)

// The defaults of Config's fields.
const (
	DefaultMaxResponseBytes = 8 << 20
	DefaultMaxAttempts      = 3
	DefaultMaxRetryWait     = 30 * time.Second
	DefaultTimeout          = 60 * time.Second
)

// Config says how the exchanges of one client are carried out. The zero value
// of every field but Package is a good default.
type Config struct {
	Package          string                // the importing package's name, for the User-Agent
	HTTPClient       *http.Client          // copied, never changed; nil: a client with a transport of its own
	Logger           *slog.Logger          // nil: no logging
	UserAgent        string                // sent behind ours
	MaxResponseBytes int64                 // 0: DefaultMaxResponseBytes, counted after inflating
	MaxAttempts      int                   // 0: DefaultMaxAttempts
	MaxRetryWait     time.Duration         // 0: DefaultMaxRetryWait, for one wait between two attempts
	RequestIDHeader  string                // the answer's header that names the request, if the service has one
	Scrub            func(string) string   // takes secrets out of a request id before it is logged; may be nil
	Tune             func(*http.Transport) // changes a private copy of the transport, each that is made; may be nil

	// OnAttempt is told of each attempt after it ended, in the goroutine of its
	// call. ctx is the call's, and may have ended. May be nil.
	OnAttempt func(ctx context.Context, a Attempt)
}

// Op declares one operation.
type Op struct {
	Name       string                // in the service's own words
	Repeatable bool                  // sending it twice does no more than sending it once
	Retry      func(status int) bool // nil: 429, 502, 503 and 504
	Timeout    time.Duration         // of one attempt, where it is longer than the client's

	// Receive takes the body of an answer below 300 in place of Do, whose
	// Response then has none. The timeout bounds the silence before each read
	// instead of the whole attempt. An *Error it returns is final, any other
	// error counts as the connection's.
	Receive func(*http.Response) error

	// Redirect sees an answer from 300 to 399, which fails either way; an error
	// of its own takes the place of the usual one. It may be nil.
	Redirect func(*http.Response) error

	// Scrub takes the secrets of this call, the client's and those made for it,
	// out of an error of a caller's RoundTripper or of TLS, which may quote the
	// request or the peer. It is asked after the attempt. nil: such an error is
	// not shown, and found by errors.Is and As alone.
	Scrub func(string) string

	// Judge returns what the service itself says of an answer, for OnAttempt and
	// the log: its own code, which holds nothing a peer may choose, and the
	// condition. nil: no code, and the condition of the HTTP status.
	Judge func(*Response) (code string, condition error)

	// RequestID returns a name for the request where no header of the answer has
	// one, for OnAttempt and the log; the answer is nil where none came. nil:
	// Config.RequestIDHeader.
	RequestID func(*Response) string
}

// Response is a complete answer, whatever its status below 300 or from 400 on.
type Response struct {
	Status     int
	Header     http.Header
	Body       []byte
	RetryAfter time.Duration // what the server asked to wait, 0 if it did not
}

// Client carries exchanges. It is safe for concurrent use.
type Client struct {
	given        http.RoundTripper // the caller's, nil if there is none
	jar          http.CookieJar
	current      atomic.Pointer[carrier]
	replaced     atomic.Pointer[substitute] // for http.DefaultTransport, the last that was seen
	replacements atomic.Int32
	timeout      time.Duration
	config       Config
	userAgent    string
	closed       atomic.Bool
}

// New validates cfg and returns a client. It does no I/O. Its error is a
// *FieldError.
func New(cfg Config) (*Client, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg.setDefaults()
	c := &Client{config: cfg, userAgent: userAgent(cfg)}
	return c, c.adoptHTTPClient(cfg)
}

// Do carries out op. build makes the request of each attempt anew, so that
// whatever a signature holds is fresh; its errors are returned as they are.
// Every other error is an *Error.
func (c *Client) Do(ctx context.Context, op Op, build func(context.Context) (*http.Request, error)) (*Response, error) {
	var waits *backoff.ExponentialBackOff
	ctx = &operation{ctx, op.Name}
	for attempt := 1; ; attempt++ {
		if err := c.ready(ctx); err != nil {
			return nil, err
		}
		start := time.Now()
		req, err := build(ctx)
		if err != nil {
			return nil, err
		}
		resp, failure := c.attempt(ctx, op, attempt, time.Since(start), req)
		if attempt >= c.config.MaxAttempts || !again(op, resp, failure) {
			return resp, failure.orNil()
		}
		if waits == nil {
			waits = newWaits(c.config.MaxRetryWait)
		}
		wait := nextWait(waits, resp)
		if wait > c.config.MaxRetryWait || outlasts(ctx, wait) {
			return resp, failure.orNil()
		}
		if err := Sleep(ctx, wait); err != nil {
			return nil, &Error{cause: err}
		}
	}
}

// ready returns why nothing may be sent now.
func (c *Client) ready(ctx context.Context) error {
	if c.closed.Load() {
		return NewError(condition.ErrClosed, condition.ErrClosed.Error())
	}
	if err := ctx.Err(); err != nil {
		return &Error{cause: err}
	}
	return nil
}

// Close frees the connections of a transport that New made, and lets no
// further exchange begin. A caller's own transport is left alone. It waits for
// a transport that hangs no longer than a moment.
func (c *Client) Close() {
	c.closed.Store(true)
	begin(func() (struct{}, error) {
		if now := c.current.Load(); now.owned {
			now.closeIdle()
		}
		if r := c.replaced.Load(); r != nil && c.config.Tune != nil {
			r.closeIdle()
		}
		return struct{}{}, nil
	}, nil).late()
}

// StatusError makes an Error of an answer whose status is not what op expects.
func (r *Response) StatusError(op Op) *Error {
	return &Error{
		Status:     r.Status,
		RetryAfter: r.RetryAfter,
		Condition:  condition.FromStatus(r.Status),
		Ambiguous:  !op.Repeatable && Unclear(r.Status),
		text:       "HTTP " + statusText(r.Status),
	}
}

// Unclear reports whether an answer with this status leaves open that the
// request was carried out: a gateway may answer 5xx after it has passed the
// request on, and 408 says only that somebody stopped waiting.
func Unclear(status int) bool { return status >= 500 || status == http.StatusRequestTimeout }
