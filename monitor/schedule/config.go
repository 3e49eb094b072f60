package schedule

import (
	"cmp"
	"context"

	"github.com/hebergo/hebergo/monitor"
)

// Config holds the configuration of a Scheduler. Runner is required; the zero
// value of every other field is a good default.
type Config struct {
	// Runner carries out the probes. A *monitor.Monitor compiles each target
	// once and can find the Scheduler's targets, as can any Runner with its
	// method AddTargets.
	Runner monitor.Runner

	Policy  Policy
	Workers int // max concurrent probes; default 128
	PerHost int // max concurrent probes of one host name, or of one Hosting for targets without a URL; default 4

	// OnChange is called when a target's damped status changes, and when a
	// target without a status before is found to be unknown. Changes wait in a
	// separate queue and are delivered one at a time, in order, so that a slow
	// OnChange delays neither the probes nor the Sinks. When the queue is full,
	// changes are dropped and counted in Stats.OnChange, so OnChange should not
	// do long work itself. Default: none.
	OnChange func(Report)

	// Canary lists targets that are nearly always reachable: the gateway, two
	// large sites, one's own resolver. If a target can't be reached and none of
	// these can either, the fault is the monitor's own, and the Result is
	// StatusUnknown with ReasonBlind instead of StatusDown. They are probed by
	// Runner, only in that case, and at most once a second; the result of the
	// target waits for them, at most for the longest of their timeouts. ID and
	// Interval may be omitted. Default: none, so that an outage of the
	// monitor's own network is an outage of all targets.
	Canary []monitor.Target
	// Discover is called after each probe of a ScopeHosting target that is not
	// down; usually Monitor.Discover. The targets that it returns are added or
	// updated as by Sync, with two limits, because they come from a peer: a
	// target that exists with another Hosting is not changed, and one Hosting
	// adds at most MaxInstances targets. If the hosting was updated, paused or
	// removed in the meantime, they are dropped. Default: none.
	Discover func(ctx context.Context, hosting monitor.Target) ([]monitor.Target, error)
	History  *History // keeps results for the status page and uptime; default: none
	Sinks    []Sink   // receive every Report; default: none
	Queue    int      // max Reports waiting for each Sink, and for OnChange, before new ones are dropped; default 1024
	Clock    Clock    // default: the system clock
}

func (c *Config) setDefaults() error {
	switch {
	case c.Runner == nil, c.Runner == (*monitor.Monitor)(nil):
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
	c.Workers, c.PerHost, c.Queue = cmp.Or(c.Workers, 128), cmp.Or(c.PerHost, 4), cmp.Or(c.Queue, 1024)
	if c.Clock == nil {
		c.Clock = systemClock{}
	}
	return c.Policy.setDefaults()
}
