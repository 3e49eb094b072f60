package ovhrest

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"time"
)

// plan is how a type is decoded.
type plan struct {
	kind   planKind
	elem   *plan             // of a pointer, an Opt, a list or a table
	fields map[string]*field // of a model
	extra  int               // the index of a model's Extra
	needed uint64            // the bits of the fields that an answer must have
}

type planKind uint8

const (
	planOther planKind = iota // encoding/json's
	planOwn                   // a scalar with an UnmarshalJSON of its own
	planText
	planNumber
	planBool
	planTime
	planPointer
	planOpt
	planList
	planTable
	planModel
)

// field is one of a model's.
type field struct {
	name  string
	index int
	plan  *plan
	bit   uint64 // where the field is needed
	id    bool   // 0 is none: that is how it is left out of a body
}

// meets reports whether a value is one that a needed field may have.
func (f *field) meets(value []byte) bool {
	text := string(value)
	return text != "null" && text != `""` && (!f.id || text != "0")
}

// field finds the field of a key as it is written.
func (p *plan) field(key []byte) *field {
	if bytes.IndexByte(key, '\\') >= 0 {
		return p.fields[memberName(key)]
	}
	return p.fields[string(key)]
}

// lacking names a needed field that is not among those that were seen, always
// the same of several.
func (p *plan) lacking(seen uint64) (name string) {
	for _, f := range p.fields {
		if f.bit&^seen != 0 && (name == "" || f.name < name) {
			name = f.name
		}
	}
	return name
}

// plans caches the plan of each type: a table, filled once a type.
var plans sync.Map

func planOf(t reflect.Type) *plan {
	if known, ok := plans.Load(t); ok {
		return known.(*plan)
	}
	made := map[reflect.Type]*plan{}
	p := makePlan(t, made)
	for t, p := range made { // complete, as no one else sees a part of it before
		plans.LoadOrStore(t, p)
	}
	return p
}

// makePlan adds t and what it consists of to made, which ends recursion.
func makePlan(t reflect.Type, made map[reflect.Type]*plan) *plan {
	if p := made[t]; p != nil {
		return p
	}
	p := &plan{}
	made[t] = p
	switch {
	case isOpt(t):
		p.kind, p.elem = planOpt, makePlan(t.Field(0).Type, made)
	case isModel(t):
		p.model(t, made)
	case t == reflect.TypeFor[time.Time]():
		p.kind = planTime
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		p.kind = planOwn
	case t.Kind() == reflect.Pointer:
		p.kind, p.elem = planPointer, makePlan(t.Elem(), made)
	case t.Kind() == reflect.Slice:
		p.kind, p.elem = planList, makePlan(t.Elem(), made)
	case t.Kind() == reflect.Map:
		p.kind, p.elem = planTable, makePlan(t.Elem(), made)
	case t.Kind() == reflect.String:
		p.kind = planText
	case t.Kind() == reflect.Int64:
		p.kind = planNumber
	case t.Kind() == reflect.Bool:
		p.kind = planBool
	}
	return p
}

func isOpt(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && strings.HasPrefix(t.Name(), "Opt[") && t.PkgPath() == reflect.TypeFor[Client]().PkgPath()
}

func isModel(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	f, ok := t.FieldByName("Extra")
	return ok && f.Type == reflect.TypeFor[Extra]()
}

func (p *plan) model(t reflect.Type, made map[reflect.Type]*plan) {
	p.kind, p.fields = planModel, map[string]*field{}
	bit := uint64(1)
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			p.extra = i
			continue
		}
		added := &field{name: name, index: i, plan: makePlan(f.Type, made)}
		p.fields[name] = added
		if isNeeded(f) {
			added.bit = bit
			added.id = f.Type.Kind() == reflect.Int64 && strings.HasSuffix(f.Tag.Get("json"), ",omitzero")
			p.needed |= bit
			bit <<= 1
		}
	}
}

// isNeeded reports whether an answer must have a field, as its absence would
// not show.
func isNeeded(f reflect.StructField) bool {
	switch f.Type.Kind() {
	case reflect.Bool, reflect.Int64:
		return true
	case reflect.Struct:
		return isModel(f.Type) && hidesAbsence(f.Type)
	}
	return f.Tag.Get("answer") == "key"
}

// hidesAbsence reports whether a model that is absent as a whole would read as
// one with numbers or with yes-or-no fields.
func hidesAbsence(t reflect.Type) bool {
	for f := range t.Fields() {
		if k := f.Type.Kind(); k == reflect.Bool || k == reflect.Int64 || isModel(f.Type) && hidesAbsence(f.Type) {
			return true
		}
	}
	return false
}
