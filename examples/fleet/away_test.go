package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// wire is the connection to a peer, which can be cut and restored.
type wire struct {
	address string
	mu      sync.Mutex
	cut     bool
	open    map[net.Conn]bool
}

// newWire leads to an address.
func newWire(t *testing.T, to string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{address: listener.Addr().String(), open: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = listener.Close(); w.set(true) })
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", to)
			if err != nil {
				_ = near.Close()
				continue
			}
			w.join(near, far)
		}
	}()
	return w
}

// join copies both ways, unless the wire is cut.
func (w *wire) join(near, far net.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for from, to := range map[net.Conn]net.Conn{near: far, far: near} {
		if w.cut {
			_ = from.Close()
			continue
		}
		w.open[from] = true
		go func() { _, _ = io.Copy(to, from); _, _ = from.Close(), to.Close() }()
	}
}

// set cuts the wire, or restores it.
func (w *wire) set(cut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
	for conn := range w.open {
		_ = conn.Close()
		delete(w.open, conn)
	}
}

// The database goes away in the middle of the work and comes back, and so does
// Redis: the worker goes on by itself, and has told what it lacked.
func TestPeers_GoAway(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	w := newWorld(t, testBudget)
	where := startPostgres(t)
	_, rest, _ := strings.Cut(where, "@")
	address, database, _ := strings.Cut(rest, "/")
	postgres, redis := newWire(t, address), newWire(t, startRedis(t))
	c := workerConfig{"postgres://fleet@" + postgres.address + "/" + database, "redis://" + redis.address, w.api.URL, w.clock, w.wapi.URL}
	s := c.settings()
	var log lastLines
	defer log.show(t)
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	f := openFleet(t, s)
	w.wapi.AddDomain(wedostest.Domain{Name: "client0.example"})
	target := monitor.Target{ID: "site", Kind: monitor.KindURL, URL: w.site.SiteURL(), Interval: time.Second}
	if err := errors.Join(f.addTargets(t.Context(), []monitor.Target{target}), f.addDomains(t.Context(), []string{"client0.example"})); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.work(ctx) }()
	defer func() { stop(); <-ended }()
	direct := openFleet(t, settings{database: where})
	seen := func() (probes, checks int) {
		t.Helper()
		if err := direct.db.QueryRowContext(t.Context(), `SELECT probes, checks FROM fleet_target, fleet_domain`).Scan(&probes, &checks); err != nil {
			t.Fatal(err)
		}
		return probes, checks
	}
	goesOn := func(when string) {
		t.Helper()
		probes, checks := seen()
		for end := time.Now().Add(2 * time.Minute); ; {
			p, c := seen()
			if p >= probes+2 && c >= checks+2 {
				return
			}
			if err := pause(t.Context(), 20*time.Millisecond); err != nil || time.Now().After(end) {
				t.Fatalf("%s: %d probes and %d requests to WAPI more", when, p-probes, c-checks)
			}
		}
	}
	goesOn("at the start")
	redis.set(true)
	log.await(t, "redis")
	redis.set(false)
	goesOn("after Redis was away")
	postgres.set(true)
	log.await(t, "level=ERROR")
	postgres.set(false)
	goesOn("after PostgreSQL was away")
}
