package wedos

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// The conditions that this SDK's packages share, to be matched with errors.Is.
var (
	ErrInvalid      = condition.ErrInvalid      // refused before sending, or rejected by WAPI as invalid
	ErrUnauthorized = condition.ErrUnauthorized // 2050: login, password or hour
	ErrForbidden    = condition.ErrForbidden    // 2051: the address is not allowed; or the object is not the account's
	ErrNotFound     = condition.ErrNotFound     // no such domain, row, contact or notification
	ErrConflict     = condition.ErrConflict     // it already exists, is taken, or is in the wrong state for the command
	ErrFailed       = condition.ErrFailed       // "… failed": WAPI tried and failed, without a reason
	ErrBusy         = condition.ErrBusy         // temporarily locked
	ErrRateLimited  = condition.ErrRateLimited  // 2006, 2250, 2252, 2052 or the Limiter: nothing was done
	ErrUnavailable  = condition.ErrUnavailable  // the registry or WAPI is not working
	ErrTooLarge     = condition.ErrTooLarge     // the answer is larger than MaxResponseBytes, or too large decoded
	ErrProtocol     = condition.ErrProtocol     // the answer is not from WAPI, or can't be decoded
	ErrAmbiguous    = condition.ErrAmbiguous    // a changing call may have been carried out: see Client.Settle
	ErrClosed       = condition.ErrClosed       // the Client was closed
)

// Conditions that only this package has.
var (
	// ErrCredit means that the credit account is locked, has too little credit, or
	// is in another currency.
	ErrCredit = errors.New("credit account refused")
	// ErrBlocked means that the address is blocked for too many invalid requests
	// (2052), or that the Limiter refused the call to avoid such a block.
	ErrBlocked = errors.New("blocked for invalid requests")
)

// Error is the error of every call. If a context ended, errors.Is finds its
// error in the chain. Its text holds no body and no secret.
type Error struct {
	Command string // as WAPI names it; empty for New
	Code    Code   // 0 if WAPI did not answer
	Class   Class
	Result  string // WAPI's text for the code, without secrets
	Field   string // the argument that was refused; nothing was sent
	Snippet string // the first 200 bytes of an answer that is not from WAPI, without secrets
	ClTRID  string // our id of the request: it identifies a lost request
	SvTRID  string // WAPI's id of the request

	At         time.Time     // when the request was sent, by WAPI's clock if its offset was known
	RetryAfter time.Duration // how long to wait, if known

	intent     *Intent // what was asked, for Settle; a pointer, so that printing an Error does not print it
	text       string
	conditions []error
	cause      error
}

// Error reads "wedos: dns-row-add: message (code 2201)".
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("wedos: ")
	if e.Command != "" {
		b.WriteString(e.Command + ": ")
	}
	switch {
	case e.Field != "":
		b.WriteString(e.Field + " " + e.text)
	case e.Code != 0:
		b.WriteString(strings.TrimSpace(fmt.Sprintf("%s (code %d)", e.Result, int(e.Code))))
	default:
		b.WriteString(e.text)
	}
	if e.Code != 0 && errors.Is(e, ErrAmbiguous) {
		b.WriteString("; " + ErrAmbiguous.Error())
	}
	return b.String()
}

// Is reports whether target is one of the error's conditions or its Code.
func (e *Error) Is(target error) bool {
	if code, ok := target.(Code); ok {
		return code == e.Code
	}
	for _, c := range e.conditions {
		if c == target {
			return true
		}
	}
	return false
}

// Unwrap returns the cause, such as a context error.
func (e *Error) Unwrap() error { return e.cause }

// GoString returns Error, so that %#v shows no more than %v.
func (e *Error) GoString() string { return e.Error() }

// invalid refuses an argument before anything is sent.
func invalid(command, field, reason string) *Error {
	return &Error{Command: command, Field: field, text: reason, conditions: []error{ErrInvalid}}
}

// fail takes over what the transport reports.
func (e *Error) fail(err error) {
	e.text, e.cause = err.Error(), err
	if t, ok := errors.AsType[*transport.Error](err); ok {
		e.RetryAfter = t.RetryAfter
		e.add(t.Condition)
		if t.Ambiguous {
			e.add(ErrAmbiguous)
		}
	}
}

// ended makes e the end of a context while an answer was read.
func (e *Error) ended(err error) {
	for _, end := range []error{context.Canceled, context.DeadlineExceeded} {
		if errors.Is(err, end) {
			e.text, e.cause, e.conditions = end.Error(), end, nil
		}
	}
}

// isEnd reports whether an error is a context's end.
func isEnd(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func (e *Error) add(condition error) {
	if condition != nil {
		e.conditions = append(e.conditions, condition)
	}
}
