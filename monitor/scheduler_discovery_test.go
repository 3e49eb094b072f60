package monitor_test

import (
	"context"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// A hosting with fifty instances, over the real loopback: the Scheduler is
// given the hosting alone, finds the instances and watches them.
func TestMustShow2_SchedulerDiscoversAHosting(t *testing.T) {
	server := monitortest.NewServer()
	defer server.Close()
	fifty(server)
	m, err := monitor.New(monitor.Config{Allow: monitortest.Loopback(), Secrets: server.Secrets})
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	reports := make(chan monitor.Report)
	s := scheduler(t, monitor.SchedulerConfig{Runner: m, Discover: m.Discover, Sinks: []monitor.Sink{
		monitor.SinkFunc(func(ctx context.Context, r monitor.Report) error {
			select {
			case reports <- r:
			case <-ctx.Done():
			}
			return nil
		})}})
	hosting := hostingTarget(server.ManagerURL())
	hosting.Interval, hosting.Timeout = 400*time.Millisecond, 400*time.Millisecond
	if err := s.Add(hosting); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	seen := make(map[string]int)
	for twice := 0; twice < 51; {
		r := <-reports
		if seen[r.Target.ID]++; seen[r.Target.ID] == 2 {
			twice++
		}
	}
	stats := s.Stats()
	cancel()
	<-ended
	if len(seen) != 51 || stats.Targets != 51 || stats.DiscoverErrors != 0 {
		t.Errorf("%d targets seen, %+v", len(seen), stats)
	}
	if asked := len(server.Requests()); uint64(asked)*5 > stats.Runs {
		t.Errorf("%d requests for %d probes: the listing is not shared", asked, stats.Runs)
	}
}
