package ovhrest_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// Nothing is sent for a plan that can't be meant.
func TestBadInput_Plan(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	tr := w.trader()
	for field, change := range map[string]func(*ovhrest.TradePlan){
		"Domain: spaces":    func(p *ovhrest.TradePlan) { p.Domain = "exam ple.com" },
		"Domain: path":      func(p *ovhrest.TradePlan) { p.Domain = "example.com/../me" },
		"Domain: query":     func(p *ovhrest.TradePlan) { p.Domain = "example.com?x=1" },
		"Domain: escaped":   func(p *ovhrest.TradePlan) { p.Domain = "example%2fcom.net" },
		"Domain: empty":     func(p *ovhrest.TradePlan) { p.Domain = "" },
		"Domain: label":     func(p *ovhrest.TradePlan) { p.Domain = "example..com" },
		"Domain: dots":      func(p *ovhrest.TradePlan) { p.Domain = ".." },
		"Domain: extension": func(p *ovhrest.TradePlan) { p.Domain = "example" },
		"Domain: case":      func(p *ovhrest.TradePlan) { p.Domain = "Example.com" },
		"Domain: long":      func(p *ovhrest.TradePlan) { p.Domain = strings.Repeat("a.", 127) + "com" },
		"Owner: none":       func(p *ovhrest.TradePlan) { p.Owner = nil },
		"OwnerID: both":     func(p *ovhrest.TradePlan) { p.OwnerID = 7 },
		"OwnerID: negative": func(p *ovhrest.TradePlan) { p.Owner, p.OwnerID = nil, -7 },
		"MaxPrice: zero":    func(p *ovhrest.TradePlan) { p.MaxPrice = ovhrest.Money{} },
		"MaxPrice: points":  func(p *ovhrest.TradePlan) { p.MaxPrice.Currency = ovhrest.CurrencyPoints },
		"MaxPrice: minus":   func(p *ovhrest.TradePlan) { p.MaxPrice = euros(t, "-1") },
		"AnyPrice: both":    func(p *ovhrest.TradePlan) { p.AnyPrice = true },
		"PaymentMethod: -":  func(p *ovhrest.TradePlan) { p.PaymentMethod = -1 },
	} {
		plan := freePlan(t)
		change(&plan)
		_, err := tr.Start(t.Context(), plan)
		var e *ovhrest.Error
		if name, _, _ := strings.Cut(field, ":"); !errors.As(err, &e) || e.Field != name || !errors.Is(err, ovhrest.ErrInvalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if sent := w.server.Requests(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
	for _, name := range []string{"bücher.example", "xn--bcher-kva.example", "例え.テスト", "1und1.example"} {
		plan := freePlan(t)
		plan.Domain = name
		if _, err := tr.Start(t.Context(), plan); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A stored trade that can't be trusted is left as it is, and nothing is sent.
func TestBadInput_StoredTrade(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	good := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, ovhrest.TradeOrdered)
	whole, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(old, new string) string {
		if !strings.Contains(string(whole), old) {
			t.Fatalf("the trade has no %s", old)
		}
		return strings.Replace(string(whole), old, new, 1)
	}
	before := len(w.server.Requests())
	for name, data := range map[string]string{
		"empty": "", "null": "null", "list": "[]", "half": string(whole[:len(whole)/2]), "text": "hello", "NULs": strings.Repeat("\x00", 100),
		"no version":     edit(`"version":1`, `"version":0`),
		"later version":  edit(`"version":1`, `"version":2`),
		"unknown phase":  edit(`"phase":"ordered"`, `"phase":"shipped"`),
		"no order":       edit(`"order":`, `"x":`),
		"no quote":       edit(`"quote":`, `"x":`),
		"other id":       edit(good.ID, someID),
		"other revision": edit(`"revision":`, `"revision":1`),
		"a path":         edit(tradedDomain, "../me"),
		"huge price":     edit(`"amount":"0"`, `"amount":"1e999999999"`),
		"no limit":       edit(`"maxPrice":`, `"x":`),
	} {
		w.store = ovhrest.NewMemoryStore()
		if err := w.store.Save(t.Context(), good.ID, []byte(data), 1); err != nil {
			t.Fatal(err)
		}
		tr := w.trader()
		for verb, call := range map[string]func() error{
			"step":  func() error { _, err := tr.Step(t.Context(), good.ID); return err },
			"run":   func() error { _, err := tr.Run(t.Context(), good.ID); return err },
			"abort": func() error { _, err := tr.Abort(t.Context(), good.ID); return err },
		} {
			var e *ovhrest.Error
			if err := call(); !errors.As(err, &e) || !errors.Is(err, ovhrest.ErrInvalid) {
				t.Errorf("%s: %s: %v", name, verb, err)
			}
		}
		if kept, revision, err := w.store.Load(t.Context(), good.ID); err != nil || revision != 1 || string(kept) != data {
			t.Errorf("%s: the stored trade was changed", name)
		}
	}
	if sent := w.server.Requests()[before:]; len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

// A file cut short on the disk is found out, and an older revision is not
// taken in its place.
func TestBadInput_BrokenFile(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	dir := t.TempDir()
	w.store, _ = ovhrest.NewFileStore(dir)
	trade := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, ovhrest.TradeOrdered)
	files, _ := filepath.Glob(filepath.Join(dir, trade.ID, "*.json"))
	if err := os.Truncate(files[len(files)-1], 100); err != nil {
		t.Fatal(err)
	}
	before := len(w.server.Requests())
	if _, err := w.trader().Run(t.Context(), trade.ID); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Error(err)
	}
	if len(w.server.Requests()) != before {
		t.Error("something was sent")
	}
}

func TestBadInput_Trader(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	tr := w.trader()
	trade := start(t, tr, freePlan(t))
	for name, err := range map[string]error{
		"nil ctx to Start": second(tr.Start(nil, freePlan(t))), //nolint:staticcheck // on purpose
		"nil ctx to Step":  second(tr.Step(nil, trade.ID)),     //nolint:staticcheck // on purpose
		"nil ctx to Run":   second(tr.Run(nil, trade.ID)),      //nolint:staticcheck // on purpose
		"id":               second(tr.Step(t.Context(), "../x")),
		"no resolution":    second(tr.Resolve(t.Context(), trade.ID, ovhrest.Resolution{})),
		"two resolutions":  second(tr.Resolve(t.Context(), trade.ID, ovhrest.Resolution{Order: 1, NotDone: true})),
		"nil client":       second(ovhrest.NewTrader(nil, ovhrest.TraderConfig{Store: w.store})),
		"nil store":        second(ovhrest.NewTrader(w.client(nil), ovhrest.TraderConfig{})),
	} {
		if !errors.Is(err, ovhrest.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := tr.Step(t.Context(), someID); !errors.Is(err, ovhrest.ErrNotFound) {
		t.Error(err)
	}
	if _, err := tr.Resolve(t.Context(), trade.ID, ovhrest.Resolution{NotDone: true}); !errors.Is(err, ovhrest.ErrConflict) {
		t.Error(err)
	}
	if sent := w.server.Requests(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

func second[T any](_ T, err error) error { return err }

// The US endpoint has no trades, and says so before anything is sent.
func TestBadInput_Region(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	c, err := ovhrest.New(ovhrest.Config{Endpoint: "ovh-us", URL: w.server.URL, AppKey: "a", AppSecret: "b", ConsumerKey: "c"})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tr := w.traderOf(c)
	trade := start(t, w.trader(), freePlan(t))
	for name, err := range map[string]error{
		"Start": second(tr.Start(t.Context(), freePlan(t))),
		"Step":  second(tr.Step(t.Context(), trade.ID)),
		"Run":   second(tr.Run(t.Context(), trade.ID)),
		"Quote": second(c.QuoteTrade(t.Context(), freePlan(t))),
	} {
		if !errors.Is(err, ovhrest.ErrRegion) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sent := w.server.Requests(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

// A trade goes on with the account that it was begun with, and no other.
func TestOtherAccountIsRefused(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	trade := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, ovhrest.TradeQuoted)
	other := newWorld(t, ovhresttest.Config{Account: "zz99999-ovh"}, ovhresttest.Domain{})
	other.store = w.store
	if _, err := other.trader().Run(t.Context(), trade.ID); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Error(err)
	}
	if l := other.server.Ledger(); l.Carts != 0 || l.Checkouts != 0 {
		t.Errorf("%+v", l)
	}
}

func TestHolderRefuses(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	trade := upToRunning(t, w, tr)
	if err := w.server.Answer(tradedDomain, ovhresttest.NewOwner, false); err != nil {
		t.Fatal(err)
	}
	got, err := tr.Run(t.Context(), trade.ID)
	if !errors.Is(err, ovhrest.ErrTradeRefused) || got.Phase != ovhrest.TradeRefused || got.NewOwner != "" {
		t.Errorf("%v, %s", err, got.Phase)
	}
}

func upToRunning(t *testing.T, w *world, tr *ovhrest.Trader) ovhrest.Trade {
	t.Helper()
	trade := upTo(t, tr, start(t, tr, freePlan(t)).ID, ovhrest.TradePaid)
	w.server.Advance(time.Hour)
	return upTo(t, tr, trade.ID, ovhrest.TradeRunning)
}

// Run waits two weeks, in steps of at most an hour and a bit.
func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.mute = true
	var waits []time.Duration
	tr := w.trader(func(cfg *ovhrest.TraderConfig) {
		cfg.Sleep = func(ctx context.Context, d time.Duration) error {
			waits = append(waits, d)
			return w.sleep(ctx, d)
		}
	})
	got, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	if !errors.Is(err, ovhrest.ErrTradeExpired) || got.Phase != ovhrest.TradeExpired {
		t.Errorf("%v, %s", err, got.Phase)
	}
	if len(waits) < 300 || len(waits) > 420 {
		t.Errorf("%d waits in two weeks", len(waits))
	}
	for n, d := range waits {
		if d < 25*time.Second || d > 70*time.Minute {
			t.Errorf("wait %d is %v", n, d)
		}
	}
	if got.Revision > 20 {
		t.Errorf("%d revisions: looking is not worth storing", got.Revision)
	}
}

func TestRegistryStops(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	trade := upToRunning(t, w, tr)
	w.server.SetTask(trade.Task, "error", "the registry wants a document")
	got, err := tr.Run(t.Context(), trade.ID)
	if !errors.Is(err, ovhrest.ErrNeedsAttention) || !strings.Contains(got.Reason, "wants a document") || got.Stopped != ovhrest.TradeRunning {
		t.Fatalf("%v, %+v", err, got)
	}
	w.server.SetTask(trade.Task, "cancelled", "")
	if got, err = tr.Resolve(t.Context(), trade.ID, ovhrest.Resolution{NotDone: true}); err != nil || got.Phase != ovhrest.TradeRunning {
		t.Fatalf("%v, %+v", err, got)
	}
	if _, err := tr.Run(t.Context(), trade.ID); !errors.Is(err, ovhrest.ErrTradeRefused) {
		t.Error(err)
	}
}

// A task that is done proves nothing while the owner is the old one.
func TestDoneWithoutProof(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	trade := upToRunning(t, w, tr)
	w.server.SetTask(trade.Task, "done", "")
	got, err := tr.Run(t.Context(), trade.ID)
	if !errors.Is(err, ovhrest.ErrNeedsAttention) || got.NewOwner != "" {
		t.Errorf("%v, %+v", err, got)
	}
}

// Abort undoes what can be undone in each phase.
func TestAbort(t *testing.T) {
	for _, phase := range []ovhrest.TradePhase{
		ovhrest.TradePlanned, ovhrest.TradeChecked, ovhrest.TradeOwnerReady, ovhrest.TradeCartReady, ovhrest.TradeItemReady,
		ovhrest.TradeConfigured, ovhrest.TradeQuoted, ovhrest.TradeOrdered, ovhrest.TradePaid, ovhrest.TradeRunning,
	} {
		w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
		w.mute = true
		tr := w.trader()
		var trade ovhrest.Trade
		if phase == ovhrest.TradeRunning {
			trade = upToRunning(t, w, tr)
		} else {
			trade = upTo(t, tr, start(t, tr, freePlan(t)).ID, phase)
		}
		if _, err := tr.Abort(t.Context(), trade.ID); err != nil {
			t.Errorf("%s: %v", phase, err)
		}
		got, err := w.trader().Run(t.Context(), trade.ID)
		if !errors.Is(err, ovhrest.ErrTradeCancelled) || got.Phase != ovhrest.TradeCancelled {
			t.Errorf("%s: %v, %s", phase, err, got.Phase)
		}
		ordered := phase == ovhrest.TradeOrdered || phase == ovhrest.TradePaid || phase == ovhrest.TradeRunning
		if l := w.server.Ledger(); l.CartsLeft != 0 || (l.Checkouts == 1) != ordered || phase == ovhrest.TradeOrdered && l.PayCalls != 0 {
			t.Errorf("%s: %+v", phase, l)
		}
		if w.server.Owner(tradedDomain) != got.OldOwner && got.OldOwner != "" {
			t.Errorf("%s: the owner has changed", phase)
		}
	}
}

// Once both holders have accepted, a trade goes on to its end.
func TestAbortTooLate(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	trade := upToRunning(t, w, tr)
	for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
		if err := w.server.Answer(tradedDomain, who, true); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := tr.Abort(t.Context(), trade.ID); err != nil || got.Phase.Terminal() || got.Aborting {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := tr.Run(t.Context(), trade.ID); err != nil || got.Phase != ovhrest.TradeDone {
		t.Errorf("%+v, %v", got, err)
	}
}

// The checkout's answer is lost while somebody else orders the same trade:
// neither order is taken for ours, and nothing is paid.
func TestForeignOrderIsNotAdopted(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	trade := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, ovhrest.TradeQuoted)
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: true})
	if _, err := w.trader().Step(t.Context(), trade.ID); !errors.Is(err, ovhrest.ErrAmbiguous) {
		t.Fatal(err)
	}
	foreign := w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
	got, err := w.trader().Run(t.Context(), trade.ID)
	if !errors.Is(err, ovhrest.ErrNeedsAttention) || got.Order != 0 {
		t.Fatalf("%v, order %d", err, got.Order)
	}
	l := w.server.Ledger()
	if l.PayCalls != 0 || l.Checkouts != 1 {
		t.Errorf("%+v", l)
	}
	// A person finds out which is ours.
	if l.Orders[0] == foreign {
		t.Fatal("the ledger counts a foreign order")
	}
	if _, err := w.trader().Resolve(t.Context(), trade.ID, ovhrest.Resolution{Order: l.Orders[0]}); err != nil {
		t.Fatal(err)
	}
	if got, err = w.trader().Run(t.Context(), trade.ID); err != nil || got.Phase != ovhrest.TradeDone || got.Order != l.Orders[0] {
		t.Errorf("%v, %+v", err, got)
	}
}

// The checkout never arrived, and somebody else's order for the domain is
// there: it is not ours, for our cart is still open.
func TestForeignOrderWithAnOpenCart(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	trade := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, ovhrest.TradeQuoted)
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Break: true})
	if _, err := w.trader().Step(t.Context(), trade.ID); !errors.Is(err, ovhrest.ErrAmbiguous) {
		t.Fatal(err)
	}
	w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
	got, err := w.trader().Run(t.Context(), trade.ID)
	if l := w.server.Ledger(); !errors.Is(err, ovhrest.ErrNeedsAttention) || got.Order != 0 || l.PayCalls+l.Checkouts+l.CartsLeft != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

func TestRunningOperations(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	other := w.server.AddTask(tradedDomain, "DomainDnsUpdate", "doing", time.Hour)
	tr := w.trader()
	trade := start(t, tr, freePlan(t))
	if _, err := tr.Step(t.Context(), trade.ID); !errors.Is(err, ovhrest.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	w.server.SetTask(other, "done", "")
	w.server.AddTask(tradedDomain, "DomainTrade", "todo", time.Hour)
	if _, err := tr.Run(t.Context(), trade.ID); !errors.Is(err, ovhrest.ErrTradeRefused) {
		t.Errorf("%v, want ErrTradeRefused", err)
	}
	if l := w.server.Ledger(); l.Contacts+l.Carts != 0 {
		t.Errorf("%+v", l)
	}
}

// The domain belongs to the new owner already: a plan that is run twice does
// not order twice.
func TestSamePlanTwice(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	for range 2 {
		tr := w.trader()
		if got, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID); err != nil || got.NewOwner != w.server.Owner(tradedDomain) {
			t.Errorf("%v, %+v", err, got)
		}
	}
	if l := w.server.Ledger(); l.Checkouts != 1 || l.Contacts != 1 {
		t.Errorf("%+v", l)
	}
}

// An unpaid order lapses; the trade does not order again.
func TestOrderLapses(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	trade := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, ovhrest.TradeOrdered)
	w.server.Advance(ovhresttest.OrderLifetime)
	got, err := w.trader().Run(t.Context(), trade.ID)
	if l := w.server.Ledger(); !errors.Is(err, ovhrest.ErrTradeCancelled) || got.Phase != ovhrest.TradeCancelled || l.PayCalls != 0 || l.Checkouts != 1 {
		t.Errorf("%v, %+v", err, l)
	}
}

// The cart expires while the process is away: a new one is begun.
func TestCartExpires(t *testing.T) {
	for _, phase := range []ovhrest.TradePhase{ovhrest.TradeCartReady, ovhrest.TradeItemReady, ovhrest.TradeConfigured, ovhrest.TradeQuoted} {
		w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
		trade := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, phase)
		w.server.Advance(30 * time.Hour)
		if _, err := w.trader().Run(t.Context(), trade.ID); err != nil {
			t.Errorf("%s: %v", phase, err)
		}
		if l := w.server.Ledger(); l.Carts != 2 || l.Checkouts != 1 || l.CartsLeft != 0 {
			t.Errorf("%s: %+v", phase, l)
		}
	}
}

// A refusal that says nothing about what was done is not repeated; one that
// will pass is tried again.
func TestRunGoesOnAfterFailuresThatPass(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	for _, status := range []int{500, 503, 429} {
		w.server.Inject(ovhresttest.Fault{Method: "GET", Path: "/order/cart/*/checkout", Status: status})
		w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Status: status})
		w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/me/order/*/payWithRegisteredPaymentMean", Status: status})
	}
	tr := w.trader()
	if _, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID); err != nil {
		t.Fatal(err)
	}
	if l := w.server.Ledger(); l.Checkouts != 1 || len(l.Payments) != 1 || l.CartsLeft != 0 {
		t.Errorf("%+v", l)
	}
	w = newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Status: 403, Body: `{"errorCode":"NOT_GRANTED_CALL","message":"This call has not been granted"}`})
	tr = w.trader()
	trade, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	if !errors.Is(err, ovhrest.ErrForbidden) || trade.Phase != ovhrest.TradeQuoted || trade.Intent != nil {
		t.Errorf("%v, %+v", err, trade)
	}
	if got, err := tr.Run(t.Context(), trade.ID); err != nil || got.Phase != ovhrest.TradeDone { // granted meanwhile
		t.Errorf("%v, %+v", err, got)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	ctx, cancel := context.WithCancel(t.Context())
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Hook: func(before bool) {
		if before {
			cancel()
		}
	}})
	tr := w.trader()
	trade := start(t, tr, freePlan(t))
	if _, err := tr.Run(ctx, trade.ID); err != nil && !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if _, err := tr.Run(t.Context(), trade.ID); err != nil {
		t.Fatal(err)
	}
	if l := w.server.Ledger(); l.Checkouts != 1 || l.PayCalls != 1 {
		t.Errorf("%+v", l)
	}
}

func TestEvents(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	tr := w.trader()
	trade := start(t, tr, freePlan(t))
	for e, err := range tr.Events(t.Context(), trade.ID) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Phase == ovhrest.TradeOrdered { // the caller breaks off, and goes on later
			break
		}
	}
	if l := w.server.Ledger(); l.Checkouts != 1 || l.PayCalls != 0 {
		t.Errorf("%+v", l)
	}
	var last ovhrest.TradeEvent
	for e, err := range w.trader().Events(t.Context(), trade.ID) {
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	if last.Phase != ovhrest.TradeDone || last.Order == 0 || last.Task == 0 || last.Quote == nil || last.Domain != tradedDomain {
		t.Errorf("%+v", last)
	}
	failing := w.trader()
	n := 0
	for _, err := range failing.Events(t.Context(), someID) {
		if n++; !errors.Is(err, ovhrest.ErrNotFound) {
			t.Error(err)
		}
	}
	if n != 1 {
		t.Errorf("%d elements, want the error alone", n)
	}
}

// The quote changes nothing: no contact, no order, no cart left, whatever goes
// wrong on the way.
func TestQuoteLeavesNothingBehind(t *testing.T) {
	calls := func() []string {
		w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
		w.server.AddContact(ownerMap())
		q, err := w.client(nil).QuoteTrade(t.Context(), ovhrest.TradePlan{Domain: tradedDomain, Owner: newOwner()})
		if err != nil || !q.Firm || q.Total.String() != "0 EUR" || !q.Need.Needed || len(q.Contracts) != 1 || q.Offer.PlanCode != "com-trade" {
			t.Fatalf("%+v, %v", q, err)
		}
		return w.server.Requests()
	}()
	for n := range calls {
		for _, f := range []ovhresttest.Fault{{Break: true}, {Lose: true}, {Status: 500}, {Status: 404}} {
			w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
			w.server.AddContact(ownerMap())
			f.Skip = n
			w.server.Inject(f)
			ctx, cancel := context.WithCancel(t.Context())
			f2 := ovhresttest.Fault{Skip: n, Hook: func(before bool) { cancel() }}
			if f.Status == 404 {
				w.server.ClearFaults()
				w.server.Inject(f2) // in its place: the caller goes away in the middle
			}
			_, err := w.client(nil).QuoteTrade(ctx, ovhrest.TradePlan{Domain: tradedDomain, Owner: newOwner()})
			cancel()
			l := w.server.Ledger()
			deleting := strings.HasPrefix(calls[n], "DELETE ") || strings.HasPrefix(calls[n], "GET /order/cart")
			if l.Contacts+l.Checkouts != 0 || l.CartsLeft != 0 && (!deleting || err == nil) {
				t.Errorf("%s, %+v: %v, %+v", calls[n], f, err, l)
			}
		}
	}
}

func ownerMap() ovhresttest.Contact {
	data, _ := json.Marshal(newOwner())
	var m ovhresttest.Contact
	_ = json.Unmarshal(data, &m)
	return m
}

// For an owner who would have to be made first, the quote is the offer's, for
// a contact can't be deleted again.
func TestQuoteMakesNoContact(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{Quote: price("7.5", "EUR")})
	q, err := w.client(nil).QuoteTrade(t.Context(), ovhrest.TradePlan{Domain: tradedDomain, Owner: newOwner()})
	if err != nil || q.Firm || q.Total.String() != "7.5 EUR" || q.Contact != 0 {
		t.Errorf("%+v, %v", q, err)
	}
	if l := w.server.Ledger(); l.Contacts+l.Carts != 0 {
		t.Errorf("%+v", l)
	}
	w.server.AddTask(tradedDomain, "DomainTrade", "todo", time.Hour)
	if _, err := w.client(nil).QuoteTrade(t.Context(), ovhrest.TradePlan{Domain: tradedDomain, Owner: newOwner()}); !errors.Is(err, ovhrest.ErrTradeRefused) {
		t.Error(err)
	}
}
