package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// discovering is a Scheduler with one hosting, "h", and what it is told of.
func discovering(t *testing.T, discover func(context.Context, monitor.Target) ([]monitor.Target, error), others ...monitor.Target) *schedule.Scheduler {
	hosting := every("h", time.Minute)
	hosting.Scope = monitor.ScopeHosting
	return scheduler(t, schedule.Config{Runner: &script{}, Discover: discover}, append(others, hosting)...)
}

func instanceOf(hosting, name string) monitor.Target {
	x := every(hosting+"/"+name, time.Minute)
	x.Hosting, x.Instance = hosting, name
	return x
}

// A discovery under way when its hosting is removed, paused or updated brings
// nothing back, and is told to end.
func TestDiscovery_HostingThatIsGone(t *testing.T) {
	for name, change := range map[string]func(*schedule.Scheduler) error{
		"removed": func(s *schedule.Scheduler) error { return s.Remove("h") },
		"paused":  func(s *schedule.Scheduler) error { return s.Pause("h") },
		"updated": func(s *schedule.Scheduler) error { return s.Update(every("h", time.Hour)) },
		"another": func(s *schedule.Scheduler) error { return errors.Join(s.Remove("h"), s.Add(every("h", time.Hour))) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				told := 0
				s := discovering(t, func(ctx context.Context, _ monitor.Target) ([]monitor.Target, error) {
					select {
					case <-ctx.Done():
						told++
					case <-time.After(time.Minute):
					}
					return []monitor.Target{instanceOf("h", "erp")}, nil
				})
				stop := running(t, s)
				_ = s.RunNow("h")
				time.Sleep(time.Second)
				if err := change(s); err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Second)
				if _, err := s.State("h/erp"); !errors.Is(err, monitor.ErrNotFound) || told != 1 || s.Stats().DiscoverErrors != 0 {
					t.Errorf("the instance: %v; told %d times; %+v", err, told, s.Stats())
				}
				stop()
			})
		})
	}
}

// A hosting that is not trusted names an instance so that its ID is that of
// another target.
func TestDiscovery_ReplacesNoOtherTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shop, other := every("h/shop", time.Hour), instanceOf("h", "x/y")
		other.Hosting = "h/x"
		rounds := uint64(0)
		s := discovering(t, func(context.Context, monitor.Target) ([]monitor.Target, error) {
			rounds++
			return []monitor.Target{instanceOf("h", "shop"), instanceOf("h", "x/y"), instanceOf("h", "erp")}, nil
		}, shop, other)
		stop := running(t, s)
		time.Sleep(2*time.Minute + time.Second)
		stop()
		for _, want := range []monitor.Target{shop, other, instanceOf("h", "erp")} {
			if state, err := s.State(want.ID); err != nil || state.Target.Interval != want.Interval || state.Target.Hosting != want.Hosting {
				t.Errorf("%s: %+v, %v", want.ID, state.Target, err)
			}
		}
		if stats := s.Stats(); rounds < 2 || stats.DiscoverErrors != rounds {
			t.Errorf("%d errors counted in %d rounds", stats.DiscoverErrors, rounds)
		}
	})
}

// A hosting that tells other names each time does not fill the memory.
func TestDiscovery_Bounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		round := 0
		s := discovering(t, func(context.Context, monitor.Target) ([]monitor.Target, error) {
			round++
			found := make([]monitor.Target, 4000)
			for i := range found {
				found[i] = instanceOf("h", fmt.Sprintf("%d-%d", round, i))
				found[i].Disabled = true
			}
			return found, nil
		})
		stop := running(t, s)
		time.Sleep(5*time.Minute + time.Second)
		stop()
		if stats := s.Stats(); round < 5 || stats.Targets != 10000+1 || stats.DiscoverErrors != stats.Runs-2 {
			t.Errorf("after %d rounds: %+v", round, stats)
		}
	})
}

// deafDiscoverer ignores its context.
type deafDiscoverer struct {
	monitor.ProbeFunc
	quit chan struct{}
}

func (d deafDiscoverer) Discover(context.Context, monitor.Target) ([]monitor.Target, error) {
	<-d.quit
	return nil, nil
}

// A discovery that does not end is left behind, as a probe is, and once only.
func TestDiscover_IgnoresItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := monitor.New(monitor.Config{})
		if err != nil {
			t.Fatal(err)
		}
		up := func(context.Context, monitor.Target) monitor.Result { return monitor.Result{Status: monitor.StatusUp} }
		d := deafDiscoverer{up, make(chan struct{})}
		defer close(d.quit)
		if err := m.Register("deaf", d); err != nil {
			t.Fatal(err)
		}
		hosting := monitor.Target{ID: "h", Kind: "deaf", Scope: monitor.ScopeHosting, Interval: time.Minute, Timeout: time.Second}
		s := scheduler(t, schedule.Config{Runner: m, Discover: m.Discover}, hosting)
		stop := running(t, s)
		time.Sleep(10 * time.Minute)
		if stats := s.Stats(); stats.Runs != 10 || stats.DiscoverErrors != 10 {
			t.Errorf("%+v", stats)
		}
		if state, _ := s.State("h"); state.Status != monitor.StatusUp {
			t.Errorf("the hosting is %v: its probes do end", state.Status)
		}
		stop()
		begun := time.Now()
		if _, err := m.Discover(t.Context(), hosting); !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != 0 {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

var _ monitor.Discoverer = deafDiscoverer{}
