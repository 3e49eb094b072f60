package wedos

import (
	"errors"
	"slices"
	"strings"
)

// kind says how a node is written; an answer's nodes are told by their kids.
type kind uint8

const (
	kindText     kind = iota
	kindNumber        // text that JSON writes without quotes, true and false included
	kindObject        // kids are members
	kindList          // kids are items: a JSON list, repeated siblings in XML
	kindNumbered      // kids are items that JSON wants as server1, server2, …
)

// node is one element of a request or an answer, whichever the codec. In an
// answer a JSON list is repeated siblings of its key's name, as XML has it, so
// that one decoder serves both.
type node struct {
	name string
	text string
	kids []node
	kind kind
}

// Bounds on what an answer may unfold to. WAPI's deepest answer has six
// levels; a zone of 10,000 rows has 80,000 nodes.
const (
	maxDepth = 64
	maxNodes = 500_000
)

var (
	errTooDeep  = errors.New("nested too deep")
	errTooMany  = errors.New("too many elements")
	errNoObject = errors.New("not an object")
)

// find returns the first kid of that name.
func (n node) find(name string) (node, bool) {
	for _, k := range n.kids {
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

// items returns the elements of the list called name, in the order of the
// document, from every shape that WAPI has been seen to answer: a list,
// repeated siblings, an object keyed by numbers or by row1, row2, …, one
// single object, such keys without the wrapper, and "", null, false, [] or
// nothing for none.
func (n node) items(name string) []node {
	var out []node
	for _, k := range n.kids {
		switch {
		case k.name == name && k.indexed(name):
			out = append(out, k.kids...)
		case k.name == name && !k.empty(), numbered(k.name, name) && len(k.kids) > 0:
			out = append(out, k)
		}
	}
	return out
}

// objects is items without those that are mere text.
func (n node) objects(name string) []node {
	return slices.DeleteFunc(n.items(name), func(item node) bool { return len(item.kids) == 0 })
}

// entries returns the elements of a list that has no name of its own: every
// kid that is an object, whatever its key (account-list).
func (n node) entries() []node {
	var out []node
	for _, k := range n.kids {
		if len(k.kids) > 0 {
			out = append(out, k)
		}
	}
	return out
}

// indexed tells whether all kids are keyed by position.
func (n node) indexed(name string) bool {
	for _, k := range n.kids {
		if !numbered(k.name, name) && !numbered(k.name, "") {
			return false
		}
	}
	return len(n.kids) > 0
}

// empty tells whether n stands for nothing; PHP says false for that as well.
func (n node) empty() bool {
	return len(n.kids) == 0 && (strings.TrimSpace(n.text) == "" || n.kind == kindNumber && n.text == "false")
}

// numbered tells whether key is name followed by digits.
func numbered(key, name string) bool {
	digits, ok := strings.CutPrefix(key, name)
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}
