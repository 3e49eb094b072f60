package wedos

import (
	"context"
	"errors"
	"iter"
	"slices"
	"strings"
	"unsafe"
)

// kind says how a node is written; an answer's nodes are told apart by their
// children.
type kind uint8

const (
	kindText     kind = iota
	kindNumber        // text that JSON writes without quotes, true and false included
	kindObject        // children are members
	kindList          // children are items: a JSON list, repeated siblings in XML
	kindNumbered      // children are items that JSON wants as server1, server2, …
	kindNull          // in an answer: JSON's null
)

// node is one element of a request or an answer, whichever the codec. In an
// answer a JSON list is repeated siblings of its key's name, as XML has it, so
// that one decoder serves both.
type node struct {
	name     string
	text     string
	children []node
	kind     kind
	listed   bool // an item of a JSON list: even an empty one is an item
	secret   bool // in a request: not to be kept or shown
}

// maxDepth bounds nesting. WAPI's deepest answer has six levels.
const maxDepth = 64

var (
	errTooDeep  = errors.New("nested too deep")
	errTooMany  = errors.New("unfolds to more than its size allows")
	errNoObject = errors.New("not an object")
)

// memoryFactor bounds what an answer may unfold to: this many times its own
// length, and at least minMemory. A zone's rows take six times their length,
// the shortest list that WAPI writes eleven.
const (
	memoryFactor = 16
	minMemory    = 1 << 20
)

// memory is what an answer may still unfold to, in bytes. Parsing and decoding
// draw on the same one, and end with its context.
type memory struct {
	ctx   context.Context
	left  int
	steps int
	err   error // why nothing more may be read
}

// newMemory is for an answer of that length, one copy of which is held.
func newMemory(ctx context.Context, length int) *memory {
	return &memory{ctx: ctx, left: max(memoryFactor*length, minMemory) - 2*length}
}

// take reports whether n bytes more may be used; m.err says why not.
func (m *memory) take(n int) bool {
	if m.left -= n; m.left < 0 && m.err == nil {
		m.err = errTooMany
	}
	return m.step()
}

// stepsPerLook is how many elements are read between two looks at the context.
const stepsPerLook = 1024

// step reports whether reading may go on.
func (m *memory) step() bool {
	if m.steps++; m.steps%stepsPerLook == 0 && m.err == nil {
		m.err = m.ctx.Err()
	}
	return m.err == nil
}

// siblings collects the finished siblings of all open elements on one stack, so
// that the children of each are allocated once and in their final size.
type siblings struct {
	stack []node
	mem   *memory
}

const nodeSize = int(unsafe.Sizeof(node{}))

// push adds a finished element; ok is false where memory is used up.
func (s *siblings) push(n node) (ok bool) {
	if !s.mem.step() {
		return false
	}
	if len(s.stack) == cap(s.stack) {
		grown := max(2*cap(s.stack), 16)
		if !s.mem.take(grown * nodeSize) { // while the old one is still there
			return false
		}
		s.mem.left += cap(s.stack) * nodeSize
		s.stack = append(make([]node, 0, grown), s.stack...)
	}
	s.stack = append(s.stack, n)
	return true
}

// close takes the elements from base on off the stack.
func (s *siblings) close(base int) (children []node, ok bool) {
	if base == len(s.stack) {
		return nil, true
	}
	if !s.mem.take((len(s.stack) - base) * nodeSize) {
		return nil, false
	}
	children = append(make([]node, 0, len(s.stack)-base), s.stack[base:]...)
	clear(s.stack[base:])
	s.stack = s.stack[:base]
	return children, true
}

// find returns the first child of that name.
func (n node) find(name string) (node, bool) {
	for _, k := range n.children {
		if k.name == name {
			return k, true
		}
	}
	return node{}, false
}

// get returns the text at a path of names, "" where there is none.
func (n node) get(path ...string) string {
	for _, name := range path {
		n, _ = n.find(name)
	}
	return strings.TrimSpace(n.text)
}

// items yields the elements of the list called name, in the order of the
// document, from every shape that WAPI has been seen to answer: a list,
// repeated siblings, an object keyed by numbers or by row1, row2, …, one
// single object, such keys without the wrapper, and "", null, false, [] or
// nothing for none.
func (n *node) items(name string) iter.Seq[*node] {
	return func(yield func(*node) bool) {
		alone := n.count(name) == 1
		for i := range n.children {
			k := &n.children[i]
			switch {
			case k.name != name && (k.empty() || !numbered(k.name, name)):
			case k.name == name && k.indexed(name):
				for j := range k.children {
					if !yield(&k.children[j]) {
						return
					}
				}
			case k.name == name && alone && !k.listed && k.empty():
			case !yield(k):
				return
			}
		}
	}
}

// count is how many children have a name.
func (n *node) count(name string) (count int) {
	for i := range n.children {
		if n.children[i].name == name {
			count++
		}
	}
	return count
}

// holds reports whether a list called name is there, in whatever shape.
func (n *node) holds(name string) bool {
	return slices.ContainsFunc(n.children, func(k node) bool { return k.name == name || numbered(k.name, name) })
}

// indexed reports whether all children are keyed by position.
func (n *node) indexed(name string) bool {
	for i := range n.children {
		if key := n.children[i].name; !numbered(key, name) && !numbered(key, "") {
			return false
		}
	}
	return len(n.children) > 0
}

// empty reports whether n stands for nothing; PHP says false for that as well.
func (n *node) empty() bool {
	return len(n.children) == 0 && (strings.TrimSpace(n.text) == "" || n.kind == kindNumber && n.text == "false")
}

// numbered reports whether key is name followed by digits.
func numbered(key, name string) bool {
	digits, ok := strings.CutPrefix(key, name)
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}
