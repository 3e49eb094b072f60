package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
)

// errAttemptTimeout is the cause of an attempt that ran out of its own time
// while the caller's context went on.
var errAttemptTimeout = errors.New("no complete answer in time")

// attempt sends req once and reads the response. Exactly one of its results is
// not nil.
func (c *Client) attempt(ctx context.Context, op Op, number int, wait time.Duration, req *http.Request) (*Response, *Error) {
	by, refusal := c.carrier()
	if refusal != nil {
		return nil, refusal
	}
	attemptCtx, alive, cancel := c.limit(ctx, op)
	defer cancel()
	var sent *sending
	switch {
	case !op.Repeatable:
		sent = &sending{}
		attemptCtx = sent.watch(attemptCtx, cancel, req)
		forbidReplay(req)
	case by.owned || !by.plain(req):
		attemptCtx = boundReplays(attemptCtx, cancel, req.Method)
	}
	req = req.WithContext(attemptCtx)
	req.Header.Set("User-Agent", c.userAgent)

	start := time.Now()
	resp, err := c.exchange(by, req, op, alive)
	var failure *Error
	if err != nil {
		failure = op.classify(by, err, ctx, attemptCtx)
		failure.Ambiguous = !op.Repeatable && (errors.Is(err, errHung) || !sent.disproved())
	}
	c.ended(ctx, op, Attempt{Number: number, Start: start, Duration: time.Since(start), Wait: wait}, resp, failure)
	return resp, failure
}

// limit bounds an attempt in time. Where op takes the body itself, alive
// starts the time anew.
func (c *Client) limit(ctx context.Context, op Op) (attempt context.Context, alive, cancel func()) {
	timeout := max(c.timeout, op.Timeout)
	if op.Receive == nil {
		attempt, cancel = context.WithTimeoutCause(ctx, timeout, errAttemptTimeout)
		return attempt, func() {}, cancel
	}
	attempt, end := context.WithCancelCause(ctx)
	timer := time.AfterFunc(timeout, func() { end(errAttemptTimeout) })
	return attempt, func() { timer.Reset(timeout) }, func() { timer.Stop(); end(nil) }
}

// exchange is one round trip including the whole body. It returns when req's
// context ends, whatever the transport does. A goroutine for this takes some
// microseconds, so HTTP/1 of net/http, which respects the context, does
// without.
func (c *Client) exchange(by *carrier, req *http.Request, op Op, alive func()) (*Response, error) {
	if by.plain(req) {
		return c.answer(by, req, op, alive)
	}
	return c.guardedExchange(by, req, op, alive)
}

func (c *Client) guardedExchange(by *carrier, req *http.Request, op Op, alive func()) (resp *Response, err error) {
	ended := func() { by.hung.Add(-1) }
	if op.Receive != nil { // stays with its caller, whom it would outlive elsewhere
		resp, err = c.answer(guard{by, ended}, req, op, alive)
	} else {
		answer := func() (*Response, error) { return c.answer(by, req, op, alive) }
		resp, err = begin(answer, func(*Response) { ended() }).wait(req.Context())
	}
	if errors.Is(err, errHung) {
		c.leave(by)
	}
	return resp, err
}

// answer sends req and reads what comes.
func (c *Client) answer(by http.RoundTripper, req *http.Request, op Op, alive func()) (*Response, error) {
	hr, err := c.roundTrip(by, req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = hr.Body.Close() }()
	if what := notAnAnswer(hr.StatusCode); what != "" {
		if op.Redirect != nil && hr.StatusCode >= 300 {
			if err := op.Redirect(hr); err != nil {
				return nil, err
			}
		}
		return nil, &Error{Status: hr.StatusCode, Condition: condition.ErrProtocol, text: what + " (HTTP " + statusText(hr.StatusCode) + ")"}
	}
	var body []byte
	if op.Receive != nil && hr.StatusCode < 300 {
		hr.Body = &watchedBody{hr.Body, alive}
		err = op.Receive(hr)
	} else {
		body, err = readBounded(hr, c.config.MaxResponseBytes)
	}
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

// notAnAnswer says what a status is that nobody asked for, "" for an answer.
func notAnAnswer(status int) string {
	switch {
	case status < 200:
		return "not an answer"
	case status >= 300 && status < 400:
		return "redirect refused"
	}
	return ""
}

// roundTrip does what http.Client.Do would, which is cookies, and leaves out
// what it does for redirects: even of one that is not followed it reads the
// Location, and repeats it in an error.
func (c *Client) roundTrip(by http.RoundTripper, req *http.Request) (*http.Response, error) {
	jar := c.jar
	if jar != nil {
		for _, cookie := range jar.Cookies(req.URL) {
			req.AddCookie(cookie)
		}
	}
	hr, err := by.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if hr == nil || hr.Body == nil { // a caller's own RoundTripper
		return nil, &Error{Condition: condition.ErrProtocol, text: "HTTP transport gave no answer"}
	}
	if jar == nil {
		return hr, nil
	}
	if cookies := hr.Cookies(); len(cookies) > 0 {
		jar.SetCookies(req.URL, cookies)
	}
	return hr, nil
}

// watchedBody reports with each read that the peer is still sending.
type watchedBody struct {
	io.ReadCloser
	alive func()
}

func (b *watchedBody) Read(p []byte) (int, error) {
	b.alive()
	return b.ReadCloser.Read(p)
}

// readBounded reads at most limit+1 bytes. A length that the peer only
// announces reserves no more than a page of memory.
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
		return nil, &Error{Status: hr.StatusCode, Condition: condition.ErrTooLarge, text: "answer longer than the limit of " + strconv.FormatInt(limit, 10) + " bytes"}
	}
	return buf.Bytes(), nil
}

// maxConns is the maximum number of connections that one attempt at a read may
// use. net/http retries without end when an HTTP/2 server resets each stream
// (measured); a few connections are legitimate, because kept ones may be
// broken.
const maxConns = 10

func boundReplays(ctx context.Context, stop func(), method string) context.Context {
	var conns atomic.Int32
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		expect(got.Conn, method)
		if conns.Add(1) > maxConns {
			stop()
		}
	}})
}

// sending observes one request that must not be repeated.
type sending struct {
	searched atomic.Bool // the transport began to look for a connection
	got      atomic.Bool // the request got a connection
	begun    atomic.Bool // the request was begun as an HTTP/2 stream
}

// watch observes the connections of req, and keeps net/http from sending it
// over HTTP/2 a second time. net/http does so when the server resets the stream
// or sends GOAWAY (measured): it relies on the server that nothing was done,
// while our promise is that the request is sent once. A stream that gets its
// connection after the context has ended is not begun.
func (s *sending) watch(ctx context.Context, stop func(), req *http.Request) context.Context {
	path := req.URL.RequestURI()
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { s.searched.Store(true) },
		GotConn: func(got httptrace.GotConnInfo) {
			expect(got.Conn, req.Method)
			s.got.Store(true)
			if s.begun.Load() {
				stop()
			}
		},
		WroteHeaderField: func(key string, value []string) { // a caller's RoundTripper may send others
			if key == ":path" && value[0] == path {
				s.begun.Store(true)
			}
		},
	})
}

// disproved reports whether it is certain that nothing was sent. Only a
// transport that reports its search for a connection can show this: if a
// caller's own RoundTripper reports nothing, that proves nothing.
func (s *sending) disproved() bool { return s.searched.Load() && !s.got.Load() }

// forbidReplay keeps net/http from sending the request a second time: it does
// so for idempotent methods such as GET, and for any request with an
// Idempotency-Key, when a reused connection breaks (measured). A body that
// can't be rewound prevents it.
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
