package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"time"
	"unsafe"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// The scheduler's load: a probe a minute of each target, 50 ms of waiting for
// it, for span.
const (
	scheduledTargets = 100_000
	scheduledSpan    = 17 * time.Second
	scheduledWarm    = 5 * time.Second // not counted: turns that passed while targets were being added come in a crowd
	scheduledWait    = 50 * time.Millisecond
)

// waiting is a Runner that waits as for a network.
type waiting struct{}

func (waiting) Run(ctx context.Context, t monitor.Target) monitor.Result {
	r := monitor.Result{Target: t.ID, Kind: t.Kind, At: time.Now(), Status: monitor.StatusUp}
	select {
	case <-time.After(scheduledWait):
	case <-ctx.Done():
		r.Status, r.Reason = monitor.StatusUnknown, monitor.ReasonCanceled
	}
	return r
}

// monitorScheduler measures what one process carries: bytes a target, how
// late probes begin, and the processor time of the scheduling itself.
func monitorScheduler(out io.Writer) error {
	targets := make([]monitor.Target, scheduledTargets)
	for i := range targets {
		targets[i] = monitor.Target{
			ID: fmt.Sprintf("target-%06d", i), Kind: monitor.KindURL, Interval: time.Minute,
			URL: fmt.Sprintf("https://host-%06d.example.test/", i),
		}
	}
	var begun time.Time
	late := make([]time.Duration, 0, scheduledTargets)
	sink := schedule.SinkFunc(func(_ context.Context, r schedule.Report) error {
		if r.Result.At.Add(-r.Late).Sub(begun) > scheduledWarm {
			late = append(late, r.Late)
		}
		return nil
	})
	before := liveBytes()
	s, err := schedule.New(schedule.Config{Runner: waiting{}, Sinks: []schedule.Sink{sink}})
	if err != nil {
		return err
	}
	for _, t := range targets {
		if err := s.Add(t); err != nil {
			return err
		}
	}
	beyond := (liveBytes()-before)/scheduledTargets - int64(unsafe.Sizeof(monitor.Target{}))
	ctx, cancel := context.WithTimeout(context.Background(), scheduledSpan)
	defer cancel()
	spent := cpuTime()
	begun = time.Now() // before Run, and so before the sink reads it
	if err := s.Run(ctx); !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	spent = cpuTime() - spent
	stats := s.Stats()
	runtime.KeepAlive(targets)
	slices.Sort(late)
	if len(late) == 0 {
		return errors.New("no target was probed")
	}
	at := func(part float64) time.Duration { return late[int(float64(len(late)-1)*part)].Round(time.Microsecond) }
	fmt.Fprintf(out, "\nmonitor: %d targets, one probe a minute each, %v long: %.0f probes/s\n", scheduledTargets, scheduledWait, float64(stats.Runs)/scheduledSpan.Seconds())
	fmt.Fprintf(out, "  lateness: median %v, p99 %v (at most 50ms), p99.9 %v; missed turns %d\n", at(0.5), at(0.99), at(0.999), stats.Missed)
	fmt.Fprintf(out, "  memory beyond the target's config: %d B a target (at most 500)\n", beyond)
	fmt.Fprintf(out, "  processor time: %v a probe, %.1f %% of one core\n\n", (spent / time.Duration(max(stats.Runs, 1))).Round(time.Microsecond), 100*spent.Seconds()/scheduledSpan.Seconds())
	return nil
}

func liveBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
