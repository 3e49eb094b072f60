package velneo

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// Client is a client of the service for one account. It is safe for concurrent
// use. It prints as REDACTED.
type Client struct {
	config   Config
	base     *url.URL
	calls    *transport.Client
	download *transport.Client
	sessions sessions
	closed   atomic.Bool
}

// New returns a client. It does no I/O and does not read the environment: the
// first call logs in. Its error is an *Error that names the field.
func New(cfg Config) (*Client, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	c := &Client{config: cfg}
	var err error
	if c.base, err = cfg.baseURL(); err != nil {
		return nil, err
	}
	if c.calls, err = cfg.newTransport(); err != nil {
		return nil, err
	}
	if c.download, err = cfg.newDownload(); err != nil {
		return nil, err
	}
	if !cfg.Session.IsZero() {
		c.sessions.current = ticket{cfg.Session, 1}
	}
	return c, nil
}

// Close closes the connections. Later calls fail with ErrClosed. The session
// stays open, because other applications use it too; Logout ends it.
func (c *Client) Close() {
	c.closed.Store(true)
	c.calls.Close()
	c.download.Close()
}

// call carries out a call and decodes its answer into out, which may be nil.
// An answer that contradicts itself is decoded as well: it may be the only
// way to find out what was done.
func (c *Client) call(ctx context.Context, r request, out any) error {
	if err := c.ready(r.name(), ctx); err != nil {
		return err
	}
	a, err := c.inSession(ctx, r, c.send)
	if err == nil {
		return a.decode(ctx, r, out)
	}
	if e, ok := errors.AsType[*Error](err); ok && e.contradicted {
		_ = a.decode(ctx, r, out) // the contradiction says more
	}
	return err
}

// sender sends a call in a session.
type sender func(ctx context.Context, r request, t ticket) (reply, error)

// inSession sends a call and, if the session has ended, logs in and sends it
// once more: a 401 proves that nothing was done.
func (c *Client) inSession(ctx context.Context, r request, send sender) (reply, error) {
	t, err := c.session(ctx, 0)
	if err != nil {
		return reply{}, err
	}
	a, err := send(ctx, r, t)
	if !isUnauthorized(err) {
		return a, err
	}
	if t, err = c.session(ctx, t.number); err != nil {
		return reply{}, err
	}
	return send(ctx, r, t)
}

// isUnauthorized reports whether err is the service's own 401. Its cause does
// not count: the error of an RFCInvoker may match the condition as well, and
// does not say what was done.
func isUnauthorized(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Is(ErrUnauthorized)
}

func (c *Client) send(ctx context.Context, r request, t ticket) (reply, error) {
	return c.exchange(ctx, r, "session", t.id.Reveal())
}

// exchange sends a call as who.
func (c *Client) exchange(ctx context.Context, r request, kind, who string) (reply, error) {
	s := stamp{kind: kind, who: who}
	hide := c.hidden(r, s)
	op := r.op()
	op.Scrub = func(text string) string { return hide.scrub(text) }
	op.Judge = func(resp *transport.Response) (string, error) { return verdict(ctx, r, resp) }
	resp, err := c.calls.Do(ctx, op, func(ctx context.Context) (*http.Request, error) {
		s = c.stamp(kind, who)
		hide = c.hidden(r, s)
		return c.newRequest(ctx, r.verb, r.resource, c.config.Dialect.write(r.params(s)))
	})
	if err != nil {
		return reply{}, failed(r.name(), err)
	}
	a := reply{resp.Body, hide}
	err = judge(ctx, r, resp, hide)
	if r.isLogin() {
		err = explainLogin(err, resp.Header.Get("Date"), time.Unix(s.timestamp, 0), c.config.Now())
	}
	return a, err
}

// stamp signs with the current time.
func (c *Client) stamp(kind, who string) stamp {
	at := c.config.Now().Unix()
	return stamp{kind, who, at, Sign(who, at, c.config.APIKey.Reveal())}
}

// newRequest puts the params into the form, or where the verb has them.
func (c *Client) newRequest(ctx context.Context, verb, resource string, params []byte) (*http.Request, error) {
	target := c.base.String() + "/" + resource
	method, body := http.MethodPost, form(verb, params)
	if c.config.RealVerbs {
		method, body = verb, query(params)
		if verb == http.MethodGet || verb == http.MethodDelete {
			target, body = target+"?"+body, ""
		}
	}
	req, err := http.NewRequestWithContext(ctx, method, target, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return req, nil
}

// ready refuses a nil or ended context and a closed client before anything is
// sent, whether or not the call needs the network.
func (c *Client) ready(operation string, ctx context.Context) error { //nolint:revive // the context is the argument in question
	if ctx == nil {
		return invalid(operation, "ctx", "is nil")
	}
	if c.closed.Load() {
		return failed(operation, transport.NewError(ErrClosed, ErrClosed.Error()))
	}
	if err := ctx.Err(); err != nil {
		return failed(operation, err)
	}
	return nil
}
