package ovhsoap

import "iter"

// Void is the result type of a function that returns nothing: Call[Void].
type Void = struct{}

// Value is an undecoded result, for functions without a Go type: Call[Value].
// References are expanded, and base64 texts decoded.
type Value struct {
	Name    string // of the element, without prefix; what it means is up to the server
	Nil     bool
	Text    string  // of a value without members
	Members []Value // of a structure or array
}

// Member returns the first member of that name.
func (v Value) Member(name string) (Value, bool) {
	for _, m := range v.Members {
		if m.Name == name {
			return m, true
		}
	}
	return Value{}, false
}

// All yields the name and the value of each member.
func (v Value) All() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for _, m := range v.Members {
			if !yield(m.Name, m) {
				return
			}
		}
	}
}

// value copies an element out of the document. resolve has bounded it.
func (d *document) value(n int32) (Value, error) {
	v := Value{Name: string(d.name(n))}
	n = d.follow(n)
	if v.Nil = d.isNil(n); v.Nil {
		return v, nil
	}
	if d.isLeaf(n) {
		text, err := d.string(n)
		if err == nil {
			err = d.spendText(len(text))
		}
		v.Text = text
		return v, err
	}
	members := 0
	for c := d.first(n); c != 0; c = d.next(c) {
		members++
	}
	if err := d.spend(members * valueSize); err != nil {
		return v, err
	}
	v.Members = make([]Value, 0, members)
	for c := d.first(n); c != 0; c = d.next(c) {
		name, held := d.pair(n, c)
		m, err := d.value(held)
		if err != nil {
			return v, err
		}
		if err := d.spendText(len(name)); err != nil {
			return v, err
		}
		m.Name = string(name)
		v.Members = append(v.Members, m)
	}
	return v, nil
}
