package statuspage_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
	"github.com/hebergo/hebergo/monitor/statuspage"
)

func Example() {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	m, err := monitor.New(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	history, err := schedule.NewHistory(schedule.HistoryConfig{})
	if err != nil {
		fmt.Println(err)
		return
	}
	first := make(chan schedule.Report, 1)
	scheduler, err := schedule.New(schedule.Config{
		Runner: m, History: history, OnChange: func(r schedule.Report) { first <- r },
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := scheduler.Add(monitor.Target{
		ID: "site", Kind: monitor.KindURL, URL: server.SiteURL(), Interval: time.Minute, Labels: map[string]string{"name": "Shop"},
	}); err != nil {
		fmt.Println(err)
		return
	}
	page, err := statuspage.New(statuspage.Config{Scheduler: scheduler, History: history, Title: "Hostings"})
	if err != nil {
		fmt.Println(err)
		return
	}
	go func() { _ = scheduler.Run(context.Background()) }()
	_ = scheduler.RunNow("site")
	<-first

	w := httptest.NewRecorder()
	page.ServeHTTP(w, httptest.NewRequest("GET", "/status?format=json", nil))
	var report statuspage.Report
	fmt.Println(json.Unmarshal(w.Body.Bytes(), &report))
	fmt.Println(report.Title, report.Counts, report.Targets[0].Name, report.Targets[0].Status)
	_ = scheduler.Shutdown(context.Background())
	// Output:
	// <nil>
	// Hostings map[up:1] Shop up
}
