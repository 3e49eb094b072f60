package ovhrest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// decoder goes through a valid JSON text once. encoding/json would go through
// each model's text again for every level around it, and allocate for each.
//
// Where it is strict, an answer keeps its type's promise or is refused: its
// numbers and its yes-or-no fields are there, which would read 0 and false
// otherwise, and so are those tagged answer:"key"; no list has null in it.
// Everything else that is absent shows: text and enums are empty, times are
// zero, amounts are unknown, lists are empty, which is what null is for them
// too.
type decoder struct {
	b      []byte
	i      int
	strict bool
}

// answerError says what is wrong with an answer, and where. It quotes none of
// it.
type answerError struct{ what, where string }

func (e *answerError) Error() string {
	if e.where == "" {
		return e.what
	}
	return e.what + " at " + strings.TrimPrefix(e.where, ".")
}

// under puts the place that the error is in before it.
func under(place string, err error) error {
	if e, ok := err.(*answerError); ok {
		e.where = place + e.where
	}
	return err
}

const errKind = "the answer has another type"

// unmarshalAnswer decodes the valid JSON text b as an answer of the API.
func unmarshalAnswer(b []byte, out any) error {
	v := reflect.ValueOf(out).Elem()
	p := planOf(v.Type())
	d := decoder{b: b, strict: true}
	if d.isBlank(p) {
		return &answerError{what: "the answer has no known field"}
	}
	return d.value(v, p)
}

// unmarshalModel is the models' UnmarshalJSON: it is for callers' files as
// well, and so no stricter than encoding/json.
func unmarshalModel(b []byte, model any) error {
	if !json.Valid(b) {
		return json.Unmarshal(b, new(any)) // its error says it best
	}
	v := reflect.ValueOf(model).Elem()
	d := decoder{b: b}
	return d.value(v, planOf(v.Type()))
}

// value decodes the next value into v.
func (d *decoder) value(v reflect.Value, p *plan) error {
	c := d.peek()
	switch {
	case p.kind == planOpt:
		return v.Addr().Interface().(interface{ decode(*decoder, *plan) error }).decode(d, p.elem)
	case c == 'n': // null
		d.skip()
		if p.kind != planModel {
			v.SetZero()
		}
		return nil
	}
	switch p.kind {
	case planPointer:
		if v.IsNil() {
			v.Set(reflect.New(v.Type().Elem()))
		}
		return d.value(v.Elem(), p.elem)
	case planModel:
		return d.model(v, p)
	case planList:
		return d.list(v, p)
	case planTable:
		return d.table(v, p)
	}
	return d.scalar(v, p)
}

func (d *decoder) scalar(v reflect.Value, p *plan) error {
	raw := d.skip()
	ok := false
	switch p.kind {
	case planText:
		var text string
		if text, ok = textOf(raw); ok {
			v.SetString(text)
		}
	case planNumber:
		n, err := strconv.ParseInt(string(raw), 10, 64)
		if ok = err == nil; ok {
			v.SetInt(n)
		}
	case planBool:
		ok = raw[0] == 't' || raw[0] == 'f'
		v.SetBool(raw[0] == 't')
	case planTime:
		ok = raw[0] == '"' && v.Addr().Interface().(*time.Time).UnmarshalJSON(raw) == nil
	case planOwn:
		ok = v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(raw) == nil
	default:
		ok = json.Unmarshal(raw, v.Addr().Interface()) == nil
	}
	if !ok {
		return &answerError{what: errKind}
	}
	return nil
}

// textOf reads a JSON string.
func textOf(raw []byte) (text string, ok bool) {
	if plain, ok := plainText(raw); ok {
		return string(plain), true
	}
	if raw[0] != '"' {
		return "", false
	}
	ok = json.Unmarshal(raw, &text) == nil
	return text, ok
}

func (d *decoder) list(v reflect.Value, p *plan) error {
	if d.peek() != '[' {
		return &answerError{what: errKind}
	}
	if v.Len() > 0 || v.IsNil() {
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	d.i++
	for n := 0; d.peek() != ']'; n++ {
		if n > 0 {
			d.i++ // the comma
		}
		if d.strict && d.peek() == 'n' && p.elem.kind != planOpt && p.elem.kind != planPointer {
			return &answerError{"the answer has null", "[]"}
		}
		if n == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(n + 1)
		if err := d.value(v.Index(n), p.elem); err != nil {
			return under("[]", err)
		}
	}
	d.i++
	return nil
}

func (d *decoder) table(v reflect.Value, p *plan) error {
	if d.peek() != '{' {
		return &answerError{what: errKind}
	}
	v.Set(reflect.MakeMap(v.Type()))
	value := reflect.New(v.Type().Elem()).Elem()
	return d.object(func(key []byte) error {
		if d.strict && d.peek() == 'n' {
			return &answerError{"the answer has null", ".*"}
		}
		value.SetZero()
		if err := d.value(value, p.elem); err != nil {
			return under(".*", err)
		}
		v.SetMapIndex(reflect.ValueOf(memberName(key)).Convert(v.Type().Key()), value)
		return nil
	})
}

func (d *decoder) model(v reflect.Value, p *plan) error {
	if d.peek() != '{' {
		return &answerError{what: errKind}
	}
	extra := v.Field(p.extra).Addr().Interface().(*Extra)
	*extra = nil
	var seen uint64
	err := d.object(func(key []byte) error {
		f := p.field(key)
		if f == nil {
			extra.keep(memberName(key), d.skip())
			return nil
		}
		from := d.i
		if err := d.value(v.Field(f.index), f.plan); err != nil {
			return under("."+f.name, err)
		}
		if f.meets(d.b[from:d.i]) {
			seen |= f.bit
		}
		return nil
	})
	if err == nil && d.strict && seen != p.needed {
		return &answerError{"the answer lacks a field", "." + p.lacking(seen)}
	}
	return err
}

// keep adds a member that a model has no field for.
func (e *Extra) keep(name string, value []byte) {
	if *e == nil {
		*e = Extra{}
	}
	(*e)[name] = bytes.Clone(value)
}

// object calls member at each member's value, which it must go past.
func (d *decoder) object(member func(key []byte) error) error {
	d.i++
	for n := 0; d.peek() != '}'; n++ {
		if n > 0 {
			d.i++ // the comma
			d.peek()
		}
		end := endOfString(d.b, d.i)
		key := d.b[d.i+1 : end]
		d.i = end + 1
		d.peek()
		d.i++ // the colon
		d.peek()
		if err := member(key); err != nil {
			return err
		}
	}
	d.i++
	return nil
}

// isBlank reports whether the answer is empty text, or an object without any
// member that the model knows: one of another kind.
func (d decoder) isBlank(p *plan) bool {
	switch c := d.peek(); {
	case c == '"':
		return string(d.skip()) == `""`
	case c != '{' || p.kind != planModel:
		return false
	}
	known := false
	_ = d.object(func(key []byte) error {
		known = known || p.field(key) != nil
		d.skip()
		return nil
	})
	return !known
}

// memberName undoes the escapes of a key, and what is not UTF-8.
func memberName(key []byte) string {
	name, _ := textOf(append(append([]byte{'"'}, key...), '"'))
	return name
}

func (d *decoder) peek() byte {
	d.i = skipSpace(d.b, d.i)
	return d.b[d.i]
}

// skip goes past a value and returns its text.
func (d *decoder) skip() []byte {
	from := skipSpace(d.b, d.i)
	d.i = endOfValue(d.b, from)
	return d.b[from:d.i]
}
