package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
)

// errAttemptTimeout is the cause of an attempt that ran out of its own time
// while the caller's context went on.
var errAttemptTimeout = errors.New("no complete answer in time")

// attempt sends req once and reads the answer. Exactly one of its results is
// not nil.
func (c *Client) attempt(ctx context.Context, op Op, number int, req *http.Request) (*Response, *Error) {
	attemptCtx, cancel := context.WithTimeoutCause(ctx, c.timeout, errAttemptTimeout)
	defer cancel()
	var sent *sentProof
	if !op.Repeatable {
		sent = &sentProof{}
		attemptCtx = sent.watch(attemptCtx)
		forbidReplay(req)
	}
	req = req.WithContext(attemptCtx)
	req.Header.Set("User-Agent", c.userAgent)

	start := time.Now()
	resp, err := c.exchange(req)
	var failure *Error
	if err != nil {
		failure = c.classify(err, ctx, attemptCtx)
		failure.Ambiguous = !op.Repeatable && !sent.disproved()
	}
	c.log(ctx, op, number, start, resp, failure)
	return resp, failure
}

// exchange is one round trip with the whole body.
func (c *Client) exchange(req *http.Request) (*Response, error) {
	hr, err := c.roundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = hr.Body.Close() }()
	if hr.StatusCode >= 300 && hr.StatusCode < 400 {
		return nil, &Error{Status: hr.StatusCode, Condition: condition.ErrProtocol, text: "redirect refused (HTTP " + statusText(hr.StatusCode) + ")"}
	}
	body, err := readBounded(hr, c.config.MaxResponseBytes)
	if err != nil {
		return nil, err
	}
	return &Response{
		Status:     hr.StatusCode,
		Header:     hr.Header,
		Body:       body,
		RetryAfter: ParseRetryAfter(hr.Header.Get("Retry-After"), time.Now()),
	}, nil
}

// roundTrip spares the work of http.Client.Do, which is all for redirects, as
// long as there are no cookies to keep.
func (c *Client) roundTrip(req *http.Request) (*http.Response, error) {
	if c.http.Jar != nil {
		return c.http.Do(req)
	}
	hr, err := c.http.Transport.RoundTrip(req)
	if err == nil && (hr == nil || hr.Body == nil) { // a caller's own RoundTripper
		return nil, &Error{Condition: condition.ErrProtocol, text: "HTTP transport gave no answer"}
	}
	return hr, err
}

// readBounded reads at most limit+1 bytes. A length that the peer only claims
// reserves no more than a page's worth of memory.
func readBounded(hr *http.Response, limit int64) ([]byte, error) {
	var buf bytes.Buffer
	if n := min(hr.ContentLength, limit, 1<<20); n > 0 {
		buf.Grow(int(n) + bytes.MinRead)
	}
	n, err := buf.ReadFrom(io.LimitReader(hr.Body, limit+1))
	if err != nil {
		return nil, err
	}
	if n > limit {
		return nil, &Error{Status: hr.StatusCode, Condition: condition.ErrTooLarge, text: "answer longer than the limit"}
	}
	return buf.Bytes(), nil
}

// sentProof watches whether a connection was ever handed to the request. Only
// a transport that reports its search for a connection can disprove sending:
// a caller's own RoundTripper that stays silent proves nothing.
type sentProof struct{ searched, got atomic.Bool }

func (p *sentProof) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { p.searched.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { p.got.Store(true) },
	})
}

func (p *sentProof) disproved() bool { return p.searched.Load() && !p.got.Load() }

// forbidReplay keeps net/http from sending the request a second time by
// itself: it does so for GET and its like, and for any request with an
// Idempotency-Key, when a reused connection breaks (measured). A body that
// can't be rewound stops it.
func forbidReplay(req *http.Request) {
	switch req.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
	default:
		if req.Header.Get("Idempotency-Key") == "" && req.Header.Get("X-Idempotency-Key") == "" {
			return
		}
	}
	req.GetBody = nil
	if req.Body == nil || req.Body == http.NoBody {
		req.Body = io.NopCloser(bytes.NewReader(nil))
		req.ContentLength = 0
	}
}

// log writes the one debug line of an attempt. It holds nothing that a caller
// or a peer could have put a secret into.
func (c *Client) log(ctx context.Context, op Op, number int, start time.Time, resp *Response, failure *Error) {
	if c.config.Logger == nil || !c.config.Logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attrs := []slog.Attr{
		slog.String("operation", op.Name),
		slog.Int("attempt", number),
		slog.Duration("duration", time.Since(start)),
	}
	if resp != nil {
		attrs = append(attrs, slog.Int("status", resp.Status))
		if id := c.RequestID(resp); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	if failure != nil {
		attrs = append(attrs, slog.String("error", failure.Error()))
	}
	c.config.Logger.LogAttrs(ctx, slog.LevelDebug, c.config.Package, attrs...)
}

// RequestID returns the answer's own name for the request, made safe to show.
func (c *Client) RequestID(resp *Response) string {
	if c.config.RequestIDHeader == "" {
		return ""
	}
	return Clean(c.config.Scrub(resp.Header.Get(c.config.RequestIDHeader)), 80)
}
