package trade_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// A trade goes on with the account that it was begun with, and no other.
func TestOtherAccountIsRefused(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
	other := newWorld(t, ovhresttest.Options{Account: "zz99999-ovh"}, ovhresttest.Domain{})
	other.store = w.store
	if _, err := other.trader().Run(t.Context(), result.ID); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Error(err)
	}
	if l := other.server.Ledger(); l.Carts != 0 || l.Checkouts != 0 {
		t.Errorf("%+v", l)
	}
}

func TestHolderRefuses(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upToRunning(t, w, tr)
	if err := w.server.Answer(tradedDomain, ovhresttest.NewOwner, false); err != nil {
		t.Fatal(err)
	}
	got, err := tr.Run(t.Context(), result.ID)
	if !errors.Is(err, trade.ErrRefused) || got.Phase != trade.Refused || got.NewOwner != "" {
		t.Errorf("%v, %s", err, got.Phase)
	}
}

func upToRunning(t *testing.T, w *world, tr *trade.Trader) trade.Trade {
	t.Helper()
	result := upTo(t, tr, start(t, tr, freePlan(t)).ID, trade.Paid)
	w.server.Advance(time.Hour)
	return upTo(t, tr, result.ID, trade.Running)
}

// Tasks with a name alike, and trades from before, are not taken for the
// order's.
func TestOnlyTheOrdersTaskCounts(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upTo(t, tr, start(t, tr, freePlan(t)).ID, trade.Paid)
	w.server.AddTask(tradedDomain, "DomainTradeNotify", "done", 0)
	if got, err := tr.Step(t.Context(), result.ID); err != nil || got.Phase != trade.Paid || got.Task != 0 {
		t.Errorf("%+v, %v", got, err)
	}
	w.server.Advance(time.Hour)
	if got, err := tr.Step(t.Context(), result.ID); err != nil || got.Task != w.server.TradeTasks(tradedDomain)[0] {
		t.Errorf("%+v, %v", got, err)
	}
}

// Run waits two weeks, in steps of at most an hour and a bit.
func TestNobodyAnswers(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	var waits []time.Duration
	tr := w.trader(func(cfg *trade.Config) {
		cfg.Sleep = func(ctx context.Context, d time.Duration) error {
			waits = append(waits, d)
			return w.sleep(ctx, d)
		}
	})
	got, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	if !errors.Is(err, trade.ErrExpired) || got.Phase != trade.Expired {
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
	if got.Revision > 25 {
		t.Errorf("%d revisions: looking is not worth storing", got.Revision)
	}
}

func TestRegistryStops(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upToRunning(t, w, tr)
	w.server.SetTask(result.Task, "error", "the registry wants a document")
	got, err := tr.Run(t.Context(), result.ID)
	if !errors.Is(err, trade.ErrNeedsAttention) || !strings.Contains(got.Reason, "wants a document") || got.Stopped != trade.Running {
		t.Fatalf("%v, %+v", err, got)
	}
	w.server.SetTask(result.Task, "cancelled", "")
	if got, err = tr.Resolve(t.Context(), result.ID, trade.Resolution{NotDone: true}); err != nil || got.Phase != trade.Running {
		t.Fatalf("%v, %+v", err, got)
	}
	if _, err := tr.Run(t.Context(), result.ID); !errors.Is(err, trade.ErrRefused) {
		t.Error(err)
	}
}

// The registry's words reach no log unbounded, and no terminal as they are.
func TestTrade_ReasonIsCleaned(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upToRunning(t, w, tr)
	w.server.SetTask(result.Task, "error", "first\nsecond \x1b[31m\u202e"+strings.Repeat("x", 1<<20))
	got, err := tr.Run(t.Context(), result.ID)
	if !errors.Is(err, trade.ErrNeedsAttention) || len(got.Reason) > 2100 || strings.ContainsAny(got.Reason+err.Error(), "\n\x1b\u202e") {
		t.Errorf("%d bytes: %.200q", len(got.Reason), got.Reason)
	}
}

// A task that is done proves nothing while the owner is the old one.
func TestDoneWithoutProof(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upToRunning(t, w, tr)
	w.server.SetTask(result.Task, "done", "")
	got, err := tr.Run(t.Context(), result.ID)
	if !errors.Is(err, trade.ErrNeedsAttention) || got.NewOwner != "" {
		t.Errorf("%v, %+v", err, got)
	}
}

// The checkout's answer is lost while somebody else orders the same trade:
// neither order is taken for ours, and nothing is paid.
func TestForeignOrderIsNotAdopted(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: true})
	if _, err := w.trader().Step(t.Context(), result.ID); !errors.Is(err, ovhrest.ErrAmbiguous) {
		t.Fatal(err)
	}
	foreign := w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
	got, err := w.trader().Run(t.Context(), result.ID)
	if !errors.Is(err, trade.ErrNeedsAttention) || got.Order != 0 {
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
	if _, err := w.trader().Resolve(t.Context(), result.ID, trade.Resolution{Order: l.Orders[0]}); err != nil {
		t.Fatal(err)
	}
	if got, err = w.trader().Run(t.Context(), result.ID); err != nil || got.Phase != trade.Done || got.Order != l.Orders[0] {
		t.Errorf("%v, %+v", err, got)
	}
}

// The checkout never arrived, and somebody else's order for the domain is
// there: it is not ours, for our cart is still open.
func TestForeignOrderWithAnOpenCart(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Break: true})
	if _, err := w.trader().Step(t.Context(), result.ID); !errors.Is(err, ovhrest.ErrAmbiguous) {
		t.Fatal(err)
	}
	w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
	got, err := w.trader().Run(t.Context(), result.ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrNeedsAttention) || got.Order != 0 || l.PayCalls+l.Checkouts+l.CartsLeft != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

func TestRunningOperations(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	other := w.server.AddTask(tradedDomain, "DomainDnsUpdate", "doing", time.Hour)
	tr := w.trader()
	result := start(t, tr, freePlan(t))
	if _, err := tr.Step(t.Context(), result.ID); !errors.Is(err, ovhrest.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	w.server.SetTask(other, "done", "")
	w.server.AddTask(tradedDomain, "DomainTrade", "todo", time.Hour)
	if _, err := tr.Run(t.Context(), result.ID); !errors.Is(err, trade.ErrRefused) {
		t.Errorf("%v, want ErrRefused", err)
	}
	if l := w.server.Ledger(); l.Contacts+l.Carts != 0 {
		t.Errorf("%+v", l)
	}
}

// The domain belongs to the new owner already: a plan that is run twice does
// not order twice.
func TestSamePlanTwice(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
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

// Two plans for one domain, side by side: only one of them is paid.
func TestTwoTradesOfOneDomain(t *testing.T) {
	for _, phase := range []trade.Phase{trade.Quoted, trade.Ordered} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		w.mute = true
		slow := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, phase)
		upToRunning(t, w, w.trader())
		_, err := w.trader().Run(t.Context(), slow.ID)
		if l := w.server.Ledger(); !errors.Is(err, trade.ErrRefused) && !errors.Is(err, trade.ErrNeedsAttention) || l.PayCalls != 1 {
			t.Errorf("%s: %v, %+v", phase, err, l)
		}
	}
}

// The present owner has moved: that is an edit of the contact and no trade.
func TestNoTradeIsNeeded(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Owner: 0})
	c := w.client(nil)
	contacts, err := c.DomainContacts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	moved := contacts[0]
	moved.ID, moved.Extra = 0, nil
	address := *moved.Address
	address.City, address.Extra = ovhrest.Some("Paris"), nil
	moved.Address = &address
	plan := freePlan(t)
	plan.Owner = &moved
	tr := w.trader()
	got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrRefused) || !strings.Contains(got.Reason, "address.city") || l.Contacts+l.Carts != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

// An unpaid order lapses; the trade does not order again.
func TestOrderLapses(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Ordered)
	w.server.Advance(ovhresttest.OrderLifetime)
	got, err := w.trader().Run(t.Context(), result.ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrCancelled) || got.Phase != trade.Cancelled || l.PayCalls != 0 || l.Checkouts != 1 {
		t.Errorf("%v, %+v", err, l)
	}
}

// The cart expires while the process is away: a new one is begun.
func TestCartExpires(t *testing.T) {
	for _, phase := range []trade.Phase{trade.CartReady, trade.ItemReady, trade.Configured, trade.Quoted} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, phase)
		w.server.Advance(30 * time.Hour)
		if _, err := w.trader().Run(t.Context(), result.ID); err != nil {
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
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
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
	w = newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Status: 403, Body: `{"errorCode":"NOT_GRANTED_CALL","message":"This call has not been granted"}`})
	tr = w.trader()
	result, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	if !errors.Is(err, ovhrest.ErrForbidden) || result.Phase != trade.Quoted || result.Intent != nil {
		t.Errorf("%v, %+v", err, result)
	}
	if got, err := tr.Run(t.Context(), result.ID); err != nil || got.Phase != trade.Done { // granted meanwhile
		t.Errorf("%v, %+v", err, got)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.store = strictStore{w.store}
	tr := w.traderOf(w.client(answered{w.server.Transport(), "/checkout", cancel}))
	result := start(t, tr, freePlan(t))
	if _, err := tr.Run(ctx, result.ID); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if kept, err := tr.Load(t.Context(), result.ID); err != nil || kept.Intent != nil || kept.Order == 0 {
		t.Errorf("what was done in time was not stored: %+v, %v", kept, err)
	}
	if _, err := tr.Run(t.Context(), result.ID); err != nil {
		t.Fatal(err)
	}
	if l := w.server.Ledger(); l.Checkouts != 1 || l.PayCalls != 1 {
		t.Errorf("%+v", l)
	}
}

// answered ends something when a change has been answered.
type answered struct {
	inner  http.RoundTripper
	suffix string
	then   func()
}

func (a answered) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := a.inner.RoundTrip(r)
	if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, a.suffix) {
		a.then()
	}
	return resp, err
}

// strictStore refuses to work for a context that has ended.
type strictStore struct{ trade.Store }

func (s strictStore) Save(ctx context.Context, id string, data []byte, revision int64) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.Store.Save(ctx, id, data, revision)
}

// A payment whose outcome is unclear, and of which neither the order's status
// nor its payment shows anything for an hour, was not carried out: it is sent
// again, with money in it as well. One that arrived is found.
func TestUnclearPaymentOfMoney(t *testing.T) {
	for name, fault := range map[string]ovhresttest.Fault{"never arrived": {Break: true}, "answer lost": {Lose: true}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Quote: price("9.99", "EUR")})
			fault.Method, fault.Path = "POST", "/me/order/*/pay"
			w.server.Inject(fault)
			plan := freePlan(t)
			plan.MaxPrice, plan.PaymentMethod = euros(t, "9.99"), w.server.AddPaymentMethod()
			tr := w.trader()
			got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
			if l := w.server.Ledger(); err != nil || got.Phase != trade.Done || l.PayCalls != 1 || len(l.Payments) != 1 || l.Checkouts != 1 {
				t.Errorf("%v, %s, %+v", err, got.Phase, l)
			}
		})
	}
}

func TestEvents(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	tr := w.trader()
	result := start(t, tr, freePlan(t))
	for e, err := range tr.Events(t.Context(), result.ID) {
		if err != nil {
			t.Fatal(err)
		}
		if e.Phase == trade.Ordered { // the caller breaks off, and goes on later
			break
		}
	}
	if l := w.server.Ledger(); l.Checkouts != 1 || l.PayCalls != 0 {
		t.Errorf("%+v", l)
	}
	var last trade.Event
	for e, err := range w.trader().Events(t.Context(), result.ID) {
		if err != nil {
			t.Fatal(err)
		}
		last = e
	}
	if last.Phase != trade.Done || last.Order == 0 || last.Task == 0 || last.Quote == nil || last.Domain != tradedDomain {
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

// Abort undoes what can be undone in each phase.
func TestAbort(t *testing.T) {
	for _, phase := range []trade.Phase{
		trade.Planned, trade.Checked, trade.OwnerReady, trade.CartReady, trade.ItemReady,
		trade.Configured, trade.Quoted, trade.Ordered, trade.Paid, trade.Running,
	} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		w.mute = true
		tr := w.trader()
		var result trade.Trade
		if phase == trade.Running {
			result = upToRunning(t, w, tr)
		} else {
			result = upTo(t, tr, start(t, tr, freePlan(t)).ID, phase)
		}
		if _, err := tr.Abort(t.Context(), result.ID); err != nil {
			t.Errorf("%s: %v", phase, err)
		}
		got, err := w.trader().Run(t.Context(), result.ID)
		if !errors.Is(err, trade.ErrCancelled) || got.Phase != trade.Cancelled {
			t.Errorf("%s: %v, %s", phase, err, got.Phase)
		}
		ordered := phase == trade.Ordered || phase == trade.Paid || phase == trade.Running
		if l := w.server.Ledger(); l.CartsLeft != 0 || (l.Checkouts == 1) != ordered || phase == trade.Ordered && l.PayCalls != 0 {
			t.Errorf("%s: %+v", phase, l)
		}
		if w.server.Owner(tradedDomain) != got.OldOwner && got.OldOwner != "" {
			t.Errorf("%s: the owner has changed", phase)
		}
	}
}

// Once both holders have accepted, a trade goes on to its end.
func TestAbortTooLate(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upToRunning(t, w, tr)
	for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
		if err := w.server.Answer(tradedDomain, who, true); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := tr.Abort(t.Context(), result.ID); err != nil || got.Phase.Terminal() || got.Aborting {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := tr.Run(t.Context(), result.ID); err != nil || got.Phase != trade.Done {
		t.Errorf("%+v, %v", got, err)
	}
}
