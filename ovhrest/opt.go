package ovhrest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
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

// GoString is the value's own, so that %#v shows no more of it than %v.
func (o Opt[T]) GoString() string {
	if o.state != optSet {
		return "nil"
	}
	return fmt.Sprintf("%#v", o.value)
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
	if err := unmarshalValue(b, &v); err != nil {
		return err
	}
	*o = Some(v)
	return nil
}

// unmarshalValue is json.Unmarshal with a short way for the kinds that most
// fields have; encoding/json has checked b.
func unmarshalValue(b []byte, out any) (err error) {
	switch out := out.(type) {
	case *string:
		if text, ok := plainText(b); ok {
			*out = string(text)
			return nil
		}
	case *time.Time:
		return out.UnmarshalJSON(b)
	case *int64:
		if *out, err = strconv.ParseInt(string(b), 10, 64); err == nil {
			return nil
		}
	}
	return json.Unmarshal(b, out)
}

// plainText returns what stands between the quotes of a JSON string without
// escapes or characters past ASCII.
func plainText(b []byte) ([]byte, bool) {
	if len(b) < 2 || b[0] != '"' || b[len(b)-1] != '"' {
		return nil, false
	}
	b = b[1 : len(b)-1]
	for _, c := range b {
		if c < ' ' || c > '~' || c == '\\' || c == '"' {
			return nil, false
		}
	}
	return b, true
}
