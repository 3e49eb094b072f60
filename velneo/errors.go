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
	ErrInvalid      = condition.ErrInvalid      // refused before sending, or by the service as a faulty request
	ErrUnauthorized = condition.ErrUnauthorized // 401: email, API key, session or clock, after one new login
	ErrForbidden    = condition.ErrForbidden    // 403, which the vendor guide calls "other error": Message tells which
	ErrNotFound     = condition.ErrNotFound     // no such resource, or a backup link that is over
	ErrConflict     = condition.ErrConflict     // the backup changes while it is downloaded
	ErrBusy         = condition.ErrBusy         // another download writes the same file
	ErrRateLimited  = condition.ErrRateLimited  // nothing was done; see RetryAfter
	ErrUnavailable  = condition.ErrUnavailable  // the service or the network is out of order
	ErrTooLarge     = condition.ErrTooLarge     // the answer passed MaxResponseBytes
	ErrProtocol     = condition.ErrProtocol     // the answer is not the service's, or TLS failed
	ErrAmbiguous    = condition.ErrAmbiguous    // a changing call may have been carried out
	ErrClosed       = condition.ErrClosed       // the Client was closed
)

// ErrClockSkew stands beside the ErrUnauthorized of a refused login whose answer
// has a Date that is more than a minute off Config.Now: the signature holds the
// time, so it is this machine's clock that needs setting, and not the key.
// Error.ClockSkew says by how much.
var ErrClockSkew = errors.New("the clock is wrong")

// Error is every failure of this package but the end of a context, which
// stays a context error inside it. Its text holds no body and no secret.
type Error struct {
	Operation  string        // verb, resource and action, such as "PUT vserver stop"; empty for New
	Status     int           // the answer's status_code, else its HTTP status; 0 where none came
	Message    string        // the service's words, secrets taken out
	Field      string        // the argument that was refused before anything was sent
	RetryAfter time.Duration // what the service asked to wait, 0 where it did not
	ClockSkew  time.Duration // with ErrClockSkew alone: the service's clock less this machine's

	text         string
	hint         string // what follows from it
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

// Is matches the conditions.
func (e *Error) Is(target error) bool {
	for _, c := range e.conditions {
		if c == target {
			return true
		}
	}
	return false
}

// Unwrap returns the cause, such as a context's end.
func (e *Error) Unwrap() error { return e.cause }

// GoString is Error, so that %#v shows no more than %v.
func (e *Error) GoString() string { return e.Error() }

// invalid refuses an argument before anything is sent.
func invalid(operation, field, reason string) *Error {
	return &Error{Operation: operation, Field: field, text: reason, conditions: []error{ErrInvalid}}
}

// failed wraps what the transport reports; its text is told without the
// ambiguity, which Error adds.
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

// broken tells of an answer that is not the service's: a change may have been
// carried out all the same.
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
