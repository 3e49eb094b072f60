package velneo

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// The conditions that this SDK's packages share, to be matched with errors.Is.
var (
	ErrInvalid      = condition.ErrInvalid      // refused before sending, or rejected by the service as invalid
	ErrUnauthorized = condition.ErrUnauthorized // 401: email, API key, session or clock, after one new login
	ErrForbidden    = condition.ErrForbidden    // 403, which the vendor guide calls "other error": see Message
	ErrNotFound     = condition.ErrNotFound     // no such resource, or an expired backup link
	ErrConflict     = condition.ErrConflict     // the backup changes while it is downloaded
	ErrBusy         = condition.ErrBusy         // another download writes the same file
	ErrRateLimited  = condition.ErrRateLimited  // nothing was done; see RetryAfter
	ErrUnavailable  = condition.ErrUnavailable  // no answer, or a server error
	ErrTooLarge     = condition.ErrTooLarge     // the answer is larger than MaxResponseBytes, or too large decoded
	ErrProtocol     = condition.ErrProtocol     // the answer is not valid, or TLS failed
	ErrAmbiguous    = condition.ErrAmbiguous    // a changing call may have been carried out
	ErrClosed       = condition.ErrClosed       // the Client was closed
)

// ErrClockSkew is matched by the error of a refused login, in addition to
// ErrUnauthorized, if the Date of the answer and Config.Now differ by more than
// a minute: a signature contains the time, so set this machine's clock. That
// the service checks the time is inferred; Error.ClockSkew holds the
// difference.
var ErrClockSkew = errors.New("clock skew")

// Error is the error of every call. If a context ended, errors.Is finds its
// error in the chain. Its text holds no body and no secret.
type Error struct {
	Operation  string        // verb, resource and action, such as "PUT vserver stop"; empty for New
	Status     int           // status_code of the answer, or its HTTP status; 0 if there was no answer
	Message    string        // the service's message, without secrets and at most 200 bytes
	Field      string        // the argument that was refused; nothing was sent
	RetryAfter time.Duration // how long the service asks to wait; 0 if not sent
	ClockSkew  time.Duration // the service's clock minus this machine's, if the error matches ErrClockSkew; else 0

	text         string
	hint         string // an explanation
	conditions   []error
	cause        error
	contradicted bool // the HTTP status is a failure, the body none
}

// Error reads "velneo: PUT user: message (code 403)".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("velneo: ")
	if e.Operation != "" {
		b.WriteString(e.Operation + ": ")
	}
	b.WriteString(e.reason())
	return b.String()
}

// reason is Error without the operation.
func (e *Error) reason() string {
	var b strings.Builder
	switch {
	case e.Field != "":
		b.WriteString(e.Field + " " + e.text)
	case e.Message != "":
		b.WriteString(e.Message)
	default:
		b.WriteString(e.text)
	}
	if e.Status != 0 && e.cause == nil { // the transport's texts hold it already
		fmt.Fprintf(&b, " (code %d)", e.Status)
	}
	b.WriteString(e.hint)
	if errors.Is(e, ErrAmbiguous) {
		b.WriteString("; " + ErrAmbiguous.Error())
	}
	return b.String()
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

// Unwrap returns the cause, such as a context error.
func (e *Error) Unwrap() error { return e.cause }

// GoString returns Error, so %#v shows no more than %v.
func (e *Error) GoString() string { return e.Error() }

// invalid refuses an argument before anything is sent.
func invalid(operation, field, reason string) *Error {
	return &Error{Operation: operation, Field: field, text: reason, conditions: []error{ErrInvalid}}
}

// failed wraps an error of the transport. Error adds the text of the ambiguity.
func failed(operation string, err error) *Error {
	e := &Error{Operation: operation, text: err.Error(), cause: err}
	var t *transport.Error
	if errors.As(err, &t) {
		e.Status, e.RetryAfter = t.Status, t.RetryAfter
		e.add(t.Condition)
		if t.Ambiguous {
			e.add(ErrAmbiguous)
			e.text = strings.TrimSuffix(e.text, "; "+ErrAmbiguous.Error())
		}
	}
	return e
}

// broken is the error of an answer that is not the service's. A change may have
// been carried out anyway.
func broken(r request, status int, reason string) *Error {
	e := &Error{Operation: r.name(), Status: status, text: reason}
	e.add(ErrProtocol)
	if !r.repeatable() {
		e.add(ErrAmbiguous)
	}
	return e
}

func (e *Error) add(condition error) {
	if condition != nil {
		e.conditions = append(e.conditions, condition)
	}
}
