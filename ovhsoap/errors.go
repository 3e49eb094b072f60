package ovhsoap

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// The conditions that the packages of this SDK share, to be matched with
// errors.Is. The numbers are the statuses of faults that match (vendor's table;
// their assignment to conditions is inferred).
var (
	ErrInvalid      = condition.ErrInvalid      // refused before sending, or 201-203, 299
	ErrUnauthorized = condition.ErrUnauthorized // 301-304, 310: no session or no login
	ErrForbidden    = condition.ErrForbidden    // 401-403
	ErrNotFound     = condition.ErrNotFound     // 210, 510
	ErrConflict     = condition.ErrConflict     // 211, 213: it exists already; 241, 461, 701, 703: not in this state
	ErrBusy         = condition.ErrBusy         // 220, 240, 704, 706, "task is still in progress": wait and call again
	ErrRateLimited  = condition.ErrRateLimited  // 320: a burst of calls or wrong passwords; wait before calling again
	ErrUnavailable  = condition.ErrUnavailable  // 267, 280, 281, 501-506, soap:Server, or no answer
	ErrTooLarge     = condition.ErrTooLarge     // the answer passed MaxResponseBytes
	ErrProtocol     = condition.ErrProtocol     // the answer is not SoAPI's
	ErrAmbiguous    = condition.ErrAmbiguous    // a changing call may have been carried out
	ErrClosed       = condition.ErrClosed       // the Client was closed, or the Session ended
)

// Conditions specific to this service.
var (
	// ErrSession: the session expired, does not exist or is corrupted (301, 302,
	// 303). The client returns this only after it has logged in again once.
	ErrSession = errors.New("session ended by the service")
	// ErrTooManySessions: 304, the account has too many sessions open.
	ErrTooManySessions = errors.New("too many sessions")
	// ErrQuota: 451, a limit of the product has been reached.
	ErrQuota = errors.New("quota exceeded")
	// ErrUnsupported: 230, 250-252, 702, the service does not do this.
	ErrUnsupported = errors.New("not supported by the service")
	// ErrNoEffect: 212, 705, there was nothing to do.
	ErrNoEffect = errors.New("nothing was changed")
)

// Error is the type of all errors of this package. Context errors are found with
// errors.Is, and the Fault with errors.As if the service responded with one. Its
// text contains no body and no secret.
type Error struct {
	Function   string        // as SoAPI names it; empty for New
	Field      string        // the argument or Config field that was refused before anything was sent
	Fault      *Fault        // what the service answered; nil where it answered with no fault
	RetryAfter time.Duration // how long to wait, where that is known

	text       string
	conditions []error
	cause      error
}

// Error returns a text such as "ovhsoap: popAdd: message (code soap:211)".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("ovhsoap: ")
	if e.Function != "" {
		b.WriteString(e.Function + ": ")
	}
	if e.Field != "" {
		b.WriteString(e.Field + " ")
	}
	if e.Fault != nil {
		b.WriteString(e.Fault.text())
	} else {
		b.WriteString(e.text)
	}
	if e.Is(ErrAmbiguous) {
		b.WriteString("; " + ErrAmbiguous.Error())
	}
	return b.String()
}

// Is reports whether the error matches a condition.
func (e *Error) Is(target error) bool { return slices.Contains(e.conditions, target) }

// Unwrap returns the Fault, or the cause, such as a context error.
func (e *Error) Unwrap() error {
	if e.Fault != nil {
		return e.Fault
	}
	return e.cause
}

// GoString is Error, so that %#v shows no more than %v.
func (e *Error) GoString() string { return e.Error() }

// invalid refuses an argument before anything is sent.
func invalid(function, field, reason string) *Error {
	return &Error{Function: function, Field: field, text: reason, conditions: []error{ErrInvalid}}
}

// broken reports an answer that is not SoAPI's.
func broken(function, reason string) *Error {
	return &Error{Function: function, text: reason, conditions: []error{ErrProtocol}}
}

// closed reports a call on something that has ended.
func closed(function, what string) *Error {
	return &Error{Function: function, text: "the " + what + " is closed", conditions: []error{ErrClosed}}
}

// resumedEnded reports that a resumed session has ended, which a login of the
// client's own might replace by another account's.
func resumedEnded(function string) *Error {
	return &Error{
		Function: function, text: "the resumed session has ended; Session.Login opens one for this client's nic handle",
		conditions: []error{ErrSession, ErrUnauthorized},
	}
}

// answeredFault returns the fault that the service answered with, nil if err is
// something else: a fault in the error of a caller's RoundTripper is not the
// service's.
func answeredFault(err error) *Fault {
	if e, ok := itself[*Error](err); ok {
		return e.Fault
	}
	return nil
}

// itself is errors.AsType without what err wraps: that may be the error of a
// caller's RoundTripper, and hold anything.
func itself[T error](err error) (T, bool) {
	e, ok := err.(T) //nolint:errorlint // see above
	return e, ok
}

// failed wraps what the transport reports.
func failed(function string, err error) *Error {
	if own, ok := itself[*Error](err); ok {
		return own
	}
	e := &Error{Function: function, text: err.Error(), cause: err}
	if t, ok := itself[*transport.Error](err); ok {
		plain := *t // the Error says by itself what is ambiguous
		plain.Ambiguous = false
		e.text, e.cause, e.RetryAfter = plain.Error(), &plain, t.RetryAfter
		e.add(t.Condition)
		if t.Ambiguous {
			e.add(ErrAmbiguous)
		}
	}
	return e
}

func (e *Error) add(condition error) {
	if condition != nil && !slices.Contains(e.conditions, condition) {
		e.conditions = append(e.conditions, condition)
	}
}
