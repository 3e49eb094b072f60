package ovhsoap

import "bytes"

// resolve leads every href to the element of that id, wherever a server wrote
// it: SOAP::Lite puts a repeated value behind the answer, PHP into its first
// place. What the answer would be with all references written out is bounded
// in elements, depth and bytes of names and texts before anything is decoded,
// so that decoding can follow them without checks of its own.
func (d *document) resolve(maxBytes int64) error {
	if len(d.refs) == 0 {
		return nil
	}
	if err := d.spend(len(d.ids)*idSize + len(d.nodes)*weightSize); err != nil {
		return err
	}
	ids := make(map[string]int32, len(d.ids))
	for _, id := range d.ids {
		if _, twice := ids[string(d.bytes(id.value))]; twice {
			return malformed("two elements of one id in the answer")
		}
		ids[string(d.bytes(id.value))] = id.node
	}
	for _, ref := range d.refs {
		name, here := bytes.CutPrefix(d.bytes(ref.value), []byte("#"))
		target := ids[string(name)] // never the root, which would be a cycle
		if !here || target == 0 {
			return malformed("a reference to nowhere in the answer")
		}
		if !d.isLeaf(ref.node) || !blank(d.text(ref.node)) { // what is in there would be reached unweighed
			return malformed("a reference with content of its own in the answer")
		}
		d.nodes[ref.node].target = target
	}
	w := weigher{document: d, weights: make([]weight, len(d.nodes)), maxBytes: maxBytes}
	_, err := w.weigh(0, 0)
	return err
}

// weigher finds out how large elements are with references written out.
type weigher struct {
	*document
	weights  []weight
	maxBytes int64
}

// perNode is what an element counts for beside its name and text, so that an
// answer can't make decoding endless.
const perNode = 16

type weight struct {
	bytes  int64
	nodes  int32
	height uint8
	busy   bool // being weighed: coming back here is a cycle
}

// weigh visits every element once: known weights are added, not computed again,
// or weighing itself would take exponential time.
func (w *weigher) weigh(n int32, depth int) (weight, error) {
	known := w.weights[n]
	switch {
	case known.busy:
		return known, malformed("references in a circle in the answer")
	case depth+int(known.height) > maxDepth:
		return known, malformed("too deep nesting by references in the answer")
	case known.nodes > 0:
		return known, nil
	}
	w.weights[n].busy = true
	own := weight{nodes: 1, bytes: int64(len(w.name(n)) + len(w.text(n)))} // a Value holds both
	for c := w.below(n); c != 0; c = w.beside(n, c) {
		part, err := w.weigh(c, depth+1)
		if err != nil {
			return own, err
		}
		own.nodes += part.nodes
		own.bytes += part.bytes
		own.height = max(own.height, part.height+1)
		if own.bytes > w.maxBytes || own.bytes+perNode*int64(own.nodes) > w.total {
			return own, tooLarge("the answer is too large with its references written out")
		}
	}
	w.weights[n] = own
	return own, nil
}

// below and beside walk over what an element holds: its children, or the one
// element that its href leads to.
func (w *weigher) below(n int32) int32 {
	if target := w.nodes[n].target; target != 0 {
		return target
	}
	return w.nodes[n].first
}

func (w *weigher) beside(n, c int32) int32 {
	if w.nodes[n].target != 0 {
		return 0
	}
	return w.nodes[c].next
}
