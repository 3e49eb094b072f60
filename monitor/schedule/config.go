package schedule

import (
	"cmp"
	"context"

	"github.com/hebergo/hebergo/monitor"
)

// Config holds what New needs. Runner is required; the zero value of every
// other field is a good default.
type Config struct {
	// Runner probes. A *monitor.Monitor compiles each target once, and finds the
	// Scheduler's targets, as anything does that has its method AddTargets.
	Runner monitor.Runner

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
	Canary []monitor.Target
	// Discover is called after each probe of a ScopeHosting target that is not
	// down; usually Monitor.Discover. What it returns is added or updated as by
	// Sync, with two bounds, for it is a peer's word: a target that is there
	// with another Hosting stays as it is, and one Hosting brings at most
	// MaxInstances targets. If the hosting was updated, paused or removed
	// meanwhile, what was found is dropped. Default: none.
	Discover func(ctx context.Context, hosting monitor.Target) ([]monitor.Target, error)
	History  *History // keeps results for the status page and uptime; default: none
	Sinks    []Sink   // receive every Report; default: none
	Queue    int      // Reports that wait for each Sink, and for OnChange, before new ones are dropped; default 1024
	Clock    Clock    // default: the system's
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
