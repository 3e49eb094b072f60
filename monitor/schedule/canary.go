package schedule

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// canaryEvery is the least time between two looks at the canaries.
const canaryEvery = time.Second

// canary knows whether the monitor itself is cut off.
type canary struct {
	runner  monitor.Runner
	targets []monitor.Target
	clock   Clock

	mu   sync.Mutex
	last *look
}

// look is one look at all canaries, shared by the probes that wait for it.
type look struct {
	began time.Time
	done  chan struct{}

	// Set before done is closed.
	void              bool   // it was broken off and says nothing
	any, named        bool   // one answered; one that is known by name answered
	noneAny, noneName string // why one did not, of all and of those known by name
}

// setCanary completes and checks the canaries.
func (c *Config) setCanary() error {
	completed := make([]monitor.Target, len(c.Canary))
	for i, t := range c.Canary {
		t.ID = cmp.Or(t.ID, fmt.Sprint("canary-", i))
		t.Interval = cmp.Or(t.Interval, time.Minute) // Validate wants one
		if err := t.Validate(); err != nil {
			field, text := fieldOf(err)
			return invalid("scheduler", t.ID, fmt.Sprintf("Canary[%d].%s", i, field), text)
		}
		completed[i] = t
	}
	c.Canary = completed
	return nil
}

// judge makes a result unknown where the fault is the monitor's own. began is
// when the probe began.
func (c *canary) judge(ctx context.Context, r *monitor.Result, began time.Time) {
	if c == nil || !cutOff(r) {
		return
	}
	l := c.look(ctx, began)
	if l == nil {
		return
	}
	answered, why := l.any, l.noneAny
	if r.Reason == monitor.ReasonDNS { // a canary without a name says nothing of the resolver
		answered, why = l.named, l.noneName
	}
	if answered || why == "" {
		return
	}
	r.Status, r.Reason, r.Detail = monitor.StatusUnknown, monitor.ReasonBlind, "the monitor itself is cut off: "+why+"; the target: "+r.Detail
}

// cutOff reports whether nothing at all came back.
func cutOff(r *monitor.Result) bool {
	if r.Status != monitor.StatusDown || r.Reachable {
		return false
	}
	switch r.Reason {
	case monitor.ReasonDNS, monitor.ReasonConnect, monitor.ReasonTLS, monitor.ReasonTimeout, "":
		return true
	}
	return false
}

// look returns a look at the canaries that is of use for a probe that began
// then. It returns nil when ctx ends first.
func (c *canary) look(ctx context.Context, began time.Time) *look {
	for {
		l, mine := c.join(began)
		if mine {
			c.lead(ctx, l)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-l.done:
		}
		if !l.void {
			return l
		}
	}
}

func (c *canary) join(began time.Time) (l *look, mine bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.clock.Now()
	if l = c.last; l != nil && (!l.began.Before(began) || now.Sub(l.began).Abs() < canaryEvery) {
		return l, false
	}
	c.last = &look{began: now, done: make(chan struct{})}
	return c.last, true
}

// lead probes all canaries at the same time.
func (c *canary) lead(ctx context.Context, l *look) {
	results := make(chan monitor.Result, len(c.targets))
	byName := make(map[string]bool, len(c.targets))
	for _, t := range c.targets {
		byName[t.ID] = isNamed(t)
		go func() {
			r := monitor.Result{}
			defer func() { // what a Runner does in place of returning tells nothing
				if recover() != nil {
					r = monitor.Result{}
				}
				r.Target = t.ID
				results <- r
			}()
			r = c.runner.Run(ctx, t)
		}()
	}
	for range c.targets {
		r := <-results
		l.note(r, byName[r.Target])
	}
	if l.void = ctx.Err() != nil; l.void {
		c.forget(l)
	}
	close(l.done)
}

func (l *look) note(r monitor.Result, byName bool) {
	switch {
	case r.Reachable, r.Status == monitor.StatusUp, r.Status == monitor.StatusDegraded:
		l.any = true
		l.named = l.named || byName
	case cutOff(&r):
		why := r.Target + ": " + r.Detail
		l.noneAny = cmp.Or(l.noneAny, why)
		if byName {
			l.noneName = cmp.Or(l.noneName, why)
		}
	}
}

func (c *canary) forget(l *look) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last == l {
		c.last = nil
	}
}

// isNamed reports whether the target's address has to be resolved.
func isNamed(t monitor.Target) bool {
	name := t.Host()
	_, err := netip.ParseAddr(name)
	return name != "" && err != nil
}
