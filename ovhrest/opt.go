package ovhrest

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Opt is a field that the API may leave out or answer as null. Its zero value
// is a field left out, so that an edit sends nothing for it; Null clears the
// field. A round trip keeps the three apart.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optSet
)

// Some is a field with a value.
func Some[T any](v T) Opt[T] { return Opt[T]{v, optSet} }

// Null is a field that is null.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Value returns the value, and whether there is one.
func (o Opt[T]) Value() (T, bool) { return o.value, o.state == optSet }

// Or returns the value, or fallback where there is none.
func (o Opt[T]) Or(fallback T) T {
	if o.state == optSet {
		return o.value
	}
	return fallback
}

// IsNull tells whether the field is there and null.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsZero tells whether the field is left out, for encoding/json's omitzero.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// String is the value's text, or nothing where there is no value.
func (o Opt[T]) String() string {
	if o.state != optSet {
		return ""
	}
	return fmt.Sprint(o.value)
}

// MarshalJSON writes the value or null.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optSet {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads a value or null.
func (o *Opt[T]) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*o = Some(v)
	return nil
}
