package ovhsoap

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/hooklift/gowsdl/soap"

	"github.com/hebergo/hebergo/internal/condition"
)

// The bounds on an answer beside its length and its memory.
const (
	maxDepth        = 64 // of elements inside each other, references followed
	maxDeclarations = 64 // of namespaces at the envelope, the body and what is in it
)

// document is an answer as a tree. Its nodes hold no pointers, so that an
// array of many thousand items is one allocation that the collector need not
// look into: that, and leaving alone what SOAP does not use, is what makes it
// cheaper than encoding/xml.
type document struct {
	*memory
	src    []byte // the answer, texts unescaped in place
	nodes  []node // the root first
	refs   []link // href attributes
	ids    []link // id attributes
	spaces []space
}

// node is an element.
type node struct {
	name   span  // without its prefix
	text   span  // of an element without children
	first  int32 // child, 0 for none: nobody links to the root
	next   int32 // sibling
	target int32 // what an href leads to, 0 for none
	flags  uint8
}

const (
	isNil uint8 = 1 << iota
	isBase64
	isMap
)

// span is a part of src.
type span struct{ from, to uint32 }

// link is an attribute that names an element.
type link struct {
	node  int32
	value span
}

// space is a declaration of a namespace at one of the outer elements.
type space struct {
	node        int32
	prefix, uri span // no prefix: the default
}

func (d *document) bytes(s span) []byte   { return d.src[s.from:s.to] }
func (d *document) name(n int32) []byte   { return d.bytes(d.nodes[n].name) }
func (d *document) isNil(n int32) bool    { return d.nodes[d.follow(n)].flags&isNil != 0 }
func (d *document) text(n int32) []byte   { return d.bytes(d.nodes[n].text) }
func (d *document) first(n int32) int32   { return d.nodes[n].first }
func (d *document) next(n int32) int32    { return d.nodes[n].next }
func (d *document) isLeaf(n int32) bool   { return d.nodes[n].first == 0 }
func (d *document) isBase64(n int32) bool { return d.nodes[n].flags&isBase64 != 0 }

// follow goes where an href leads. resolve has made sure that it ends.
func (d *document) follow(n int32) int32 {
	for d.nodes[n].target != 0 {
		n = d.nodes[n].target
	}
	return n
}

// child finds a child by its name, 0 if there is none.
func (d *document) child(n int32, name string) int32 {
	for c := d.first(n); c != 0; c = d.next(c) {
		if string(d.name(c)) == name {
			return c
		}
	}
	return 0
}

// answerError says what is wrong with an answer, and quotes nothing of it.
type answerError struct {
	condition error
	text      string
}

func (e *answerError) Error() string { return e.text }

func malformed(format string, args ...any) error {
	return &answerError{condition.ErrProtocol, fmt.Sprintf(format, args...)}
}

// inside adds where in a value an answerError happened.
func inside(field string, err error) error {
	if e, ok := errors.AsType[*answerError](err); ok {
		return &answerError{e.condition, field + ": " + e.text}
	}
	return err
}

func tooLarge(what string) error { return &answerError{condition.ErrTooLarge, what} }

// parse reads the part of XML 1.0 that SOAP 1.1 allows: no document types,
// and so no entities but the five, and no processing instructions. It accepts
// nothing that encoding/xml refuses. It takes src over and writes into it.
func parse(ctx context.Context, src []byte, m *memory) (*document, error) {
	if uint64(len(src)) > math.MaxUint32 {
		return nil, tooLarge("the answer is longer than 4 GiB")
	}
	if !utf8.Valid(src) || bytes.Contains(src, []byte("\uFFFE")) || bytes.Contains(src, []byte("\uFFFF")) {
		return nil, malformed("the answer is not valid text in its charset")
	}
	p := parser{pos: declarationEnd(src)}
	p.src, p.memory = src, m
	// No element is shorter than <a/>, and each has one tag other than its end tag.
	elements := min(bytes.Count(src, []byte("<"))-bytes.Count(src, []byte("</")), len(src)/4+1)
	if err := m.spend(elements * nodeSize); err != nil {
		return nil, err
	}
	p.nodes = make([]node, 0, elements)
	for i := 0; p.pos < len(src); i++ {
		if i%4096 == 4095 && ctx.Err() != nil { // a short answer that is here is read
			return nil, ctx.Err()
		}
		if err := p.piece(); err != nil {
			return nil, err
		}
	}
	if len(p.open) > 0 || len(p.nodes) == 0 {
		return nil, malformed("the answer is not a whole XML document")
	}
	return &p.document, nil
}

// declarationEnd is where the XML declaration ends, 0 without one.
func declarationEnd(src []byte) int {
	if !bytes.HasPrefix(src, []byte("<?xml")) {
		return 0
	}
	if end := bytes.Index(src, []byte("?>")); end >= 0 {
		return end + 2
	}
	return 0
}

// soap12 is the namespace of SOAP 1.2, whose answers mean other things by the
// same names.
const soap12 = "http://www.w3.org/2003/05/soap-envelope"

// otherSOAP is an answer whose HTTP status says less than its envelope does.
type otherSOAP struct{ error }

func (e otherSOAP) Unwrap() error { return e.error }

// body finds the Body of a SOAP 1.1 envelope.
func (d *document) body() (int32, error) {
	body := d.child(0, "Body")
	if string(d.name(0)) != "Envelope" || body == 0 {
		return 0, malformed("the answer is not a SOAP envelope with a body")
	}
	for _, n := range []int32{0, body} {
		switch d.space(n, 0) {
		case soap.XmlNsSoapEnv:
		case soap12:
			return 0, otherSOAP{malformed("the answer is SOAP 1.2, not SOAP 1.1")}
		default:
			return 0, otherSOAP{malformed("the answer's envelope is not in SOAP 1.1's namespace")}
		}
	}
	return body, nil
}

// space is the namespace of n, which is one of the outer elements: declared at
// itself, at its parent or at the root.
func (d *document) space(n, parent int32) string {
	prefix := d.prefix(n)
	for _, at := range []int32{n, parent, 0} {
		for _, s := range d.spaces {
			if s.node == at && bytes.Equal(d.bytes(s.prefix), prefix) {
				return string(d.bytes(s.uri))
			}
		}
	}
	return ""
}

// prefix is what stands before the colon in n's name, as it was written.
func (d *document) prefix(n int32) []byte {
	end := int(d.nodes[n].name.from) - 1
	if d.src[end] != ':' {
		return nil
	}
	start := end
	for nameByte(d.src[start-1]) {
		start--
	}
	return d.src[start:end]
}
