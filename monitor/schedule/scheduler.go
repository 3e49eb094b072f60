package schedule

import (
	"context"
	"errors"
	"reflect"
	"sync"

	"github.com/hebergo/hebergo/monitor"
)

// Scheduler probes targets, each at its own interval. All methods may be called
// at any time and from any goroutine, including from OnChange and Sinks, except
// that Shutdown called there would wait for itself.
//
// A target's scheduled times follow from its ID and interval alone, so they
// stay the same after a restart, and many targets spread over the interval. A
// target is never probed twice at the same time; scheduled times that pass
// while it is being probed or waiting are counted as missed.
type Scheduler struct {
	config Config
	wake   chan struct{} // of size one: Run looks at the heap again
	ended  chan struct{} // closed when Run has returned

	mu      sync.Mutex
	entries map[string]*entry
	rest    dueHeap
	ready   fifo             // due, within its host's limit
	hosts   map[string]*host // those with a probe due or running
	stats   Stats
	ctx     context.Context // of the probes; nil before Run
	cancel  context.CancelFunc
	canary  *canary // nil without one
	changed *drain  // to OnChange, nil without one
	silence func()  // ends the calls of OnChange
	retract func()  // the Runner no longer finds targets here
	closed  bool
	workers int
	idle    *sync.Cond // broadcast when workers falls to 0
	sinks   []*drain
	seen    int64 // the latest time the clock showed
}

// host limits the probes to one machine.
type host struct {
	running int
	waiting fifo
}

// New validates cfg and returns a Scheduler. It probes nothing before Run.
func New(cfg Config) (*Scheduler, error) {
	if err := cfg.setDefaults(); err != nil {
		return nil, err
	}
	s := &Scheduler{
		config: cfg, wake: make(chan struct{}, 1), ended: make(chan struct{}),
		entries: make(map[string]*entry), hosts: make(map[string]*host),
	}
	s.idle = sync.NewCond(&s.mu)
	for _, sink := range cfg.Sinks {
		s.sinks = append(s.sinks, newDrain(sink, cfg.Queue, func() {}))
	}
	if tell := cfg.OnChange; tell != nil {
		sink := SinkFunc(func(_ context.Context, r Report) error { tell(r); return nil })
		s.changed = newDrain(sink, cfg.Queue, s.panicked)
	}
	if len(cfg.Canary) > 0 {
		s.canary = &canary{runner: cfg.Runner, targets: cfg.Canary, clock: cfg.Clock}
	}
	s.retract = func() {}
	if r, ok := cfg.Runner.(interface {
		AddTargets(find func(id string) (monitor.Target, bool)) (remove func())
	}); ok {
		s.retract = r.AddTargets(s.target)
	}
	return s, nil
}

// target finds a target for the Runner.
func (s *Scheduler) target(id string) (monitor.Target, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.entries[id]; e != nil && !e.gone {
		return e.target, true
	}
	return monitor.Target{}, false
}

// Add adds a target. The caller must not change its maps afterwards. It is
// first probed at its first scheduled time: see RunNow. A target that is not
// valid is ErrInvalid with the name of the field, an ID that exists already
// ErrConflict with Field "ID"; in both cases the other targets are not
// affected.
func (s *Scheduler) Add(t monitor.Target) error {
	if err := t.Validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(t)
}

func (s *Scheduler) add(t monitor.Target) error {
	if s.closed {
		return newError("add", t.ID, monitor.ErrClosed, "the scheduler was shut down")
	}
	e := s.entries[t.ID]
	if e != nil && !e.gone {
		err := newError("add", t.ID, monitor.ErrConflict, "is there already")
		err.Field = "ID"
		return err
	}
	if e == nil {
		e = &entry{phase: spread(t.ID), place: -1}
		s.entries[t.ID] = e
	}
	e.gone, e.paused, e.verdict, e.since, e.missed, e.told = false, false, verdict{}, 0, 0, 0
	s.stats.Targets++
	s.assign(e, t)
	return nil
}

// Update replaces the target with t's ID. Its status and history are kept. A
// probe in flight is cancelled and its result dropped; the next probe is at the
// first scheduled time of the new interval. An unknown ID is ErrNotFound.
func (s *Scheduler) Update(t monitor.Target) error {
	if err := t.Validate(); err != nil {
		return err
	}
	return s.change("update", t.ID, func(e *entry) error {
		s.assign(e, t)
		return nil
	})
}

// Remove removes a target and its history. A probe in flight is cancelled and
// its result dropped. An unknown ID is ErrNotFound.
func (s *Scheduler) Remove(id string) error {
	return s.change("remove", id, func(e *entry) error {
		s.interrupt(e)
		s.stats.Targets--
		if e.gone = true; e.stage == resting {
			delete(s.entries, id)
		}
		if s.config.History != nil {
			s.config.History.Remove(id)
		}
		return nil
	})
}

// Pause stops probing a target until Enable is called. A probe in flight is
// cancelled and its result dropped; the status becomes unknown, and the time
// does not count for uptime. Pausing twice is not an error.
func (s *Scheduler) Pause(id string) error { return s.enable("pause", id, false) }

// Enable undoes Pause or a target's Disabled. Enabling twice is not an error.
func (s *Scheduler) Enable(id string) error { return s.enable("enable", id, true) }

func (s *Scheduler) enable(op, id string, on bool) error {
	return s.change(op, id, func(e *entry) error {
		changes := e.off() == on
		e.paused = !on // also of one that is Disabled: that may change, and an operator's Pause outlasts it
		if changes {
			t := e.target
			t.Disabled = t.Disabled && !on
			s.assign(e, t)
		}
		return nil
	})
}

// RunNow makes a target due now; its result is reported like any other. A
// target that is already waiting stays so; one that is being probed is probed
// again right after. A disabled target is ErrConflict, an unknown ID
// ErrNotFound.
func (s *Scheduler) RunNow(id string) error {
	return s.change("run now", id, func(e *entry) error {
		switch {
		case e.off():
			return newError("run now", id, monitor.ErrConflict, "is disabled")
		case e.stage == resting:
			s.hurry(e)
		case e.stage == running:
			e.again = true
		}
		return nil
	})
}

// Sync adds the targets that are new and updates those that differ; repeating
// the call changes nothing. It removes no target. A target paused with Pause
// stays paused. The errors of invalid targets are joined and do not affect the
// others.
func (s *Scheduler) Sync(targets []monitor.Target) error {
	var failed []error
	for _, t := range targets {
		if err := t.Validate(); err != nil {
			failed = append(failed, err)
			continue
		}
		s.mu.Lock()
		failed = append(failed, s.sync(t))
		s.mu.Unlock()
	}
	return errors.Join(failed...)
}

// sync is Sync for one target that is valid. It is called with the lock held.
func (s *Scheduler) sync(t monitor.Target) error {
	e := s.entries[t.ID]
	if e == nil || e.gone {
		return s.add(t)
	}
	if !s.closed && !reflect.DeepEqual(t, e.target) {
		s.assign(e, t)
	}
	return nil
}

// change does f to a target under the lock.
func (s *Scheduler) change(op, id string, f func(*entry) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return newError(op, id, monitor.ErrClosed, "the scheduler was shut down")
	}
	e := s.entries[id]
	if e == nil || e.gone {
		return newError(op, id, monitor.ErrNotFound, "is not there")
	}
	return f(e)
}
