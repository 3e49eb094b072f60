package main

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// snoozed is how long a job rests; -1 if it does not.
func snoozed(err error) time.Duration {
	var s *rivertype.JobSnoozeError
	if errors.As(err, &s) {
		return s.Duration
	}
	return -1
}

// newTrade is a fleet in this process with one planned trade.
func newTrade(t *testing.T, change func(*settings)) (*fleet, *ovhresttest.Server, *river.Job[TradeArgs]) {
	t.Helper()
	api := ovhresttest.NewServer(ovhresttest.Options{})
	t.Cleanup(api.Close)
	api.AddDomain(ovhresttest.Domain{Name: "example.com"})
	s := settings{database: t.TempDir() + "/fleet.db", ovh: fakeOVH(api.URL, api.Now), contracts: true}
	s.ovh.MaxAttempts = 1
	if change != nil {
		change(&s)
	}
	f := openFleet(t, s)
	saved, err := f.trader.Start(t.Context(), fakePlan("example.com"))
	if err != nil {
		t.Fatal(err)
	}
	return f, api, &river.Job[TradeArgs]{Args: TradeArgs{saved.ID}}
}

// A failure that passes lets the trade rest; the order whose answer is lost is
// found again, not placed again.
func TestTradeJob_LostAnswer(t *testing.T) {
	f, api, job := newTrade(t, nil)
	w := &tradeWorker{fleet: f}
	api.Inject(ovhresttest.Fault{Path: "/me", Status: http.StatusServiceUnavailable})
	if err := w.Work(t.Context(), job); snoozed(err) != 30*time.Second {
		t.Errorf("the service is out of order: %v", err)
	}
	api.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: true})
	if err := w.Work(t.Context(), job); snoozed(err) != 30*time.Second {
		t.Errorf("the answer is lost: %v", err)
	}
	for range 3 { // too young to be looked at, and no harm in trying
		if err := w.Work(t.Context(), job); snoozed(err) != 30*time.Second {
			t.Errorf("right after it: %v", err)
		}
	}
	if saved, _ := f.trader.Load(t.Context(), job.Args.ID); saved.Intent == nil || len(api.Ledger().Orders) != 1 {
		t.Errorf("%+v", saved)
	}
	api.Advance(3 * time.Minute)
	if err := w.Work(t.Context(), job); snoozed(err) != 30*time.Second {
		t.Error(err)
	}
	if saved, _ := f.trader.Load(t.Context(), job.Args.ID); saved.Phase != trade.Paid || len(api.Ledger().Orders) != 1 || len(api.Ledger().Payments) != 1 {
		t.Errorf("%s, %+v", saved.Phase, api.Ledger())
	}
}

// Nobody has accepted the contracts: nothing is ordered, and the job is over.
func TestTradeJob_ContractsNotAccepted(t *testing.T) {
	f, api, job := newTrade(t, func(s *settings) { s.contracts = false })
	if err := (&tradeWorker{fleet: f}).Work(t.Context(), job); err != nil {
		t.Error(err)
	}
	saved, err := f.trader.Load(t.Context(), job.Args.ID)
	if err != nil || saved.Phase != trade.Refused || len(api.Ledger().Orders) != 0 {
		t.Errorf("%s, %v, %+v", saved.Phase, err, api.Ledger())
	}
	if err := (&tradeWorker{fleet: f}).Work(t.Context(), job); err != nil {
		t.Errorf("once more: %v", err)
	}
}

// The service takes, and bills, a second order for a domain whose first one it
// has not begun on. So a domain has one open trade, however many plan one.
func TestTrade_OneForEachDomain(t *testing.T) {
	databases(t, func(t *testing.T, where string) {
		f, other := openFleet(t, settings{database: where}), openFleet(t, settings{database: where})
		var begun atomic.Int64
		var planners sync.WaitGroup
		for n := range 8 {
			planners.Go(func() {
				_, err := []*fleet{f, other}[n%2].begin(t.Context(), fakePlan("example.com"))
				switch {
				case err == nil:
					begun.Add(1)
				case !errors.Is(err, ovhrest.ErrConflict):
					t.Error(err)
				}
			})
		}
		planners.Wait()
		if trades, err := f.store.Trades(t.Context()); err != nil || begun.Load() != 1 || len(trades) != 1 {
			t.Fatalf("%d were begun: %v, %v", begun.Load(), trades, err)
		}
		if _, err := f.begin(t.Context(), fakePlan("example.net")); err != nil {
			t.Errorf("another domain: %v", err)
		}
	})
}

// A domain whose trade has ended can have another one.
func TestTrade_AfterAnEnd(t *testing.T) {
	f, _, job := newTrade(t, func(s *settings) { s.contracts = false })
	if _, err := f.begin(t.Context(), fakePlan("example.com")); !errors.Is(err, ovhrest.ErrConflict) || !strings.Contains(err.Error(), job.Args.ID) {
		t.Errorf("beside the first: %v", err)
	}
	if err := (&tradeWorker{fleet: f}).Work(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if _, err := f.begin(t.Context(), fakePlan("example.com")); err != nil {
		t.Errorf("after the first was refused: %v", err)
	}
}

// Failures that don't pass by themselves show in the queue, and leave the
// trade where it is. So does a trade that is not there.
func TestTradeJob_LastingFailure(t *testing.T) {
	f, api, job := newTrade(t, func(s *settings) { s.ovh.AppSecret = ovhrest.NewSecret("another") })
	w := &tradeWorker{fleet: f}
	err := w.Work(t.Context(), job)
	if err == nil || snoozed(err) >= 0 || strings.Contains(err.Error(), "another") {
		t.Errorf("a wrong secret: %v", err)
	}
	if saved, _ := f.trader.Load(t.Context(), job.Args.ID); saved.Phase != trade.Planned || api.Ledger().Carts != 0 {
		t.Errorf("the trade has moved to %s", saved.Phase)
	}
	var cancel *rivertype.JobCancelError
	if err := w.Work(t.Context(), &river.Job[TradeArgs]{Args: TradeArgs{someTrade}}); !errors.As(err, &cancel) {
		t.Errorf("no such trade: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := w.Work(ctx, job); snoozed(err) < 0 && !errors.Is(err, context.Canceled) {
		t.Errorf("the worker is told to stop: %v", err)
	}
}

// The longer a trade has not moved, the more rarely it is looked at.
func TestTradeJob_Rest(t *testing.T) {
	f, api, _ := newTrade(t, nil)
	for idle, want := range map[time.Duration]time.Duration{
		-time.Hour: 30 * time.Second, 0: 30 * time.Second, 5 * time.Minute: 30 * time.Second, time.Hour: 6 * time.Minute, 24 * time.Hour: time.Hour,
	} {
		if got := (&tradeWorker{fleet: f}).rest(trade.Trade{Updated: api.Now().Add(-idle)}); got != want {
			t.Errorf("after %v: %v, want %v", idle, got, want)
		}
	}
}

// A probe's job stores what it finds and comes back; it ends with its target.
func TestProbeJob(t *testing.T) {
	site := monitortest.NewServer(monitortest.Options{})
	defer site.Close()
	f := openFleet(t, settings{database: t.TempDir() + "/fleet.db"})
	target := monitor.Target{ID: "site", Kind: monitor.KindURL, URL: site.SiteURL(), Interval: time.Hour}
	if err := f.addTargets(t.Context(), []monitor.Target{target}); err != nil {
		t.Fatal(err)
	}
	w, job := &probeWorker{fleet: f}, &river.Job[ProbeArgs]{Args: ProbeArgs{"site"}}
	stored := func() string {
		list, err := texts(t.Context(), f.db.DB, `SELECT result FROM fleet_target`)
		if err != nil {
			t.Fatal(err)
		}
		return verdict(strings.Join(list, ""))
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := w.Work(ctx, job); err == nil || stored() != "not known yet" {
		t.Errorf("a worker that is told to stop: %v, %q", err, stored())
	}
	if err := w.Work(t.Context(), job); snoozed(err) <= 59*time.Minute || snoozed(err) > time.Hour || stored() != "up" {
		t.Errorf("%v, %q", err, stored())
	}
	site.Always("/", monitortest.Status(http.StatusServiceUnavailable))
	if err := w.Work(t.Context(), job); snoozed(err) < 0 || stored() != "down: HTTP status 503" {
		t.Errorf("%v, %q", err, stored())
	}
	target.Disabled = true
	if err := f.addTargets(t.Context(), []monitor.Target{target}); err != nil {
		t.Fatal(err)
	}
	before := len(site.Requests())
	if err := w.Work(t.Context(), job); snoozed(err) < 0 || len(site.Requests()) != before {
		t.Errorf("disabled: %v", err)
	}
	if _, err := f.db.ExecContext(t.Context(), `DELETE FROM fleet_target`); err != nil {
		t.Fatal(err)
	}
	if err := w.Work(t.Context(), job); err != nil {
		t.Errorf("a target that is gone: %v", err)
	}
}

// A domain's job gives way while the budget is spent, by either limiter.
func TestDomainJob(t *testing.T) {
	for name, redis := range map[string]bool{"own": false, "shared": true} {
		t.Run(name, func(t *testing.T) {
			wapi := wedostest.NewServer(wedostest.Options{})
			defer wapi.Close()
			wapi.AddDomain(wedostest.Domain{Name: "example.com", Expiration: time.Date(2027, 3, 1, 0, 0, 0, 0, time.UTC)})
			config := wapi.Config()
			s := settings{database: t.TempDir() + "/fleet.db", wapi: &config, budgets: wedos.LimiterConfig{Account: 2}}
			if redis {
				s.redis = "redis://" + startRedis(t)
			}
			f := openFleet(t, s)
			if err := f.addDomains(t.Context(), []string{"example.com", "example.net"}); err != nil {
				t.Fatal(err)
			}
			w := &domainWorker{fleet: f}
			for _, step := range []struct {
				name string
				rest time.Duration
			}{{"example.com", 24 * time.Hour}, {"example.net", 24 * time.Hour}, {"example.com", time.Hour}} {
				err := w.Work(t.Context(), &river.Job[DomainArgs]{Args: DomainArgs{step.name}})
				if got := snoozed(err); got > step.rest+3*time.Minute || got < step.rest-time.Minute {
					t.Errorf("%s: %v, want about %v", step.name, err, step.rest)
				}
			}
			found, err := texts(t.Context(), f.db.DB, `SELECT found FROM fleet_domain ORDER BY name`)
			if err != nil || strings.Join(found, ", ") != "active until 2027-03-01, not in the account" || len(wapi.Requests()) != 2 {
				t.Errorf("%v, %v, %d requests", found, err, len(wapi.Requests()))
			}
		})
	}
}

// Sweeping twice makes no second job; a job that is gone is made anew.
func TestSweep(t *testing.T) {
	databases(t, func(t *testing.T, where string) {
		f := openFleet(t, settings{database: where})
		count := func() int {
			t.Helper()
			if err := f.sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			jobs, err := texts(t.Context(), f.db.DB, `SELECT kind FROM river_job WHERE state = 'available'`)
			if err != nil {
				t.Fatal(err)
			}
			return len(jobs)
		}
		if got := count(); got != 0 {
			t.Errorf("%d jobs for nothing", got)
		}
		if _, err := f.trader.Start(t.Context(), fakePlan("example.com")); err != nil {
			t.Fatal(err)
		}
		if err := f.addDomains(t.Context(), []string{"example.com"}); err != nil {
			t.Fatal(err)
		}
		if err := f.addTargets(t.Context(), []monitor.Target{{ID: "a", Kind: monitor.KindURL, URL: "https://example.com/", Interval: time.Minute}}); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if got := count(); got != 3 {
				t.Errorf("%d jobs, want 3", got)
			}
		}
		if _, err := f.db.ExecContext(t.Context(), `DELETE FROM river_job WHERE kind = 'trade'`); err != nil {
			t.Fatal(err)
		}
		if got := count(); got != 3 {
			t.Errorf("%d jobs after one was lost, want 3", got)
		}
	})
}
