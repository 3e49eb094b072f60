package trade_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// gate holds the first n requests that fit until all n have come.
type gate struct {
	http.RoundTripper
	fits func(*http.Request) bool
	all  *sync.WaitGroup
	once *sync.Once
}

func (g gate) RoundTrip(r *http.Request) (*http.Response, error) {
	if g.fits(r) {
		g.once.Do(g.all.Done)
		g.all.Wait()
	}
	return g.RoundTripper.RoundTrip(r)
}

// upTo steps a trade until it is in a phase.
func upTo(t *testing.T, tr *trade.Trader, id string, phase trade.Phase) trade.Trade {
	t.Helper()
	result, err := tr.Load(t.Context(), id)
	for range 50 {
		if err != nil {
			t.Fatal(err)
		}
		if result.Phase == phase {
			return result
		}
		result, err = tr.Step(t.Context(), id)
	}
	t.Fatalf("the trade does not come to %s", phase)
	return trade.Trade{}
}

// Two workers step one stored trade at once, each time both have done all of
// a step's reading before either goes on: one wins, the other gets
// ErrConflict, and there is one order.
func TestTrader_TwoWorkers(t *testing.T) {
	for _, store := range []string{"memory", "file"} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		if store == "file" {
			files, err := trade.NewFileStore(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			w.store = files
		}
		result := start(t, w.trader(), freePlan(t))
		for _, at := range []struct {
			phase  trade.Phase
			method string
			path   string // the last request that a step reads with before it saves its intention
		}{
			{trade.Checked, "GET", "/domain/contact"},
			{trade.OwnerReady, "GET", "/me"},
			{trade.CartReady, "POST", "/assign"},
			{trade.Quoted, "GET", "/me/order"},
			{trade.Ordered, "GET", "/status"},
		} {
			upTo(t, w.trader(), result.ID, at.phase)
			var all, done sync.WaitGroup
			all.Add(2)
			errs := make([]error, 2)
			for n := range errs {
				g := gate{w.server.Transport(), func(r *http.Request) bool { return r.Method == at.method && strings.HasSuffix(r.URL.Path, at.path) }, &all, &sync.Once{}}
				tr := w.traderOf(w.client(g))
				done.Go(func() { _, errs[n] = tr.Step(t.Context(), result.ID) })
			}
			done.Wait()
			if (errs[0] == nil) == (errs[1] == nil) || !errors.Is(errors.Join(errs...), ovhrest.ErrConflict) {
				t.Errorf("%s, %s: %v and %v, want one success and one ErrConflict", store, at.phase, errs[0], errs[1])
			}
		}
		if got, err := w.trader().Run(t.Context(), result.ID); err != nil || got.Phase != trade.Done {
			t.Errorf("%s: %v", store, err)
		}
		if l := w.server.Ledger(); l.Contacts != 1 || l.Carts != 1 || l.Items != 1 || l.Checkouts != 1 || l.PayCalls != 1 {
			t.Errorf("%s: %+v", store, l)
		}
	}
}

// A worker sleeps between its intention and its request until another one has
// taken over. What it then sends must do no harm.
func TestSleepingWorker(t *testing.T) {
	for _, path := range []string{"/checkout", "/payWithRegisteredPaymentMean"} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		result := start(t, w.trader(), freePlan(t))
		if path == "/checkout" {
			upTo(t, w.trader(), result.ID, trade.Quoted)
		} else {
			upTo(t, w.trader(), result.ID, trade.Ordered)
		}
		wake, asleep := make(chan struct{}), make(chan struct{})
		sleeper := w.traderOf(w.client(pausing{w.server, path, asleep, wake}))
		failed := make(chan error)
		go func() {
			_, err := sleeper.Step(t.Context(), result.ID)
			failed <- err
		}()
		<-asleep
		got, err := w.trader().Run(t.Context(), result.ID)
		if err != nil || got.Phase != trade.Done {
			t.Errorf("%s: %v", path, err)
		}
		close(wake)
		if err := <-failed; !errors.Is(err, ovhrest.ErrConflict) {
			t.Errorf("%s: %v, want ErrConflict", path, err)
		}
		if l := w.server.Ledger(); l.Checkouts != 1 || len(l.Payments) != 1 || l.CartsLeft != 0 {
			t.Errorf("%s: %+v", path, l)
		}
	}
}

type pausing struct {
	server       *ovhresttest.Server
	path         string
	asleep, wake chan struct{}
}

func (p pausing) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == "POST" && strings.HasSuffix(r.URL.Path, p.path) {
		close(p.asleep)
		<-p.wake
		r.Header.Set("X-Ovh-Timestamp", fmt.Sprint(p.server.Now().Unix())) // signed before its sleep: let it count all the same
		r = resign(r)
	}
	return p.server.Transport().RoundTrip(r)
}

// A young intention belongs to whoever saved it: another worker leaves it
// alone and changes nothing.
func TestYoungIntentionIsLeftAlone(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := start(t, w.trader(), freePlan(t))
	upTo(t, w.trader(), result.ID, trade.Quoted)
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: true})
	if _, err := w.trader().Step(t.Context(), result.ID); !errors.Is(err, ovhrest.ErrAmbiguous) {
		t.Fatalf("%v, want ErrAmbiguous", err)
	}
	before := len(w.server.Requests())
	left, err := w.trader().Step(t.Context(), result.ID)
	if err != nil || left.Intent == nil || left.Phase != trade.Quoted {
		t.Errorf("%+v, %v", left, err)
	}
	if sent := w.server.Requests()[before:]; len(sent) != 1 || sent[0] != "GET /me" {
		t.Errorf("sent %v", sent)
	}
	w.server.Advance(2 * time.Minute)
	found, err := w.trader().Step(t.Context(), result.ID)
	if err != nil || found.Phase != trade.Ordered || found.Order != w.server.Ledger().Orders[0] {
		t.Errorf("%+v, %v", found, err)
	}
}

// clockServer lets another process live on the stand-in's clock.
func clockServer(t *testing.T, w *world) string {
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if d, err := time.ParseDuration(r.URL.Query().Get("sleep")); err == nil {
			_ = w.sleep(r.Context(), d)
		}
		_, _ = io.WriteString(rw, w.server.Now().Format(time.RFC3339Nano))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

const childEnv = "HEBERGO_TEST_TRADE"

// child starts this test binary as a worker of its own on a trade.
func child(t *testing.T, w *world, dir, id, clock string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestTradeWorkerProcess$")
	cmd.Env = append(os.Environ(), childEnv+"="+strings.Join([]string{w.server.URL, dir, id, clock}, " "))
	return cmd
}

// TestTradeWorkerProcess is the worker; by itself it does nothing.
func TestTradeWorkerProcess(t *testing.T) {
	args := strings.Fields(os.Getenv(childEnv))
	if len(args) != 4 {
		t.Skip("runs in a process that another test starts")
	}
	ask := func(query string) time.Time {
		resp, err := http.Get(args[3] + query)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		text, _ := io.ReadAll(resp.Body)
		at, _ := time.Parse(time.RFC3339Nano, string(text))
		return at
	}
	store, err := trade.NewFileStore(args[1])
	if err != nil {
		t.Fatal(err)
	}
	c, err := ovhrest.New(ovhrest.Config{
		URL: args[0], AppKey: ovhresttest.ApplicationKey, AppSecret: ovhrest.NewSecret(ovhresttest.ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ovhresttest.ConsumerKey),
		Now: func() time.Time { return ask("") }, Limiter: ovhrest.NewLimiter(0), MaxAttempts: 1,
	})
	if err != nil {
		t.Fatal(err)
	}
	tr, err := trade.New(c, trade.Config{
		Store:     store,
		Sleep:     func(ctx context.Context, d time.Duration) error { ask("?sleep=" + d.String()); return ctx.Err() },
		Contracts: func(context.Context, trade.Trade, []ovhrest.Contract) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	result, err := tr.Run(t.Context(), args[2])
	switch {
	case errors.Is(err, ovhrest.ErrConflict):
		fmt.Println("RESULT conflict")
	case err != nil:
		t.Fatal(err)
	default:
		fmt.Println("RESULT", result.Phase)
	}
}

// A real process is killed at each change that it sends, before the server
// does it and after; a second one ends the trade from the files.
func TestTrader_KilledProcess(t *testing.T) {
	if testing.Short() {
		t.Skip("starts 28 processes")
	}
	changes := []string{
		"/domain/contact", "/order/cart", "/order/cart/*/assign", "/order/cartServiceOption/domain/*",
		"/order/cart/*/item/*/configuration", "/order/cart/*/checkout", "/me/order/*/payWithRegisteredPaymentMean",
	}
	for _, path := range changes {
		for _, after := range []bool{false, true} {
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
			dir, clock := t.TempDir(), clockServer(t, w)
			store, err := trade.NewFileStore(dir)
			if err != nil {
				t.Fatal(err)
			}
			w.store = store
			result := start(t, w.trader(), freePlan(t))
			first := child(t, w, dir, result.ID, clock)
			started := make(chan *os.Process, 1)
			w.server.Inject(ovhresttest.Fault{Method: "POST", Path: path, Break: !after, Lose: after, Hook: func(before bool) {
				if before != after {
					_ = (<-started).Kill()
				}
			}})
			if err := first.Start(); err != nil {
				t.Fatal(err)
			}
			started <- first.Process
			if err := first.Wait(); err == nil {
				t.Errorf("%s: the process was not killed", path)
			}
			out, err := child(t, w, dir, result.ID, clock).CombinedOutput()
			if err != nil || !strings.Contains(string(out), "RESULT done") {
				t.Errorf("%s, after %v: %v: %s", path, after, err, out)
			}
			l := w.server.Ledger()
			if len(l.Orders) != 1 || l.OrderItems[0] != 1 || len(l.Payments) != 1 || l.Contacts != 1 || l.CartsLeft+l.ItemsLeft != 0 {
				t.Errorf("%s, after %v: %+v", path, after, l)
			}
		}
	}
}

// Several real processes run one trade from the same files.
func TestTrader_TwoProcesses(t *testing.T) {
	for range 3 {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		dir, clock := t.TempDir(), clockServer(t, w)
		store, err := trade.NewFileStore(dir)
		if err != nil {
			t.Fatal(err)
		}
		w.store = store
		result := start(t, w.trader(), freePlan(t))
		var wg sync.WaitGroup
		outs := make([]string, 3)
		for n := range outs {
			wg.Go(func() {
				out, err := child(t, w, dir, result.ID, clock).CombinedOutput()
				outs[n] = string(out)
				if err != nil || !strings.Contains(outs[n], "RESULT done") && !strings.Contains(outs[n], "RESULT conflict") {
					t.Errorf("%v: %s", err, out)
				}
			})
		}
		wg.Wait()
		if _, err := w.trader().Run(t.Context(), result.ID); err != nil { // all may have conflicted at some point
			t.Error(err)
		}
		if l := w.server.Ledger(); l.Contacts != 1 || len(l.Orders) != 1 || len(l.Payments) != 1 || l.PayCalls != 1 || l.CartsLeft != 0 {
			t.Errorf("%+v\n%s", l, strings.Join(outs, "\n"))
		}
	}
}

// More trades than requests a minute run on one client: waiting for the Limiter
// costs none of them the time that its requests have.
func TestManyTradesOnOneClient(t *testing.T) {
	server := ovhresttest.NewServer(ovhresttest.Options{Start: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)}) // synctest's
	defer server.Close()
	const many = 75 // a minute takes 60
	for n := range many {
		server.AddDomain(ovhresttest.Domain{Name: fmt.Sprintf("shop%d.com", n)})
	}
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, server: server, store: trade.NewMemoryStore()}
		c, err := ovhrest.New(ovhrest.Config{
			URL: server.URL, AppKey: ovhresttest.ApplicationKey, AppSecret: ovhrest.NewSecret(ovhresttest.ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ovhresttest.ConsumerKey),
			HTTPClient: &http.Client{Transport: server.Transport()}, Now: server.Now, MaxAttempts: 1,
		})
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		stop := make(chan struct{})
		go func() { // the server's clock goes with the bubble's
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Second):
					server.Advance(time.Second)
				}
			}
		}()
		tr := w.traderOf(c, func(cfg *trade.Config) { cfg.Sleep = nil })
		var wg sync.WaitGroup
		for n := range many {
			plan := freePlan(t)
			plan.Domain = fmt.Sprintf("shop%d.com", n)
			result := start(t, tr, plan)
			wg.Go(func() {
				for e, err := range tr.Events(t.Context(), result.ID) {
					if err != nil || e.Err != nil {
						t.Error(plan.Domain, err, e.Err)
					}
					if e.Phase == trade.Ordered {
						return
					}
				}
			})
		}
		wg.Wait()
		close(stop)
		l := server.Ledger()
		if took, least := time.Since(began), time.Duration(len(server.Requests())/60)*time.Minute; took > least+2*time.Minute || l.Checkouts != many || l.Carts != many {
			t.Errorf("took %v where the limit takes %v; %d checkouts, %d carts", took, least, l.Checkouts, l.Carts)
		}
	})
}
