package velneo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// answer is what every answer holds. The link of a backup is here because an
// answer that holds one is not a refusal, whatever else it says.
type answer struct {
	Code    statusCode      `json:"status_code"`
	Message looseText       `json:"message"`
	Link    json.RawMessage `json:"url"`
}

// statusCode is the status_code of an answer. encoding/json hands it every
// member of that name, in whatever case it is written, so that two that differ
// are noticed.
type statusCode struct {
	value int
	set   bool
	bad   bool // not a whole number, or two that differ
}

// UnmarshalJSON never fails.
func (c *statusCode) UnmarshalJSON(raw []byte) error {
	if string(raw) == "null" {
		return nil
	}
	value, err := strconv.Atoi(string(raw))
	c.bad = c.bad || err != nil || c.set && value != c.value
	c.value, c.set = value, true
	return nil
}

// judge decides what an answer amounts to. status_code counts, whatever the
// HTTP status, with one exception: a success below an HTTP status of failure.
// Then a read believes the service's body, unless the HTTP status is a
// gateway's 5xx; a call that changes something can't know what was done.
func judge(ctx context.Context, r request, resp *transport.Response, hide *hidden) error {
	var a answer
	err := transport.DecodeJSON(ctx, resp.Body, &a)
	known := err == nil && a.Code.set && !a.Code.bad
	switch {
	case ctx.Err() != nil && err != nil:
		return undecoded(r, err)
	case known && !isSuccess(a.Code.value) && r.isBackup() && a.hasLink():
		return contradiction(r, a.Code.value, fmt.Sprintf("status_code %d stands beside a link", a.Code.value))
	case known && !isSuccess(a.Code.value):
		return refused(r, a.Code.value, hide.line(string(a.Message), maxMessage), resp)
	case resp.Status < 300 && known:
		return nil
	case resp.Status < 300 && err != nil:
		return undecoded(r, err)
	case resp.Status < 300:
		return broken(r, 0, unreadable(a))
	case resp.Status >= 500:
		e := failed(r.name(), resp.StatusError(r.op()))
		e.contradicted = known
		return e
	case r.repeatable() && known:
		return nil
	case !r.repeatable() && (known || a.isUnclear(resp.Body, err)):
		return contradiction(r, resp.Status, a.claim()+" contradicts the HTTP status")
	}
	return failed(r.name(), resp.StatusError(r.op()))
}

// verdict is what OnAttempt and the log are told of an answer.
func verdict(ctx context.Context, r request, resp *transport.Response) (code string, cond error) {
	var a answer
	if transport.DecodeJSON(ctx, resp.Body, &a) == nil && !a.Code.bad && a.Code.value >= 100 && a.Code.value < 600 {
		code = strconv.Itoa(a.Code.value)
	}
	e, ok := errors.AsType[*Error](judge(ctx, r, resp, &hidden{call: r})) // whose message is not shown
	switch {
	case !ok:
		return code, nil
	case len(e.conditions) == 0:
		return code, e.cause // the end of a context
	}
	return code, e.conditions[0]
}

func isSuccess(code int) bool { return code >= 200 && code < 300 }

// isUnclear reports whether an answer without a readable status_code may still
// be the service's, and not just a gateway's own page.
func (a answer) isUnclear(body []byte, err error) bool {
	if err != nil {
		start := bytes.TrimLeft(body, "\ufeff \t\r\n")
		return bytes.HasPrefix(start, []byte("{")) || bytes.Contains(body, []byte("status_code"))
	}
	return a.Code.bad || a.hasLink()
}

func (a answer) hasLink() bool {
	return len(a.Link) > 0 && string(a.Link) != "null" && string(a.Link) != `""`
}

// claim returns what the body says.
func (a answer) claim() string {
	if a.Code.set && !a.Code.bad {
		return fmt.Sprint("status_code ", a.Code.value)
	}
	return "the body"
}

// contradiction is the error of a change whose answer says both that it failed
// and that it did not.
func contradiction(r request, status int, reason string) *Error {
	e := broken(r, status, reason)
	e.contradicted = true
	return e
}

// undecoded is the error of an answer that is not JSON, that is too large to
// decode, or whose decoding outlasted ctx.
func undecoded(r request, err error) *Error {
	t, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return broken(r, 0, "the answer is not the service's JSON")
	}
	e := failed(r.name(), t)
	if !r.repeatable() {
		e.add(ErrAmbiguous)
	}
	return e
}

// unreadable returns what is wrong with an answer that has no usable
// status_code.
func unreadable(a answer) string {
	if a.Code.bad {
		return "status_code is not a whole number"
	}
	return "the answer lacks status_code"
}

// refused is the error of a status_code that is not a success.
func refused(r request, code int, message string, resp *transport.Response) error {
	cond := condition.FromStatus(code)
	if cond == nil || code > 599 {
		return broken(r, code, "status_code is not an HTTP status")
	}
	e := &Error{
		Operation: r.name(), Status: code, RetryAfter: resp.RetryAfter,
		Message: message, text: "refused",
	}
	if text := http.StatusText(code); text != "" {
		e.text = text
	}
	e.add(cond)
	if !r.repeatable() && transport.Unclear(code) {
		e.add(ErrAmbiguous)
	}
	return e
}

// reply is the body of an answer that judge accepted, or that contradicts
// itself, and what takes the call's secrets out of its words.
type reply struct {
	body []byte
	hide *hidden
}

// decode reads what a call is asked for into out, which may be nil.
func (a reply) decode(ctx context.Context, r request, out any) error {
	if out == nil {
		return nil
	}
	err := decodeInto(ctx, a.body, out)
	if _, ok := errors.AsType[*transport.Error](err); ok {
		return undecoded(r, err)
	}
	if err != nil {
		return broken(r, 0, "the answer does not have the expected shape")
	}
	if t, ok := out.(typed); ok {
		if problem := t.accept(a.hide); problem != "" {
			return broken(r, 0, problem)
		}
	}
	return nil
}

// decodeInto decodes with a bound on memory. A value of the caller's that is not
// empty is never decoded in the background, where it could change after ctx has
// ended.
func decodeInto(ctx context.Context, body []byte, out any) error {
	if reflect.ValueOf(out).Elem().IsZero() {
		return transport.DecodeJSON(ctx, body, out)
	}
	if err := transport.BoundJSON(ctx, body, out); err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}
