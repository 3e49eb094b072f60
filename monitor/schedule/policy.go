package schedule

import (
	"time"
)

// Policy says how many consecutive results change a status, so that one lost
// packet raises no alarm. It never changes the results themselves.
type Policy struct {
	// DownAfter is the number of consecutive bad results that make a target
	// down, or degraded if not all of them were down; default 2, max 255.
	DownAfter int
	// UpAfter is the number of consecutive good results that end an outage;
	// default 1, max 255. A target that is not known yet is up with its first
	// good result.
	UpAfter int
	// UnknownAfter is the number of consecutive results with StatusUnknown that
	// make a target unknown, whatever its status was: the Probe panics, a
	// secret no longer resolves, the monitor's own network is down. Fewer of
	// them change nothing. Default DownAfter, max 255.
	UnknownAfter int
	// RetryAfter is the time until the next probe after a bad result that does
	// not count yet: with an interval of five minutes, an outage is confirmed
	// in seconds. An unknown result is not followed by an earlier probe,
	// because it says nothing about the target. Default 10 s; if negative, the
	// next scheduled time.
	RetryAfter time.Duration
}

func (p *Policy) setDefaults() error {
	switch {
	case p.DownAfter < 0 || p.DownAfter > 255:
		return invalid("scheduler", "", "Policy.DownAfter", "is not from 0 to 255")
	case p.UpAfter < 0 || p.UpAfter > 255:
		return invalid("scheduler", "", "Policy.UpAfter", "is not from 0 to 255")
	case p.UnknownAfter < 0 || p.UnknownAfter > 255:
		return invalid("scheduler", "", "Policy.UnknownAfter", "is not from 0 to 255")
	}
	if p.DownAfter == 0 {
		p.DownAfter = 2
	}
	if p.UpAfter == 0 {
		p.UpAfter = 1
	}
	if p.UnknownAfter == 0 {
		p.UnknownAfter = p.DownAfter
	}
	if p.RetryAfter == 0 {
		p.RetryAfter = 10 * time.Second
	}
	return nil
}
