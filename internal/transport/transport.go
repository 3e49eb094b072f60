// Package transport carries out one exchange with a server: it builds a
// request, sends it, reads a response of limited size and, if the operation may
// be repeated, retries. It is independent of the provider: authentication,
// codecs, error codes and budgets belong to the packages that use it.
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

// Config configures the exchanges of one client. The zero value of every field
// but Package is a good default.
type Config struct {
	Package          string                // the importing package's name, for the User-Agent
	HTTPClient       *http.Client          // copied, never changed; nil: a client with its own transport
	Logger           *slog.Logger          // nil: no logging
	UserAgent        string                // appended to the SDK's own
	MaxResponseBytes int64                 // 0: DefaultMaxResponseBytes, counted after decompression
	MaxAttempts      int                   // 0: DefaultMaxAttempts
	MaxRetryWait     time.Duration         // 0: DefaultMaxRetryWait, for one wait between two attempts
	RequestIDHeader  string                // the response header with the request ID, if the service has one
	Scrub            func(string) string   // takes secrets out of a request id before it is logged; may be nil
	Tune             func(*http.Transport) // changes a private copy of the transport, each that is made; may be nil

	// OnAttempt is called after each attempt, in the goroutine of its call. ctx
	// is the context of the call, and may have ended. May be nil.
	OnAttempt func(ctx context.Context, a Attempt)
}

// Op describes one operation.
type Op struct {
	Name       string                // the service's name for the operation
	Repeatable bool                  // sending it twice has the same effect as sending it once
	Retry      func(status int) bool // nil: 429, 502, 503 and 504
	Timeout    time.Duration         // of one attempt, if longer than the client's

	// Receive reads the body of a response below 300 instead of Do, whose
	// Response then has none. The timeout then limits the time before each read
	// instead of the whole attempt. An *Error that it returns is final, any
	// other error counts as a connection error.
	Receive func(*http.Response) error

	// Redirect is called with a response from 300 to 399, which fails in any
	// case; if it returns an error, that replaces the usual one. It may be nil.
	Redirect func(*http.Response) error

	// Scrub takes the secrets of this call, the client's and those made for it,
	// out of an error of a caller's RoundTripper or of TLS, which may quote the
	// request or the peer. It is asked after the attempt. nil: such an error is
	// not shown, and found by errors.Is and As alone.
	Scrub func(string) string

	// Judge returns what the service itself reports in a response, for
	// OnAttempt and the log: its own code, which must contain nothing that a
	// peer can choose, and the condition. nil: no code, and the condition of
	// the HTTP status.
	Judge func(*Response) (code string, condition error)

	// RequestID returns an ID for the request if no header of the response has
	// one, for OnAttempt and the log; the response is nil if none was received.
	// nil: Config.RequestIDHeader.
	RequestID func(*Response) string
}

// Response is a complete response with a status below 300 or from 400 on.
type Response struct {
	Status     int
	Header     http.Header
	Body       []byte
	RetryAfter time.Duration // the wait that the server asked for, or 0
}

// Client carries out exchanges. It is safe for concurrent use.
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

// Do carries out op. build makes a new request for each attempt, so that
// time-dependent parts of a signature are current; its errors are returned
// unchanged. Every other error is an *Error.
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

// Close closes the idle connections of a transport that New made, and refuses
// further exchanges. A transport provided by the caller is not touched. Close
// waits only briefly for a transport that hangs.
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

// StatusError returns an Error for a response whose status is not what op
// expects.
func (r *Response) StatusError(op Op) *Error {
	return &Error{
		Status:     r.Status,
		RetryAfter: r.RetryAfter,
		Condition:  condition.FromStatus(r.Status),
		Ambiguous:  !op.Repeatable && Unclear(r.Status),
		text:       "HTTP " + statusText(r.Status),
	}
}

// Unclear reports whether a response with this status leaves the outcome
// unknown: a gateway may return 5xx after it has passed the request on, and 408
// only means that somebody stopped waiting.
func Unclear(status int) bool { return status >= 500 || status == http.StatusRequestTimeout }
