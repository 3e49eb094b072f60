package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// script is a Runner whose answers and delays a test sets.
type script struct {
	take   time.Duration                     // of each probe
	deaf   bool                              // it does not hear its context
	answer func(id string) monitor.Status    // default: up
	began  func(id string, at time.Time)     // a probe begins
	over   func(id string, r monitor.Result) // a probe ends

	mu            sync.Mutex
	running, most int
	each          map[string]int
	overlap       bool
}

func (s *script) Run(ctx context.Context, t monitor.Target) monitor.Result {
	s.enter(t.ID)
	defer s.exit(t.ID)
	start := time.Now()
	if s.began != nil {
		s.began(t.ID, start)
	}
	r := monitor.Result{Target: t.ID, At: start, Status: monitor.StatusUp}
	if s.answer != nil {
		r.Status = s.answer(t.ID)
	}
	done := ctx.Done()
	if s.deaf {
		done = nil
	}
	select {
	case <-time.After(s.take):
	case <-done:
		r.Status, r.Reason = monitor.StatusUnknown, monitor.ReasonCanceled
	}
	r.Duration = time.Since(start)
	if s.over != nil {
		s.over(t.ID, r)
	}
	return r
}

func (s *script) enter(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.each == nil {
		s.each = make(map[string]int)
	}
	s.running++
	s.each[id]++
	s.most = max(s.most, s.running)
	s.overlap = s.overlap || s.each[id] > 1
}

func (s *script) exit(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running--
	s.each[id]--
}

func scheduler(t *testing.T, cfg schedule.Config, targets ...monitor.Target) *schedule.Scheduler {
	t.Helper()
	s, err := schedule.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	for _, target := range targets {
		if err := s.Add(target); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// running starts Run and returns what shuts it down and checks its end.
func running(t *testing.T, s *schedule.Scheduler) (stop func()) {
	t.Helper()
	ended := make(chan error, 1)
	go func() { ended <- s.Run(context.Background()) }()
	return func() {
		t.Helper()
		if err := s.Shutdown(context.Background()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	}
}

func every(id string, interval time.Duration) monitor.Target {
	return monitor.Target{ID: id, Kind: monitor.KindURL, URL: "http://" + id + ".example.test/", Interval: interval}
}

func TestNew_RefusesByField(t *testing.T) {
	for field, cfg := range map[string]schedule.Config{
		"Runner":           {},
		"Workers":          {Runner: &script{}, Workers: -1},
		"PerHost":          {Runner: &script{}, PerHost: -1},
		"Queue":            {Runner: &script{}, Queue: -1},
		"Sinks":            {Runner: &script{}, Sinks: []schedule.Sink{nil}},
		"Policy.DownAfter": {Runner: &script{}, Policy: schedule.Policy{DownAfter: 256}},
		"Policy.UpAfter":   {Runner: &script{}, Policy: schedule.Policy{UpAfter: -1}},
	} {
		_, err := schedule.New(cfg)
		wantField(t, err, field, monitor.ErrInvalid)
	}
}

func wantField(t *testing.T, err error, field string, condition error) {
	t.Helper()
	var e *monitor.Error
	if !errors.As(err, &e) || e.Field != field || !errors.Is(err, condition) {
		t.Errorf("error %v, want field %q and %v", err, field, condition)
	}
}

func TestScheduler_BrokenTargetStopsNoOther(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runs := make(map[string]int)
		var mu sync.Mutex
		runner := &script{began: func(id string, _ time.Time) {
			mu.Lock()
			defer mu.Unlock()
			runs[id]++
			if id == "panics" {
				panic("a Runner of the program's own")
			}
		}}
		s := scheduler(t, schedule.Config{Runner: runner}, every("good", time.Minute), every("panics", time.Minute))
		wantField(t, s.Add(monitor.Target{Kind: "url", Interval: time.Minute}), "ID", monitor.ErrInvalid)
		wantField(t, s.Add(monitor.Target{ID: "x", Kind: "url"}), "Interval", monitor.ErrInvalid)
		wantField(t, s.Add(monitor.Target{ID: "x", Kind: "url", Interval: time.Second, Timeout: time.Minute}), "Timeout", monitor.ErrInvalid)
		wantField(t, s.Add(monitor.Target{ID: "x", Kind: "url", URL: "ftp://example.test/", Interval: time.Second}), "URL", monitor.ErrInvalid)
		wantField(t, s.Add(every("good", time.Hour)), "ID", monitor.ErrConflict)
		for _, err := range []error{s.Update(every("none", time.Hour)), s.Remove("none"), s.Pause("none"), s.Enable("none"), s.RunNow("none")} {
			if !errors.Is(err, monitor.ErrNotFound) {
				t.Errorf("error %v, want ErrNotFound", err)
			}
		}
		stop := running(t, s)
		time.Sleep(5 * time.Minute)
		stop()
		if runs["good"] != 5 || runs["panics"] != 5 {
			t.Errorf("runs %v, want 5 each", runs)
		}
		if err := s.Add(every("late", time.Minute)); !errors.Is(err, monitor.ErrClosed) {
			t.Errorf("Add after Shutdown: %v", err)
		}
		if err := s.Run(t.Context()); !errors.Is(err, monitor.ErrClosed) {
			t.Errorf("second Run: %v", err)
		}
	})
}

func TestScheduler_StablePhase(t *testing.T) {
	turns := func() map[string]time.Duration {
		at := make(map[string]time.Duration)
		synctest.Test(t, func(t *testing.T) {
			var mu sync.Mutex
			runner := &script{began: func(id string, now time.Time) {
				mu.Lock()
				defer mu.Unlock()
				phase := time.Duration(now.UnixNano() % int64(time.Minute))
				if old, seen := at[id]; seen && old != phase {
					t.Errorf("%s moved from %v to %v", id, old, phase)
				}
				at[id] = phase
			}}
			s := scheduler(t, schedule.Config{Runner: runner})
			for i := range 600 {
				if err := s.Add(every(fmt.Sprintf("t-%d", i), time.Minute)); err != nil {
					t.Fatal(err)
				}
			}
			stop := running(t, s)
			time.Sleep(3 * time.Minute)
			stop()
		})
		return at
	}
	first, second := turns(), turns()
	var perSecond [60]int
	for id, phase := range first {
		if second[id] != phase {
			t.Errorf("%s at %v, after a restart at %v", id, phase, second[id])
		}
		perSecond[phase/time.Second]++
	}
	if len(first) != 600 {
		t.Fatalf("%d targets ran", len(first))
	}
	for second, n := range perSecond { // ten expected; a sixfold crowd is no spread
		if n > 30 {
			t.Errorf("second %d has %d of 600 targets", second, n)
		}
	}
}

func TestScheduler_NoOverlapAndMissedTurnsCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &script{take: 150 * time.Second, deaf: true}
		s := scheduler(t, schedule.Config{Runner: runner}, every("slow", time.Minute))
		stop := running(t, s)
		time.Sleep(time.Hour)
		_ = s.RunNow("slow")
		_ = s.RunNow("slow")
		state, err := s.State("slow")
		stats := s.Stats()
		stop()
		if runner.overlap {
			t.Error("a target was probed twice at the same time")
		}
		// Each probe takes its own turn and the two that follow.
		if err != nil || stats.Runs != 20 || stats.Missed < 38 || stats.Missed > 40 || state.Missed != int(stats.Missed) {
			t.Errorf("runs %d, missed %d (target says %d), error %v; want 20 and about 40", stats.Runs, stats.Missed, state.Missed, err)
		}
	})
}

func TestScheduler_Limits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := make(map[string]int)
		var mu sync.Mutex
		most := 0
		runner := &script{take: time.Second,
			began: func(id string, _ time.Time) {
				mu.Lock()
				defer mu.Unlock()
				hosts[id[:1]]++
				most = max(most, hosts[id[:1]])
			},
			over: func(id string, _ monitor.Result) {
				mu.Lock()
				defer mu.Unlock()
				hosts[id[:1]]--
			}}
		s := scheduler(t, schedule.Config{Runner: runner, Workers: 10, PerHost: 3})
		for i := range 200 {
			target := every(fmt.Sprintf("%d-%d", i%5, i), time.Minute)
			target.URL = fmt.Sprintf("http://host%d.example.test:%d/", i%5, 8000+i) // one machine, whatever the port and the case
			if i%2 == 0 {
				target.URL = strings.Replace(target.URL, "host", "HOST", 1)
			}
			if err := s.Add(target); err != nil {
				t.Fatal(err)
			}
		}
		stop := running(t, s)
		for i := range 200 {
			_ = s.RunNow(fmt.Sprintf("%d-%d", i%5, i))
		}
		synctest.Wait()
		if stats := s.Stats(); stats.Running != 10 || stats.Waiting != 190 {
			t.Errorf("running %d, waiting %d; want 10 and 190", stats.Running, stats.Waiting)
		}
		time.Sleep(10 * time.Minute)
		stop()
		if runner.most != 10 || most != 3 {
			t.Errorf("at most %d at once and %d on a host; want 10 and 3", runner.most, most)
		}
		if stats := s.Stats(); stats.Waiting != 0 || stats.Running != 0 {
			t.Errorf("left over: %+v", stats)
		}
	})
}

func TestScheduler_DisableMidFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var ended []monitor.Result
		runner := &script{take: 30 * time.Second, over: func(_ string, r monitor.Result) { ended = append(ended, r) }}
		history, _ := schedule.NewHistory(schedule.HistoryConfig{})
		var reports atomic.Int32
		sink := schedule.SinkFunc(func(context.Context, schedule.Report) error { reports.Add(1); return nil })
		s := scheduler(t, schedule.Config{Runner: runner, History: history, Sinks: []schedule.Sink{sink}}, every("a", time.Minute))
		stop := running(t, s)
		_ = s.RunNow("a")
		time.Sleep(time.Second)
		if err := s.Pause("a"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(ended) != 1 || ended[0].Reason != monitor.ReasonCanceled {
			t.Fatalf("the probe in flight ended with %+v", ended)
		}
		if err := s.RunNow("a"); !errors.Is(err, monitor.ErrConflict) {
			t.Errorf("RunNow while paused: %v", err)
		}
		time.Sleep(time.Hour)
		if _, known := history.Last("a"); known || reports.Load() != 0 || len(ended) != 1 {
			t.Errorf("a paused target left %d reports and %d probes", reports.Load(), len(ended))
		}
		if state, _ := s.State("a"); !state.Paused || state.Status != monitor.StatusUnknown {
			t.Errorf("state %+v", state)
		}
		if err := s.Enable("a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Minute)
		stop()
		if state, _ := s.State("a"); state.Paused || state.Status != monitor.StatusUp || state.Missed != 0 {
			t.Errorf("state after Enable %+v", state)
		}
		if stats := s.Stats(); stats.Discarded != 1 {
			t.Errorf("discarded %d, want 1", stats.Discarded)
		}
	})
}

func TestScheduler_ChangesMidFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &script{take: 5 * time.Second, deaf: true}
		var seen []string
		sink := schedule.SinkFunc(func(_ context.Context, r schedule.Report) error { seen = append(seen, r.Target.URL); return nil })
		s := scheduler(t, schedule.Config{Runner: runner, Sinks: []schedule.Sink{sink}}, every("a", time.Minute), every("b", time.Minute))
		stop := running(t, s)
		_ = s.RunNow("a")
		_ = s.RunNow("b")
		time.Sleep(time.Second)
		moved := every("a", 10*time.Minute)
		moved.URL = "https://elsewhere.example.test/"
		if err := errors.Join(s.Update(moved), s.Remove("b"), s.Add(every("b", 10*time.Minute))); err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Minute)
		stop()
		if runner.overlap {
			t.Error("a target was probed twice at the same time")
		}
		for _, u := range seen {
			if u == "http://a.example.test/" {
				t.Error("the result of the target before Update was told")
			}
		}
		if len(seen) != 4 {
			t.Errorf("%d reports, want two of each: %v", len(seen), seen)
		}
	})
}

func TestSync_Idempotent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		found := []monitor.Target{every("erp-1", time.Minute), every("erp-2", time.Minute), {ID: "broken"}}
		var listing atomic.Pointer[[]monitor.Target]
		listing.Store(&found)
		hosting := every("host", time.Minute)
		hosting.Scope = monitor.ScopeHosting
		s := scheduler(t, schedule.Config{Runner: &script{},
			Discover: func(context.Context, monitor.Target) ([]monitor.Target, error) { return *listing.Load(), nil }}, hosting)
		stop := running(t, s)
		time.Sleep(2 * time.Minute)
		if err := s.Pause("erp-2"); err != nil {
			t.Fatal(err)
		}
		first := found[0]
		first.Labels = map[string]string{"customer": "A"}
		found = []monitor.Target{first, found[1], found[2]}
		listing.Store(&found)
		time.Sleep(10 * time.Minute)
		one, _ := s.State("erp-1")
		two, _ := s.State("erp-2")
		stop()
		stats := s.Stats()
		if stats.Targets != 3 || stats.DiscoverErrors != 12 || stats.Discarded != 0 {
			t.Errorf("stats %+v", stats)
		}
		if one.Target.Labels["customer"] != "A" || !two.Paused {
			t.Errorf("states %+v, %+v", one, two)
		}
		wantField(t, s.Sync(found), "Interval", monitor.ErrInvalid)
	})
}

func TestScheduler_NothingLeftAfterShutdown(t *testing.T) {
	defer goleak.VerifyNone(t)
	for name, end := range map[string]func(t *testing.T, s *schedule.Scheduler, cancel func()) error{
		"in peace": func(_ *testing.T, s *schedule.Scheduler, _ func()) error { return s.Shutdown(context.Background()) },
		"out of patience": func(t *testing.T, s *schedule.Scheduler, _ func()) error {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Shutdown: %v", err)
			}
			return nil
		},
		"context": func(_ *testing.T, _ *schedule.Scheduler, cancel func()) error { cancel(); return nil },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				runner := &script{take: time.Minute}
				slow := schedule.SinkFunc(func(ctx context.Context, _ schedule.Report) error { <-ctx.Done(); return ctx.Err() })
				sinks := []schedule.Sink{}
				if name != "in peace" {
					sinks = append(sinks, slow)
				}
				s := scheduler(t, schedule.Config{Runner: runner, Workers: 5, Sinks: sinks})
				for i := range 50 {
					target := every(fmt.Sprint(i), 10*time.Minute)
					target.URL = "http://one.example.test/"
					if err := s.Add(target); err != nil {
						t.Fatal(err)
					}
				}
				ended := make(chan error, 1)
				go func() { ended <- s.Run(ctx) }()
				time.Sleep(90 * time.Second)
				if err := end(t, s, cancel); err != nil {
					t.Errorf("the end: %v", err)
				}
				if err := <-ended; !errors.Is(err, ctx.Err()) {
					t.Errorf("Run: %v", err)
				}
				if runner.running != 0 {
					t.Errorf("%d probes still run", runner.running)
				}
				if err := s.Shutdown(t.Context()); err != nil {
					t.Errorf("second Shutdown: %v", err)
				}
			})
		})
	}
	s := scheduler(t, schedule.Config{Runner: &script{}})
	if err := s.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := s.Run(t.Context()); !errors.Is(err, monitor.ErrClosed) {
		t.Errorf("Run after Shutdown: %v", err)
	}
}

func TestOnChange_MayCallTheScheduler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s *schedule.Scheduler
		runner := &script{}
		s = scheduler(t, schedule.Config{Runner: runner, OnChange: func(r schedule.Report) {
			_ = s.Pause(r.Target.ID)
			if r.Target.ID == "b" {
				panic("a bug in the program")
			}
		}}, every("a", time.Minute), every("b", time.Minute))
		stop := running(t, s)
		time.Sleep(10 * time.Minute)
		stop()
		if stats := s.Stats(); stats.Runs != 2 || stats.Panics != 1 {
			t.Errorf("stats %+v", stats)
		}
	})
}

func TestShutdown_StuckProgram(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := make(chan struct{})
		s := scheduler(t, schedule.Config{Runner: &script{}, OnChange: func(schedule.Report) { <-stuck }}, every("a", time.Minute))
		ended := make(chan error, 1)
		go func() { ended <- s.Run(context.Background()) }()
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		close(stuck)
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
}

func TestScheduler_ClockSetBack(t *testing.T) {
	clock := &jumping{}
	synctest.Test(t, func(t *testing.T) {
		clock.offset.Store(0)
		var runs atomic.Int32
		s := scheduler(t, schedule.Config{Runner: &script{began: func(string, time.Time) { runs.Add(1) }}, Clock: clock},
			every("a", time.Minute), every("b", time.Minute))
		stop := running(t, s)
		time.Sleep(10 * time.Minute)
		clock.offset.Store(int64(-24 * time.Hour))
		time.Sleep(10 * time.Minute)
		stop()
		if n := runs.Load(); n < 36 || n > 40 { // two every minute, less what the jump cost
			t.Errorf("%d probes, want about 40", n)
		}
	})
}

// jumping is the bubble's clock with an offset that a test sets.
type jumping struct{ offset atomic.Int64 }

func (j *jumping) Now() time.Time { return time.Now().Add(time.Duration(j.offset.Load())) }
func (j *jumping) AfterFunc(d time.Duration, f func()) schedule.Timer {
	return time.AfterFunc(d, f)
}

func TestPerHost_TargetsWithoutAHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &script{take: time.Second}
		s := scheduler(t, schedule.Config{Runner: runner, PerHost: 1})
		stop := running(t, s)
		for i := range 20 {
			push := monitor.Target{ID: fmt.Sprint(i), Kind: monitor.KindPush, Interval: time.Minute}
			if err := errors.Join(s.Add(push), s.RunNow(push.ID)); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Second)
		stop()
		if runner.most != 20 {
			t.Errorf("%d at the same time, want 20", runner.most)
		}
	})
}

func TestPerHost_MoveToAnotherHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &script{take: 5 * time.Second, deaf: true}
		a, b := every("a", time.Hour), every("b", time.Hour)
		s := scheduler(t, schedule.Config{Runner: runner, PerHost: 1}, a, b)
		stop := running(t, s)
		_ = s.RunNow("a")
		time.Sleep(time.Second)
		a.URL = b.URL
		if err := s.Update(a); err != nil {
			t.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		runner.most = 0
		_ = s.RunNow("a")
		_ = s.RunNow("b")
		time.Sleep(time.Minute)
		stop()
		if runner.most != 1 {
			t.Errorf("%d at the same time on one host, want 1", runner.most)
		}
	})
}

func TestScheduler_ChangesWhileWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var probed []string
		runner := &script{take: 5 * time.Second, began: func(id string, _ time.Time) { probed = append(probed, id) }}
		s := scheduler(t, schedule.Config{Runner: runner, Workers: 1},
			every("first", time.Hour), every("paused", time.Hour), every("removed", time.Hour), every("last", time.Hour))
		stop := running(t, s)
		for _, id := range []string{"first", "paused", "removed", "last"} {
			_ = s.RunNow(id)
			synctest.Wait()
		}
		if err := errors.Join(s.Pause("paused"), s.Remove("removed")); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		stop()
		if fmt.Sprint(probed) != "[first last]" {
			t.Errorf("probed %v, want first and last", probed)
		}
		if _, err := s.State("removed"); !errors.Is(err, monitor.ErrNotFound) || len(s.States()) != 3 {
			t.Errorf("removed while waiting, and still there: %v", err)
		}
	})
}

func TestScheduler_CancelledResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		closed := runnerFunc(func(_ context.Context, t monitor.Target) monitor.Result { // as a closed Monitor answers
			return monitor.Result{Target: t.ID, At: time.Now(), Reason: monitor.ReasonCanceled}
		})
		told := 0
		s := scheduler(t, schedule.Config{Runner: closed, Sinks: []schedule.Sink{
			schedule.SinkFunc(func(context.Context, schedule.Report) error { told++; return nil })}}, every("a", time.Minute))
		stop := running(t, s)
		time.Sleep(3 * time.Minute)
		stop()
		if stats := s.Stats(); told != 0 || stats.Discarded != 3 {
			t.Errorf("%d told, %d discarded", told, stats.Discarded)
		}
	})
}

type runnerFunc func(ctx context.Context, t monitor.Target) monitor.Result

func (f runnerFunc) Run(ctx context.Context, t monitor.Target) monitor.Result { return f(ctx, t) }

func TestScheduler_EndIsNotAMissedTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := scheduler(t, schedule.Config{Runner: &script{take: time.Hour, deaf: true}, Workers: 1}, every("a", 2*time.Hour), every("b", 2*time.Hour), every("c", 2*time.Hour))
		ctx, cancel := context.WithTimeout(t.Context(), 119*time.Minute)
		defer cancel()
		if err := s.Run(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Run: %v", err)
		}
		if stats := s.Stats(); stats.Missed != 0 || stats.Running != 0 || stats.Waiting != 0 {
			t.Errorf("stats %+v", stats)
		}
	})
}

func TestScheduler_DisabledInItsConfig(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		off := every("a", time.Minute)
		off.Disabled = true
		s := scheduler(t, schedule.Config{Runner: &script{}}, off)
		stop := running(t, s)
		time.Sleep(5 * time.Minute)
		if runs := s.Stats().Runs; runs != 0 {
			t.Errorf("%d probes of a disabled target", runs)
		}
		if err := s.Enable("a"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Minute)
		if state, _ := s.State("a"); s.Stats().Runs != 5 || state.Status != monitor.StatusUp || state.Target.Disabled {
			t.Errorf("after Enable: %+v", state)
		}
		if err := s.Pause("a"); err != nil {
			t.Fatal(err)
		}
		if state, _ := s.State("a"); state.Status != monitor.StatusUnknown || !state.Since.IsZero() || !state.Next.IsZero() {
			t.Errorf("after Pause: %+v", state)
		}
		stop()
	})
}

func TestRunNow_FromWhereTheResultArrives(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s *schedule.Scheduler
		var again atomic.Bool
		runner := &script{take: time.Second}
		s = scheduler(t, schedule.Config{Runner: runner, OnChange: func(r schedule.Report) {
			again.Store(s.RunNow(r.Target.ID) == nil) // it is still in the hands of its worker
		}}, every("a", time.Hour))
		stop := running(t, s)
		_ = s.RunNow("a")
		time.Sleep(time.Minute)
		if runs := s.Stats().Runs; runs != 2 || !again.Load() || runner.overlap {
			t.Errorf("%d probes, want 2 and one after the other", runs)
		}
		_ = s.RunNow("a")
		time.Sleep(time.Millisecond)
		_ = s.RunNow("a")
		_ = s.RunNow("a")
		_ = s.Pause("a") // while it runs, with another one asked for
		time.Sleep(time.Minute)
		if runs := s.Stats().Runs; runs != 3 {
			t.Errorf("%d probes, want 3: paused", runs)
		}
		stop()
	})
}

// An interval that means "only when I ask" leads to no turn in the past.
func TestScheduler_IntervalBeyondTheCalendar(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s *schedule.Scheduler
		runner := &script{began: func(id string, _ time.Time) {
			if s.Stats().Runs > 10 {
				_ = s.Pause(id) // or the test would not end
			}
		}}
		s = scheduler(t, schedule.Config{Runner: runner})
		for i := range 20 {
			if err := s.Add(every(fmt.Sprint(i), math.MaxInt64-time.Duration(i)<<58)); err != nil {
				t.Fatal(err)
			}
		}
		stop := running(t, s)
		time.Sleep(time.Hour)
		if runs := s.Stats().Runs; runs != 0 {
			t.Errorf("%d probes", runs)
		}
		_ = s.RunNow("0")
		time.Sleep(time.Hour)
		stop()
		if stats := s.Stats(); stats.Runs != 1 || stats.Missed != 0 {
			t.Errorf("%+v", stats)
		}
	})
}

// Functions of the program's that end their goroutine, as testing's FailNow
// does, take neither the process nor the other targets with them.
func TestScheduler_FunctionsThatEndTheirGoroutine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &script{began: func(id string, _ time.Time) {
			if id == "runner" {
				runtime.Goexit()
			}
		}}
		hosting := every("discover", time.Minute)
		hosting.Scope = monitor.ScopeHosting
		targets := []monitor.Target{every("runner", time.Minute), every("onchange", time.Minute), hosting, every("good", time.Minute)}
		for i := range targets {
			targets[i].URL = "http://one.example.test/"
		}
		s := scheduler(t, schedule.Config{Runner: runner, Workers: 1, PerHost: 1,
			OnChange: func(r schedule.Report) {
				if r.Target.ID == "onchange" {
					runtime.Goexit()
				}
			},
			Discover: func(context.Context, monitor.Target) ([]monitor.Target, error) {
				runtime.Goexit()
				return nil, nil
			}}, targets...)
		stop := running(t, s)
		for _, x := range targets {
			_ = s.RunNow(x.ID)
		}
		synctest.Wait()
		if stats := s.Stats(); stats.Runs != 4 || stats.Running != 0 || stats.Waiting != 0 || stats.Panics != 3 {
			t.Errorf("%+v", stats)
		}
		time.Sleep(10*time.Minute + time.Second)
		stop()
		if stats := s.Stats(); stats.Runs < 44 || stats.Missed != 0 {
			t.Errorf("%+v", stats)
		}
	})
}

// An operator's Pause holds whatever the configuration says later.
func TestPause_OfADisabledTarget(t *testing.T) {
	off := every("a", time.Minute)
	off.Disabled = true
	s := scheduler(t, schedule.Config{Runner: &script{}}, off)
	paused := func(want bool) {
		t.Helper()
		if state, err := s.State("a"); err != nil || state.Paused != want {
			t.Errorf("paused: %v, %v", state.Paused, err)
		}
	}
	if err := errors.Join(s.Pause("a"), s.Sync([]monitor.Target{every("a", time.Minute)})); err != nil {
		t.Fatal(err)
	}
	paused(true)
	if err := s.Enable("a"); err != nil {
		t.Fatal(err)
	}
	paused(false)
	if err := errors.Join(s.Update(off), s.Pause("a"), s.Enable("a")); err != nil {
		t.Fatal(err)
	}
	paused(false)
}

// Instances without an address of their own are probed at their hosting's, and
// count as one machine.
func TestPerHost_InstancesWithoutURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		runner := &script{take: time.Second}
		s := scheduler(t, schedule.Config{Runner: runner, PerHost: 2})
		for i := range 50 {
			x := monitor.Target{ID: fmt.Sprint(i), Kind: monitor.KindServerManager, Hosting: "h1", Instance: fmt.Sprint("erp", i), Interval: time.Hour}
			if err := errors.Join(s.Add(x), s.RunNow(x.ID)); err != nil {
				t.Fatal(err)
			}
		}
		stop := running(t, s)
		time.Sleep(time.Minute)
		stop()
		if runner.most != 2 || s.Stats().Runs < 50 {
			t.Errorf("%d at once, %+v", runner.most, s.Stats())
		}
	})
}

// mostAtOnce is how many of the addresses are probed at the same time where
// one host has one place.
func mostAtOnce(t *testing.T, addresses ...string) (most int) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		runner := &script{take: 5 * time.Second}
		s := scheduler(t, schedule.Config{Runner: runner, PerHost: 1})
		for i, address := range addresses {
			x := every(string(rune('a'+i)), time.Hour)
			x.URL = address
			require.NoError(t, s.Add(x))
			require.NoError(t, s.RunNow(x.ID))
		}
		stop := running(t, s)
		time.Sleep(time.Minute)
		stop()
		most = runner.most
	})
	return most
}

// Two targets on one machine share its places, however its name is written.
func TestPerHost_UnicodeHost(t *testing.T) {
	assert.Equal(t, 1, mostAtOnce(t, "http://bücher.example.test/", "http://xn--bcher-kva.example.test/"))
}
