package monitor

import (
	"context"
	"slices"
	"sync"
)

// Probe probes a Target once. It must return when ctx ends, must not keep the
// Target's maps, and must be safe for concurrent use. Monitor.Run sets Target,
// Kind, At, Duration and Attempts of the Result.
type Probe interface {
	Probe(ctx context.Context, t Target) Result
}

// ProbeFunc is an adapter to use a function as a Probe.
type ProbeFunc func(ctx context.Context, t Target) Result

// Probe calls f.
func (f ProbeFunc) Probe(ctx context.Context, t Target) Result { return f(ctx, t) }

// Discoverer is a Probe that can also list the targets on a hosting.
type Discoverer interface {
	Probe
	// Discover returns one Target for each instance, always the same for the
	// same instance, so that it can be added or updated by its ID. It returns
	// nil if the instances are not known, and an empty slice if there are none.
	Discover(ctx context.Context, hosting Target) ([]Target, error)
}

// Registry maps kinds to probes. The zero value is empty and ready to use. It
// is safe for concurrent use.
type Registry struct {
	mu     sync.RWMutex
	probes map[Kind]Probe
}

// Register adds a kind. An empty kind or a nil Probe is ErrInvalid; a kind that
// is already registered is ErrConflict.
func (r *Registry) Register(kind Kind, p Probe) error {
	switch f, _ := p.(ProbeFunc); {
	case kind == "":
		return invalid("register", "", "Kind", "is empty")
	case p == nil, isFunc(p) && f == nil:
		return invalid("register", string(kind), "Probe", "is nil")
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, taken := r.probes[kind]; taken {
		e := newError("register", string(kind), ErrConflict, "is registered already")
		e.Field = "Kind"
		return e
	}
	if r.probes == nil {
		r.probes = make(map[Kind]Probe)
	}
	r.probes[kind] = p
	return nil
}

func isFunc(p Probe) bool {
	_, ok := p.(ProbeFunc)
	return ok
}

// Lookup returns the Probe of a kind. An unknown kind is ErrNotFound, with
// Field "Kind".
func (r *Registry) Lookup(kind Kind) (Probe, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if p, ok := r.probes[kind]; ok {
		return p, nil
	}
	e := newError("kind", string(kind), ErrNotFound, "is not registered")
	e.Field = "Kind"
	e.also = ErrInvalid
	return nil, e
}

// Kinds returns the registered kinds, sorted.
func (r *Registry) Kinds() []Kind {
	r.mu.RLock()
	defer r.mu.RUnlock()
	kinds := make([]Kind, 0, len(r.probes))
	for kind := range r.probes {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	return kinds
}
