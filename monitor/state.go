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
	// UnknownAfter is how many results in a row that could not tell make a
	// target unknown, whatever it was: a panic, a secret that no longer
	// resolves, a network of the monitor's own that is down. Fewer of them
	// change nothing. Default DownAfter, at most 255.
	UnknownAfter int
	// RetryAfter brings the next probe forward after a bad result that does
	// not count yet: with an interval of five minutes an outage is confirmed
	// in seconds. A result that could not tell has no such haste.
	// Default 10 s; negative: wait for the next turn.
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

// verdict is a target's damped status and the runs of results behind it: how
// many were up, at least degraded, at most degraded, down, and unknown in a
// row. An unknown result between others breaks none of their runs.
type verdict struct {
	status                    Status
	up, alive, ill, no, blind uint8
}

// add counts one raw result and reports whether a status began with it: the
// target's status changed, or was confirmed to be unknown.
func (v *verdict) add(p Policy, raw Status) (began bool) {
	before, confirmed := v.status, v.confirmed(p)
	switch raw {
	case StatusUp:
		v.up, v.alive, v.ill, v.no = more(v.up), more(v.alive), 0, 0
	case StatusDegraded:
		v.up, v.alive, v.ill, v.no = 0, more(v.alive), more(v.ill), 0
	case StatusDown:
		v.up, v.alive, v.ill, v.no = 0, 0, more(v.ill), more(v.no)
	default:
		return v.lost(p)
	}
	v.blind = 0
	v.status = v.next(p)
	if v.status == StatusUnknown && confirmed {
		v.blind = uint8(p.UnknownAfter) // one bad result more is no news yet
	}
	return v.status != before
}

// lost counts a result that could not tell.
func (v *verdict) lost(p Policy) (began bool) {
	if v.confirmed(p) {
		return false
	}
	if v.blind = more(v.blind); !v.confirmed(p) {
		return false
	}
	*v = verdict{blind: v.blind}
	return true
}

// confirmed reports whether the target is unknown because its probes can't
// tell, and not because there was no result yet.
func (v *verdict) confirmed(p Policy) bool { return int(v.blind) >= p.UnknownAfter }

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

// pending reports whether a bad result waits to be confirmed.
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
