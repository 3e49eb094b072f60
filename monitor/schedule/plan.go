package schedule

import (
	"cmp"
	"container/heap"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// assign gives a target to its entry and plans it.
func (s *Scheduler) assign(e *entry, t monitor.Target) {
	s.interrupt(e)
	now := s.now()
	e.target, e.compiled, e.given = t, nil, now
	if e.off() {
		e.verdict, e.since, e.told = verdict{}, 0, 0
		if s.config.History != nil {
			s.config.History.Stop(t.ID, time.Unix(0, now))
		}
	}
	e.slot = nextSlot(now, t.Interval, e.phase) - int64(t.Interval)
	if e.stage == resting {
		e.host = hostOf(&t)
		s.plan(e, now)
	} else {
		e.moved = true
	}
}

// interrupt takes an entry out of the heap, and ends its probe.
func (s *Scheduler) interrupt(e *entry) {
	e.generation++
	if e.place >= 0 {
		heap.Remove(&s.rest, int(e.place))
	}
	if e.cancel != nil {
		e.cancel()
	}
}

// plan puts a resting entry into the heap at its next generation, or earlier if a
// bad result is to be confirmed.
func (s *Scheduler) plan(e *entry, now int64) {
	if e.off() {
		return
	}
	e.due = nextSlot(now, e.target.Interval, e.phase)
	if passed := (e.due-e.slot)/int64(e.target.Interval) - 1; passed > 0 {
		e.missed += uint32(passed)
		s.stats.Missed += uint64(passed)
	}
	if retry := s.config.Policy.RetryAfter; retry > 0 && e.verdict.pending(s.config.Policy) {
		e.due = min(e.due, now+int64(retry))
	}
	heap.Push(&s.rest, e)
	if e.place == 0 {
		s.poke()
	}
}

// hurry makes a planned entry due now.
func (s *Scheduler) hurry(e *entry) {
	e.due = s.now()
	heap.Fix(&s.rest, int(e.place))
	s.poke()
}

func (s *Scheduler) poke() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Scheduler) now() int64 { return s.config.Clock.Now().UnixNano() }

// hostOf is the name of the machine that a target is on. One without a URL is
// probed at its hosting's, whose ID stands for it.
func hostOf(t *monitor.Target) string {
	if t.URL == "" {
		return t.Hosting
	}
	return cmp.Or(t.Host(), t.Hosting)
}
