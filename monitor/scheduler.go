package monitor

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"
)

// Runner carries out one probe; *Monitor is one. It must return when ctx ends.
type Runner interface {
	Run(ctx context.Context, t Target) Result
}

// SchedulerConfig holds what NewScheduler needs. Runner is required; the zero
// value of every other field is a good default.
type SchedulerConfig struct {
	Runner  Runner
	Policy  Policy
	Workers int // probes at the same time; default 128
	PerHost int // of those, to one host name, or to one Hosting for targets without a URL; default 4

	// OnChange is called when a target's damped status changes, and when a
	// target is found to be unknown that had no status before. Changes wait in
	// a queue of its own and come one at a time, in order, so that a slow one
	// holds up neither the probes nor the Sinks. When the queue is full,
	// changes are dropped and counted in Stats.OnChange: hand them on rather
	// than work on them there. Default: none.
	OnChange func(Report)

	// Canary names targets that are as good as always there: the gateway, two
	// large sites, one's own resolver. When a target can't be reached and none
	// of these can either, the fault is the monitor's own: the Result is then
	// StatusUnknown with ReasonBlind instead of StatusDown. They are probed by
	// Runner, only then, and at most once a second; the result of the target
	// waits for them, for the longest of their timeouts. ID and Interval may
	// be left out. Default: none, and an outage of the monitor's own network
	// is an outage of all targets.
	Canary []Target
	// Discover is called after each probe of a ScopeHosting target that is not
	// down; usually Monitor.Discover. What it returns is added or updated as by
	// Sync, with two bounds, for it is a peer's word: a target that is there
	// with another Hosting stays as it is, and one Hosting brings at most
	// MaxInstances targets. If the hosting was updated, paused or removed
	// meanwhile, what was found is dropped. Default: none.
	Discover func(ctx context.Context, hosting Target) ([]Target, error)
	History  *History // keeps results for the status page and uptime; default: none
	Sinks    []Sink   // receive every Report; default: none
	Queue    int      // Reports that wait for each Sink, and for OnChange, before new ones are dropped; default 1024
	Clock    Clock    // default: the system's
}

// Report is one result and what follows from it.
type Report struct {
	Target Target        `json:"target"`
	Result Result        `json:"result"`          // as the probe gave it, never damped; see SchedulerConfig.Canary
	From   Status        `json:"from"`            // the damped status before it
	Status Status        `json:"status"`          // the damped status that follows
	Began  bool          `json:"began,omitempty"` // Status began with this Result
	Late   time.Duration `json:"late_ns"`         // how long after its turn the probe began
	Since  time.Time     `json:"since,omitzero"`  // when Status began; zero where there was none yet
}

// Changed reports whether Status began with this Result. From is another one
// then, except for a target that is found to be unknown before anything else
// was known of it.
func (r Report) Changed() bool { return r.Began || r.From != r.Status }

// Scheduler probes targets, each at its own interval. Every method may be
// called at any time and from any goroutine, OnChange and Sinks included,
// except that Shutdown there would wait for itself.
//
// A target's turns lie on a grid that follows from its ID and interval alone,
// so they stay where they are over a restart, and many targets spread over the
// interval. A target is never probed twice at the same time; turns that pass
// meanwhile are counted as missed.
type Scheduler struct {
	config SchedulerConfig
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
	closed  bool
	workers int
	idle    *sync.Cond // broadcast when workers falls to 0
	sinks   []*drain
	seen    int64 // the latest time the clock told
}

// host limits the probes to one machine.
type host struct {
	running int
	waiting fifo
}

// NewScheduler validates cfg. Nothing happens before Run.
func NewScheduler(cfg SchedulerConfig) (*Scheduler, error) {
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
	return s, nil
}

func (c *SchedulerConfig) setDefaults() error {
	switch {
	case c.Runner == nil:
		return invalid("scheduler", "", "Runner", "is nil")
	case c.Workers < 0:
		return invalid("scheduler", "", "Workers", "is negative")
	case c.PerHost < 0:
		return invalid("scheduler", "", "PerHost", "is negative")
	case c.Queue < 0:
		return invalid("scheduler", "", "Queue", "is negative")
	}
	for _, sink := range c.Sinks {
		if sink == nil {
			return invalid("scheduler", "", "Sinks", "holds nil")
		}
	}
	if err := c.setCanary(); err != nil {
		return err
	}
	c.Workers, c.PerHost, c.Queue = or(c.Workers, 128), or(c.PerHost, 4), or(c.Queue, 1024)
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	return c.Policy.setDefaults()
}

func or(n, fallback int) int {
	if n == 0 {
		return fallback
	}
	return n
}

// Add takes a target in, and its maps with it: they must not be changed any
// more. Its first probe is at its first turn: see RunNow. A
// target that is not valid is ErrInvalid with the field's name, an ID that is
// there already ErrConflict with Field "ID"; neither touches the others.
func (s *Scheduler) Add(t Target) error {
	if err := t.Validate(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.add(t)
}

func (s *Scheduler) add(t Target) error {
	if s.closed {
		return newError("add", t.ID, ErrClosed, "the scheduler was shut down")
	}
	e := s.entries[t.ID]
	if e != nil && !e.gone {
		err := newError("add", t.ID, ErrConflict, "is there already")
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

// Update replaces the target with t's ID. Its status and history stay. A probe
// in flight is cancelled and its result dropped; the next turn is the first
// one of the new interval. An unknown ID is ErrNotFound.
func (s *Scheduler) Update(t Target) error {
	if err := t.Validate(); err != nil {
		return err
	}
	return s.change("update", t.ID, func(e *entry) error {
		s.assign(e, t)
		return nil
	})
}

// Remove forgets a target and its history. A probe in flight is cancelled and
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

// Pause stops probing a target until Enable. A probe in flight is cancelled
// and its result dropped; the status becomes unknown, and the time does not
// count for uptime. Pausing twice is no error.
func (s *Scheduler) Pause(id string) error { return s.enable("pause", id, false) }

// Enable ends Pause, or a target's Disabled. Enabling twice is no error.
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

// RunNow brings a target's next probe forward to this moment; its result
// arrives like any other. One that is waiting stays as it is; one that is being
// probed is probed again right after. A disabled target is ErrConflict, an
// unknown ID ErrNotFound.
func (s *Scheduler) RunNow(id string) error {
	return s.change("run now", id, func(e *entry) error {
		switch {
		case e.off():
			return newError("run now", id, ErrConflict, "is disabled")
		case e.stage == resting:
			s.hurry(e)
		case e.stage == running:
			e.again = true
		}
		return nil
	})
}

// Sync adds the targets that are new and updates those that differ from what
// is there; the same call again does nothing. It removes none. A target that
// an operator paused stays paused. The errors of broken targets come joined,
// and don't stop the others.
func (s *Scheduler) Sync(targets []Target) error {
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
func (s *Scheduler) sync(t Target) error {
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
		return newError(op, id, ErrClosed, "the scheduler was shut down")
	}
	e := s.entries[id]
	if e == nil || e.gone {
		return newError(op, id, ErrNotFound, "is not there")
	}
	return f(e)
}
