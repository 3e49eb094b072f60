package schedule

import (
	"context"
	"errors"

	"github.com/hebergo/hebergo/monitor"
)

// discover asks a hosting for its instances and takes them in. generation is the
// entry's at the beginning of the probe. It is called with the lock held.
func (s *Scheduler) discover(ctx context.Context, e *entry, generation uint32, report Report) {
	if s.config.Discover == nil || report.Target.Scope != monitor.ScopeHosting || report.Result.Status == monitor.StatusDown || report.Result.Reason == monitor.ReasonBlind {
		return
	}
	var found []monitor.Target
	var err error
	if s.foreign(func() { found, err = s.found(ctx, report.Target) }) != nil {
		s.stats.Panics++
		return
	}
	if e.generation != generation { // nobody asks for it any more
		return
	}
	if err = errors.Join(err, s.adopt(report.Target.ID, found)); err != nil {
		s.stats.DiscoverErrors++
	}
}

// found returns the valid ones of what a discovery tells, and what is wrong
// with the others.
func (s *Scheduler) found(ctx context.Context, hosting monitor.Target) ([]monitor.Target, error) {
	all, err := s.config.Discover(monitor.InCycle(ctx), hosting)
	if err != nil {
		return nil, err
	}
	valid := make([]monitor.Target, 0, len(all))
	var failed []error
	for _, t := range all {
		if err := t.Validate(); err != nil {
			failed = append(failed, err)
			continue
		}
		valid = append(valid, t)
	}
	return valid, errors.Join(failed...)
}

// adopt takes in what a hosting has told. The hosting may be anybody's: it
// replaces no target but its own, and can't fill the memory with new ones.
func (s *Scheduler) adopt(hosting string, found []monitor.Target) error {
	var failed []error
	room := -1
	for _, t := range found {
		e := s.entries[t.ID]
		there := e != nil && !e.gone
		if there && e.target.Hosting != t.Hosting {
			failed = append(failed, newError("discover", t.ID, monitor.ErrConflict, "is there already, and not of this hosting"))
			continue
		}
		if !there && t.Hosting == hosting {
			if room < 0 {
				room = max(0, monitor.MaxInstances-s.instancesOf(hosting))
			}
			if room == 0 {
				failed = append(failed, newError("discover", t.ID, monitor.ErrTooLarge, "the hosting has as many instances as it may"))
				break
			}
			room--
		}
		failed = append(failed, s.sync(t))
	}
	return errors.Join(failed...)
}

// instancesOf counts a hosting's targets.
func (s *Scheduler) instancesOf(hosting string) (n int) {
	for _, e := range s.entries {
		if !e.gone && e.target.Hosting == hosting {
			n++
		}
	}
	return n
}
