package schedule_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// mood is a Runner that does one thing after another, as a test tells it.
type mood struct {
	do atomic.Pointer[func() monitor.Result]
}

func (m *mood) set(f func() monitor.Result) { m.do.Store(&f) }

func (m *mood) Run(_ context.Context, t monitor.Target) monitor.Result {
	r := (*m.do.Load())()
	r.Target, r.At = t.ID, time.Now()
	return r
}

func isUp() monitor.Result { return monitor.Result{Status: monitor.StatusUp, Reachable: true} }

// A target that was up does not stay up when its probes can no longer tell.
func TestUnknown_EndsUp(t *testing.T) {
	for name, c := range map[string]struct {
		do     func() monitor.Result
		reason monitor.Reason
	}{
		"the probe panics":          {func() monitor.Result { return monitor.Result{Reason: monitor.ReasonPanic} }, monitor.ReasonPanic},
		"the runner panics":         {func() monitor.Result { panic("a bug") }, monitor.ReasonPanic},
		"the runner ends":           {func() monitor.Result { runtime.Goexit(); return monitor.Result{} }, monitor.ReasonPanic},
		"the secret is gone":        {func() monitor.Result { return monitor.Result{Reason: monitor.ReasonConfig, Field: "Secret"} }, monitor.ReasonConfig},
		"the guard blocks":          {func() monitor.Result { return monitor.Result{Reason: monitor.ReasonBlocked, Field: "URL"} }, monitor.ReasonBlocked},
		"the runner was closed":     {func() monitor.Result { return monitor.Result{Reason: monitor.ReasonCanceled} }, monitor.ReasonCanceled},
		"the probe says nothing":    {func() monitor.Result { return monitor.Result{} }, ""},
		"a status nobody ever made": {func() monitor.Result { return monitor.Result{Status: 77} }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runner := &mood{}
				runner.set(isUp)
				h := history(t, schedule.HistoryConfig{})
				var changes []schedule.Report
				s := scheduler(t, schedule.Config{Runner: runner, History: h,
					OnChange: func(r schedule.Report) { changes = append(changes, r) }}, every("a", time.Minute))
				stop := running(t, s)
				time.Sleep(10 * time.Minute)
				runner.set(c.do)
				time.Sleep(10 * time.Minute)
				state, err := s.State("a")
				stop()
				require.NoError(t, err)
				assert.Equal(t, monitor.StatusUnknown, state.Status)
				assert.False(t, state.Since.IsZero(), "unknown is a state with a beginning")
				require.Len(t, changes, 2)
				assert.Equal(t, []monitor.Status{monitor.StatusUp, monitor.StatusUnknown}, []monitor.Status{changes[1].From, changes[1].Status})
				assert.Equal(t, c.reason, changes[1].Result.Reason)
				assert.EqualValues(t, 2, s.Stats().Changes)

				sum := h.Uptime("a", time.Now(), 24*time.Hour)
				ratio, ok := sum.Uptime()
				assert.True(t, ok)
				assert.EqualValues(t, 1, ratio, "unknown time is neither up nor down")
				assert.LessOrEqual(t, sum.Observed(), 12*time.Minute)
				if c.reason != monitor.ReasonCanceled { // a closed Runner has results no more: that time is not watched
					assert.GreaterOrEqual(t, sum.Unknown, 7*time.Minute)
				}
			})
		})
	}
}

// One result that could not tell wakes nobody.
func TestUnknown_Threshold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &mood{}
		runner.set(isUp)
		changes := 0
		s := scheduler(t, schedule.Config{Runner: runner, Policy: schedule.Policy{UnknownAfter: 3},
			OnChange: func(schedule.Report) { changes++ }}, every("a", time.Minute))
		stop := running(t, s)
		time.Sleep(time.Minute)
		runner.set(func() monitor.Result { return monitor.Result{Reason: monitor.ReasonPanic} })
		time.Sleep(2 * time.Minute)
		state, _ := s.State("a")
		assert.Equal(t, monitor.StatusUp, state.Status, "after two of three")
		time.Sleep(time.Minute)
		state, _ = s.State("a")
		assert.Equal(t, monitor.StatusUnknown, state.Status, "after three")
		stop()
		assert.Equal(t, 2, changes)
	})
}

// A target that can't be probed from the beginning is told of as well.
func TestUnknown_FromTheBeginning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &mood{}
		runner.set(func() monitor.Result { return monitor.Result{Reason: monitor.ReasonConfig, Field: "Secret"} })
		var changes []schedule.Report
		s := scheduler(t, schedule.Config{Runner: runner, OnChange: func(r schedule.Report) { changes = append(changes, r) }}, every("a", time.Minute))
		stop := running(t, s)
		time.Sleep(time.Hour)
		runner.set(isUp)
		time.Sleep(2 * time.Minute)
		stop()
		require.Len(t, changes, 2)
		first, second := changes[0], changes[1]
		assert.Equal(t, [3]any{monitor.StatusUnknown, monitor.StatusUnknown, true}, [3]any{first.From, first.Status, first.Began})
		assert.True(t, first.Changed())
		assert.Equal(t, first.Result.At.UTC(), first.Since)
		assert.Equal(t, monitor.StatusUp, second.Status)
	})
}

// A target that was down and can no longer be asked is not known to be down.
func TestUnknown_EndsDown(t *testing.T) {
	got := damp(t, schedule.Policy{RetryAfter: -1}, "dd??d?d")
	assert.Equal(t, "?dd???d", got)
}

// Ten days after Run has ended nothing is known of any target.
func TestStale_AfterTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scheduler(t, schedule.Config{Runner: &script{}}, every("a", time.Minute), every("off", time.Minute))
		require.NoError(t, s.Pause("off"))
		stop := running(t, s)
		time.Sleep(10 * time.Minute)
		stop()
		ended := time.Now()
		state, _ := s.State("a")
		assert.Equal(t, monitor.StatusUp, state.Status)
		last := state.Last
		time.Sleep(3*time.Minute - time.Since(last))
		state, _ = s.State("a")
		assert.False(t, state.Stale, "three intervals are not over")
		time.Sleep(10 * 24 * time.Hour)
		for _, state := range s.States() {
			if state.Target.ID == "off" {
				assert.False(t, state.Stale, "nobody expects news of a paused target")
				continue
			}
			assert.Equal(t, schedule.TargetState{Target: every("a", time.Minute), Stale: true, Since: last.Add(3 * time.Minute), Last: last, Next: state.Next}, state)
		}
		assert.Equal(t, ended.UTC(), s.Stats().Ended)
	})
}

func TestStale_NeverStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scheduler(t, schedule.Config{Runner: &script{}}, every("a", time.Minute))
		time.Sleep(3 * time.Minute)
		state, _ := s.State("a")
		assert.False(t, state.Stale)
		time.Sleep(time.Second)
		state, _ = s.State("a")
		assert.True(t, state.Stale)
		assert.True(t, state.Last.IsZero())
		assert.True(t, s.Stats().Started.IsZero())
		stop := running(t, s)
		time.Sleep(time.Minute)
		state, _ = s.State("a")
		stop()
		assert.False(t, state.Stale)
		assert.Equal(t, monitor.StatusUp, state.Status)
	})
}

// A Runner that never returns leaves its target stale, not up.
func TestStale_HungRunner(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		runner := &mood{}
		runner.set(isUp)
		s := scheduler(t, schedule.Config{Runner: runner}, every("a", time.Minute))
		ended := make(chan error, 1)
		ctx, cancel := context.WithCancel(t.Context())
		go func() { ended <- s.Run(ctx) }()
		time.Sleep(5 * time.Minute)
		runner.set(func() monitor.Result { <-release; return isUp() })
		time.Sleep(6 * time.Minute)
		state, _ := s.State("a")
		assert.True(t, state.Stale && state.Running)
		assert.Equal(t, monitor.StatusUnknown, state.Status)
		close(release)
		time.Sleep(time.Second)
		state, _ = s.State("a")
		assert.Equal(t, monitor.StatusUp, state.Status)
		cancel()
		assert.ErrorIs(t, <-ended, context.Canceled)
	})
}

// A shorter interval makes no stale target of one that was looked at in time.
func TestStale_NotByAnUpdate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scheduler(t, schedule.Config{Runner: &script{}}, every("a", time.Hour))
		stop := running(t, s)
		require.NoError(t, s.RunNow("a"))
		time.Sleep(30 * time.Minute)
		require.NoError(t, s.Update(every("a", time.Minute)))
		state, _ := s.State("a")
		stop()
		assert.False(t, state.Stale)
	})
}

// An OnChange that hangs costs neither probes nor changes beyond its queue.
func TestOnChange_Hangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &mood{}
		runner.set(isUp)
		release := make(chan struct{})
		s := scheduler(t, schedule.Config{Runner: runner, Workers: 4, Queue: 8, Policy: schedule.Policy{DownAfter: 1},
			OnChange: func(schedule.Report) { <-release }})
		const n = 20
		for i := range n {
			require.NoError(t, s.Add(every(string(rune('a'+i)), time.Minute)))
		}
		ended := make(chan error, 1)
		go func() { ended <- s.Run(context.Background()) }()
		time.Sleep(2 * time.Minute)
		runner.set(func() monitor.Result { return monitor.Result{Status: monitor.StatusDown, Reachable: true} })
		time.Sleep(2 * time.Minute)
		for _, state := range s.States() {
			assert.Equal(t, monitor.StatusDown, state.Status, state.Target.ID)
		}
		stats := s.Stats()
		assert.EqualValues(t, 2*n, stats.Changes)
		assert.Equal(t, schedule.SinkStats{Dropped: 2*n - 8 - 1, Queued: 8}, stats.OnChange) // one is in its hands
		close(release)
		require.NoError(t, s.Shutdown(context.Background()))
		require.NoError(t, <-ended)
		assert.Equal(t, schedule.SinkStats{Dropped: 2*n - 8 - 1, Delivered: 9}, s.Stats().OnChange)
	})
}

// The end does not wait for ever for an OnChange that never returns, and what
// is queued is told before the end if there is time.
func TestOnChange_AtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		told, release := 0, make(chan struct{})
		slow := scheduler(t, schedule.Config{Runner: &script{}, OnChange: func(schedule.Report) { told++; time.Sleep(100 * time.Millisecond) }},
			every("a", time.Minute), every("b", time.Minute), every("c", time.Minute))
		stuck := scheduler(t, schedule.Config{Runner: &script{}, OnChange: func(schedule.Report) { <-release }}, every("a", time.Minute))
		for _, s := range []*schedule.Scheduler{slow, stuck} {
			ctx, cancel := context.WithCancel(t.Context())
			ended := make(chan error, 1)
			go func() { ended <- s.Run(ctx) }()
			for _, id := range []string{"a", "b", "c"} {
				_ = s.RunNow(id)
			}
			time.Sleep(50 * time.Millisecond)
			cancel()
			begun := time.Now()
			assert.ErrorIs(t, <-ended, context.Canceled)
			assert.LessOrEqual(t, time.Since(begun), time.Second)
		}
		assert.Equal(t, 3, told)
		close(release)
	})
}

// network is a Runner whose targets fail in ways that a test sets.
type network struct {
	reasons atomic.Pointer[map[string]monitor.Reason] // by ID; absent: up
	asked   atomic.Int32                              // of the canaries
}

func (n *network) Run(_ context.Context, t monitor.Target) monitor.Result {
	if t.ID[0] == 'c' {
		n.asked.Add(1)
		time.Sleep(20 * time.Millisecond)
	}
	r := monitor.Result{Target: t.ID, At: time.Now(), Status: monitor.StatusUp, Reachable: true}
	if reason, failed := (*n.reasons.Load())[t.ID]; failed {
		r.Status, r.Reason, r.Reachable, r.Detail = monitor.StatusDown, reason, reason == monitor.ReasonHTTPStatus, "failed"
	}
	return r
}

// When the canaries don't answer either, the fault is the monitor's own.
func TestCanary(t *testing.T) {
	type reasons = map[string]monitor.Reason
	const cut, dns = monitor.ReasonConnect, monitor.ReasonDNS
	byIP, byName := every("c-gateway", time.Minute), every("c-site", time.Minute)
	byIP.URL = "http://192.0.2.1/"
	for name, c := range map[string]struct {
		reasons reasons
		status  monitor.Status
		reason  monitor.Reason
	}{
		"only the target is down":        {reasons{"a": cut}, monitor.StatusDown, cut},
		"everything is cut off":          {reasons{"a": cut, "c-gateway": cut, "c-site": cut}, monitor.StatusUnknown, monitor.ReasonBlind},
		"one canary answers":             {reasons{"a": cut, "c-site": cut}, monitor.StatusDown, cut},
		"a canary answers badly":         {reasons{"a": cut, "c-gateway": cut, "c-site": monitor.ReasonHTTPStatus}, monitor.StatusDown, cut},
		"the target answers, with a 503": {reasons{"a": monitor.ReasonHTTPStatus, "c-gateway": cut, "c-site": cut}, monitor.StatusDown, monitor.ReasonHTTPStatus},
		"the resolver is dead":           {reasons{"a": dns, "c-site": dns}, monitor.StatusUnknown, monitor.ReasonBlind},
		"the name is gone":               {reasons{"a": dns, "c-gateway": cut}, monitor.StatusDown, dns},
		"no canary can be probed":        {reasons{"a": cut, "c-gateway": monitor.ReasonConfig, "c-site": monitor.ReasonConfig}, monitor.StatusDown, cut},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				runner := &network{}
				runner.reasons.Store(&reasons{})
				var last schedule.Report
				s := scheduler(t, schedule.Config{Runner: runner, Canary: []monitor.Target{byIP, byName},
					OnChange: func(r schedule.Report) { last = r }}, every("a", time.Minute))
				stop := running(t, s)
				time.Sleep(2 * time.Minute)
				assert.Zero(t, runner.asked.Load(), "while all is well nobody asks the canaries")
				runner.reasons.Store(&c.reasons)
				time.Sleep(2 * time.Minute)
				stop()
				assert.Equal(t, c.status, last.Status)
				assert.Equal(t, c.reason, last.Result.Reason)
				if c.reason == monitor.ReasonBlind {
					assert.Equal(t, c.status, last.Result.Status)
					assert.Contains(t, last.Result.Detail, "the monitor itself is cut off: c-")
					assert.NotZero(t, s.Stats().Blind)
				}
			})
		})
	}
}

// Thousands of failures cost one look at the canaries in a second.
func TestCanary_IsAskedOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &network{}
		failed := map[string]monitor.Reason{"c": monitor.ReasonTimeout}
		s := scheduler(t, schedule.Config{Runner: runner, Policy: schedule.Policy{RetryAfter: -1}, Canary: []monitor.Target{every("c", 0)}})
		for i := range 2000 {
			x := every("t", time.Minute)
			x.ID += string(rune(0x100 + i))
			failed[x.ID] = monitor.ReasonTimeout
			require.NoError(t, s.Add(x))
		}
		runner.reasons.Store(&failed)
		stop := running(t, s)
		time.Sleep(2 * time.Minute)
		stop()
		assert.EqualValues(t, s.Stats().Runs, s.Stats().Blind)
		assert.LessOrEqual(t, runner.asked.Load(), int32(121))
	})
}

// A canary whose probe panics or ends its goroutine tells nothing.
func TestCanary_Broken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := runnerFunc(func(_ context.Context, t monitor.Target) monitor.Result {
			switch t.ID {
			case "canary-0":
				panic("a bug")
			case "canary-1":
				runtime.Goexit()
			}
			return monitor.Result{Status: monitor.StatusDown, Reason: monitor.ReasonConnect}
		})
		one := monitor.Target{Kind: monitor.KindURL, URL: "http://one.example.test/"}
		s := scheduler(t, schedule.Config{Runner: runner, Canary: []monitor.Target{one, one}}, every("a", time.Minute))
		stop := running(t, s)
		time.Sleep(3 * time.Minute)
		state, _ := s.State("a")
		stop()
		assert.Equal(t, monitor.StatusDown, state.Status)
	})
}

func TestCanary_RefusesByField(t *testing.T) {
	_, err := schedule.New(schedule.Config{Runner: &script{}, Canary: []monitor.Target{{Kind: "url", URL: "ftp://x/"}}})
	wantField(t, err, "Canary[0].URL", monitor.ErrInvalid)
	_, err = schedule.New(schedule.Config{Runner: &script{}, Policy: schedule.Policy{UnknownAfter: 256}})
	wantField(t, err, "Policy.UnknownAfter", monitor.ErrInvalid)
}
