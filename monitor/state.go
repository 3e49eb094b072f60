package monitor

import "time"

// Policy says how many results in a row it takes to believe them, so that one
// lost packet wakes nobody. The results themselves are never changed by it.
type Policy struct {
	// DownAfter is how many bad results in a row make a target down, or
	// degraded if not all of them were down; default 2, at most 255.
	DownAfter int
	// UpAfter is how many good results in a row end an outage; default 1, at
	// most 255. A target not known yet is up with its first good result.
	UpAfter int
	// RetryAfter brings the next probe forward after a bad result that does
	// not count yet: with an interval of five minutes an outage is confirmed
	// in seconds. Default 10 s; negative: wait for the next turn.
	RetryAfter time.Duration
}

func (p *Policy) setDefaults() error {
	switch {
	case p.DownAfter < 0 || p.DownAfter > 255:
		return invalid("scheduler", "", "Policy.DownAfter", "is not from 0 to 255")
	case p.UpAfter < 0 || p.UpAfter > 255:
		return invalid("scheduler", "", "Policy.UpAfter", "is not from 0 to 255")
	}
	if p.DownAfter == 0 {
		p.DownAfter = 2
	}
	if p.UpAfter == 0 {
		p.UpAfter = 1
	}
	if p.RetryAfter == 0 {
		p.RetryAfter = 10 * time.Second
	}
	return nil
}

// verdict is a target's damped status and the runs of results behind it: how
// many were up, at least degraded, at most degraded, and down in a row.
type verdict struct {
	status             Status
	up, alive, ill, no uint8
}

// add counts one raw result and returns the status that follows.
func (v *verdict) add(p Policy, raw Status) Status {
	switch raw {
	case StatusUp:
		v.up, v.alive, v.ill, v.no = more(v.up), more(v.alive), 0, 0
	case StatusDegraded:
		v.up, v.alive, v.ill, v.no = 0, more(v.alive), more(v.ill), 0
	case StatusDown:
		v.up, v.alive, v.ill, v.no = 0, 0, more(v.ill), more(v.no)
	default: // nothing was learned
		return v.status
	}
	v.status = v.next(p)
	return v.status
}

func (v *verdict) next(p Policy) Status {
	down, up := int(v.no) >= p.DownAfter, int(v.up) >= p.UpAfter
	ill, alive := int(v.ill) >= p.DownAfter, int(v.alive) >= p.UpAfter
	switch v.status {
	case StatusUnknown:
		switch {
		case v.up > 0:
			return StatusUp
		case down:
			return StatusDown
		case ill:
			return StatusDegraded
		}
	case StatusUp:
		switch {
		case down:
			return StatusDown
		case ill:
			return StatusDegraded
		}
	case StatusDegraded:
		switch {
		case down:
			return StatusDown
		case up:
			return StatusUp
		}
	case StatusDown:
		switch {
		case up:
			return StatusUp
		case alive:
			return StatusDegraded
		}
	}
	return v.status
}

// pending tells that a bad result waits to be confirmed.
func (v *verdict) pending(p Policy) bool {
	switch v.status {
	case StatusDown:
		return false
	case StatusDegraded:
		return v.no > 0 && int(v.no) < p.DownAfter
	}
	return v.ill > 0
}

// more adds one without running over.
func more(n uint8) uint8 {
	if n == 255 {
		return n
	}
	return n + 1
}
