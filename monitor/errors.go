package monitor

import (
	"errors"

	"github.com/hebergo/hebergo/internal/condition"
)

// The conditions shared by the packages of this SDK, for use with errors.Is.
var (
	ErrInvalid      = condition.ErrInvalid      // a target or an option that can't be used: see Error.Field
	ErrUnauthorized = condition.ErrUnauthorized // the peer refused the token, hash or key (ReasonAuth)
	ErrForbidden    = condition.ErrForbidden    // the guard refused an address (ReasonBlocked)
	ErrNotFound     = condition.ErrNotFound     // no such target, kind or instance
	ErrConflict     = condition.ErrConflict     // a target or a kind of that name exists already
	ErrUnavailable  = condition.ErrUnavailable  // no response, or one that does not count as up
	ErrTooLarge     = condition.ErrTooLarge     // the response exceeds MaxResponseBytes, or a hosting MaxInstances (ReasonTooLarge)
	ErrProtocol     = condition.ErrProtocol     // the response is not what the kind expects (ReasonBadPayload)
	ErrClosed       = condition.ErrClosed       // the Monitor or Scheduler was closed
)

// ErrDegraded is the condition of a target that responds but needs attention
// (StatusDegraded).
var ErrDegraded = errors.New("degraded")

// Error is the error type of this package and of package schedule: what New,
// Validate, Register and a Scheduler return, and what Result.Err returns for a
// failed probe. Its text holds no query, header, body or secret. A program's
// own Discoverer may return one as well.
type Error struct {
	Op     string // the operation: "target", "register", "probe", "push" …; empty for New
	Target string // the target's ID, if any
	Field  string // the field that was refused, as Go names it: "Interval", "Params[status]"
	Reason Reason // for a failed probe

	Text      string // what is wrong, one line without the field's name
	Condition error  // the condition that errors.Is matches, such as ErrConflict

	also  error // another one
	cause error
}

// Error returns a text such as "monitor: probe erp-1: HTTP status 503
// (http_status)".
func (e *Error) Error() string {
	text := "monitor: "
	if e.Op != "" {
		text += e.Op
		if e.Target != "" {
			text += " " + e.Target
		}
		text += ": "
	}
	if e.Field != "" {
		text += e.Field + " "
	}
	text += e.Text
	if e.Reason != "" {
		text += " (" + string(e.Reason) + ")"
	}
	return text
}

// Is reports whether e matches target, one of the conditions.
func (e *Error) Is(target error) bool {
	return target != nil && (target == e.Condition || target == e.also)
}

// Unwrap returns the cause, such as the error of a context that ended.
func (e *Error) Unwrap() error { return e.cause }

// GoString returns the same as Error, so that %#v shows no more than %v.
func (e *Error) GoString() string { return e.Error() }

// newError makes an Error of a condition and a text that holds nothing a peer
// could have chosen.
func newError(op, target string, condition error, text string) *Error {
	return &Error{Op: op, Target: target, Text: text, Condition: condition}
}

// invalid refuses a field before anything is sent.
func invalid(op, target, field, reason string) *Error {
	e := newError(op, target, ErrInvalid, reason)
	e.Field = field
	return e
}

// fieldOf returns the field that err names, or nothing.
func fieldOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Field
	}
	return ""
}
