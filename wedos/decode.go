package wedos

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Answers are decoded by the tags of plain structs. What is absent, null or
// empty leaves a field at its zero value, unless the tag says that it must be
// there: "required" not empty, "present" possibly empty. What is there and
// can't be read is an error, never a zero: nobody can act on a balance of 0
// that was a million in another country's spelling. The tag of a list that has
// no name of its own is "*".

// unreadable says which element of an answer can't be read, and why. It
// repeats no value.
type unreadable struct {
	path   string
	reason string
}

func (e *unreadable) Error() string { return e.path + " " + e.reason }

// within puts an element's name before the path of an error inside it.
func within(name string, err error) error {
	if u, ok := errors.AsType[*unreadable](err); ok {
		u.path = strings.TrimSuffix(name+"."+u.path, ".")
	}
	return err
}

func cannot(reason string) error { return &unreadable{reason: reason} }

// decoder fills structs from nodes.
type decoder struct {
	lenient bool // nothing must be there: the answer to a test, or one that is pending
	mem     *memory
}

func (d *decoder) structure(n *node, v reflect.Value, fields []field) error {
	var few [32]bool
	seen := few[:]
	if len(fields) > len(few) {
		seen = make([]bool, len(fields))
	}
	for i, next := 0, 0; i < len(n.children); i++ {
		k := &n.children[i]
		at := fieldNamed(fields, next, k.name)
		if at < 0 || fields[at].list {
			continue
		}
		next = at + 1
		if seen[at] {
			return within(k.name, cannot("is there more than once"))
		}
		target := v.Field(fields[at].index)
		if err := d.value(k, target, fields[at]); err != nil {
			return within(k.name, err)
		}
		seen[at] = fields[at].present && k.kind == kindText || !k.empty() && !isNever(target)
	}
	for at, f := range fields {
		if f.list {
			if err := d.list(n, f, v.Field(f.index)); err != nil {
				return within(f.name, err)
			}
		} else if !seen[at] && (f.required || f.present) && !d.lenient {
			return within(f.name, cannot("is missing"))
		}
	}
	return nil
}

// isNever reports whether an element was read as a date that there is not.
func isNever(v reflect.Value) bool {
	return v.Type() == reflect.TypeFor[time.Time]() && v.IsZero() // v.Interface would allocate for each field
}

// fieldNamed finds a field, at first where it stands if the answer has the
// order of the struct.
func fieldNamed(fields []field, next int, name string) int {
	if next < len(fields) && fields[next].name == name {
		return next
	}
	for i := range fields {
		if fields[i].name == name {
			return i
		}
	}
	return -1
}

func (d *decoder) list(n *node, f field, target reflect.Value) error {
	elem := target.Type().Elem()
	fields, object := objectFields(elem)
	var items []*node
	err := d.each(n, f, object, func(item *node) error {
		if !d.mem.take(2*int(reflect.TypeFor[*node]().Size()) + int(elem.Size())) {
			return d.mem.err
		}
		items = append(items, item)
		return nil
	})
	if err != nil || len(items) == 0 {
		return err
	}
	list := reflect.MakeSlice(target.Type(), len(items), len(items))
	for i, item := range items {
		if object {
			err = d.structure(item, list.Index(i), fields)
		} else {
			err = d.value(item, list.Index(i), field{})
		}
		if err != nil {
			return err
		}
	}
	target.Set(list)
	return nil
}

// objectFields returns the fields of a list's elements, if they are objects.
func objectFields(elem reflect.Type) (fields []field, object bool) {
	if elem.Kind() != reflect.Struct || isText(elem) {
		return nil, false
	}
	return fieldsOf(elem), true
}

// each goes over the items of a list. A list of objects has objects only; a
// list of texts may have an element of its own for each:
// <axfr_ips><ip>…</ip></axfr_ips>.
func (d *decoder) each(n *node, f field, object bool, use func(*node) error) error {
	if f.name == "*" {
		return entries(n, use)
	}
	alone := n.count(f.name) == 1
	for item := range n.items(f.name) {
		var err error
		switch {
		case f.joined && len(item.children) > 0:
			err = d.join(item, use)
		case !object:
			err = leaves(item, alone, use)
		case len(item.children) == 0:
			err = cannot("holds what is not an object")
		default:
			err = use(item)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// join makes one text of an object of texts, in the order of the document.
func (d *decoder) join(n *node, use func(*node) error) error {
	texts := make([]string, len(n.children))
	size := 0
	for i := range n.children {
		if len(n.children[i].children) > 0 || n.children[i].empty() {
			return cannot("holds what is not a text")
		}
		texts[i] = strings.TrimSpace(n.children[i].text)
		size += len(texts[i]) + 1 + nodeSize
	}
	if !d.mem.take(size) {
		return d.mem.err
	}
	return use(&node{text: strings.Join(texts, " ")})
}

// entries goes over the items of a list that has no name of its own: every
// child is one, whatever its key (account-list).
func entries(n *node, use func(*node) error) error {
	for i := range n.children {
		if len(n.children[i].children) == 0 {
			return cannot("holds what is not an object")
		}
		if err := use(&n.children[i]); err != nil {
			return err
		}
	}
	return nil
}

func leaves(n *node, alone bool, use func(*node) error) error {
	switch {
	case n.empty() && alone: // PHP makes a list of one empty text of nothing
		return nil
	case n.empty():
		return cannot("holds an empty text")
	case len(n.children) == 0:
		return use(n)
	}
	name := n.children[0].name
	if n.count(name) != len(n.children) && !n.indexed(name) {
		return cannot("holds what is not a text")
	}
	for i := range n.children {
		if err := leaves(&n.children[i], len(n.children) == 1, use); err != nil {
			return err
		}
	}
	return nil
}

// isText reports whether a struct is written as one text.
func isText(t reflect.Type) bool {
	return t == reflect.TypeFor[time.Time]() || t == reflect.TypeFor[decimal.Decimal]() ||
		reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

func (d *decoder) value(n *node, target reflect.Value, f field) error {
	if target.Kind() == reflect.Pointer {
		if n.empty() {
			return nil
		}
		if !d.mem.take(int(target.Type().Elem().Size())) {
			return d.mem.err
		}
		target.Set(reflect.New(target.Type().Elem()))
		return d.value(n, target.Elem(), f)
	}
	if target.Kind() == reflect.Struct && !isText(target.Type()) {
		if len(n.children) == 0 && !n.empty() {
			return cannot("is not an object")
		}
		if len(n.children) == 0 && !f.required {
			return nil
		}
		return d.structure(n, target, fieldsOf(target.Type()))
	}
	if len(n.children) > 0 {
		return cannot("is an object")
	}
	if n.empty() {
		if target.Kind() == reflect.String && n.kind == kindText {
			target.SetString(n.text) // spaces are the sender's
		}
		return nil
	}
	return scalar(n, target, f)
}

// scalar reads a text that is not empty.
func scalar(n *node, target reflect.Value, f field) error {
	text := strings.TrimSpace(n.text)
	switch target.Kind() {
	case reflect.String:
		if n.kind == kindNumber && text == "true" {
			return cannot("is not a text")
		}
		target.SetString(n.text)
		return nil
	case reflect.Bool:
		if text != "1" && text != "true" && text != "0" && text != "false" {
			return cannot("is neither 1 nor 0")
		}
		target.SetBool(text == "1" || text == "true")
		return nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		i, err := strconv.ParseInt(text, 10, target.Type().Bits())
		if err != nil || f.natural && (i < 0 || i > 1<<32-1) {
			return cannot("is not a whole number, or out of range")
		}
		target.SetInt(i)
		return nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		i, err := strconv.ParseUint(text, 10, target.Type().Bits())
		if err != nil {
			return cannot("is not a whole number, or out of range")
		}
		target.SetUint(i)
		return nil
	case reflect.Float32, reflect.Float64:
		x, err := strconv.ParseFloat(text, target.Type().Bits())
		if err != nil || strings.Trim(text, "+-.0123456789eE") != "" {
			return cannot("is not a number, or out of range")
		}
		target.SetFloat(x)
		return nil
	}
	return structured(n.text, target.Addr().Interface())
}

// structured reads a text into a struct that stands for one.
func structured(text string, target any) (err error) {
	switch p := target.(type) {
	case *time.Time:
		*p, err = parseTime(text)
	case *decimal.Decimal:
		*p, err = parseDecimal(text)
	case encoding.TextUnmarshaler:
		if p.UnmarshalText([]byte(text)) != nil { // its error may repeat the text
			err = cannot("is not what the field takes")
		}
	default:
		err = cannot("has no field that could hold it")
	}
	return err
}

// parseTime reads WAPI's dates, which are Prague wall time without a zone. A
// date of zeros stands for "never", as it does in PHP's databases (inferred).
func parseTime(text string) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "0000-00-00" || text == "0000-00-00 00:00:00" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.DateTime, time.DateOnly} {
		if len(text) != len(layout) {
			continue
		}
		if t, err := time.ParseInLocation(layout, text, prague()); err == nil {
			return t, nil
		}
	}
	return time.Time{}, cannot("is not a date")
}

// parseDecimal reads an amount exactly: digits with one point at most. It
// takes no spaces, no comma and no exponent, which another spelling of the
// amount would have, and a number of any size.
func parseDecimal(text string) (decimal.Decimal, error) {
	text = strings.TrimSpace(text)
	digits := strings.TrimLeft(text, "+-")
	whole, fraction, _ := strings.Cut(digits, ".")
	if len(text) > 40 || len(text)-len(digits) > 1 || strings.Trim(whole+fraction, "0123456789") != "" || whole == "" {
		return decimal.Decimal{}, cannot("is not an amount")
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, cannot("is not an amount")
	}
	return d, nil
}

// checkTarget refuses a type that Answer.Decode could not fill.
func checkTarget(into any) error {
	v := reflect.ValueOf(into)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return invalid("", "into", fmt.Sprintf("is a %T, not a pointer to a struct", into))
	}
	return checkStruct(v.Elem().Type(), map[reflect.Type]bool{})
}

func checkStruct(t reflect.Type, seen map[reflect.Type]bool) error {
	if seen[t] {
		return nil
	}
	seen[t] = true
	for _, f := range fieldsOf(t) {
		ft := t.Field(f.index).Type
		if isList(ft) {
			ft = ft.Elem()
		} else if ft.Kind() == reflect.Pointer {
			ft = ft.Elem()
		}
		switch {
		case ft.Kind() == reflect.Struct && !isText(ft):
			if err := checkStruct(ft, seen); err != nil {
				return err
			}
		case !isText(ft) && !isScalar(ft.Kind()):
			return invalid("", f.name, "has the type "+t.Field(f.index).Type.String()+", which no answer can fill")
		}
	}
	return nil
}

func isScalar(k reflect.Kind) bool {
	return k == reflect.String || k == reflect.Bool || k >= reflect.Int && k <= reflect.Uint64 || k == reflect.Float32 || k == reflect.Float64
}
