package schedule_test

import (
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func history(t *testing.T, cfg schedule.HistoryConfig) *schedule.History {
	t.Helper()
	h, err := schedule.NewHistory(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func reportAt(minutes float64, s monitor.Status) schedule.Report {
	at := noon.Add(time.Duration(minutes * float64(time.Minute)))
	return schedule.Report{
		Target: monitor.Target{ID: "a", Interval: time.Minute}, Status: s,
		Result: monitor.Result{Target: "a", At: at, Status: s, Duration: time.Duration(minutes+1) * time.Millisecond},
	}
}

func TestNewHistory_RefusesByField(t *testing.T) {
	for field, cfg := range map[string]schedule.HistoryConfig{
		"Samples": {Samples: -1}, "Periods": {Periods: -1}, "Period": {Period: time.Millisecond},
	} {
		_, err := schedule.NewHistory(cfg)
		wantField(t, err, field, monitor.ErrInvalid)
	}
}

func TestHistory_CountsTimeNotResults(t *testing.T) {
	h := history(t, schedule.HistoryConfig{Period: time.Hour, Periods: 3})
	for m := range 150 { // 30 minutes down, confirmed by probes in quick succession
		s := monitor.StatusUp
		if m >= 45 && m < 75 {
			s = monitor.StatusDown
		}
		h.Record(reportAt(float64(m), s))
		if s == monitor.StatusDown {
			h.Record(reportAt(float64(m)+0.6, s))
			h.Record(reportAt(float64(m)+0.3, s)) // two at once may come in the wrong order
		}
	}
	now := noon.Add(150 * time.Minute)
	track, _ := h.Track("a", now)
	if len(track.Periods) != 3 {
		t.Fatalf("periods %+v", track.Periods)
	}
	first, second := track.Periods[0], track.Periods[1]
	if !first.Start.Equal(noon) || !near(first.Up, 45*time.Minute) || !near(first.Down, 15*time.Minute) {
		t.Errorf("first hour %+v", first)
	}
	if !near(second.Up, 45*time.Minute) || !near(second.Down, 15*time.Minute) {
		t.Errorf("second hour %+v", second)
	}
	sum := h.Uptime("a", now, 3*time.Hour)
	if ratio, ok := sum.Uptime(); !ok || ratio < 0.79 || ratio > 0.81 {
		t.Errorf("uptime %v of %v", ratio, sum.Observed())
	}
	if _, ok := h.Uptime("unheard of", now, time.Hour).Uptime(); ok {
		t.Error("an uptime of nothing")
	}
}

func near(got, want time.Duration) bool { return (got - want).Abs() <= time.Minute }

func TestHistory_LeavesDisabledTimeOut(t *testing.T) {
	h := history(t, schedule.HistoryConfig{Period: 24 * time.Hour})
	h.Record(reportAt(0, monitor.StatusDown))
	h.Record(reportAt(1, monitor.StatusUp))
	h.Stop("a", noon.Add(2*time.Minute))
	h.Record(reportAt(602, monitor.StatusUp)) // ten hours later
	h.Record(reportAt(604, monitor.StatusUp))
	h.Record(reportAt(700, monitor.StatusUp)) // the process was asleep: not watched
	sum := h.Uptime("a", noon.Add(12*time.Hour), 48*time.Hour)
	if sum.Up != 3*time.Minute || sum.Down != time.Minute {
		t.Errorf("%+v, want 3 minutes up and 1 down", sum)
	}
	h.Stop("a", noon.Add(701*time.Minute))
	h.Record(reportAt(702, monitor.StatusUp)) // enabled again at once: the minute between was still not watched
	if sum = h.Uptime("a", noon.Add(12*time.Hour), 48*time.Hour); sum.Up != 4*time.Minute {
		t.Errorf("%+v, want 4 minutes up", sum)
	}
	h.Stop("a", noon.Add(1000*time.Minute)) // paused after the process was asleep
	if sum = h.Uptime("a", noon.Add(24*time.Hour), 48*time.Hour); sum.Up != 4*time.Minute {
		t.Errorf("%+v, want 4 minutes up", sum)
	}
	h.Remove("a")
	if _, known := h.Track("a", noon); known {
		t.Error("known after Remove")
	}
}

// A long interval over short periods costs the periods that are kept, not
// those that were.
func TestHistory_LongIntervals(t *testing.T) {
	h := history(t, schedule.HistoryConfig{Period: time.Second, Periods: 3})
	first, second := reportAt(0, monitor.StatusUp), reportAt(0, monitor.StatusDown)
	first.Target.Interval, second.Target.Interval = 100*365*24*time.Hour, 100*365*24*time.Hour
	second.Result.At = noon.Add(200 * 365 * 24 * time.Hour)
	h.Record(first)
	h.Record(second) // would go through six billion seconds
	track, _ := h.Track("a", second.Result.At)
	if p := track.Periods; len(p) != 3 || p[0].Up != time.Second || p[1].Up != time.Second || p[2].Observed() != 0 {
		t.Errorf("%+v", p)
	}
}

func TestHistory_Rings(t *testing.T) {
	h := history(t, schedule.HistoryConfig{Samples: 5, Period: time.Minute, Periods: 4})
	for m := range 23 {
		h.Record(reportAt(float64(m), monitor.StatusUp))
	}
	track, _ := h.Track("a", noon.Add(22*time.Minute))
	for i, s := range track.Samples {
		if want := noon.Add(time.Duration(18+i) * time.Minute); !s.At.Equal(want) || s.Duration != time.Duration(19+i)*time.Millisecond {
			t.Errorf("sample %d is %+v, want one of %v", i, s, want)
		}
	}
	for i, p := range track.Periods {
		want := time.Minute
		if i == 3 {
			want = 0 // the present minute has just begun
		}
		if p.Up != want {
			t.Errorf("period %d is %+v", i, p)
		}
	}
	if later, _ := h.Track("a", noon.Add(24*time.Hour)); len(later.Periods) != 4 || later.Periods[0].Observed() != 0 {
		t.Errorf("a day later: %+v", later.Periods)
	}
	h.Record(reportAt(5, monitor.StatusDown)) // a clock set back must not write into other periods
	again, _ := h.Track("a", noon.Add(22*time.Minute))
	for i, p := range again.Periods {
		if p.Down != 0 {
			t.Errorf("period %d after the clock was set back: %+v", i, p)
		}
	}
}
