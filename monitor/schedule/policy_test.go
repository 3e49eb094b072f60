package schedule_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

var letters = map[byte]monitor.Status{'?': monitor.StatusUnknown, 'u': monitor.StatusUp, 'g': monitor.StatusDegraded, 'd': monitor.StatusDown}

// damp feeds raw results, a letter each, and returns the damped ones.
func damp(t *testing.T, policy schedule.Policy, raw string) string {
	t.Helper()
	var out strings.Builder
	synctest.Test(t, func(t *testing.T) {
		n := 0
		runner := &script{answer: func(string) monitor.Status { n++; return letters[raw[n-1]] }}
		var changes []monitor.Status
		sink := schedule.SinkFunc(func(_ context.Context, r schedule.Report) error {
			if r.Result.Status != letters[raw[out.Len()]] {
				t.Errorf("result %d was told as %v", out.Len(), r.Result.Status)
			}
			for letter, status := range letters {
				if status == r.Status {
					out.WriteByte(letter)
				}
			}
			return nil
		})
		last := monitor.StatusUnknown
		s := scheduler(t, schedule.Config{Runner: runner, Policy: policy, Sinks: []schedule.Sink{sink},
			OnChange: func(r schedule.Report) {
				if r.From != last || r.Status == last && r.Status != monitor.StatusUnknown {
					t.Errorf("a change from %v to %v after %v", r.From, r.Status, last)
				}
				last = r.Status
				changes = append(changes, r.Status)
			}}, every("a", time.Minute))
		stop := running(t, s)
		time.Sleep(time.Duration(len(raw)) * time.Minute)
		stop()
		if stats := s.Stats(); int(stats.Changes) != len(changes) {
			t.Errorf("%d changes counted, %d told", stats.Changes, len(changes))
		}
	})
	return out.String()
}

func TestPolicy_Flapping(t *testing.T) {
	never := -time.Second // no retry between the turns, so that a turn is a letter
	for _, c := range []struct {
		down, up  int
		raw, want string
	}{
		{1, 1, "udud", "udud"},
		{2, 1, "udududu", "uuuuuuu"},
		{2, 1, "uddud", "uuduu"},
		{3, 2, "udduddduduud", "uuuuuudddduu"},
		{2, 2, "dd?uu", "?dddu"},
		{2, 1, "d", "?"},
		{2, 3, "u", "u"}, // unknown before: nothing to damp
		{2, 1, "ugg", "uug"},
		{2, 1, "ugdd", "uugd"},
		{2, 2, "ddgu", "?ddg"}, // alive twice, up once: no more than degraded
		{2, 2, "ddguu", "?ddgu"},
		{2, 2, "g?g", "??g"},
		{2, 1, "u???d", "uu???"}, // a probe that can no longer tell is not up
		{2, 1, "u?u?d?d", "uuuuuud"},
		{2, 1, "dd??dud", "?dd??uu"},
		{2, 1, "??ud", "??uu"},
		{255, 255, strings.Repeat("d", 256), strings.Repeat("?", 254) + "dd"},
	} {
		got := damp(t, schedule.Policy{DownAfter: c.down, UpAfter: c.up, RetryAfter: never}, c.raw)
		if got != c.want {
			t.Errorf("down after %d, up after %d: %s became %s, want %s", c.down, c.up, c.raw, got, c.want)
		}
	}
}

func TestPolicy_QuickRetryOfADegradedTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		runner := &script{answer: func(string) monitor.Status { n++; return letters["ggdd"[min(n, 4)-1]] }}
		s := scheduler(t, schedule.Config{Runner: runner}, every("a", time.Hour))
		stop := running(t, s)
		_ = s.RunNow("a") // degraded, confirmed ten seconds later
		time.Sleep(time.Minute)
		_ = s.RunNow("a") // down, confirmed ten seconds later
		time.Sleep(time.Minute)
		state, _ := s.State("a")
		stop()
		if state.Status != monitor.StatusDown {
			t.Errorf("%v after %d probes", state.Status, n)
		}
	})
}

func TestPolicy_QuickRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var status atomic.Value
		status.Store(monitor.StatusUp)
		var at []time.Duration
		start := time.Now()
		runner := &script{answer: func(string) monitor.Status { return status.Load().(monitor.Status) },
			began: func(string, time.Time) { at = append(at, time.Since(start)) }}
		var changed time.Duration
		s := scheduler(t, schedule.Config{Runner: runner, Policy: schedule.Policy{DownAfter: 3},
			OnChange: func(schedule.Report) { changed = time.Since(start) }}, every("a", time.Hour))
		stop := running(t, s)
		time.Sleep(time.Hour)
		status.Store(monitor.StatusDown)
		time.Sleep(2 * time.Hour)
		stop()
		turn := at[0]
		want := []time.Duration{turn, turn + time.Hour, turn + time.Hour + 10*time.Second, turn + time.Hour + 20*time.Second, turn + 2*time.Hour}
		if len(at) != len(want) {
			t.Fatalf("probes at %v, want %v", at, want)
		}
		for i := range want {
			if at[i] != want[i] {
				t.Errorf("probe %d at %v, want %v", i, at[i], want[i])
			}
		}
		if changed != want[3] || s.Stats().Missed != 0 {
			t.Errorf("down was told at %v, want %v; missed %d", changed, want[3], s.Stats().Missed)
		}
	})
}
