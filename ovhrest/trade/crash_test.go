package trade_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// faultKind is what happens to one request or one save.
type faultKind int

const (
	dieBefore   faultKind = iota // the process dies before the request is sent
	dieAfter                     // and after the server has done it
	lose                         // the process lives on without an answer
	late                         // it is done only minutes later, without an answer
	justTooLate                  // and just after it was given up
	veryLate                     // and half an hour later
	arriveLater                  // and right before a later request, whatever the clock says
	refuseKey                    // it is refused for its key, and somebody puts that right
	garble                       // it is not done, and the answer is not the API's
	garbleDone                   // it is done, and the answer is not the API's
	saveBefore                   // the process dies before the nth save
	saveAfter                    // and after it
	saveFails                    // the process lives on without the nth save
	saveLies                     // and with it, but was told that it failed
)

func (h faultKind) String() string {
	return [...]string{
		"die before", "die after", "lose the answer of", "be late with", "be justTooLate with", "be very late with", "delay until later",
		"refuse the key of", "garble", "garble the answer of",
		"die before save", "die after save", "fail save", "lie about save",
	}[h]
}

// fault is one of them, at the nth request or save, counted over all lives.
type fault struct {
	faultKind
	n       int
	until   int // until when arriveLater delays it
	variant int // of the refusal or the garbage
}

var errDead = errors.New("the process is dead")

// faultyProcess is a process with faults: a RoundTripper and a Store that die with it.
type faultyProcess struct {
	world *world
	inner trade.Store
	wires http.RoundTripper

	mu       sync.Mutex
	faults   []fault
	requests []string
	delayed  *http.Request
	saves    int
	dead     bool
}

func (f *faultyProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/auth/time") {
		return f.wires.RoundTrip(r)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return nil, errDead
	}
	f.requests = append(f.requests, r.Method+" "+r.URL.Path)
	f.catchUp()
	for _, b := range f.faults {
		if b.faultKind >= saveBefore || b.n != len(f.requests) {
			continue
		}
		switch b.faultKind {
		case arriveLater:
			f.delayed = r.Clone(context.Background())
			return nil, errDead
		case dieBefore:
			f.dead = true
			return nil, errDead
		case refuseKey:
			return canned(r, keyRefusals[b.variant]), nil
		case garble:
			return canned(r, garbage[b.variant]), nil
		case late:
			f.world.server.Inject(ovhresttest.Fault{Late: 8 * time.Minute})
		case justTooLate:
			f.world.server.Inject(ovhresttest.Fault{Late: 17 * time.Minute})
		case veryLate:
			f.world.server.Inject(ovhresttest.Fault{Late: 30 * time.Minute})
		}
		resp, err := f.wires.RoundTrip(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		if b.faultKind == garbleDone && err == nil {
			return canned(r, garbage[b.variant]), nil
		}
		f.dead = b.faultKind == dieAfter
		return nil, errDead
	}
	return f.wires.RoundTrip(r)
}

// keyRefusals are those without an error code, and garbage all kinds of it.
var (
	keyRefusals = slices.DeleteFunc(ovhresttest.KeyRefusals(), func(f ovhresttest.Fault) bool { return strings.Contains(f.Body, "errorCode") })
	garbage     = ovhresttest.Garbage()
)

// canned is the answer of a fault.
func canned(r *http.Request, f ovhresttest.Fault) *http.Response {
	header := f.Header.Clone()
	if header == nil {
		header = http.Header{"Content-Type": {"application/json"}}
	}
	return &http.Response{
		StatusCode: f.Status, Header: header, Request: r, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(strings.NewReader(f.Body)), ContentLength: int64(len(f.Body)),
	}
}

// catchUp lets the service do what was held back until now.
func (f *faultyProcess) catchUp() {
	for _, b := range f.faults {
		if b.faultKind == arriveLater && b.until == len(f.requests) && f.delayed != nil {
			f.delayed.Header.Set("X-Ovh-Timestamp", fmt.Sprint(f.world.server.Now().Unix())) // it did arrive in time
			if resp, err := f.wires.RoundTrip(resign(f.delayed)); err == nil {
				_ = resp.Body.Close()
			}
		}
	}
}

func (f *faultyProcess) Load(ctx context.Context, id string) ([]byte, int64, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return nil, 0, errDead
	}
	return f.inner.Load(ctx, id)
}

func (f *faultyProcess) Save(ctx context.Context, id string, data []byte, revision int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.dead {
		return errDead
	}
	f.saves++
	for _, b := range f.faults {
		if b.faultKind < saveBefore || b.n != f.saves {
			continue
		}
		f.dead = b.faultKind == saveBefore || b.faultKind == saveAfter
		if b.faultKind == saveAfter || b.faultKind == saveLies {
			_ = f.inner.Save(ctx, id, data, revision)
		}
		return errDead
	}
	return f.inner.Save(ctx, id, data, revision)
}

// sleep makes the jittered waits of Run even, so that every run asks the same
// number of times.
func (f *faultyProcess) sleep(ctx context.Context, d time.Duration) error {
	if d%time.Second != 0 {
		d = 5 * time.Minute
	}
	f.mu.Lock()
	dead := f.dead
	f.mu.Unlock()
	if dead {
		return errDead
	}
	return f.world.sleep(ctx, d)
}

func (f *faultyProcess) isDead() bool { f.mu.Lock(); defer f.mu.Unlock(); return f.dead }

func (f *faultyProcess) revive() { f.mu.Lock(); defer f.mu.Unlock(); f.dead = false }

// afterSettling reports whether something happened only after it was given up:
// the service then refuses to be paid twice.
func (f *faultyProcess) afterSettling() bool {
	for _, b := range f.faults {
		if b.faultKind == justTooLate || b.faultKind == veryLate || b.faultKind == arriveLater {
			return true
		}
	}
	return false
}

// arrivesWithinAStep reports whether a request was done right within another step, where
// no look can come before it. Then it is enough that nothing is paid wrongly.
func (f *faultyProcess) arrivesWithinAStep() bool {
	return slices.ContainsFunc(f.faults, func(b fault) bool { return b.faultKind == arriveLater })
}

// scene is what a matrix runs on.
type scene struct {
	name   string
	config ovhresttest.Options
	domain ovhresttest.Domain
	paid   bool // the order costs money
	older  bool // an older order for the domain is open for the first minutes
}

// shortLived runs what a case leaves to be cleaned up at the case's end: kept
// until the test's, thousands of servers would stay in memory.
type shortLived struct {
	testing.TB
	after []func()
}

func (s *shortLived) Cleanup(f func()) { s.after = append(s.after, f) }

func (s *shortLived) end() {
	for _, f := range slices.Backward(s.after) {
		f()
	}
}

// runCase runs a trade to its end under faults, every life in a fresh client
// that knows no more than the store.
func runCase(tb testing.TB, s scene, faults ...fault) (*faultyProcess, trade.Trade, error) {
	t := &shortLived{TB: tb}
	defer t.end()
	w := newWorld(t, s.config, s.domain)
	f := &faultyProcess{world: w, inner: w.store, wires: w.server.Transport(), faults: faults}
	if s.older {
		w.openOlderOrder()
	}
	plan := freePlan(t)
	if s.paid {
		plan.MaxPrice, plan.PaymentMethod = euros(t, "9.99"), w.server.AddPaymentMethod()
	}
	first := w.trader() // the plan is stored before anything can happen to it
	result := start(t, first, plan)
	w.store = f
	for range 8 {
		c := w.client(f)
		tr := w.traderOf(c, func(cfg *trade.Config) { cfg.Sleep = f.sleep })
		got, err := tr.Run(t.Context(), result.ID)
		c.Close()
		var stopped *trade.Error
		fixable := errors.As(err, &stopped) && stopped.Resume == trade.ResumeAfterFix
		if err == nil || !f.isDead() && !errors.Is(err, errDead) && !fixable {
			return f, got, err
		}
		f.revive()
	}
	return f, result, errors.New("too many lives")
}

// openOlderOrder gives the domain an order of 30 hours ago that waits for
// documents, until time has passed.
func (w *world) openOlderOrder() {
	order := w.server.AddOrder(tradedDomain, price("0", "EUR"), 30*time.Hour)
	w.server.SetOrderStatus(order, "documentsRequested")
	begun := w.server.Now()
	w.passed = func() {
		if w.server.Now().Sub(begun) >= 4*time.Minute {
			w.server.SetOrderStatus(order, "cancelled")
		} else if w.server.Ledger().Checkouts > 0 {
			panic("ordered beside an open order")
		}
	}
}

// verdict says what is wrong after a run.
func (s scene) verdict(f *faultyProcess, result trade.Trade, err error) string {
	l := f.world.server.Ledger()
	switch {
	case len(l.Orders) > 1, l.Checkouts > 1:
		return fmt.Sprintf("%d orders", len(l.Orders))
	case len(l.Payments) > 1:
		return fmt.Sprintf("%d payments", len(l.Payments))
	case l.PayCalls > 1 && !f.afterSettling():
		return fmt.Sprintf("paid %d times", l.PayCalls)
	case len(l.OrderItems) == 1 && l.OrderItems[0] != 1 && len(l.Payments) > 0:
		return fmt.Sprintf("paid an order of %d items", l.OrderItems[0])
	case l.ItemsLeft > 0:
		return fmt.Sprintf("%d items left in carts", l.ItemsLeft)
	case l.CartsLeft > 0 && !s.config.HideUnassigned && !f.arrivesWithinAStep(): // an empty one that comes after the last look expires
		return fmt.Sprintf("%d carts left", l.CartsLeft)
	case f.arrivesWithinAStep() && result.Phase == trade.NeedsAttention:
		return "" // a person looks
	case err != nil || result.Phase != trade.Done:
		return fmt.Sprintf("ended as %s: %v", result.Phase, err)
	case len(l.Orders) != 1 || len(l.Payments) != 1 || f.world.server.Owner(tradedDomain) != result.NewOwner:
		return "done without an order, a payment or a new owner"
	}
	return ""
}

// happyPath returns the requests and the number of saves without any fault.
func happyPath(t *testing.T, s scene) (requests []string, saves int) {
	f, result, err := runCase(t, s)
	if bad := s.verdict(f, result, err); bad != "" {
		t.Fatal(bad)
	}
	return f.requests, f.saves
}

// inParallel runs the cases on all processors and reports what is wrong.
func inParallel(t *testing.T, s scene, cases [][]fault) {
	t.Helper()
	var next, wrong atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				n := int(next.Add(1)) - 1
				if n >= len(cases) || wrong.Load() > 10 {
					return
				}
				f, result, err := runCase(t, s, cases[n]...)
				if bad := s.verdict(f, result, err); bad != "" {
					wrong.Add(1)
					t.Errorf("%s: %s: %s\n%+v", s.name, describe(f, cases[n]), bad, f.world.server.Ledger())
				}
			}
		})
	}
	wg.Wait()
}

func describe(f *faultyProcess, faults []fault) string {
	var parts []string
	for _, b := range faults {
		what := fmt.Sprint(b.n)
		if b.faultKind < saveBefore && b.n <= len(f.requests) {
			what += " (" + f.requests[b.n-1] + ")"
		}
		parts = append(parts, b.faultKind.String()+" "+what)
	}
	return strings.Join(parts, ", then ")
}

// The process dies before and after each request and each save, each answer is
// lost, each save fails or says so, and each change is done late, by the clock
// or right before any later request; then the same again at every later change,
// and three of all these at once. At each request the key is refused, and each
// answer is garbage, also after any answer was lost; money's payments get lost
// as well, and an older order of the domain stays open for a while. Whatever
// happens: one order of one item, one payment, nothing left in a cart, and the
// trade ends with its proof.
func TestTrader_CrashMatrix(t *testing.T) {
	scenes := []scene{
		{name: "free"},
		{name: "free, unassigned carts hidden", config: ovhresttest.Options{HideUnassigned: true}},
		{name: "paid", domain: ovhresttest.Domain{Quote: ovhresttest.Price{Value: "9.99", Currency: "EUR"}}, paid: true},
		{name: "free, an older order open", older: true},
	}
	total := 0
	for _, s := range scenes {
		requests, saves := happyPath(t, s)
		cases := singles(requests, saves)
		answers := refusals(requests, s.name == "free")
		if s.name == "free" {
			cases = append(cases, pairs(t, s, requests, saves)...)
			cases = append(cases, triples(requests, saves)...)
			answers = append(answers, lostThenRefused(t, s, requests)...)
		}
		if s.name == "free" || s.paid { // which makes no difference there
			cases = append(cases, lateArrivals(t, s, requests)...)
		}
		t.Logf("%s: %d requests, %d saves, %d crashes and losses, %d refused keys and garbage", s.name, len(requests), saves, len(cases), len(answers))
		cases = append(cases, answers...)
		total += len(cases)
		inParallel(t, s, cases)
	}
	t.Logf("%d cases", total)
}

func singles(requests []string, saves int) [][]fault {
	var cases [][]fault
	for n, r := range requests {
		for _, h := range []faultKind{dieBefore, dieAfter, lose} {
			cases = append(cases, []fault{{faultKind: h, n: n + 1}})
		}
		if !strings.HasPrefix(r, "GET ") {
			cases = append(cases, []fault{{faultKind: late, n: n + 1}}, []fault{{faultKind: justTooLate, n: n + 1}}, []fault{{faultKind: veryLate, n: n + 1}})
		}
	}
	for n := range saves {
		for _, h := range []faultKind{saveBefore, saveAfter, saveFails, saveLies} {
			cases = append(cases, []fault{{faultKind: h, n: n + 1}})
		}
	}
	return cases
}

// refusals refuses the key at each request and garbles each answer, in every
// form or in one.
func refusals(requests []string, every bool) [][]fault {
	var cases [][]fault
	for n, r := range requests {
		for variant := range keyRefusals {
			if every || variant == n%len(keyRefusals) {
				cases = append(cases, []fault{{faultKind: refuseKey, n: n + 1, variant: variant}})
			}
		}
		for variant := range garbage {
			switch read := strings.HasPrefix(r, "GET "); {
			case !every && variant != n%len(garbage):
			case read:
				cases = append(cases, []fault{{faultKind: garble, n: n + 1, variant: variant}})
			default:
				cases = append(cases, []fault{{faultKind: garbleDone, n: n + 1, variant: variant}})
			}
		}
	}
	return cases
}

// lostThenRefused loses the answer of each change, and then refuses the key or
// garbles the answer at every second later request.
func lostThenRefused(t *testing.T, s scene, requests []string) [][]fault {
	var cases [][]fault
	for n, r := range requests {
		if strings.HasPrefix(r, "GET ") || testing.Short() {
			continue
		}
		one := fault{faultKind: lose, n: n + 1}
		f, _, _ := runCase(t, s, one)
		for m := n + 1; m < len(f.requests); m++ {
			if m%2 != 0 || raceEnabled && m%10 != 0 {
				continue
			}
			cases = append(cases, []fault{one, {faultKind: refuseKey, n: m + 1, variant: m % len(keyRefusals)}})
			if strings.HasPrefix(f.requests[m], "GET ") {
				cases = append(cases, []fault{one, {faultKind: garble, n: m + 1, variant: m % len(garbage)}})
			}
		}
	}
	return cases
}

// pairs combines each single fault with a second one at every later change, and
// at every later request with HEBERGO_FULL set. The race detector, ten times
// slower, gets a tenth.
func pairs(t *testing.T, s scene, requests []string, saves int) [][]fault {
	if testing.Short() {
		return nil
	}
	full := os.Getenv("HEBERGO_FULL") != ""
	var cases [][]fault
	for n, one := range singles(requests, saves) {
		if raceEnabled && n%10 != 0 {
			continue
		}
		f, _, _ := runCase(t, s, one...)
		from := one[0].n
		if one[0].faultKind >= saveBefore {
			from = 0
		}
		for m := from; m < len(f.requests); m++ {
			get := strings.HasPrefix(f.requests[m], "GET ")
			if get && !full {
				continue
			}
			for _, h := range []faultKind{dieBefore, dieAfter, lose} {
				cases = append(cases, []fault{one[0], {faultKind: h, n: m + 1}})
			}
		}
	}
	return cases
}

// lateArrivals lets each change be done right before each request that comes
// after it was given up.
func lateArrivals(t *testing.T, s scene, requests []string) [][]fault {
	var cases [][]fault
	for n, r := range requests {
		if strings.HasPrefix(r, "GET ") {
			continue
		}
		f, _, _ := runCase(t, s, fault{faultKind: lose, n: n + 1}) // as many requests as without the change, or more
		g, _, _ := runCase(t, s, fault{faultKind: arriveLater, n: n + 1})
		for m := n + 1; m < max(len(f.requests), len(g.requests)); m++ {
			if raceEnabled && m%10 != 0 || testing.Short() {
				continue
			}
			cases = append(cases, []fault{{faultKind: arriveLater, n: n + 1, until: m + 1}})
		}
	}
	return cases
}

// triples is a sample of three faults in a row, the same in every run.
func triples(requests []string, saves int) [][]fault {
	random := rand.New(rand.NewPCG(1, 2))
	count := 600
	if testing.Short() || raceEnabled {
		count = 60
	}
	var cases [][]fault
	for range count {
		var faults []fault
		for range 3 {
			b := fault{faultKind: faultKind(random.IntN(int(saveLies) + 1)), n: 1 + random.IntN(len(requests)+10)}
			switch b.faultKind {
			case refuseKey:
				b.variant = random.IntN(len(keyRefusals))
			case garble, garbleDone:
				b.variant = random.IntN(len(garbage))
			}
			if b.faultKind == arriveLater {
				b.until = b.n + 1 + random.IntN(30)
			}
			if b.faultKind >= saveBefore {
				b.n = 1 + random.IntN(saves+5)
			}
			faults = append(faults, b)
		}
		cases = append(cases, faults)
	}
	return cases
}
