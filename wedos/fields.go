package wedos

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Requests and answers are plain structs whose fields name WAPI's elements in
// a tag, `wapi:"rdata"`. This file turns them into nodes and back, so that the
// types are written once for both codecs.
//
// As in encoding/json, unexported fields take no part.
// In a request, "omitempty" leaves a zero field out; decode.go has the options
// of an answer's fields.

// field is what a tag says.
type field struct {
	name  string
	index int
	list  bool // a slice, to be read from every list shape

	omitEmpty bool // in a request: leave a zero field out
	required  bool // in an answer: must be there, and not empty
	present   bool // in an answer: must be there
	natural   bool // in an answer: a number from 0 to 1<<32-1
	joined    bool // in an answer: a list of texts, of which one may be written as several elements
}

func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		name, options, _ := strings.Cut(t.Field(i).Tag.Get("wapi"), ",")
		if name == "" || !t.Field(i).IsExported() {
			continue
		}
		f := field{name: name, index: i, list: isList(t.Field(i).Type)}
		for option := range strings.SplitSeq(options, ",") {
			f.omitEmpty = f.omitEmpty || option == "omitempty"
			f.required = f.required || option == "required"
			f.present = f.present || option == "present"
			f.natural = f.natural || option == "natural"
			f.joined = f.joined || option == "joined"
		}
		fields = append(fields, f)
	}
	return fields
}

func isList(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8
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
	switch own := v.Interface().(type) {
	case noder:
		return own.node(name), nil
	case Secret:
		n, err := toNode(name, reflect.ValueOf(own.Reveal()), depth)
		n.secret = true
		return n, err
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
		child, err := toNode(f.name, v.Field(f.index), depth+1)
		if err != nil {
			return node{}, err
		}
		out.children = append(out.children, child)
	}
	return out, nil
}

// mapNode writes the keys in order, so that the same map gives the same bytes.
func mapNode(name string, v reflect.Value, depth int) (node, error) {
	out := node{name: name, kind: kindObject}
	if v.Type().Key().Kind() != reflect.String {
		return node{}, invalid("", name, "has keys that are not strings")
	}
	for iter := v.MapRange(); iter.Next(); {
		key := iter.Key().String()
		if !isName(key) {
			return node{}, invalid("", name, "has a key that is not an element name")
		}
		child, err := toNode(key, iter.Value(), depth+1)
		if err != nil {
			return node{}, err
		}
		out.children = append(out.children, child)
	}
	slices.SortFunc(out.children, func(a, b node) int { return strings.Compare(a.name, b.name) })
	return out, nil
}

func listNode(name string, v reflect.Value, depth int) (node, error) {
	out := node{name: name, kind: kindList}
	for i := range v.Len() {
		child, err := toNode(name, v.Index(i), depth+1)
		if err != nil {
			return node{}, err
		}
		out.children = append(out.children, child)
	}
	return out, nil
}

// isName keeps the keys of a caller's map from closing an element.
func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == "" && s[0] > '9'
}
