package transport

import (
	"bytes"
	"unicode/utf8"
)

// The counts below are those of Go's runtime, rounded up: size classes,
// append's growth, and maps that keep an eighth to a half of their slots free.

// class is what an allocation of n bytes takes.
func class(n uint64) uint64 {
	switch {
	case n == 0:
		return 0
	case n <= 512:
		return (n + 31) &^ 31
	}
	return n + n/7 + 64
}

// textCost is what a string takes that a JSON text stands for. One with escapes
// is written a second time on the way. A byte that is not UTF-8 becomes three,
// for which room is made again and again.
func textCost(text []byte) uint64 {
	n := uint64(len(text))
	if n <= 1 {
		return 0 // the runtime has them
	}
	cost := (n+15)&^15 + n/7
	switch {
	case !utf8.Valid(text):
		return 12 * cost
	case bytes.IndexByte(text, '\\') >= 0:
		return 2 * cost
	}
	return cost
}

func (sh *shape) textCost(text []byte) uint64 {
	switch sh.kind {
	case shapeText:
		return textCost(text)
	case shapeAny:
		return 16 + textCost(text)
	}
	return 0
}

func (sh *shape) literalCost(literal []byte) uint64 {
	switch {
	case literal[0] > '9': // true, false, null
		return 0
	case sh.kind == shapeAny:
		return 8 + textCost(literal)
	case sh.kind == shapeText:
		return textCost(literal)
	}
	return 0
}

// growth counts what a list or map allocates with each element. The zero value
// takes nothing.
type growth struct {
	header uint64 // for the empty one
	each   uint64 // for an element, beyond its place
	place  uint64
	n, cap uint64
	exact  bool // it has its whole length from the beginning
	hashed bool
}

// list is what a JSON list grows in a place of the shape, and its elements'
// shape. A type that decodes itself may take one for a map.
func (g *growth) list(sh *shape) *shape {
	switch {
	case sh == nil:
	case sh.kind == shapeList:
		g.header, g.place = 24, sh.elem.size
		return sh.elem
	case sh.kind == shapeArray:
		return sh.elem
	case sh.kind == shapeAny:
		g.header, g.place = 32, 16
		return sh
	case sh.kind == shapeTable && sh.custom:
		g.table(sh.key, sh.elem.size)
		return sh.elem
	}
	return nil
}

// object is the same for a JSON object.
func (g *growth) object(sh *shape) *shape {
	switch {
	case sh.kind == shapeTable:
		g.table(sh.key, sh.elem.size)
		g.header += class(sh.elem.size) // the place that each is decoded into first
		return sh.elem
	case sh.kind == shapeAny:
		g.table(16, 16)
		return sh
	case sh.kind == shapeList && sh.custom:
		g.place = sh.elem.size
		return sh.elem
	}
	return nil
}

// table makes g a map's. Keys and elements above 128 bytes lie outside of it.
func (g *growth) table(key, elem uint64) {
	g.hashed, g.header = true, 48
	for _, size := range []uint64{key, elem} {
		if size > 128 {
			g.each, size = g.each+class(size), 8
		}
		g.place += size
	}
}

// add counts one element more.
func (g *growth) add() uint64 {
	if g.n++; g.exact {
		return g.place + g.each
	}
	if g.n <= g.room() {
		return g.each
	}
	switch {
	case g.hashed:
		g.cap = max(8, 2*g.cap)
		return g.each + class(g.cap*(g.place+1)*9/8+64)
	case g.cap < 256:
		g.cap = max(1, 2*g.cap)
	default:
		g.cap += (g.cap + 3*256) / 4
	}
	return g.each + class(g.cap*g.place)
}

// room is how many elements there is a place for.
func (g *growth) room() uint64 {
	if g.hashed && g.cap > 8 {
		return g.cap / 8 * 7
	}
	return g.cap
}
