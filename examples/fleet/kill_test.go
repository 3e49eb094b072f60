package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/ovhrest/trade"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// Four workers on a real PostgreSQL and a real Redis; two are killed in the
// middle of 20 trades, 200 probes and 30 domains, at the moment in which one of
// them has placed an order and does not know it yet.
func TestKill_TwoOfFourWorkers(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	const trades, targets, domains = 20, 200, 30
	w := newWorld(t, testBudget)
	c := workerConfig{startPostgres(t), "redis://" + startRedis(t), w.api.URL, w.clock, w.wapi.URL}
	f := openFleet(t, c.settings())
	var output lastLines
	defer output.show(t)
	workers := make([]*worker, 4)
	killed := make(chan [2]int, 1)
	var orders atomic.Int64
	for n := range workers {
		own := c
		own.API = w.front(t, func() {
			if orders.Add(1) == 8 {
				workers[n].kill()
				workers[(n+1)%len(workers)].kill()
				killed <- [2]int{len(w.api.Ledger().Orders), len(w.wapi.Requests())}
			}
		})
		workers[n] = startWorker(t, own, &output)
	}
	w.fill(t, f, trades, targets, domains)

	end := time.Now().Add(4 * time.Minute)
	for w.fly(t, f) < trades && time.Now().Before(end) {
	}
	select {
	case at := <-killed:
		t.Logf("two workers killed after %d of %d orders and %d requests to WAPI", at[0], trades, at[1])
	default:
		t.Error("no worker was killed")
	}
	t.Logf("trades: %d orders for %d trades in the end: %v", len(w.api.Ledger().Orders), trades, phases(t, f))
	w.checkOrders(t, f, trades)
	w.checkBudget(t)
	checkProbes(t, f, targets)
	rescued, err := texts(t.Context(), f.db.DB, `SELECT kind FROM river_job WHERE CAST(errors AS TEXT) LIKE '%rescued%'`)
	t.Logf("taken over from the killed workers: %v", tally(rescued))
	if err != nil || tally(rescued)["trade"] == 0 {
		t.Errorf("the trade whose order had been placed was not taken over: %v", err)
	}
}

func tally(list []string) map[string]int {
	count := map[string]int{}
	for _, s := range list {
		count[s]++
	}
	return count
}

// fill plans all there is to do, the trades when the other jobs are running.
func (w *world) fill(t *testing.T, f *fleet, trades, targets, domains int) {
	t.Helper()
	var list []monitor.Target
	for n := range targets {
		list = append(list, monitor.Target{ID: fmt.Sprintf("site%d", n), Kind: monitor.KindURL, URL: w.site.SiteURL(), Interval: 4 * time.Second})
	}
	if err := f.addTargets(t.Context(), list); err != nil {
		t.Fatal(err)
	}
	var names []string
	for n := range domains {
		names = append(names, fmt.Sprintf("client%d.example", n))
		w.wapi.AddDomain(wedostest.Domain{Name: names[n]})
	}
	if err := f.addDomains(t.Context(), names); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); len(w.wapi.Requests()) < domains && time.Now().Before(end); {
		if err := pause(t.Context(), 20*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	for n := range trades {
		w.begin(t, f, n)
	}
	if err := f.sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// fly lets a moment pass, 100 times as fast as real time while orders are being
// placed and 400 times while all there is to do is wait. It tells how many
// trades are done.
func (w *world) fly(t *testing.T, f *fleet) (done int) {
	t.Helper()
	if err := pause(t.Context(), 20*time.Millisecond); err != nil {
		t.Fatal(err)
	}
	trades, err := f.store.Trades(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.api.Advance(min(2*tempo(trades), 8*time.Second))
	answerAll(w.api, trades)
	for _, got := range trades {
		if got.Phase == trade.Done {
			done++
		}
	}
	return done
}

// checkProbes waits until every target has been probed twice more, and looks
// whether each has one job.
func checkProbes(t *testing.T, f *fleet, targets int) {
	t.Helper()
	least := func() (n, sum int) {
		if err := f.db.QueryRowContext(t.Context(), `SELECT MIN(probes), SUM(probes) FROM fleet_target`).Scan(&n, &sum); err != nil {
			t.Fatal(err)
		}
		return n, sum
	}
	if _, err := f.db.ExecContext(t.Context(), `UPDATE fleet_target SET probes = 0`); err != nil {
		t.Fatal(err)
	}
	n, sum := least()
	for end := time.Now().Add(2 * time.Minute); n < 2 && time.Now().Before(end); n, sum = least() {
		if err := pause(t.Context(), 100*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	jobs, err := texts(t.Context(), f.db.DB, `SELECT args FROM river_job WHERE kind = 'probe' AND state IN ('available', 'scheduled', 'running', 'retryable')`)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("probes: since then each of %d targets was probed at least %d times (%d in all), and they have %d jobs", targets, n, sum, len(jobs))
	if n < 2 || len(jobs) != targets {
		t.Error("a target was lost, or has two jobs")
	}
}

// Workers are killed and started again at random, while new trades come in:
// for FLEET_KILL_TIME (default 5s; "2m" on demand), on either database.
func TestKill_AtRandom(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	length := 5 * time.Second
	if text := os.Getenv("FLEET_KILL_TIME"); text != "" {
		var err error
		if length, err = time.ParseDuration(text); err != nil {
			t.Fatal(err)
		}
	}
	databases(t, func(t *testing.T, where string) {
		t.Parallel()
		w := newWorld(t, testBudget)
		c := workerConfig{where, "redis://" + startRedis(t), w.api.URL, w.clock, w.wapi.URL}
		f := openFleet(t, c.settings())
		var output lastLines
		defer output.show(t)
		workers := make([]*worker, 4)
		for n := range workers {
			workers[n] = startWorker(t, c, &output)
		}
		w.fill(t, f, 3, 10, 10)
		trades, kills := 3, 0
		nextKill, nextTrade := time.Now(), time.Now()
		for end := time.Now().Add(length); time.Now().Before(end); w.fly(t, f) {
			if time.Now().After(nextKill) {
				n := rand.IntN(len(workers))
				workers[n].kill()
				workers[n] = startWorker(t, c, &output)
				kills++
				nextKill = time.Now().Add(rand.N(800 * time.Millisecond))
			}
			if time.Now().After(nextTrade) {
				w.begin(t, f, trades)
				if err := f.sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				trades++
				nextTrade = time.Now().Add(min(length/40, 600*time.Millisecond))
			}
		}
		ordered, done := len(w.api.Ledger().Orders), phases(t, f)[trade.Done]
		for end := time.Now().Add(4 * time.Minute); w.fly(t, f) < trades && time.Now().Before(end); {
		}
		t.Logf("%s: %d kills in %v; of %d trades %d were ordered and %d of them done by then; %d orders in the end: %v",
			filepath.Base(t.Name()), kills, length, trades, ordered, done, len(w.api.Ledger().Orders), phases(t, f))
		w.checkOrders(t, f, trades)
		w.checkBudget(t)
	})
}
