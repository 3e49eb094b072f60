package transport

import (
	"context"
	"log/slog"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/redact"
)

// Attempt describes one request after it ended, including one that could not be
// sent. It contains no secrets, and of the text from a peer only a request ID,
// cleaned.
type Attempt struct {
	Operation string        // the service's name for the operation
	Number    int           // 1 for the first attempt of a call
	Start     time.Time     // when it was sent
	Duration  time.Duration // to the end of the response
	Wait      time.Duration // before Start: in a limiter, and to build the request
	Status    int           // of HTTP; 0 if there was no response
	Code      string        // the service's own code; "" if there is none
	Condition error         // one of the package's conditions or the context's error; nil for success
	Failure   string        // what went wrong if there was no response
	RequestID string        // the service's ID for the request, or the package's; "" if there is none
}

// ended reports an attempt to OnAttempt and to the log.
func (c *Client) ended(ctx context.Context, op Op, a Attempt, resp *Response, failure *Error) {
	logs := c.config.Logger != nil && c.config.Logger.Enabled(ctx, slog.LevelDebug)
	if !logs && c.config.OnAttempt == nil {
		return
	}
	a.Operation = op.Name
	if resp != nil {
		code, cond := op.judge(resp)
		a.Status, a.Condition = resp.Status, cond
		a.Code, a.RequestID = c.word(op, code), c.word(op, c.requestID(resp))
	} else {
		a.Status, a.Condition, a.Failure = failure.Status, failure.Condition, failure.Error()
		if a.Condition == nil {
			a.Condition = failure.cause // a context's
		}
	}
	if op.RequestID != nil {
		a.RequestID = c.word(op, op.RequestID(resp))
	}
	if logs {
		c.config.Logger.LogAttrs(ctx, slog.LevelDebug, c.config.Package, a.attrs()...)
	}
	if c.config.OnAttempt != nil {
		c.config.OnAttempt(ctx, a)
	}
}

// word makes a short text of the peer's safe to show: of its secrets, those of
// the call may be in it as well as the client's.
func (c *Client) word(op Op, text string) string {
	if text = c.config.Scrub(text); op.Scrub != nil {
		text = op.Scrub(text)
	}
	return redact.Clean(text, 80)
}

func (c *Client) requestID(resp *Response) string {
	if c.config.RequestIDHeader == "" {
		return ""
	}
	return resp.Header.Get(c.config.RequestIDHeader)
}

// RequestID returns the answer's own name for the request, made safe to show as
// far as Config.Scrub knows the secrets.
func (c *Client) RequestID(resp *Response) string { return c.word(Op{}, c.requestID(resp)) }

// attrs is the debug line of an attempt.
func (a Attempt) attrs() []slog.Attr {
	attrs := []slog.Attr{
		slog.String("operation", a.Operation),
		slog.Int("attempt", a.Number),
		slog.Duration("duration", a.Duration),
	}
	if a.Wait >= time.Millisecond { // less is the making of the request
		attrs = append(attrs, slog.Duration("wait", a.Wait))
	}
	if a.Status != 0 {
		attrs = append(attrs, slog.Int("status", a.Status))
	}
	for _, text := range []struct{ key, value string }{{"code", a.Code}, {"request_id", a.RequestID}, {"error", a.Failure}} {
		if text.value != "" {
			attrs = append(attrs, slog.String(text.key, text.value))
		}
	}
	return attrs
}

// judge says what an answer means.
func (op Op) judge(resp *Response) (code string, cond error) {
	if op.Judge != nil {
		return op.Judge(resp)
	}
	return "", condition.FromStatus(resp.Status)
}

// operation makes the name of what is done known to a RoundTripper.
type operation struct {
	context.Context
	name string
}

type operationKey struct{}

func (o *operation) Value(key any) any {
	if key == (operationKey{}) {
		return o.name
	}
	return o.Context.Value(key)
}

// IsOperationKey reports whether key is the context key of the operation, for a
// package with its own context type that supports OperationFrom.
func IsOperationKey(key any) bool { return key == operationKey{} }

// OperationFrom returns the operation of a request, given its context: the
// service's name for it, or "" if there is none.
func OperationFrom(ctx context.Context) string {
	name, _ := ctx.Value(operationKey{}).(string)
	return name
}
