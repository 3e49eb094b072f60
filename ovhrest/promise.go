package ovhrest

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"sync"
	"time"
)

// promise is what an answer of some type must have. A model keeps it where its
// numbers and its yes-or-no fields are there, which would read 0 and false
// otherwise, and those tagged answer:"key". Everything else that is absent shows:
// text and enums are empty, times are zero, amounts are unknown, lists are
// empty, which is what null is for them too.
type promise struct {
	kind   promiseKind
	elem   *promise            // of a list, a table, a pointer or an Opt
	fields map[string]*promise // of a model
	needed []need              // the members that a model must have
}

// need is a member that must be there; an id must not be 0 either, which is how
// it is left out of a body.
type need struct {
	name string
	id   bool
}

func (n need) metBy(value []byte) bool {
	text := string(value)
	return text != "null" && text != `""` && !(n.id && text == "0")
}

type promiseKind uint8

const (
	promiseScalar promiseKind = iota
	promiseModel
	promiseList
	promiseTable
	promiseMaybe // a pointer or an Opt: null is a value
)

// promises caches what is known of a type: a table, filled once a type.
var promises sync.Map

func promiseOf(t reflect.Type) *promise {
	if known, ok := promises.Load(t); ok {
		return known.(*promise)
	}
	made := map[reflect.Type]*promise{}
	p := makePromise(t, made)
	for t, p := range made {
		promises.LoadOrStore(t, p)
	}
	return p
}

// makePromise adds t and what it consists of to made, which ends recursion.
func makePromise(t reflect.Type, made map[reflect.Type]*promise) *promise {
	if p := made[t]; p != nil {
		return p
	}
	p := &promise{}
	made[t] = p
	switch {
	case t.Kind() == reflect.Pointer:
		p.kind, p.elem = promiseMaybe, makePromise(t.Elem(), made)
	case isOpt(t):
		p.kind, p.elem = promiseMaybe, makePromise(t.Field(0).Type, made)
	case t.Kind() == reflect.Slice:
		p.kind, p.elem = promiseList, makePromise(t.Elem(), made)
	case t.Kind() == reflect.Map:
		p.kind, p.elem = promiseTable, makePromise(t.Elem(), made)
	case isModel(t):
		p.model(t, made)
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

func (p *promise) model(t reflect.Type, made map[reflect.Type]*promise) {
	p.kind, p.fields = promiseModel, map[string]*promise{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		p.fields[name] = makePromise(f.Type, made)
		if isNeeded(f) {
			id := f.Type.Kind() == reflect.Int64 && strings.HasSuffix(f.Tag.Get("json"), ",omitzero")
			p.needed = append(p.needed, need{name, id})
		}
	}
}

// isNeeded reports whether the absence of a field would not show.
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

// keptBy reports what of the promise the valid JSON text b breaks, at a place
// such as prices[].price; nil if nothing. Other kinds of JSON than the type's
// are left to the decoder.
func (p *promise) keptBy(b []byte, where string) error {
	null := string(b) == "null"
	switch p.kind {
	case promiseMaybe:
		if null {
			return nil
		}
		return p.elem.keptBy(b, where)
	case promiseList:
		for element := range elements(b) {
			if err := p.elem.within(element, where+"[]"); err != nil {
				return err
			}
		}
	case promiseTable:
		for _, value := range members(b) {
			if err := p.elem.within(value, where+".*"); err != nil {
				return err
			}
		}
	case promiseModel:
		if !null {
			return p.keptByModel(b, where)
		}
	}
	return nil
}

// within is keptBy for an element, which is no place for null.
func (p *promise) within(b []byte, where string) error {
	if string(b) == "null" && p.kind != promiseMaybe {
		return errors.New("the answer has null at " + shown(where))
	}
	return p.keptBy(b, where)
}

func (p *promise) keptByModel(b []byte, where string) error {
	var seen uint64
	for key, value := range members(b) {
		name := memberName(key)
		field := p.fields[name]
		if field == nil {
			continue
		}
		for i, needed := range p.needed {
			if needed.name == name && needed.metBy(value) {
				seen |= 1 << i
			}
		}
		if err := field.keptBy(value, where+"."+name); err != nil {
			return err
		}
	}
	for i, needed := range p.needed {
		if seen&(1<<i) == 0 && len(b) > 0 && b[0] == '{' {
			return errors.New("the answer lacks " + shown(where+"."+needed.name))
		}
	}
	return nil
}

func shown(where string) string { return strings.TrimPrefix(where, ".") }

// memberName undoes the escapes of a key.
func memberName(key []byte) string {
	if bytes.IndexByte(key, '\\') < 0 {
		return string(key)
	}
	var name string
	if json.Unmarshal(append(append([]byte{'"'}, key...), '"'), &name) != nil {
		return ""
	}
	return name
}

// isBlank reports whether the object b has no member that the model knows, or
// is empty text: an answer of another kind.
func (p *promise) isBlank(b []byte) bool {
	switch {
	case p.kind == promiseScalar:
		return string(b) == `""`
	case p.kind != promiseModel || len(b) == 0 || b[0] != '{':
		return false
	}
	for key := range members(b) {
		if p.fields[memberName(key)] != nil {
			return false
		}
	}
	return true
}

// unixTime reads the API's clock, refusing what can't be one.
func unixTime(seconds int64) (time.Time, bool) {
	return time.Unix(seconds, 0), seconds > 0 && seconds <= 1<<40
}
