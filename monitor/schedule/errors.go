package schedule

import (
	"errors"

	"github.com/hebergo/hebergo/monitor"
)

// newError returns an error of monitor's kind. text holds nothing that a peer
// could have chosen.
func newError(op, target string, condition error, text string) *monitor.Error {
	return &monitor.Error{Op: op, Target: target, Text: text, Condition: condition}
}

// invalid refuses a field.
func invalid(op, target, field, reason string) *monitor.Error {
	e := newError(op, target, monitor.ErrInvalid, reason)
	e.Field = field
	return e
}

// fieldOf returns the field that err names and what is wrong with it.
func fieldOf(err error) (field, text string) {
	if e, ok := errors.AsType[*monitor.Error](err); ok {
		return e.Field, e.Text
	}
	return "", err.Error()
}
