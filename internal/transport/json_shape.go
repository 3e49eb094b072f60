package transport

import (
	"bytes"
	"cmp"
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// shape is what the scan has to know of a Go type.
type shape struct {
	kind   shapeKind
	size   uint64   // of a value in its place
	elem   *shape   // of a pointer, wrapper, list or table
	key    uint64   // the size of a table's key
	fields []*field // of a record
	byName map[string]*field
	custom bool // the type decodes itself: it may take any JSON and keep its text
	keeps  bool // a record that keeps the members it doesn't know
}

// field is one of a record's.
type field struct {
	name  string
	index []int // leads to it; nil for one that lies behind an embedded pointer
	shape *shape
	extra uint64 // what the pointers on the way to it point to
}

type shapeKind uint8

const (
	shapeScalar  shapeKind = iota // takes nothing outside its place
	shapeText                     // a string, a number kept as text, bytes
	shapePointer                  // to one of elem
	shapeWrapper                  // has one of elem inside
	shapeList                     // grows with its elements
	shapeArray                    // has place for its elements
	shapeTable                    // a map
	shapeRecord                   // a struct
	shapeAny                      // any
)

// shapes caches what is known of a type: a table, filled once a type.
var shapes sync.Map

func shapeOf(t reflect.Type) *shape {
	if known, ok := shapes.Load(t); ok {
		return known.(*shape)
	}
	made := map[reflect.Type]*shape{}
	s := makeShape(t, made)
	for t, s := range made { // complete, as no one else sees a part of it before
		shapes.LoadOrStore(t, s)
	}
	return s
}

// makeShape adds t and what it consists of to made, which ends recursion.
func makeShape(t reflect.Type, made map[reflect.Type]*shape) *shape {
	if s := made[t]; s != nil {
		return s
	}
	s := &shape{size: uint64(t.Size()), custom: decodesItself(t)}
	made[t] = s
	switch t.Kind() {
	case reflect.String:
		s.kind = shapeText
	case reflect.Pointer:
		s.kind, s.elem = shapePointer, makeShape(t.Elem(), made)
	case reflect.Slice:
		s.kind, s.elem = shapeList, makeShape(t.Elem(), made)
		if t.Elem().Kind() == reflect.Uint8 {
			s.kind = shapeText
		}
	case reflect.Array:
		s.kind, s.elem = shapeArray, makeShape(t.Elem(), made)
	case reflect.Map:
		s.kind, s.elem, s.key = shapeTable, makeShape(t.Elem(), made), uint64(t.Key().Size())
	case reflect.Interface:
		if t.NumMethod() == 0 {
			s.kind = shapeAny
		}
	case reflect.Struct:
		s.record(t, made)
	}
	return s
}

func decodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// record looks through a struct. One that decodes itself is taken to do as
// encoding/json would if it has fields for it, and else to hold in its first
// field what it decodes, as an optional value does.
func (s *shape) record(t reflect.Type, made map[reflect.Type]*shape) {
	s.kind, s.byName = shapeRecord, map[string]*field{}
	s.addFields(level{t: t}, made, map[reflect.Type]bool{})
	if !s.custom || len(s.fields) > 0 {
		return
	}
	s.kind = shapeScalar
	if t.NumField() > 0 {
		s.kind, s.elem = shapeWrapper, makeShape(t.Field(0).Type, made)
	}
}

// level is a struct and the way to it from the record that embeds it.
type level struct {
	t      reflect.Type
	index  []int
	behind bool // a pointer
	extra  uint64
}

// addFields adds the fields of a struct, and behind them those of the structs
// embedded in it, which never win over them.
func (s *shape) addFields(l level, made map[reflect.Type]*shape, seen map[reflect.Type]bool) {
	if seen[l.t] {
		return
	}
	seen[l.t] = true
	for f := range l.t.Fields() {
		s.keeps = s.keeps || s.custom && f.Type.Kind() == reflect.Map && f.Type.Elem() == reflect.TypeFor[json.RawMessage]()
		if name, in := jsonName(f); in && s.byName[name] == nil {
			added := &field{name: name, shape: makeShape(f.Type, made), extra: l.extra}
			if !l.behind {
				added.index = slices.Concat(l.index, f.Index)
			}
			s.fields, s.byName[name] = append(s.fields, added), added
		}
	}
	for f := range l.t.Fields() {
		if inner := embedded(f); inner != nil {
			below := level{inner, slices.Concat(l.index, f.Index), l.behind, l.extra}
			if f.Type.Kind() == reflect.Pointer {
				below.behind, below.extra = true, l.extra+class(uint64(inner.Size()))
			}
			s.addFields(below, made, seen)
		}
	}
}

// jsonName is the member that encoding/json decodes into f, if it does.
func jsonName(f reflect.StructField) (name string, in bool) {
	tag := f.Tag.Get("json")
	if tag == "-" || !f.IsExported() || embedded(f) != nil {
		return "", false
	}
	name, _, _ = strings.Cut(tag, ",")
	return cmp.Or(name, f.Name), true
}

// embedded is the struct whose fields f brings in, nil if f is a field like
// any other.
func embedded(f reflect.StructField) reflect.Type {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	if !f.Anonymous || name != "" || t.Kind() != reflect.Struct {
		return nil
	}
	return t
}

// field finds the field that encoding/json decodes a member into: the name's
// own, or one that differs in case alone.
func (s *shape) field(key []byte) *field {
	if f := s.byName[string(key)]; f != nil {
		return f
	}
	for _, f := range s.fields {
		if sameFold(f.name, key) {
			return f
		}
	}
	return nil
}

// sameFold is strings.EqualFold, which would have the key copied.
func sameFold(name string, key []byte) bool {
	if len(key) > 3*len(name) || len(name) > 3*len(key) { // folding changes a rune's length by no more
		return false
	}
	var buf [64]byte
	return bytes.EqualFold(append(buf[:0], name...), key)
}
