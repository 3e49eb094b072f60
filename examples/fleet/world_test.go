package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// fast is the pace of the tests.
var fast = pace{
	poll: 50 * time.Millisecond, maxPoll: 300 * time.Millisecond, job: 5 * time.Second, rescue: 6 * time.Second,
	retry: 2 * time.Second, sweep: 5 * time.Second, daily: time.Second,
}

// world is the services that all workers call, in the test's own process.
type world struct {
	api   *ovhresttest.Server
	site  *monitortest.Server
	wapi  *wedostest.Server
	clock string // address of the API's clock
}

func newWorld(t *testing.T, budget int) *world {
	w := &world{api: ovhresttest.NewServer(ovhresttest.Options{}), site: monitortest.NewServer(monitortest.Options{}), wapi: wedostest.NewServer(wedostest.Options{AccountBudget: budget})}
	clock := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(rw, w.api.Now().Format(time.RFC3339Nano))
	}))
	w.clock = clock.URL
	w.site.Forget()
	t.Cleanup(func() { clock.Close(); w.api.Close(); w.site.Close(); w.wapi.Close() })
	return w
}

// front is an address of the API for one worker alone. It tells of each order
// that this worker has placed, before the worker hears of it.
func (w *world) front(t *testing.T, placed func()) string {
	t.Helper()
	behind, err := url.Parse(w.api.URL)
	if err != nil {
		t.Fatal(err)
	}
	base := behind.Path
	behind.Path = ""
	server := httptest.NewServer(&httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(behind)
			r.Out.Host = r.In.Host // it is signed
		},
		ModifyResponse: func(resp *http.Response) error {
			if resp.Request.Method == http.MethodPost && strings.HasSuffix(resp.Request.URL.Path, "/checkout") && resp.StatusCode == http.StatusOK {
				placed()
			}
			return nil
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	})
	t.Cleanup(server.Close)
	return server.URL + base
}

// workerConfig is what a worker process is told.
type workerConfig struct{ Database, Redis, API, Clock, WAPI string }

const (
	workerEnv  = "FLEET_TEST_WORKER"
	mainEnv    = "FLEET_TEST_MAIN"
	testBudget = 300
)

// settings are those of a worker that works for w.
func (c workerConfig) settings() settings {
	wapi := &wedos.Config{URL: c.WAPI, Login: wedostest.Login, Password: wedos.NewSecret(wedostest.Password)}
	return settings{
		database: c.Database, redis: c.Redis, contracts: true, pace: fast, log: quiet(),
		ovh: fakeOVH(c.API, c.now), wapi: wapi, budgets: wedos.LimiterConfig{Account: testBudget},
		monitor: monitor.Config{Allow: monitortest.Loopback()},
	}
}

// now asks the API's clock.
func (c workerConfig) now() time.Time {
	resp, err := http.Get(c.Clock)
	if err != nil {
		return time.Time{}
	}
	defer func() { _ = resp.Body.Close() }()
	text, _ := io.ReadAll(resp.Body)
	at, _ := time.Parse(time.RFC3339Nano, string(text))
	return at
}

func TestMain(m *testing.M) {
	if text := os.Getenv(workerEnv); text != "" {
		os.Exit(workerProcess(text))
	}
	if os.Getenv(mainEnv) != "" {
		main()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// workerProcess is this test's binary as a worker. It ends when its input does,
// so that none is left behind by a test that was killed.
func workerProcess(text string) int {
	ctx, cancel := context.WithCancel(context.Background())
	go func() { _, _ = io.Copy(io.Discard, os.Stdin); cancel() }()
	var c workerConfig
	err := json.Unmarshal([]byte(text), &c)
	if err == nil {
		var f *fleet
		s := c.settings()
		s.log = slog.New(slog.NewTextHandler(os.Stdout, nil))
		if f, err = open(ctx, s); err == nil {
			err = f.work(ctx)
			f.close()
		}
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Println(err)
		return 1
	}
	return 0
}

// worker is a process that can be killed.
type worker struct {
	cmd   *exec.Cmd
	stdin io.Closer
	ended chan struct{}
}

func startWorker(t *testing.T, c workerConfig, output io.Writer) *worker {
	t.Helper()
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	w := &worker{cmd: exec.Command(os.Args[0]), ended: make(chan struct{})}
	w.cmd.Env = append(os.Environ(), workerEnv+"="+string(text))
	w.cmd.Stdout, w.cmd.Stderr = output, output
	if w.stdin, err = w.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := w.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = w.cmd.Wait(); close(w.ended) }()
	t.Cleanup(w.kill)
	return w
}

// kill is kill -9.
func (w *worker) kill() { _ = w.cmd.Process.Kill(); <-w.ended }

// openFleet is a fleet in this process, without workers, on stand-ins that
// need not be there.
func openFleet(t *testing.T, s settings) *fleet {
	t.Helper()
	if s.ovh == nil {
		s.ovh = fakeOVH("http://127.0.0.1:1/1.0", time.Now)
	}
	if s.log == nil {
		s.log = quiet()
	}
	s.monitor.Allow = monitortest.Loopback()
	f, err := open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.close)
	return f
}

// begin adds a domain to the API and plans its trade.
func (w *world) begin(t *testing.T, f *fleet, n int) {
	t.Helper()
	name := fmt.Sprintf("client%d.example", n)
	w.api.AddDomain(ovhresttest.Domain{Name: name})
	if _, err := f.trader.Start(t.Context(), fakePlan(name)); err != nil {
		t.Fatal(err)
	}
}

// phases counts the trades by phase.
func phases(t *testing.T, f *fleet) map[trade.Phase]int {
	t.Helper()
	trades, err := f.store.Trades(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	count := map[trade.Phase]int{}
	for _, got := range trades {
		count[got.Phase]++
	}
	return count
}

// checkOrders holds what the API really did against the trades: one order,
// one item and one payment each, and no cart left.
func (w *world) checkOrders(t *testing.T, f *fleet, want int) {
	t.Helper()
	trades, err := f.store.Trades(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	orders := map[int64]string{}
	for _, got := range trades {
		if got.Phase != trade.Done || got.Order == 0 || orders[got.Order] != "" {
			t.Errorf("the trade of %s is %s with order %d: %s", got.Plan.Domain, got.Phase, got.Order, got.Reason)
		}
		orders[got.Order] = got.Plan.Domain
	}
	l := w.api.Ledger()
	if len(trades) != want || len(l.Orders) != want || l.Checkouts != want || len(l.Payments) != want || l.CartsLeft != 0 {
		t.Errorf("%d trades, %d orders, %d checkouts, %d payments, %d carts left; want %d of each and no cart", len(trades), len(l.Orders), l.Checkouts, len(l.Payments), l.CartsLeft, want)
	}
	paid := map[int64]int{}
	for _, p := range l.Payments {
		paid[p.Order]++
	}
	for n, order := range l.Orders {
		if orders[order] == "" || paid[order] != 1 || l.OrderItems[n] != 1 {
			t.Errorf("order %d is of trade %q, has %d items and %d payments", order, orders[order], l.OrderItems[n], paid[order])
		}
	}
}

// checkBudget holds what reached WAPI against the budget.
func (w *world) checkBudget(t *testing.T) {
	t.Helper()
	codes := map[int]int{}
	for _, r := range w.wapi.Requests() {
		codes[r.Code]++
	}
	sent := len(w.wapi.Requests())
	t.Logf("WAPI: %d requests where %d are allowed, by code %v", sent, testBudget, codes)
	if sent > testBudget || codes[2006]+codes[2052]+codes[2250] > 0 {
		t.Error("the shared budget was exceeded")
	}
}

// lastLines keeps what workers print, for a test that fails.
type lastLines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lastLines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String is all that was printed so far.
func (l *lastLines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// await returns when text has been printed.
func (l *lastLines) await(t *testing.T, text string) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); !strings.Contains(l.String(), text); {
		if err := pause(t.Context(), 10*time.Millisecond); err != nil || time.Now().After(end) {
			t.Fatalf("%q was not printed, but:\n%s", text, l)
		}
	}
}

// show prints it if the test failed.
func (l *lastLines) show(t *testing.T) {
	if text := l.String(); t.Failed() {
		t.Log(text[max(0, len(text)-20000):])
	}
}
