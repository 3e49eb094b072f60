package wedos

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Requests and answers are plain structs whose fields name WAPI's elements in
// a tag, `wapi:"rdata"`. This file turns them into nodes and back, so that the
// types are written once for both codecs.
//
// As in encoding/json, unexported fields take no part.
// In a request, "omitempty" leaves a zero field out. In an answer, a []T is
// read from every list shape (see node.items); the tag of a list without a
// name of its own is "*".

// field is what a tag says.
type field struct {
	name      string
	index     int
	omitEmpty bool
}

func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		name, option, _ := strings.Cut(t.Field(i).Tag.Get("wapi"), ",")
		if name != "" && t.Field(i).IsExported() {
			fields = append(fields, field{name, i, option == "omitempty"})
		}
	}
	return fields
}

// toNode writes v as the element called name. It fails on text that is not
// UTF-8, on types that no WAPI element has, and on a value that holds itself.
func toNode(name string, v reflect.Value, depth int) (node, error) {
	if depth > maxDepth {
		return node{}, invalid("", name, "is nested too deep")
	}
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() { // nil
		return node{name: name}, nil
	}
	if n, ok := v.Interface().(noder); ok {
		return n.node(name), nil
	}
	switch v.Kind() {
	case reflect.String:
		if !utf8.ValidString(v.String()) {
			return node{}, invalid("", name, "is not valid UTF-8")
		}
		return node{name: name, text: v.String()}, nil
	case reflect.Bool:
		return number(name, map[bool]string{false: "0", true: "1"}[v.Bool()]), nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return number(name, strconv.FormatInt(v.Int(), 10)), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return number(name, strconv.FormatUint(v.Uint(), 10)), nil
	case reflect.Struct:
		return structNode(name, v, depth)
	case reflect.Map:
		return mapNode(name, v, depth)
	case reflect.Slice, reflect.Array:
		return listNode(name, v, depth)
	}
	return node{}, foreign(name, v)
}

func foreign(name string, v reflect.Value) *Error {
	return invalid("", name, "has the type "+v.Type().String()+", which WAPI has no element for")
}

// noder is a value that knows its own shape.
type noder interface{ node(name string) node }

func number(name, digits string) node { return node{name: name, text: digits, kind: kindNumber} }

func structNode(name string, v reflect.Value, depth int) (node, error) {
	if d, ok := v.Interface().(decimal.Decimal); ok {
		return node{name: name, text: d.String()}, nil
	}
	fields := fieldsOf(v.Type())
	if len(fields) == 0 && v.NumField() > 0 { // such as a time, which WAPI wants in more than one form
		return node{}, foreign(name, v)
	}
	out := node{name: name, kind: kindObject}
	for _, f := range fields {
		if f.omitEmpty && v.Field(f.index).IsZero() {
			continue
		}
		kid, err := toNode(f.name, v.Field(f.index), depth+1)
		if err != nil {
			return node{}, err
		}
		out.kids = append(out.kids, kid)
	}
	return out, nil
}

// mapNode writes the keys in order, so that the same map gives the same bytes.
func mapNode(name string, v reflect.Value, depth int) (node, error) {
	out := node{name: name, kind: kindObject}
	if v.Type().Key().Kind() != reflect.String {
		return node{}, invalid("", name, "has keys that are no strings")
	}
	for iter := v.MapRange(); iter.Next(); {
		key := iter.Key().String()
		if !isName(key) {
			return node{}, invalid("", name, "has a key that is no element name")
		}
		kid, err := toNode(key, iter.Value(), depth+1)
		if err != nil {
			return node{}, err
		}
		out.kids = append(out.kids, kid)
	}
	slices.SortFunc(out.kids, func(a, b node) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func listNode(name string, v reflect.Value, depth int) (node, error) {
	out := node{name: name, kind: kindList}
	for i := range v.Len() {
		kid, err := toNode(name, v.Index(i), depth+1)
		if err != nil {
			return node{}, err
		}
		out.kids = append(out.kids, kid)
	}
	return out, nil
}

// isName keeps the keys of a caller's map from closing an element.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == "" && s[0] > '9'
}

// decode fills the struct that into points to. An element that is absent, or
// whose text does not fit the field, leaves the zero value: the manual's own
// samples have words where numbers belong, and the raw answer is kept.
func decode(n node, into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return invalid("", "into", fmt.Sprintf("is a %T, not a pointer to a struct", into))
	}
	decodeStruct(n, v.Elem(), fieldsOf(v.Elem().Type()))
	return nil
}

func decodeStruct(n node, v reflect.Value, fields []field) {
	for _, f := range fields {
		target := v.Field(f.index)
		if target.Kind() == reflect.Slice {
			decodeSlice(n, f.name, target)
		} else if kid, ok := n.find(f.name); ok {
			decodeValue(kid, target)
		}
	}
}

func decodeSlice(n node, name string, target reflect.Value) {
	var fields []field
	if elem := target.Type().Elem(); elem.Kind() == reflect.Struct {
		fields = fieldsOf(elem)
	}
	var items []node
	switch {
	case name == "*":
		items = n.entries()
	case fields != nil:
		items = n.objects(name)
	default:
		items = leaves(n.items(name))
	}
	if len(items) == 0 {
		return
	}
	list := reflect.MakeSlice(target.Type(), len(items), len(items))
	for i, item := range items {
		if fields != nil {
			decodeStruct(item, list.Index(i), fields)
		} else {
			decodeValue(item, list.Index(i))
		}
	}
	target.Set(list)
}

// leaves unwraps a list of texts that has an element of its own for each:
// <axfr_ips><ip>…</ip></axfr_ips>.
func leaves(items []node) []node {
	var out []node
	for _, n := range items {
		switch {
		case len(n.kids) > 0:
			out = append(out, leaves(n.kids)...)
		case !n.empty():
			out = append(out, n)
		}
	}
	return out
}

func decodeValue(n node, target reflect.Value) {
	switch target.Kind() {
	case reflect.String:
		target.SetString(n.text)
	case reflect.Int, reflect.Int64:
		if i, err := strconv.ParseInt(strings.TrimSpace(n.text), 10, 64); err == nil {
			target.SetInt(i)
		}
	case reflect.Bool:
		text := strings.TrimSpace(n.text)
		target.SetBool(text == "1" || text == "true")
	case reflect.Struct:
		switch p := target.Addr().Interface().(type) {
		case *time.Time:
			*p = parseTime(n.text)
		case *decimal.Decimal:
			*p = parseDecimal(n.text)
		default:
			decodeStruct(n, target, fieldsOf(target.Type()))
		}
	}
}

// parseTime reads WAPI's dates, which are Prague wall time without a zone. It
// is the zero time for "" (never) and anything else that is no date.
func parseTime(text string) time.Time {
	for _, layout := range []string{time.DateTime, time.DateOnly} {
		if len(text) == len(layout) {
			if t, err := time.ParseInLocation(layout, text, prague()); err == nil {
				return t
			}
		}
	}
	return time.Time{}
}

// parseDecimal reads an amount exactly. The length is bounded because an
// exponent would let a short text stand for a number of any size.
func parseDecimal(text string) decimal.Decimal {
	text = strings.TrimSpace(text)
	if len(text) > 40 || strings.ContainsAny(text, "eE") {
		return decimal.Decimal{}
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}
	}
	return d
}
