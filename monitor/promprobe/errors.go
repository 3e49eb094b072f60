package promprobe

import "github.com/hebergo/hebergo/monitor"

// Error is what this package refuses. It is ErrInvalid.
type Error struct {
	Op     string // "catalog", "probe handler", "collector"
	Target string // the target's ID, where there is one
	Field  string // the field that was refused

	text string
}

// ErrInvalid is monitor's condition of that name.
var ErrInvalid = monitor.ErrInvalid

// Error reads "promprobe: catalog erp-1: ID is there twice".
func (e *Error) Error() string {
	text := "promprobe: " + e.Op
	if e.Target != "" {
		text += " " + e.Target
	}
	return text + ": " + e.Field + " " + e.text
}

// Is matches ErrInvalid.
func (e *Error) Is(target error) bool { return target == ErrInvalid }

// GoString is Error.
func (e *Error) GoString() string { return e.Error() }

func invalid(op, target, field, text string) *Error {
	return &Error{Op: op, Target: target, Field: field, text: text}
}
