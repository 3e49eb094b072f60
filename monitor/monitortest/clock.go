package monitortest

import (
	"sync"
	"time"

	"github.com/hebergo/hebergo/monitor/schedule"
)

// Clock is a schedule.Clock that stands still until Advance is called.
type Clock struct {
	mu     sync.Mutex
	now    time.Time
	timers map[*timer]struct{}
}

// NewClock returns one that shows start.
func NewClock(start time.Time) *Clock {
	return &Clock{now: start, timers: map[*timer]struct{}{}}
}

// Now returns the time that it shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// AfterFunc calls f in a goroutine of its own once the clock was moved by d.
func (c *Clock) AfterFunc(d time.Duration, f func()) schedule.Timer {
	t := &timer{clock: c, f: f}
	t.Reset(d)
	return t
}

// Advance moves the clock by d and starts what falls due, in order: while one
// is started the clock shows its time. It does not wait for what it starts.
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
