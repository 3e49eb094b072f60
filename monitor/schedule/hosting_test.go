package schedule_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// A hosting with fifty instances, over the real loopback: the Scheduler is
// given the hosting alone, finds the instances and watches them.
func TestScheduler_DiscoversAHosting(t *testing.T) {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	fifty(server)
	m, err := monitor.New(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	reports := make(chan schedule.Report)
	s := scheduler(t, schedule.Config{Runner: m, Discover: m.Discover, Sinks: []schedule.Sink{
		schedule.SinkFunc(func(ctx context.Context, r schedule.Report) error {
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

// A Scheduler takes them in by itself.
func TestScheduler_DiscoversBeforeTheNextTurn(t *testing.T) {
	s := newServer(t)
	fifty(s)
	m := newMonitor(t, s)
	seen := make(chan string, 1000)
	sched, err := schedule.New(schedule.Config{Runner: m, Discover: m.Discover, OnChange: func(r schedule.Report) { seen <- r.Target.ID }})
	if err != nil {
		t.Fatal(err)
	}
	hosting := hostingTarget(s.ManagerURL())
	hosting.Interval = 365 * 24 * time.Hour // no turn but those that are asked for
	if err := sched.Add(hosting); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ran := make(chan error, 1)
	go func() { ran <- sched.Run(ctx) }()
	if err := sched.RunNow("h1"); err != nil {
		t.Fatal(err)
	}
	<-seen
	for err := errors.New("not yet"); err != nil; { // discovery follows the probe
		err = sched.RunNow("h1/client49")
		time.Sleep(time.Millisecond)
	}
	if id := <-seen; id != "h1/client49" {
		t.Error(id)
	}
	cancel()
	<-ran
	if n := listings(s); n != 1 {
		t.Errorf("%d listings", n)
	}
}
