package ovhsoap

import (
	"reflect"
	"unsafe"
)

// An answer takes at most memoryFactor times its length in memory, however it
// is made, with what is read from it: an element of four bytes may stand for a
// structure of a thousand. memoryFloor is what a short one may take.
const (
	memoryFactor = 16
	memoryFloor  = 1 << 20
)

// memory is what one answer may still take. Honest items, of which each member
// is written out, need about a quarter of it.
type memory struct{ total, left int64 }

// newMemory leaves aside what the body itself took while it was read into a
// growing buffer.
func newMemory(length int) *memory {
	m := &memory{total: max(memoryFloor, memoryFactor*int64(length))}
	m.left = m.total - 5*int64(length)
	return m
}

// spend makes room for that many bytes.
func (m *memory) spend(bytes int) error {
	if m.left -= int64(bytes); m.left < 0 {
		return tooLarge("the elements of the answer take too much memory, it is too large")
	}
	return nil
}

// spendText makes room for a text with what an allocation rounds up.
func (m *memory) spendText(length int) error {
	if length == 0 {
		return nil
	}
	return m.spend(length + 8)
}

// take makes room for n values of a type.
func (m *memory) take(n int, t reflect.Type) error {
	if err := m.spend(n * int(t.Size())); err != nil {
		return tooLarge("the answer would take too much memory as " + t.String())
	}
	return nil
}

// The sizes of what a document and a Value are made of.
const (
	nodeSize   = int(unsafe.Sizeof(node{}))
	grownLink  = 6 * int(unsafe.Sizeof(link{})) // in a list that grows by a quarter again and again
	weightSize = int(unsafe.Sizeof(weight{}))
	valueSize  = int(unsafe.Sizeof(Value{}))
	idSize     = 128 // an entry of a map and its key, with what a growing map leaves behind
)
