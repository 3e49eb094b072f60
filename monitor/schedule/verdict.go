package schedule

import "github.com/hebergo/hebergo/monitor"

// verdict is a target's damped status and the runs of results behind it: how
// many were up, at least degraded, at most degraded, down, and unknown in a
// row. An unknown result between others breaks none of their runs.
type verdict struct {
	status                    monitor.Status
	up, alive, ill, no, blind uint8
}

// add counts one raw result and reports whether a status began with it: the
// target's status changed, or was confirmed to be unknown.
func (v *verdict) add(p Policy, raw monitor.Status) (began bool) {
	before, confirmed := v.status, v.confirmed(p)
	switch raw {
	case monitor.StatusUp:
		v.up, v.alive, v.ill, v.no = more(v.up), more(v.alive), 0, 0
	case monitor.StatusDegraded:
		v.up, v.alive, v.ill, v.no = 0, more(v.alive), more(v.ill), 0
	case monitor.StatusDown:
		v.up, v.alive, v.ill, v.no = 0, 0, more(v.ill), more(v.no)
	default:
		return v.lost(p)
	}
	v.blind = 0
	v.status = v.next(p)
	if v.status == monitor.StatusUnknown && confirmed {
		v.blind = uint8(p.UnknownAfter) // one bad result more is no news yet
	}
	return v.status != before
}

// lost counts a result that is unknown.
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

func (v *verdict) next(p Policy) monitor.Status {
	down, up := int(v.no) >= p.DownAfter, int(v.up) >= p.UpAfter
	ill, alive := int(v.ill) >= p.DownAfter, int(v.alive) >= p.UpAfter
	switch v.status {
	case monitor.StatusUnknown:
		switch {
		case v.up > 0:
			return monitor.StatusUp
		case down:
			return monitor.StatusDown
		case ill:
			return monitor.StatusDegraded
		}
	case monitor.StatusUp:
		switch {
		case down:
			return monitor.StatusDown
		case ill:
			return monitor.StatusDegraded
		}
	case monitor.StatusDegraded:
		switch {
		case down:
			return monitor.StatusDown
		case up:
			return monitor.StatusUp
		}
	case monitor.StatusDown:
		switch {
		case up:
			return monitor.StatusUp
		case alive:
			return monitor.StatusDegraded
		}
	}
	return v.status
}

// pending reports whether a bad result waits to be confirmed.
func (v *verdict) pending(p Policy) bool {
	switch v.status {
	case monitor.StatusDown:
		return false
	case monitor.StatusDegraded:
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
