package schedule_test

import (
	"context"
	"fmt"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
)

func ExampleScheduler() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	m, err := monitor.New(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	changes := make(chan string, 10)
	s, err := schedule.New(schedule.Config{
		Runner:   m,
		OnChange: func(r schedule.Report) { changes <- fmt.Sprint(r.Target.ID, ": ", r.From, " -> ", r.Status) },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(s.Add(monitor.Target{ID: "site", Kind: monitor.KindURL, URL: server.SiteURL(), Interval: time.Minute}))
	fmt.Println(s.Add(monitor.Target{ID: "site", Kind: monitor.KindURL, URL: server.SiteURL(), Interval: time.Minute}))
	go func() { _ = s.Run(context.Background()) }()
	_ = s.RunNow("site") // its first turn would come within the minute
	fmt.Println(<-changes)
	fmt.Println(s.Shutdown(context.Background()))
	// Output:
	// <nil>
	// monitor: add site: ID is there already
	// site: unknown -> up
	// <nil>
}

func ExampleHistory_Uptime() {
	history, err := schedule.NewHistory(schedule.HistoryConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	start := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for minute := range 600 { // a Scheduler with this History does it
		at := start.Add(time.Duration(minute) * time.Minute)
		status := monitor.StatusUp
		if minute >= 100 && minute < 130 {
			status = monitor.StatusDown
		}
		history.Record(schedule.Report{
			Target: monitor.Target{ID: "erp", Interval: time.Minute}, Status: status,
			Result: monitor.Result{Target: "erp", At: at, Status: status},
		})
	}
	day := history.Uptime("erp", start.Add(10*time.Hour), 24*time.Hour)
	ratio, _ := day.Uptime()
	fmt.Printf("%.1f %% of %v, %v down\n", 100*ratio, day.Observed(), day.Down)
	// Output: 95.0 % of 9h59m0s, 30m0s down
}
