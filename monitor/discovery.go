package monitor

import "context"

// Discover asks a hosting for its instances and returns one Target for each.
// The same instance gives the same Target every time, so a program can add or
// update by ID. The hosting's Kind must implement Discoverer. Discover makes a
// new request even if there is a recent listing, and ends as Run does. It
// returns nil if the hosting reports no list of instances, and an empty slice
// if the list is empty. A Scheduler's discoveries share a listing with its
// probes: see InCycle.
func (m *Monitor) Discover(ctx context.Context, hosting Target) ([]Target, error) {
	if ctx == nil {
		return nil, invalid("discover", hosting.ID, "ctx", "is nil")
	}
	if m.closed.Load() {
		return nil, newError("discover", hosting.ID, ErrClosed, "the Monitor is closed")
	}
	if err := m.Check(hosting); err != nil {
		return nil, err
	}
	p, err := m.Lookup(hosting.Kind)
	if err != nil {
		return nil, err
	}
	d, ok := p.(Discoverer)
	if !ok {
		return nil, invalid("discover", hosting.ID, "Kind", "does not discover")
	}
	ctx, cancel := context.WithTimeout(ctx, hosting.EffectiveTimeout())
	defer cancel()
	if _, own := p.(builtin); own {
		return findSafely(ctx, d, hosting).give()
	}
	return m.findGuarded(ctx, d, hosting)
}

type cycleKey struct{}

// InCycle returns a copy of ctx with which Discover uses the listing of the
// hosting that a probe has made within its Interval, if there is one, instead
// of making a new request. A Scheduler passes such a context.
func InCycle(ctx context.Context) context.Context { return context.WithValue(ctx, cycleKey{}, true) }

func inCycle(ctx context.Context) bool { return ctx.Value(cycleKey{}) != nil }

// finding is what a Discoverer returned.
type finding struct {
	targets []Target
	err     error
}

func (f finding) give() ([]Target, error) { return f.targets, f.err }

// findSafely turns a panic into an error.
func findSafely(ctx context.Context, d Discoverer, hosting Target) (f finding) {
	defer func() {
		if r := recover(); r != nil {
			res := panicked(r)
			res.Target = hosting.ID
			f = finding{nil, res.Err()}
		}
	}()
	targets, err := d.Discover(ctx, hosting)
	return finding{targets, err}
}

// findGuarded runs a Discoverer that may do anything. One that does not end
// says nothing of the hosting's probes, so it is counted apart from them.
func (m *Monitor) findGuarded(ctx context.Context, d Discoverer, hosting Target) ([]Target, error) {
	key := "discover\x00" + hosting.ID
	if m.strays.has(key) {
		res := Result{Target: hosting.ID, Status: StatusDown, Reason: ReasonTimeout, Detail: "an earlier discovery has not ended yet"}
		return nil, res.Err()
	}
	res := Result{Target: hosting.ID, Reason: ReasonPanic, Detail: "the discovery ended its goroutine"}
	f, ended := apart(ctx, m.strays.watch(key), finding{nil, res.Err()}, func() finding { return findSafely(ctx, d, hosting) })
	if !ended {
		res.ended(ctx, "in the discovery, which goes on regardless")
		return nil, res.Err()
	}
	return f.give()
}

// MaxInstances is the maximum number of instances that is accepted from a
// server manager, and that a Scheduler adds for one hosting.
const MaxInstances = 10_000
