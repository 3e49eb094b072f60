package ovhsoap

import (
	"bytes"
	"context"
	"encoding/base64"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// decoder writes a document's elements into Go values. xsi:type is a guess of
// the server's and plays no part, base64 aside: the Go type decides.
type decoder struct {
	*document
	ctx   context.Context
	plans map[reflect.Type]map[string]int
	typed bool // for a method of Session: lists are never nil
}

func newDecoder(ctx context.Context, d *document, typed bool) *decoder {
	return &decoder{document: d, ctx: ctx, plans: map[reflect.Type]map[string]int{}, typed: typed}
}

// decode fills v, which is fresh, from the element n. Its errors name where in
// the value they happened and hold nothing of the answer.
func (d *decoder) decode(n int32, v reflect.Value) error {
	n = d.follow(n)
	switch v.Type() {
	case reflect.TypeFor[Value]():
		value, err := d.value(n)
		v.Set(reflect.ValueOf(value))
		return err
	case reflect.TypeFor[Secret]():
		return d.secret(n, v)
	}
	if v.Kind() == reflect.Struct {
		if optional, ok := v.Addr().Interface().(member); ok {
			return d.optional(n, v.Field(0).Kind(), optional)
		}
	}
	if d.isNil(n) {
		return d.nothing(v)
	}
	switch v.Kind() {
	case reflect.Pointer:
		return d.pointer(n, v)
	case reflect.Struct:
		return d.structure(n, v)
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			return d.array(n, v)
		}
	}
	if !d.isLeaf(n) {
		return malformed("a structure where %s was expected", v.Type())
	}
	return d.scalar(n, v)
}

// nothing takes a nil for a value that can be none: a text, a list, a pointer.
func (d *decoder) nothing(v reflect.Value) error {
	switch v.Kind() {
	case reflect.String, reflect.Pointer:
		return nil
	case reflect.Slice:
		if d.typed {
			v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		}
		return nil
	}
	return malformed("nil where %s was expected", v.Type())
}

// optional fills an Opt of a kind, unless the element is nil, or is empty where
// the kind has no empty value: Perl's undefined number, a structure without
// members.
func (d *decoder) optional(n int32, kind reflect.Kind, o member) error {
	switch kind {
	case reflect.String, reflect.Slice, reflect.Bool:
		if d.isNil(n) {
			return nil
		}
	default:
		if d.isNothing(n) {
			return nil
		}
	}
	return d.decode(n, reflect.ValueOf(o.fill()).Elem())
}

// optionalType is the type of an Opt's value, nil for any other type.
func optionalType(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(reflect.TypeFor[member]()) {
		return t.Field(0).Type
	}
	return nil
}

// pointer makes room for the value. What a pointer leads to may be an empty
// structure.
func (d *decoder) pointer(n int32, v reflect.Value) error {
	if err := d.take(1, v.Type().Elem()); err != nil {
		return err
	}
	v.Set(reflect.New(v.Type().Elem()))
	if isStructure(v.Type().Elem()) && d.isNothing(n) {
		return nil
	}
	return d.decode(n, v.Elem())
}

// secret reads a text.
func (d *decoder) secret(n int32, v reflect.Value) error {
	var text string
	if err := d.decode(n, reflect.ValueOf(&text).Elem()); err != nil {
		return err
	}
	if text != "" {
		v.Set(reflect.ValueOf(NewSecret(text)))
	}
	return nil
}

// scalar reads a leaf.
func (d *decoder) scalar(n int32, v reflect.Value) error {
	var text string
	var err error
	switch v.Kind() {
	case reflect.String:
		if text, err = d.string(n); err == nil {
			err = d.spendText(len(text))
		}
		v.SetString(text)
		return err
	case reflect.Slice:
		return d.blob(n, v)
	}
	if text, err = d.string(n); err != nil {
		return err
	}
	if text = strings.TrimSpace(text); text == "" {
		return d.hollow(v)
	}
	switch v.Kind() {
	case reflect.Bool:
		return setBool(v, text)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(text, 10, v.Type().Bits())
		v.SetInt(i)
		return unread(err, v)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		u, err := strconv.ParseUint(text, 10, v.Type().Bits())
		v.SetUint(u)
		return unread(err, v)
	case reflect.Float32, reflect.Float64:
		f, err := strconv.ParseFloat(text, v.Type().Bits())
		if math.IsNaN(f) || math.IsInf(f, 0) {
			err = strconv.ErrRange
		}
		v.SetFloat(f)
		return unread(err, v)
	}
	return malformed("the Go type %s can't hold an answer", v.Type())
}

// hollow takes an empty text for Perl's false, and for its undefined number where
// a caller's own type has no Opt for that.
func (d *decoder) hollow(v reflect.Value) error {
	if d.typed && v.Kind() != reflect.Bool {
		return malformed("an empty text where %s was expected", v.Type())
	}
	return nil
}

func unread(err error, v reflect.Value) error {
	if err != nil {
		return malformed("a text that can't be read as %s", v.Type())
	}
	return nil
}

// setBool reads the forms of XML Schema, PHP and Perl.
func setBool(v reflect.Value, text string) error {
	switch {
	case text == "1" || strings.EqualFold(text, "true"):
		v.SetBool(true)
	case text != "0" && !strings.EqualFold(text, "false"):
		return malformed("a text that can't be read as %s", v.Type())
	}
	return nil
}

// string reads a leaf's text. SOAP::Lite sends every text with a byte above
// 127 as base64Binary, in whatever charset the program had it: what is not
// UTF-8 then is taken for ISO-8859-1 (inferred).
func (d *document) string(n int32) (string, error) {
	text := d.text(n)
	if !d.isBase64(n) {
		return string(text), nil
	}
	raw, err := unbase64(text)
	if err != nil || utf8.Valid(raw) {
		return string(raw), err
	}
	var b strings.Builder
	for _, c := range raw {
		b.WriteRune(rune(c))
	}
	return b.String(), nil
}

// blob reads bytes, packed or as they are.
func (d *decoder) blob(n int32, v reflect.Value) error {
	if !d.isBase64(n) {
		v.SetBytes(bytes.Clone(d.text(n)))
		return nil
	}
	raw, err := unbase64(d.text(n))
	v.SetBytes(raw)
	return err
}

func unbase64(text []byte) ([]byte, error) {
	raw, err := base64.StdEncoding.AppendDecode(nil, bytes.TrimSpace(text))
	if err != nil {
		return nil, malformed("a text that is not base64")
	}
	return raw, nil
}

// array reads the children, which all have one name, item as a rule.
func (d *decoder) array(n int32, v reflect.Value) error {
	length := 0
	for c := d.first(n); c != 0; c = d.next(c) {
		if !bytes.Equal(d.name(c), d.name(d.first(n))) {
			return malformed("a structure where %s was expected", v.Type())
		}
		length++
	}
	if length == 0 && !blank(d.text(n)) {
		return malformed("a text where %s was expected", v.Type())
	}
	if err := d.take(length, v.Type().Elem()); err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), length, length))
	for i, c := 0, d.first(n); c != 0; i, c = i+1, d.next(c) {
		if err := d.item(i, c, v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

// item reads one item of an array. A typed array holds no nil items.
func (d *decoder) item(i int, n int32, v reflect.Value) error {
	if i%1024 == 1023 && d.ctx.Err() != nil { // a short answer that is here is read
		return d.ctx.Err()
	}
	if d.typed && d.isNil(n) {
		return malformed("a nil item where %s was expected", v.Type())
	}
	return d.decode(n, v)
}

// structure reads the members that the Go type has a field for, in any order.
// None of them among those received means that this is something else.
func (d *decoder) structure(n int32, v reflect.Value) error {
	fields := d.plan(v.Type())
	if d.isLeaf(n) && len(fields) > 0 {
		if blank(d.text(n)) {
			return malformed("nothing where %s was expected", v.Type())
		}
		return malformed("a text where %s was expected", v.Type())
	}
	var few [32]bool // not in the heap, for all structures that SoAPI has
	seen := few[:]
	if n := v.NumField(); n > len(few) {
		seen = make([]bool, n)
	}
	for c := d.first(n); c != 0; c = d.next(c) {
		name, held := d.pair(n, c)
		i, known := fields[string(name)]
		if !known {
			continue
		}
		if seen[i] {
			return malformed("%s twice in one structure", v.Type().Field(i).Name)
		}
		seen[i] = true
		if err := d.decode(held, v.Field(i)); err != nil {
			return inside(v.Type().Field(i).Name, err)
		}
	}
	if !slices.Contains(seen, true) && len(fields) > 0 {
		return malformed("not one member of %s", v.Type())
	}
	if d.typed {
		emptyLists(v, fields)
	}
	return nil
}

// emptyLists makes the lists that did not come empty ones.
func emptyLists(v reflect.Value, fields map[string]int) {
	for _, i := range fields {
		if f := v.Field(i); f.Kind() == reflect.Slice && f.IsNil() {
			f.Set(reflect.MakeSlice(f.Type(), 0, 0))
		}
	}
}

// pair returns the name of n's child c, and the element with its value. PHP
// without a WSDL and SOAP::Lite send a structure of odd names as Map, whose
// items hold key and value.
func (d *document) pair(n, c int32) (name []byte, held int32) {
	if d.nodes[n].flags&isMap != 0 {
		item := d.follow(c)
		if key, value := d.child(item, "key"), d.child(item, "value"); key != 0 && value != 0 {
			return d.text(d.follow(key)), value
		}
	}
	return d.name(c), c
}

// unfitType returns the type in t that no answer can be read into, nil if all of
// it can. Types may hold themselves.
func unfitType(t reflect.Type, seen map[reflect.Type]bool) reflect.Type {
	if seen[t] || t == reflect.TypeFor[Value]() || t == reflect.TypeFor[Secret]() {
		return nil
	}
	seen[t] = true
	if inner := optionalType(t); inner != nil {
		t = inner
	}
	switch kind := t.Kind(); {
	case kind == reflect.Pointer || kind == reflect.Slice:
		return unfitType(t.Elem(), seen)
	case kind == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if _, read := memberName(f); !read {
				continue
			}
			if unfit := unfitType(f.Type, seen); unfit != nil {
				return unfit
			}
		}
		return nil
	case kind == reflect.String || kind >= reflect.Bool && kind <= reflect.Float64 && kind != reflect.Uintptr:
		return nil
	}
	return t
}

// plan maps members to the fields of a structure.
func (d *decoder) plan(t reflect.Type) map[string]int {
	if fields, ok := d.plans[t]; ok {
		return fields
	}
	fields := make(map[string]int, t.NumField())
	for i := range t.NumField() {
		if name, read := memberName(t.Field(i)); read {
			fields[name] = i
		}
	}
	d.plans[t] = fields
	return fields
}

// memberName returns the member that a field is read from, if any: the tag's
// soap:"name", or the field's own name with a small letter first.
func memberName(f reflect.StructField) (string, bool) {
	name := f.Tag.Get("soap")
	if name == "" {
		first, size := utf8.DecodeRuneInString(f.Name)
		name = string(unicode.ToLower(first)) + f.Name[size:]
	}
	return name, f.IsExported() && name != "-"
}
