package velneo

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// answer is what every answer holds.
type answer struct {
	StatusCode *int  `json:"status_code"`
	Message    loose `json:"message"`
}

// loose is a text that the service may as well write as a number; whatever
// else it is counts as absent.
type loose string

// UnmarshalJSON never fails.
func (l *loose) UnmarshalJSON(raw []byte) error {
	var text string
	var number json.Number
	switch {
	case json.Unmarshal(raw, &text) == nil:
		*l = loose(text)
	case json.Unmarshal(raw, &number) == nil:
		*l = loose(number)
	}
	return nil
}

// judge tells what an answer amounts to. status_code counts, whatever the HTTP
// status, but for an answer that would be a success in the one and a failure
// in the other: that one is a failure.
func judge(r request, resp *transport.Response, scrub func(string) string) error {
	var a answer
	err := json.Unmarshal(resp.Body, &a)
	known := err == nil && a.StatusCode != nil
	switch {
	case resp.Status >= 300 && (!known || isSuccess(*a.StatusCode)):
		return failed(r.name(), resp.StatusError(r.op()))
	case err != nil:
		return broken(r, 0, unreadable(err))
	case !known:
		return broken(r, 0, "the answer lacks status_code")
	case !isSuccess(*a.StatusCode):
		return refused(r, *a.StatusCode, scrub(string(a.Message)), resp)
	}
	return nil
}

func isSuccess(code int) bool { return code >= 200 && code < 300 }

func unreadable(err error) string {
	var mistyped *json.UnmarshalTypeError
	if errors.As(err, &mistyped) && mistyped.Field == "status_code" {
		return "status_code is not a whole number"
	}
	return "the answer is not the service's JSON"
}

// refused tells of a status_code that is no success.
func refused(r request, code int, message string, resp *transport.Response) error {
	cond := condition.FromStatus(code)
	if cond == nil || code > 599 {
		return broken(r, code, "status_code is none of HTTP's")
	}
	e := &Error{
		Operation: r.name(), Status: code, RetryAfter: resp.RetryAfter,
		Message: transport.Clean(message, 200), text: "refused",
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

// decode reads what a call is asked for out of a good answer.
func decode(r request, body []byte, out any) error {
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return broken(r, 0, "the answer has not the expected shape")
	}
	return nil
}
