package promprobe_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	dto "github.com/prometheus/client_model/go"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
	"github.com/hebergo/hebergo/monitor/schedule"
)

func TestCollector(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		history, _ := schedule.NewHistory(schedule.HistoryConfig{})
		broken := schedule.SinkFunc(func(context.Context, schedule.Report) error { return errors.New("disk full") })
		s, err := schedule.New(schedule.Config{History: history, Sinks: []schedule.Sink{broken}, Policy: schedule.Policy{RetryAfter: -1},
			Runner: runner(func(_ context.Context, t monitor.Target) monitor.Result {
				status := monitor.StatusUp
				if t.ID == "bad" {
					status = monitor.StatusDown
				}
				r := full(status)
				r.At = time.Now()
				return r
			})})
		if err != nil {
			t.Fatal(err)
		}
		good, bad := target("good"), target("bad")
		good.Labels = map[string]string{"customer": "A\xff"}
		if err := s.Sync([]monitor.Target{good, bad, target("off")}); err != nil {
			t.Fatal(err)
		}
		if err := s.Pause("off"); err != nil {
			t.Fatal(err)
		}
		c, err := promprobe.NewCollector(promprobe.CollectorConfig{Scheduler: s, History: history, Labels: []string{"customer"}, EachModule: true})
		if err != nil {
			t.Fatal(err)
		}
		registry := prometheus.NewPedanticRegistry()
		if err := registry.Register(c); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- s.Run(context.Background()) }()
		time.Sleep(90 * time.Second)
		time.Sleep(time.Minute)
		synctest.Wait()
		check(t, registry)
		if err := errors.Join(s.Shutdown(context.Background()), <-ended); err != nil {
			t.Error(err)
		}
	})
}

func check(t *testing.T, registry *prometheus.Registry) {
	t.Helper()
	list, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	problems, err := testutil.GatherAndLint(registry)
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
	all := make(map[string]*dto.MetricFamily)
	for _, f := range list {
		all[f.GetName()] = f
	}
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"hebergo_target_status", []string{"target", "good", "status", "up", "customer", "A\ufffd"}, 1},
		{"hebergo_target_status", []string{"target", "bad", "status", "down"}, 1},
		{"hebergo_target_status", []string{"target", "off", "status", "unknown"}, 1},
		{"hebergo_target_paused", []string{"target", "off"}, 1},
		{"hebergo_target_paused", []string{"target", "good"}, 0},
		{"probe_success", []string{"target", "good", "kind", "url"}, 1},
		{"probe_success", []string{"target", "bad"}, 0},
		{"hebergo_disk_used_bytes", []string{"target", "good"}, 870788},
		{"hebergo_scheduler_targets", nil, 3},
		{"hebergo_scheduler_changes_total", nil, 2},
		{"hebergo_scheduler_missed_turns_total", nil, 0},
		{"hebergo_scheduler_discover_errors_total", nil, 0},
		{"hebergo_scheduler_sink_reports_total", []string{"sink", "0", "outcome", "delivered"}, 0},
	} {
		if got := value(all, c.name, c.labels...); got != c.want {
			t.Errorf("%s%v is %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	runs := value(all, "hebergo_scheduler_runs_total")
	if late := all["hebergo_scheduler_lateness_seconds"].GetMetric()[0].GetHistogram(); runs < 4 || float64(late.GetSampleCount()) != runs ||
		float64(late.GetBucket()[0].GetCumulativeCount()) != runs {
		t.Errorf("%v runs, lateness %v", runs, late)
	}
	if failed := value(all, "hebergo_scheduler_sink_reports_total", "outcome", "failed"); failed != runs {
		t.Errorf("%v reports failed of %v", failed, runs)
	}
	if !(value(all, "hebergo_target_probe_timestamp_seconds", "target", "off") != value(all, "hebergo_target_probe_timestamp_seconds", "target", "good")) {
		t.Error("a target that was never probed has a time of its probe")
	}
}

func TestCollectorRefusesByField(t *testing.T) {
	s, _ := schedule.New(schedule.Config{Runner: runner(up)})
	_, err := promprobe.NewCollector(promprobe.CollectorConfig{})
	wantField(t, err, "Scheduler")
	for _, labels := range [][]string{{"target"}, {"a b", "a_b"}, {"__name__"}, {"phase"}} {
		_, err = promprobe.NewCollector(promprobe.CollectorConfig{Scheduler: s, Labels: labels})
		wantField(t, err, "Labels")
	}
}
