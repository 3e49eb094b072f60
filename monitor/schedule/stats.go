package schedule

import (
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// Stats shows whether a Scheduler keeps up. Watch Waiting and the last counts
// of Late: they grow before Missed does.
type Stats struct {
	Started time.Time `json:"started,omitzero"` // when Run began; zero before that
	Ended   time.Time `json:"ended,omitzero"`   // when Run returned; nothing is probed after that

	Targets   int    `json:"targets"`
	Running   int    `json:"running"`   // probes in flight
	Waiting   int    `json:"waiting"`   // due, but held back by Workers or PerHost
	Runs      uint64 `json:"runs"`      // probes started
	Missed    uint64 `json:"missed"`    // scheduled probes that were skipped while their target was waiting or running
	Changes   uint64 `json:"changes"`   // changes of a damped status, as reported to OnChange
	Blind     uint64 `json:"blind"`     // results that are unknown because no canary responded either
	Discarded uint64 `json:"discarded"` // results dropped because of Pause, Update, Remove or the end of Run

	Panics         uint64 `json:"panics"`          // panics in OnChange or Discover, and calls that ended their goroutine
	DiscoverErrors uint64 `json:"discover_errors"` // discoveries that failed, or returned targets that could not be added

	// Late counts probes by how long after their scheduled time they began: one
	// count for those below each of LateBounds, and a last one for those above.
	Late    [len(LateBounds) + 1]uint64 `json:"late"`
	LateSum time.Duration               `json:"late_sum_ns"`

	OnChange SinkStats   `json:"on_change"`       // the changes for OnChange
	Sinks    []SinkStats `json:"sinks,omitempty"` // in the order of Config.Sinks
}

// LateBounds are the upper bounds of Stats.Late.
var LateBounds = [...]time.Duration{
	time.Millisecond, 5 * time.Millisecond, 10 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 500 * time.Millisecond, time.Second, 10 * time.Second,
}

func (s *Stats) begin(late time.Duration) {
	s.Running++
	s.Runs++
	s.LateSum += late
	place := 0
	for place < len(LateBounds) && late >= LateBounds[place] {
		place++
	}
	s.Late[place]++
}

// Stats returns the current counts.
func (s *Scheduler) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	stats := s.stats
	if s.changed != nil {
		stats.OnChange = s.changed.stats()
	}
	for _, d := range s.sinks {
		stats.Sinks = append(stats.Sinks, d.stats())
	}
	return stats
}

// TargetState is the state of one target in a Scheduler.
type TargetState struct {
	Target  monitor.Target `json:"target"`
	Status  monitor.Status `json:"status"`           // damped; unknown before the first result, while paused, and once Stale
	Since   time.Time      `json:"since,omitzero"`   // when Status began; zero if there was no result yet
	Last    time.Time      `json:"last,omitzero"`    // time of the latest result; zero before the first
	Stale   bool           `json:"stale,omitempty"`  // no result for three intervals: Run has ended, never began or hangs
	Paused  bool           `json:"paused,omitempty"` // by Pause or the target's Disabled
	Running bool           `json:"running,omitempty"`
	Next    time.Time      `json:"next,omitzero"` // when it will be probed; zero while paused, waiting or running
	Missed  int            `json:"missed,omitempty"`
}

// State returns the state of one target. An unknown ID is ErrNotFound.
func (s *Scheduler) State(id string) (TargetState, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e := s.entries[id]; e != nil && !e.gone {
		return e.state(s.now()), nil
	}
	return TargetState{}, newError("state", id, monitor.ErrNotFound, "is not there")
}

// States returns the states of all targets, sorted by ID.
func (s *Scheduler) States() []TargetState {
	s.mu.Lock()
	now := s.now()
	states := make([]TargetState, 0, len(s.entries))
	for _, e := range s.entries {
		if !e.gone {
			states = append(states, e.state(now))
		}
	}
	s.mu.Unlock()
	slices.SortFunc(states, func(a, b TargetState) int { return strings.Compare(a.Target.ID, b.Target.ID) })
	return states
}

func (e *entry) state(now int64) TargetState {
	t := TargetState{
		Target: e.target, Status: e.verdict.status, Since: timeOf(e.since), Last: timeOf(e.told),
		Paused: e.off(), Running: e.stage == running, Missed: int(e.missed),
	}
	if from := max(e.told, e.given); !t.Paused && staleAfter(now-from, e.target.Interval) {
		t.Status, t.Stale = monitor.StatusUnknown, true
		t.Since = timeOf(from + 3*int64(e.target.Interval))
	}
	if e.place >= 0 {
		t.Next = timeOf(e.due)
	}
	return t
}

// staleAfter reports whether what was known so long ago says nothing of today.
func staleAfter(age int64, interval time.Duration) bool { return age/3 > int64(interval) }

// timeOf is the time of Unix nanoseconds, zero for 0.
func timeOf(ns int64) time.Time {
	if ns == 0 {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}
