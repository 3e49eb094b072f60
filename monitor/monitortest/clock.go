package monitortest

import (
	"sync"
	"time"

	"github.com/hebergo/hebergo/monitor/schedule"
)

// Clock is a schedule.Clock that only moves when Advance is called.
type Clock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*timer]struct{}
}

// NewClock returns a Clock set to start.
func NewClock(start time.Time) *Clock {
	return &Clock{now: start, timers: map[*timer]struct{}{}}
}

// Now returns the current time of the Clock.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc calls f in its own goroutine after the clock was advanced by d.
func (c *Clock) AfterFunc(d time.Duration, f func()) schedule.Timer {
	t := &timer{clock: c, f: f}
	t.Reset(d)
	return t
}

// Advance moves the clock forward by d and starts the functions that become
// due, in order; when one is started, the clock shows the time at which it is
// due. Advance does not wait for them to return.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	end := c.now.Add(d)
	c.mu.Unlock()
	for c.step(end) {
	}
}

// step moves to the next timer that is due by end, or to end.
func (c *Clock) step(end time.Time) (more bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var next *timer
	for t := range c.timers {
		if !t.due.After(end) && (next == nil || t.due.Before(next.due)) {
			next = t
		}
	}
	if next == nil {
		c.now = end
		return false
	}
	if next.due.After(c.now) {
		c.now = next.due
	}
	delete(c.timers, next)
	go next.f()
	return true
}

type timer struct {
	clock *Clock
	f     func()
	due   time.Time
}

func (t *timer) Reset(d time.Duration) bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	_, active := t.clock.timers[t]
	t.due = t.clock.now.Add(d)
	t.clock.timers[t] = struct{}{}
	return active
}

func (t *timer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	_, active := t.clock.timers[t]
	delete(t.clock.timers, t)
	return active
}
