package velneo

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/hebergo/hebergo/internal/transport"
)

// The addresses of the RFC service, from the vendor guide's samples.
const (
	rfcServer   = "vatp://cloudapi.velneo.com"
	rfcInstance = "cloudapi_1" // 1 is the API's version
	rfcLogin    = "cloudapi"
)

// RFCCall is a call for the RFC service, which is the same API reached through
// Velneo's own remote functions:
//
//	set answer, rfc:vserver("vatp://cloudapi.velneo.com", "cloudapi_1", "cloudapi", "cloudapi", "GET", params)
//
// This SDK does not speak vatp: the protocol is Velneo's own and no
// specification of it is public. An RFCCall holds what a Velneo process needs
// to make the call. It prints as REDACTED, because Params hold the session and a
// signature; their Reveal returns the text. Pass it on at once: the service may
// refuse an old timestamp.
type RFCCall struct {
	Server   string // the first argument
	Instance string
	User     string // the same for every account (vendor guide's samples)
	Password string // likewise
	Function string // the resource as passed by the caller; the guide's samples have vserver and users
	Verb     string
	Params   Secret // a JSON object with its names in lower case, as the vendor guide requires
}

// RFCInvoker passes a call to a Velneo process and returns the service's
// answer, which is JSON. This SDK has no implementation: write one for your own
// bridge, such as a file or a socket that a Velneo process serves.
type RFCInvoker interface {
	InvokeRFC(ctx context.Context, call RFCCall) ([]byte, error)
}

// RFCCall returns the call that Do would make, for the RFC service. It sends
// nothing, except for a login over HTTPS if the client has no session yet.
func (c *Client) RFCCall(ctx context.Context, verb, resource string, params any) (RFCCall, error) {
	r, err := newRFCRequest(verb, resource, params)
	if err != nil {
		return RFCCall{}, err
	}
	if err := c.ready(r.name(), ctx); err != nil {
		return RFCCall{}, err
	}
	t, err := c.session(ctx, 0)
	if err != nil {
		return RFCCall{}, err
	}
	return r.rfcCall(c.stamp("session", t.id.Reveal())), nil
}

// InvokeRFC makes a call through an invoker and handles the answer as Do does:
// errors, the new login after a 401, and out. The invoker is called once, and
// once more after a 401. It runs in its own goroutine, which is abandoned if it
// is still running when ctx ends. Its answer is limited to
// Config.MaxResponseBytes.
func (c *Client) InvokeRFC(ctx context.Context, invoker RFCInvoker, verb, resource string, params, out any) error {
	r, err := newRFCRequest(verb, resource, params)
	if err != nil {
		return err
	}
	if err := c.checkCall(ctx, r, out); err != nil {
		return err
	}
	if invoker == nil {
		return invalid(r.name(), "invoker", "is nil")
	}
	a, err := c.inSession(ctx, r, func(ctx context.Context, r request, t ticket) (reply, error) {
		return c.invoke(ctx, invoker, r, t)
	})
	if err != nil {
		return err
	}
	return a.decode(ctx, r, out)
}

func (c *Client) invoke(ctx context.Context, invoker RFCInvoker, r request, t ticket) (reply, error) {
	s := c.stamp("session", t.id.Reveal())
	hide := c.hidden(r, s)
	body, err := invokeUntil(ctx, invoker, r.rfcCall(s))
	switch {
	case err == nil && int64(len(body)) > c.maxAnswer():
		e := broken(r, 0, "answer longer than the limit")
		e.add(ErrTooLarge)
		return reply{}, e
	case err == nil:
		return reply{body, hide}, judge(ctx, r, &transport.Response{Status: http.StatusOK, Body: body}, hide)
	}
	text := hide.line(err.Error(), maxMessage)
	e := &Error{Operation: r.name(), text: "RFC: " + text, cause: quiet{err, text}}
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		e.add(ErrUnavailable)
	}
	if !r.repeatable() {
		e.add(ErrAmbiguous)
	}
	return reply{}, e
}

// invokeUntil calls the invoker and leaves it behind if it continues after ctx has
// ended.
func invokeUntil(ctx context.Context, invoker RFCInvoker, call RFCCall) ([]byte, error) {
	type outcome struct {
		body     []byte
		err      error
		panicked any
	}
	done := make(chan outcome, 1)
	go func() {
		o := outcome{err: errors.New("the invoker ended its goroutine")}
		defer func() {
			o.panicked = recover()
			done <- o
		}()
		o.body, o.err = invoker.InvokeRFC(ctx, call)
	}()
	var o outcome
	select {
	case o = <-done:
	case <-ctx.Done():
		select {
		case o = <-done: // an answer that has come is not thrown away
		default:
			return nil, ctx.Err()
		}
	}
	if o.panicked != nil {
		panic(o.panicked) // in the caller's goroutine, where it can be recovered
	}
	return o.body, o.err
}

// quiet is an error that errors.Is and As find, and that reads without the
// secrets of the call.
type quiet struct {
	err  error
	text string
}

func (q quiet) Error() string        { return q.text }
func (q quiet) GoString() string     { return q.text }
func (q quiet) Is(target error) bool { return errors.Is(q.err, target) }
func (q quiet) As(target any) bool   { return errors.As(q.err, target) }

// newRFCRequest is newRequest with the names in lower case.
func newRFCRequest(verb, resource string, params any) (request, error) {
	r, err := newRequest(verb, resource, params)
	if err != nil {
		return request{}, err
	}
	seen := map[string]bool{}
	for i, m := range r.members {
		name := strings.ToLower(m.name)
		if seen[name] {
			return request{}, invalid(r.name(), "params", "have two members that differ in case alone")
		}
		seen[name] = true
		r.members[i].name = name
	}
	return r, nil
}

func (r request) rfcCall(s stamp) RFCCall {
	return RFCCall{
		Server: rfcServer, Instance: rfcInstance, User: rfcLogin, Password: rfcLogin,
		Function: r.resource, Verb: r.verb, Params: NewSecret(string(StrictJSON.write(r.params(s)))),
	}
}
