package ovhsoap

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Opt is an optional argument, or a member of a response that the service may
// leave out or send as nil. Its zero value is absent: no number, no flag and no
// text, rather than 0, false or "".
//
// An absent argument is sent as nil, or not at all if no later one is given, so
// that the service applies its own default.
type Opt[T any] struct {
	value T
	set   bool
}

// Some returns an Opt with a value: PopAddArgs{Quota: ovhsoap.Some(25)}.
func Some[T any](v T) Opt[T] { return Opt[T]{v, true} }

// Value returns the value and reports whether there is one.
func (o Opt[T]) Value() (T, bool) { return o.value, o.set }

// Or returns the value, or fallback if there is none.
func (o Opt[T]) Or(fallback T) T {
	if o.set {
		return o.value
	}
	return fallback
}

// IsZero reports whether there is no value, for encoding/json's omitzero.
func (o Opt[T]) IsZero() bool { return !o.set }

// String returns the text of the value, or "" if there is none.
func (o Opt[T]) String() string {
	if !o.set {
		return ""
	}
	return fmt.Sprint(o.value)
}

// GoString formats the value itself, so that %#v shows no more of it than %v.
func (o Opt[T]) GoString() string {
	if !o.set {
		return "nil"
	}
	return fmt.Sprintf("%#v", o.value)
}

// MarshalJSON encodes the value, or null if there is none.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if !o.set {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON decodes a value; null is no value.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	*o = Opt[T]{}
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	if err := json.Unmarshal(b, &o.value); err != nil {
		return err
	}
	o.set = true
	return nil
}

// given is the value as an argument, nil where there is none.
func (o Opt[T]) given() any {
	if !o.set {
		return nil
	}
	return o.value
}

// fill returns a pointer to the value, which is there from now on: for the
// decoder, which knows Opt by this method.
func (o *Opt[T]) fill() any {
	o.set = true
	return &o.value
}

// argument is an Opt of any type.
type argument interface{ given() any }

// member is a pointer to an Opt of any type.
type member interface{ fill() any }
