package monitortest_test

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// An outage, played on a clock that moves by hand: the server fails twice, and
// a Scheduler that wants two bad results in a row believes the second.
func Example() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	m, err := monitor.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer m.Close()
	clock := monitortest.NewClock(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	reports := make(chan schedule.Report)
	sched, err := schedule.New(schedule.Config{
		Runner: m, Clock: clock, Policy: schedule.Policy{DownAfter: 2, RetryAfter: -1},
		Sinks: []schedule.Sink{schedule.SinkFunc(func(_ context.Context, r schedule.Report) error {
			reports <- r
			return nil
		})},
	})
	if err != nil {
		log.Fatal(err)
	}
	if err := sched.Add(monitor.Target{ID: "site", Kind: monitor.KindURL, URL: server.SiteURL(), Interval: time.Minute}); err != nil {
		log.Fatal(err)
	}
	go func() { _ = sched.Run(context.Background()) }()
	server.Script("/", nil, monitortest.Status(500), monitortest.Drop())
	for range 4 {
		clock.Advance(time.Minute)
		r := <-reports
		fmt.Printf("found %-4v believed %v\n", r.Result.Status, r.Status)
	}
	if err := sched.Shutdown(context.Background()); err != nil {
		log.Fatal(err)
	}
	// Output:
	// found up   believed up
	// found down believed up
	// found down believed down
	// found up   believed up
}
