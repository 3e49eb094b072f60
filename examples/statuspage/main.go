// Command statuspage watches what a file lists, and shows it as a web page.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
	"github.com/hebergo/hebergo/monitor/statuspage"
)

const help = `statuspage watches what a file lists, and shows it as a web page.

  statuspage -fake
  statuspage -config statuspage.json -once
  statuspage -config statuspage.json -listen 127.0.0.1:8080

A target names its secret, and the environment holds it: "secret": "ERP_TOKEN" is
in ERP_TOKEN, or in the file that ERP_TOKEN_FILE names. Targets in private
networks need "allow". When none of "canary" answers, the fault is taken to be
this machine's own. Exit code: 0 all is up (-once), 1 failed or something is
down, 2 wrong call or file, 130 interrupted.

`

var (
	config = flag.String("config", "statuspage.json", "the `file` with the targets")
	listen = flag.String("listen", "127.0.0.1:8080", "the page's `address`")
	once   = flag.Bool("once", false, "look at each target once, print it, and end")
	fake   = flag.Bool("fake", false, "try it on a made-up hosting")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	flag.CommandLine.Init("", flag.ContinueOnError)
	flag.CommandLine.SetOutput(io.Discard)
	err, code := flag.CommandLine.Parse(os.Args[1:]), 2
	if err == nil {
		err, code = run(ctx), 1
	}
	switch {
	case err == nil:
		return
	case errors.Is(err, flag.ErrHelp):
		flag.CommandLine.SetOutput(os.Stdout)
		fmt.Print(help)
		flag.PrintDefaults()
		return
	case ctx.Err() != nil:
		err, code = fmt.Errorf("interrupted: %w", err), 130
	case errors.Is(err, monitor.ErrInvalid):
		code = 2
	}
	fmt.Fprintf(os.Stderr, "statuspage: %v%s\n", err, map[int]string{2: "; see -help"}[code])
	os.Exit(code)
}

// file is what -config names.
type file struct {
	Title   string           `json:"title"`
	Allow   []netip.Prefix   `json:"allow"`
	Canary  []monitor.Target `json:"canary"`
	Targets []monitor.Target `json:"targets"`
}

func run(ctx context.Context) error {
	if flag.NArg() > 0 {
		return fmt.Errorf("%w: %q", monitor.ErrInvalid, flag.Arg(0))
	}
	var f file
	secrets := monitor.EnvSecrets
	if *fake {
		server := monitortest.NewServer(monitortest.Options{})
		defer server.Close()
		server.Set(monitortest.Dolibarr("client-a"))
		f = play(server)
		secrets = server.Secrets
	} else if text, err := os.ReadFile(*config); err != nil {
		return fmt.Errorf("%w: %w", monitor.ErrInvalid, err)
	} else if err := json.Unmarshal(text, &f); err != nil {
		return fmt.Errorf("%w: %s: %w", monitor.ErrInvalid, *config, err)
	}
	if len(f.Targets) == 0 {
		return fmt.Errorf("%w: no targets", monitor.ErrInvalid)
	}
	m, err := monitor.New(monitor.Config{Secrets: secrets, Allow: f.Allow})
	if err != nil {
		return err
	}
	defer m.Close()
	for _, t := range f.Targets { // better now than when nobody looks
		if err := m.Check(t); err != nil {
			return err
		}
		if _, err := secrets(ctx, t.Secret); err != nil && t.Secret != "" {
			return fmt.Errorf("target %s: %w", t.ID, err)
		}
	}
	if *once {
		return look(ctx, m, f.Targets)
	}
	return watch(ctx, m, f)
}

func look(ctx context.Context, m *monitor.Monitor, targets []monitor.Target) error {
	defer m.AddTargets(func(id string) (monitor.Target, bool) { // there is no Scheduler to know them
		i := slices.IndexFunc(targets, func(t monitor.Target) bool { return t.ID == id })
		return targets[max(i, 0)], i >= 0
	})()
	down := 0
	for _, t := range targets {
		r := m.Run(ctx, t)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		fmt.Printf("%-12s %-8s %s\n", t.ID, r.Status, r.Detail)
		if r.Err() != nil {
			down++
		}
	}
	if down > 0 {
		return fmt.Errorf("%d of %d are not up", down, len(targets))
	}
	return nil
}

func watch(ctx context.Context, m *monitor.Monitor, f file) error {
	history, err := schedule.NewHistory(schedule.HistoryConfig{})
	if err != nil {
		return err
	}
	scheduler, err := schedule.New(schedule.Config{
		Runner: m, Discover: m.Discover, History: history, Canary: f.Canary, OnChange: func(r schedule.Report) {
			fmt.Printf("%-12s %s -> %s %s\n", r.Target.ID, r.From, r.Status, r.Result.Detail)
		},
	})
	if err != nil {
		return err
	}
	if err := scheduler.Sync(f.Targets); err != nil {
		return err
	}
	page, err := statuspage.New(statuspage.Config{Scheduler: scheduler, History: history, Title: f.Title})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	fmt.Printf("the page is at http://%s/\n", listener.Addr())
	server := &http.Server{Handler: page, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	for _, t := range f.Targets {
		_ = scheduler.RunNow(t.ID) // don't wait for the first turn
	}
	return scheduler.Run(ctx)
}

// play is a file about a made-up hosting.
func play(server *monitortest.Server) file {
	return file{Title: "Made up", Allow: monitortest.Loopback(), Targets: []monitor.Target{
		{ID: "site", Kind: monitor.KindURL, URL: server.SiteURL(), Interval: 5 * time.Second},
		{ID: "erp", Kind: monitor.KindServerObserver, URL: server.ObserverURL(), Secret: "token", Interval: 5 * time.Second},
		{ID: "h1", Kind: monitor.KindServerManager, Scope: monitor.ScopeHosting, URL: server.ManagerURL(), Secret: "token", Interval: 5 * time.Second},
	}}
}
