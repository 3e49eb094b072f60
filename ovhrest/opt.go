package ovhrest

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/hebergo/hebergo/internal/redact"
)

// Opt is a field that the API may omit or return as null. Its zero value is an
// absent field, for which an edit sends nothing; Null clears the field.
// Decoding and encoding preserve absent, null and set fields.
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

// Some returns a field with a value.
func Some[T any](v T) Opt[T] { return Opt[T]{v, optSet} }

// Null returns a field that is null.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Value returns the value, and whether the field has one.
func (o Opt[T]) Value() (T, bool) { return o.value, o.state == optSet }

// Or returns the value, or fallback if there is none.
func (o Opt[T]) Or(fallback T) T {
	if o.state == optSet {
		return o.value
	}
	return fallback
}

// IsNull reports whether the field is present and null.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsZero reports whether the field is absent, for encoding/json's omitzero.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// String returns the text of the value, or "" if there is none.
func (o Opt[T]) String() string {
	if o.state != optSet {
		return ""
	}
	return fmt.Sprint(o.value)
}

// GoString returns that of the value, so that %#v shows no more of it than %v.
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
	if !json.Valid(b) {
		return json.Unmarshal(b, new(any)) // its error says it best
	}
	return o.decode(&decoder{b: b}, planOf(reflect.TypeFor[T]()))
}

// decode reads the next value or null.
func (o *Opt[T]) decode(d *decoder, p *plan) error {
	*o = Null[T]()
	if d.peek() == 'n' {
		d.skip()
		return nil
	}
	o.state = optSet
	return d.value(reflect.ValueOf(&o.value).Elem(), p)
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

// Secret is a text that gives access: a key, an authorisation code, an order's
// password. It is printed, logged and marshalled as REDACTED, also as part of
// another value. Reveal returns the text.
type Secret = redact.Secret

// NewSecret returns a Secret with the given text.
func NewSecret(text string) Secret { return redact.New(text) }

// open returns the field as it is sent, in the clear, and notes its text in
// secrets.
func open(field Opt[Secret], secrets *[]string) Opt[Secret] {
	secret, ok := field.Value()
	if !ok {
		return field
	}
	*secrets = append(*secrets, secret.Reveal())
	return Some(redact.ForWire(secret))
}
