package wedos

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// encoding/json can't keep the order of an object's keys, which is the order
// of a list where WAPI writes one as an object, and going over every shape
// with RawMessage costs several scans and unbounded memory. So this file reads
// JSON in one pass; FuzzJSON holds it to encoding/json's idea of what is valid.

var errSyntax = errors.New("not valid JSON")

// parseJSON reads one object. The nodes share the memory of s.
func parseJSON(s string, mem *memory) (node, error) {
	p := &jsonParser{s: s, siblings: siblings{mem: mem}}
	p.value("", 0)
	p.space()
	if p.err == nil && p.i < len(s) {
		p.err = errSyntax
	}
	if p.err != nil {
		return node{}, p.err
	}
	if len(p.stack) != 1 || p.stack[0].kind != kindObject {
		return node{}, errNoObject
	}
	return p.stack[0], nil
}

type jsonParser struct {
	siblings
	s   string
	i   int
	err error
}

// value reads one value and pushes it under name; a list pushes each item.
func (p *jsonParser) value(name string, depth int) {
	if depth > maxDepth {
		p.fail(errTooDeep)
	}
	p.space()
	if p.err != nil || p.i >= len(p.s) {
		p.fail(errSyntax)
		return
	}
	switch c := p.s[p.i]; c {
	case '{':
		p.object(name, depth)
	case '[':
		p.list(name, depth)
	case '"':
		p.push(node{name: name, text: p.str()})
	case 't':
		p.literal("true", node{name: name, text: "true", kind: kindNumber})
	case 'f':
		p.literal("false", node{name: name, text: "false", kind: kindNumber})
	case 'n':
		p.literal("null", node{name: name, kind: kindNull})
	default:
		p.number(name)
	}
}

func (p *jsonParser) object(name string, depth int) {
	base := len(p.stack)
	p.sequence('}', func() {
		p.space()
		key := p.str()
		p.space()
		p.expect(':')
		p.value(key, depth+1)
	})
	children, ok := p.close(base)
	if !ok {
		p.fail(p.mem.err)
	}
	p.push(node{name: name, children: children, kind: kindObject})
}

func (p *jsonParser) list(name string, depth int) {
	start := len(p.stack)
	defer func() {
		if len(p.stack) == start { // an empty list is something, where an item or an object belongs
			p.push(node{name: name, kind: kindList})
		}
	}()
	p.sequence(']', func() {
		base := len(p.stack)
		p.value(name, depth+1)
		for i := base; i < len(p.stack); i++ {
			p.stack[i].listed = true
		}
	})
}

// sequence reads from an opening bracket to its end, one element at a time.
func (p *jsonParser) sequence(end byte, element func()) {
	p.i++
	p.space()
	if p.peek() == end {
		p.i++
		return
	}
	for p.err == nil {
		element()
		p.space()
		if p.peek() == end {
			p.i++
			return
		}
		p.expect(',')
	}
}

func (p *jsonParser) push(n node) {
	if p.err == nil && !p.siblings.push(n) {
		p.fail(p.mem.err)
	}
}

func (p *jsonParser) literal(word string, n node) {
	if !strings.HasPrefix(p.s[p.i:], word) {
		p.fail(errSyntax)
		return
	}
	p.i += len(word)
	p.push(n)
}

// number keeps the digits as they are written: ids and amounts stay exact.
func (p *jsonParser) number(name string) {
	start := p.i
	for p.i < len(p.s) && strings.IndexByte("+-.0123456789eE", p.s[p.i]) >= 0 {
		p.i++
	}
	text := p.s[start:p.i]
	if text == "" || len(text) > 1 && !json.Valid([]byte(text)) || len(text) == 1 && (text < "0" || text > "9") {
		p.fail(errSyntax)
		return
	}
	p.push(node{name: name, text: text, kind: kindNumber})
}

// str reads a string; without escapes it is a part of s and costs nothing.
func (p *jsonParser) str() string {
	if !p.expect('"') {
		return ""
	}
	start := p.i
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == '"':
			p.i++
			return p.valid(p.s[start : p.i-1])
		case c == '\\':
			return p.escaped(start)
		case c < ' ':
			p.fail(errSyntax)
			return ""
		}
		p.i++
	}
	p.fail(errSyntax)
	return ""
}

// escaped reads a string with an escape in it.
func (p *jsonParser) escaped(start int) string {
	for p.i < len(p.s) && p.s[p.i] != '"' {
		if p.s[p.i] == '\\' {
			p.i++
		}
		p.i++
	}
	if !p.expect('"') {
		return ""
	}
	raw := p.s[start : p.i-1]
	if !p.mem.take(len(raw)) {
		p.fail(p.mem.err)
		return ""
	}
	out, ok := unescapeJSON(raw)
	if !ok {
		p.fail(errSyntax)
	}
	return p.valid(out)
}

// unescapeJSON replaces the escapes; ok is false for one that JSON lacks and
// for a bare control character.
func unescapeJSON(raw string) (out string, ok bool) {
	b := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); {
		c := raw[i]
		switch {
		case c < ' ':
			return "", false
		case c != '\\':
			b, i = append(b, c), i+1
			continue
		case i+1 == len(raw):
			return "", false
		}
		if plain := strings.IndexByte(`"\/bfnrt`, raw[i+1]); plain >= 0 {
			b, i = append(b, "\"\\/\b\f\n\r\t"[plain]), i+2
			continue
		}
		r, n := unescapeUnicode(raw[i:])
		if n == 0 {
			return "", false
		}
		b, i = utf8.AppendRune(b, r), i+n
	}
	return string(b), true
}

// unescapeUnicode reads \uXXXX, or two of them that are one character; n is
// the length, 0 where it is none. Half a pair is U+FFFD, as in encoding/json.
func unescapeUnicode(s string) (r rune, n int) {
	unit := func(s string) rune {
		if len(s) < 6 || s[:2] != `\u` {
			return -1
		}
		v, err := strconv.ParseUint(s[2:6], 16, 16)
		if err != nil {
			return -1
		}
		return rune(v)
	}
	r = unit(s)
	if r < 0 {
		return 0, 0
	}
	if !utf16.IsSurrogate(r) {
		return r, 6
	}
	if pair := utf16.DecodeRune(r, unit(s[6:])); pair != utf8.RuneError {
		return pair, 12
	}
	return utf8.RuneError, 6
}

// valid replaces what is not UTF-8, as encoding/json does, byte by byte.
func (p *jsonParser) valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	if !p.mem.take(8 * len(s)) {
		p.fail(p.mem.err)
		return ""
	}
	return string([]rune(s))
}

func (p *jsonParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *jsonParser) expect(c byte) bool {
	if p.err != nil || p.peek() != c || p.i >= len(p.s) {
		p.fail(errSyntax)
		return false
	}
	p.i++
	return true
}

func (p *jsonParser) space() {
	for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\n' || p.s[p.i] == '\t' || p.s[p.i] == '\r') {
		p.i++
	}
}

// fail keeps the first error and stops every loop.
func (p *jsonParser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.i = len(p.s)
}

// appendJSON writes a request's node as a value.
func appendJSON(b []byte, n node) []byte {
	switch n.kind {
	case kindNumber:
		return append(b, n.text...)
	case kindText:
		return appendJSONString(b, n.text)
	case kindList:
		b = append(b, '[')
		for i, k := range n.children {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendJSON(b, k)
		}
		return append(b, ']')
	}
	b = append(b, '{')
	for i, k := range n.children {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJSONString(b, k.name)
		b = append(b, ':')
		b = appendJSON(b, k)
	}
	return append(b, '}')
}

// appendJSONString writes what needs no escape as it is, which is nearly all,
// and leaves the rest to encoding/json.
func appendJSONString(b []byte, s string) []byte {
	if !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		return append(append(append(b, '"'), s...), '"')
	}
	quoted, err := json.Marshal(s)
	if err != nil { // a string always marshals
		panic(err)
	}
	return append(b, quoted...)
}
