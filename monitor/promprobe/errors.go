package promprobe

import "github.com/hebergo/hebergo/monitor"

// Error is the error type of this package. It matches ErrInvalid.
type Error struct {
	Op     string // "catalog", "probe handler", "collector"
	Target string // the target's ID, if any
	Field  string // the field that was refused

	text string
}

// ErrInvalid is monitor.ErrInvalid.
var ErrInvalid = monitor.ErrInvalid

// Error returns a text such as "promprobe: catalog erp-1: ID is there twice".
func (e *Error) Error() string {
	text := "promprobe: " + e.Op
	if e.Target != "" {
		text += " " + e.Target
	}
	return text + ": " + e.Field + " " + e.text
}

// Is reports whether target is ErrInvalid.
func (e *Error) Is(target error) bool { return target == ErrInvalid }

// GoString returns the same as Error.
func (e *Error) GoString() string { return e.Error() }

func invalid(op, target, field, text string) *Error {
	return &Error{Op: op, Target: target, Field: field, text: text}
}
