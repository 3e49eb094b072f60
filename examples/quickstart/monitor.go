package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
	"github.com/hebergo/hebergo/monitor/statuspage"
)

// monitorStory watches five targets: a round in which all is well, one in
// which the shop fails, and the status page. With MONITOR_URL in the
// environment it looks at that address once instead.
func monitorStory(ctx context.Context, out io.Writer) error {
	if address := os.Getenv("MONITOR_URL"); address != "" {
		return lookOnce(ctx, out, address)
	}
	server, shop := monitortest.NewServer(monitortest.Options{}), monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	defer shop.Close()
	server.Set(monitortest.Dolibarr("client-a"))
	m, err := monitor.New(server.Config())
	if err != nil {
		return err
	}
	defer m.Close()
	w, err := newWatch(m)
	if err != nil {
		return err
	}
	targets := fiveTargets(server, shop)
	for _, t := range targets {
		if err := w.sched.Add(t); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	go func() { _ = w.sched.Run(ctx) }()
	defer func() { _ = w.sched.Shutdown(ctx) }()
	if err := w.round(ctx, out, targets, "the first round"); err != nil {
		return err
	}
	shop.Always("/", monitortest.Status(http.StatusServiceUnavailable))
	if err := w.round(ctx, out, targets, "the second, with the shop out of order"); err != nil {
		return err
	}
	return w.showPage(ctx, out)
}

func fiveTargets(server, shop *monitortest.Server) []monitor.Target {
	targets := []monitor.Target{
		{ID: "site", Kind: monitor.KindURL, URL: server.SiteURL()},
		{ID: "shop", Kind: monitor.KindURL, URL: shop.SiteURL()},
		{ID: "erp", Kind: monitor.KindServerObserver, URL: server.ObserverURL(), Secret: "token"},
		{ID: "erp-rest", Kind: monitor.KindDolibarr, URL: server.DolibarrURL(), Secret: "key"},
		{ID: "hosting", Kind: monitor.KindServerManager, Scope: monitor.ScopeHosting, URL: server.ManagerURL(), Secret: "token"},
	}
	for i := range targets {
		targets[i].Interval = time.Hour // this story runs them by hand
	}
	return targets
}

// watch is a Scheduler and what it reports.
type watch struct {
	sched   *schedule.Scheduler
	history *schedule.History
	reports chan schedule.Report
}

func newWatch(m *monitor.Monitor) (*watch, error) {
	history, err := schedule.NewHistory(schedule.HistoryConfig{})
	if err != nil {
		return nil, err
	}
	w := &watch{history: history, reports: make(chan schedule.Report, 16)}
	sink := schedule.SinkFunc(func(_ context.Context, r schedule.Report) error {
		w.reports <- r
		return nil
	})
	w.sched, err = schedule.New(schedule.Config{
		Runner: m, History: history, Sinks: []schedule.Sink{sink}, Policy: schedule.Policy{DownAfter: 1},
	})
	return w, err
}

// round probes all targets now and prints what comes back.
func (w *watch) round(ctx context.Context, out io.Writer, targets []monitor.Target, title string) error {
	for _, t := range targets {
		if err := w.sched.RunNow(t.ID); err != nil {
			return err
		}
	}
	var reports []schedule.Report
	for range targets {
		select {
		case r := <-w.reports:
			reports = append(reports, r)
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	slices.SortFunc(reports, func(a, b schedule.Report) int { return order(targets, a) - order(targets, b) })
	fmt.Fprintln(out, "  "+title)
	for _, r := range reports {
		fmt.Fprintf(out, "    %-9s %-8s %s\n", r.Target.ID, r.Result.Status, found(r.Result))
	}
	for _, r := range reports {
		if r.Changed() && r.From != monitor.StatusUnknown {
			line(out, "change", "%s went from %s to %s", r.Target.ID, r.From, r.Status)
		}
	}
	return nil
}

func order(targets []monitor.Target, r schedule.Report) int {
	return slices.IndexFunc(targets, func(t monitor.Target) bool { return t.ID == r.Target.ID })
}

// found is a Result in a few words.
func found(r monitor.Result) string {
	switch {
	case r.Status != monitor.StatusUp:
		return r.Detail
	case r.Disk != nil && r.Disk.Total.Known:
		return fmt.Sprintf("%s of %s used, %s", inUnits(r.Disk.Used, 30, "GiB"), inUnits(r.Disk.Total, 30, "GiB"), number(r.Instances, "instances"))
	case r.Disk != nil && r.Instance != nil:
		return fmt.Sprintf("Dolibarr %s, %s, %s", r.Instance.Version, inUnits(r.Disk.Used, 20, "MiB"), number(r.Instance.Modules, "modules"))
	case r.Instance != nil:
		return "Dolibarr " + r.Instance.Version
	}
	if r.HTTP == nil {
		return r.Detail
	}
	return fmt.Sprintf("HTTP %d, %d bytes", r.HTTP.Status, r.HTTP.BodyBytes)
}

// inUnits is a size in units of 1<<shift bytes. One that was not reported is
// unknown, not 0.
func inUnits(s monitor.Size, shift int, unit string) string {
	if !s.Known {
		return "unknown"
	}
	return fmt.Sprintf("%d %s", s.Bytes>>shift, unit)
}

// number is how many there are. A list that was not reported is nil, and not
// empty.
func number[T any](list []T, of string) string {
	if list == nil {
		return of + " unknown"
	}
	return fmt.Sprintf("%d %s", len(list), of)
}

// showPage serves the status page for a moment and reads it once.
func (w *watch) showPage(ctx context.Context, out io.Writer) error {
	page, err := statuspage.New(statuspage.Config{Scheduler: w.sched, History: w.history})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: page, ReadHeaderTimeout: time.Second}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	address := "http://" + listener.Addr().String() + "/"
	result := monitor.ProbeURL(ctx, address, monitortest.Loopback()...)
	if err := result.Err(); err != nil {
		return err
	}
	line(out, "status page", "at %s: %d bytes of HTML, no script", address, result.HTTP.BodyBytes)
	return nil
}

// lookOnce is one line of the library and its Result.
func lookOnce(ctx context.Context, out io.Writer, address string) error {
	r := monitor.ProbeURL(ctx, address)
	line(out, "probe", "%s: %s in %v %s", address, r.Status, r.Duration.Round(time.Millisecond), r.Detail)
	if c := r.Certificate; c != nil {
		line(out, "certificate", "of %s, %d days left", c.Subject, int(c.Left(r.At).Hours()/24))
	}
	return nil
}
