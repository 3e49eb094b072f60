package schedule

import (
	"time"
)

// Policy says how many results in a row it takes to believe them, so that one
// lost packet raises no alarm. The results themselves are never changed by it.
type Policy struct {
	// DownAfter is how many bad results in a row make a target down, or
	// degraded if not all of them were down; default 2, at most 255.
	DownAfter int
	// UpAfter is how many good results in a row end an outage; default 1, at
	// most 255. A target not known yet is up with its first good result.
	UpAfter int
	// UnknownAfter is how many results in a row with StatusUnknown make a
	// target unknown, whatever it was: a panic, a secret that no longer
	// resolves, a network of the monitor's own that is down. Fewer of them
	// change nothing. Default DownAfter, at most 255.
	UnknownAfter int
	// RetryAfter brings the next probe forward after a bad result that does
	// not count yet: with an interval of five minutes an outage is confirmed
	// in seconds. An unknown result is not retried early: it says nothing of
	// the target. Default 10 s; negative: the next scheduled time.
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
