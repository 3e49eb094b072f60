package transport

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
)

// errNotJSON ends the scan of a text that encoding/json will refuse as well.
var errNotJSON = errors.New("not JSON")

// scanBetween is how many bytes are scanned between two looks at the context.
const scanBetween = 64 << 10

// jsonScan goes through a JSON text once and counts what decoding allocates
// for the value, the growth of lists and maps included. On a text that is JSON
// it counts no less than encoding/json takes; on any other it may stop anywhere.
type jsonScan struct {
	ctx   context.Context
	text  []byte
	at    int
	poll  int // where ctx is looked at next
	cost  uint64
	limit uint64
	list  string // the field that was begun last and is a list or map, for the error
	plan  []planned
}

// planned is a list whose length is known, so that it need not grow. An empty
// index leads to the value itself.
type planned struct {
	index []int
	n     int
}

// root scans the whole value. A list that reserve can reach is counted as one
// that does not grow.
func (s *jsonScan) root(sh *shape) error {
	switch {
	case sh.custom:
	case sh.kind == shapeList && s.peek() == '[':
		return s.exact(sh, nil, 0)
	case sh.kind == shapeRecord && s.peek() == '{':
		return s.object(sh, 0, true)
	}
	return s.value(sh, 0)
}

func (s *jsonScan) exact(sh *shape, index []int, depth int) error {
	n, err := s.array(sh, depth, true)
	s.plan = append(s.plan, planned{index, n})
	return err
}

// reserve makes the lists of v, which text is about to be decoded into, as
// long as they will be.
func (s *jsonScan) reserve(v reflect.Value) {
	for _, p := range s.plan {
		list := v
		if p.index != nil {
			list = v.FieldByIndex(p.index)
		}
		if p.n > 16 && list.Cap() < p.n {
			list.Set(reflect.MakeSlice(list.Type(), 0, p.n))
		}
	}
}

func (s *jsonScan) charge(n uint64) error {
	if s.cost += n; s.cost > s.limit {
		return s.tooLarge()
	}
	return nil
}

// value scans what is decoded into a place of the shape, nil for what is
// skipped. The place itself is counted already.
func (s *jsonScan) value(sh *shape, depth int) error {
	sh, custom, err := s.through(sh)
	switch {
	case err != nil:
		return err
	case sh == nil, sh.kind == shapeScalar && !custom:
		return s.skip(depth)
	}
	c := s.peek()
	if custom && (sh.kind == shapeScalar || sh.kind == shapeText || c != '{' && c != '[') {
		return s.kept(depth)
	}
	switch c {
	case '"':
		text, err := s.quoted()
		if err != nil {
			return err
		}
		return s.charge(sh.textCost(text))
	case '{':
		return s.object(sh, depth, false)
	case '[':
		_, err := s.array(sh, depth, false)
		return err
	}
	literal, err := s.literal()
	if err != nil {
		return err
	}
	return s.charge(sh.literalCost(literal))
}

// through follows pointers and wrappers to what they hold, nil for nothing
// that could be counted: a type that holds itself.
func (s *jsonScan) through(sh *shape) (to *shape, custom bool, err error) {
	for range 8 {
		if sh == nil {
			return nil, false, nil
		}
		custom = custom || sh.custom
		switch sh.kind {
		case shapePointer:
			if s.peek() != 'n' {
				err = s.charge(class(sh.elem.size))
			}
		case shapeWrapper:
		default:
			return sh, custom, err
		}
		sh = sh.elem
	}
	return nil, false, err
}

// kept scans a value whose text the decoder may keep.
func (s *jsonScan) kept(depth int) error {
	from := s.at
	if err := s.skip(depth); err != nil {
		return err
	}
	return s.charge(textCost(s.text[from:s.at]))
}

func (s *jsonScan) skip(depth int) error {
	switch s.peek() {
	case '"':
		_, err := s.quoted()
		return err
	case '{':
		return s.object(nil, depth, false)
	case '[':
		_, err := s.array(nil, depth, false)
		return err
	}
	_, err := s.literal()
	return err
}

// deeper enters a list or an object.
func (s *jsonScan) deeper(depth int) error {
	if depth >= maxJSONDepth {
		return errTooDeep()
	}
	if s.at >= s.poll {
		s.poll = s.at + scanBetween
		if err := s.ctx.Err(); err != nil {
			return &Error{cause: err}
		}
	}
	s.at++
	return nil
}

// array scans a list and returns its length. exact: its place is made for it.
func (s *jsonScan) array(sh *shape, depth int, exact bool) (n int, err error) {
	if err := s.deeper(depth); err != nil {
		return 0, err
	}
	g := growth{exact: exact}
	elem := g.list(sh)
	if err := s.charge(g.header); err != nil {
		return 0, err
	}
	for s.peek() != ']' {
		if n++; n > 1 && !s.take(',') {
			return n, errNotJSON
		}
		if err := s.charge(g.add()); err != nil {
			return n, err
		}
		if err := s.value(elem, depth+1); err != nil {
			return n, err
		}
	}
	s.at++
	return n, nil
}

// object scans an object. top: it is the value that reserve gets.
func (s *jsonScan) object(sh *shape, depth int, top bool) error {
	if err := s.deeper(depth); err != nil {
		return err
	}
	m := members{shape: sh}
	if err := s.charge(m.begin()); err != nil {
		return err
	}
	for n := 0; s.peek() != '}'; n++ {
		if n > 0 && !s.take(',') || s.peek() != '"' {
			return errNotJSON
		}
		key, err := s.quoted()
		if err != nil {
			return err
		}
		if !s.take(':') {
			return errNotJSON
		}
		if err := s.member(&m, key, depth+1, top); err != nil {
			return err
		}
	}
	s.at++
	return nil
}

// members is what the members of an object become.
type members struct {
	shape   *shape
	entries growth
	elem    *shape // of each, where it is not a record
}

// begin returns what an empty one takes.
func (m *members) begin() uint64 {
	switch {
	case m.shape == nil:
		return 0
	case m.shape.kind == shapeRecord:
		m.entries.table(16, 24) // of those that it has no field for
		return 0
	}
	m.elem = m.entries.object(m.shape)
	return m.entries.header
}

func (s *jsonScan) member(m *members, key []byte, depth int, top bool) error {
	switch {
	case m.shape == nil:
		return s.skip(depth)
	case m.shape.kind != shapeRecord:
		if err := s.charge(m.entries.add() + textCost(key)); err != nil {
			return err
		}
		return s.value(m.elem, depth)
	}
	f := m.shape.field(plainKey(key))
	if f == nil {
		return s.unknown(m, key, depth)
	}
	if err := s.charge(f.extra); err != nil {
		return err
	}
	if f.shape.kind == shapeList || f.shape.kind == shapeTable {
		s.list = f.name
	}
	if top && f.index != nil && f.shape.kind == shapeList && !f.shape.custom && s.peek() == '[' {
		return s.exact(f.shape, f.index, depth)
	}
	return s.value(f.shape, depth)
}

// unknown scans a member that a record has no field for.
func (s *jsonScan) unknown(m *members, key []byte, depth int) error {
	if !m.shape.keeps {
		return s.skip(depth)
	}
	cost := m.entries.add() + textCost(key)
	if m.entries.n == 1 {
		cost += m.entries.header
	}
	if err := s.charge(cost); err != nil {
		return err
	}
	return s.kept(depth)
}

// plainKey undoes the escapes of a member's name.
func plainKey(key []byte) []byte {
	if bytes.IndexByte(key, '\\') < 0 {
		return key
	}
	var plain string
	if json.Unmarshal(slices.Concat([]byte{'"'}, key, []byte{'"'}), &plain) != nil {
		return nil
	}
	return []byte(plain)
}

// peek skips white space and returns the next byte, 0 at the end.
func (s *jsonScan) peek() byte {
	for ; s.at < len(s.text); s.at++ {
		switch c := s.text[s.at]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

func (s *jsonScan) take(c byte) bool {
	if s.peek() != c {
		return false
	}
	s.at++
	return true
}

// quoted scans a string, and returns what stands between its quotes.
func (s *jsonScan) quoted() ([]byte, error) {
	from := s.at + 1
	for i := from; ; {
		n := bytes.IndexByte(s.text[i:], '"')
		if n < 0 {
			return nil, errNotJSON
		}
		i += n
		escapes := 0
		for s.text[i-1-escapes] == '\\' { // ends at the opening quote
			escapes++
		}
		if i++; escapes%2 == 0 {
			s.at = i
			return s.text[from : i-1], nil
		}
	}
}

// literal scans a number, true, false or null.
func (s *jsonScan) literal() ([]byte, error) {
	from := s.at
	for s.at < len(s.text) && isLiteral(s.text[s.at]) {
		s.at++
	}
	if s.at == from {
		return nil, errNotJSON
	}
	return s.text[from:s.at], nil
}

func isLiteral(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}
