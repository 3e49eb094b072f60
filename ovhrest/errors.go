package ovhrest

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// The conditions that this SDK's packages share. Match them with errors.Is.
var (
	ErrInvalid      = condition.ErrInvalid      // rejected before sending, or by the API as an invalid request
	ErrUnauthorized = condition.ErrUnauthorized // the API rejected the key, the signature, the token or the time
	ErrForbidden    = condition.ErrForbidden    // the credential does not cover the call: see Error.MissingActions
	ErrNotFound     = condition.ErrNotFound     // no such domain, cart, order or task
	ErrConflict     = condition.ErrConflict     // already exists, or has been changed in the meantime
	ErrBusy         = condition.ErrBusy         // locked, not yet delivered, or "Please retry later"
	ErrRateLimited  = condition.ErrRateLimited  // 429 or the Limiter: nothing was done
	ErrUnavailable  = condition.ErrUnavailable  // the API is down or can't be reached
	ErrTooLarge     = condition.ErrTooLarge     // the response exceeds MaxResponseBytes, or 16 times its length in memory
	ErrProtocol     = condition.ErrProtocol     // the response does not come from the API, or is incomplete
	ErrAmbiguous    = condition.ErrAmbiguous    // a changing call may have been carried out: outcome unknown
	ErrClosed       = condition.ErrClosed       // the Client was closed
)

// The conditions of this service only.
var (
	// ErrRegion: the endpoint does not offer the call; nothing was sent.
	ErrRegion = errors.New("not offered by this endpoint")
	// ErrCredential: the consumer key is expired, revoked, rejected or not yet
	// validated; a new one is needed. The error matches ErrUnauthorized as well.
	ErrCredential = errors.New("the consumer key is not valid")
	// ErrClockSkew: the time of the signature differs from the API's, even after
	// the API's time was requested again. The error matches ErrUnauthorized as
	// well.
	ErrClockSkew = errors.New("the clock differs from the API's")
	// ErrRule: the data violate the registry's rules: see Error.Violations. The
	// error matches ErrInvalid as well.
	ErrRule = errors.New("the registry's rules are not respected")
)

// Error is the type of every error of this package. If a context has ended,
// errors.Is matches the context's error as well. The text of an Error contains
// no body, query or secret.
type Error struct {
	Method     string            // GET, POST, PUT or DELETE; empty for New and similar functions
	Path       string            // the API's pattern, such as /domain/{serviceName}, so that IDs stay out of logs
	Status     int               // HTTP status, 0 if the API did not respond
	Class      string            // such as Client::Forbidden; not in every response
	Code       string            // such as NOT_GRANTED_CALL, from the API's gateway; not in every response
	Message    string            // the API's message, without secrets
	Details    map[string]string // the API's details, without secrets
	QueryID    string            // the API's ID of the request, which OVHcloud's support asks for
	RetryAfter time.Duration     // how long the API asked to wait, 0 if it did not
	Field      string            // the argument that was rejected before anything was sent

	text       string
	conditions []error
	cause      error
}

// Error returns a text such as "ovhrest: GET /me: message (code NOT_GRANTED_CALL)".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("ovhrest: ")
	if e.Method != "" {
		b.WriteString(e.Method + " " + e.Path + ": ")
	}
	switch {
	case e.Field != "":
		b.WriteString(e.Field + " " + e.text)
	case e.Message != "":
		b.WriteString(e.Message + " (" + e.label() + ")")
	default:
		b.WriteString(e.text)
	}
	if actions := e.MissingActions(); len(actions) > 0 {
		b.WriteString("; missing " + strings.Join(actions, ", "))
	}
	if e.QueryID != "" {
		b.WriteString("; query " + e.QueryID)
	}
	if text := ErrAmbiguous.Error(); errors.Is(e, ErrAmbiguous) && !strings.Contains(b.String(), text) {
		b.WriteString("; " + text)
	}
	return b.String()
}

// label is the shortest name of the answer.
func (e *Error) label() string {
	switch {
	case e.Code != "":
		return "code " + e.Code
	case e.Class != "":
		return "class " + e.Class
	}
	return "HTTP " + strconv.Itoa(e.Status)
}

// Is reports whether target is one of the error's conditions.
func (e *Error) Is(target error) bool {
	for _, c := range e.conditions {
		if c == target {
			return true
		}
	}
	return false
}

// Unwrap returns the cause, such as the error of a context.
func (e *Error) Unwrap() error { return e.cause }

// GoString returns the same text as Error, so that %#v shows no more than %v.
func (e *Error) GoString() string { return e.Error() }

func (e *Error) add(condition error) {
	if condition != nil {
		e.conditions = append(e.conditions, condition)
	}
}

// newError makes an Error of a route such as "GET /me".
func newError(route, text string, conditions ...error) *Error {
	method, path, _ := strings.Cut(route, " ")
	return &Error{Method: method, Path: path, text: text, conditions: conditions}
}

// invalid refuses an argument before anything is sent.
func invalid(route, field, reason string) *Error {
	e := newError(route, reason, ErrInvalid)
	e.Field = field
	return e
}

// broken makes an Error of an answer that is not what the API promises.
func broken(route, text string) *Error { return newError(route, text, ErrProtocol) }

// failed wraps what the transport reports. Only an error of this package that
// was met before anything was sent is returned as it is: one within the error of
// a caller's RoundTripper says nothing of this call.
func failed(route string, err error) error {
	if known, ok := err.(*Error); ok {
		return known
	}
	e := newError(route, err.Error())
	e.cause = err
	t, carried := errors.AsType[*transport.Error](err)
	switch {
	case carried:
		e.Status, e.RetryAfter = t.Status, t.RetryAfter
		e.add(t.Condition)
		if t.Ambiguous {
			e.add(ErrAmbiguous)
		}
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
	default: // the Limiter's own
		e.text, e.cause = "the Limiter refused", nil
		e.add(ErrRateLimited)
	}
	return e
}
