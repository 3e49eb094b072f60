package trade_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// An order for a trade of the domain that is on its way counts however old it
// is, and under a status that this package does not know as well.
func TestTrade_OlderOpenOrderCounts(t *testing.T) {
	for name, c := range map[string]struct {
		status string
		age    time.Duration
	}{
		"documents asked for 30 hours ago":  {"documentsRequested", 30 * time.Hour},
		"delivering for a month":            {"delivering", 30 * 24 * time.Hour},
		"checking for a year":               {"checking", 365 * 24 * time.Hour},
		"in a status that is new":           {"awaitingSignature", 10 * 24 * time.Hour},
		"recent, in a status that is new":   {"awaitingSignature", time.Hour},
		"recent, in an unknown status":      {"unknown", time.Hour},
		"documents asked for five hours go": {"documentsRequested", 5 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
			older := w.server.AddOrder(tradedDomain, price("0", "EUR"), c.age)
			w.server.SetOrderStatus(older, c.status)
			tr := w.trader()
			result := start(t, tr, freePlan(t))
			_, err := tr.Step(t.Context(), result.ID)
			require.ErrorIs(t, err, ovhrest.ErrBusy)
			assert.Equal(t, trade.ResumeAnytime, tradeError(t, err).Resume)
			l := w.server.Ledger()
			assert.Zero(t, l.Contacts+l.Carts+l.Checkouts)

			w.server.SetOrderStatus(older, "cancelled")
			_, err = tr.Run(t.Context(), result.ID)
			require.NoError(t, err)
			assert.Len(t, w.server.Ledger().Payments, 1)
		})
	}
}

// An old order that was unpaid when the trade began is paid while it is under
// way: the trade is not paid beside it.
func TestTrade_OlderOrderIsPaidMeanwhile(t *testing.T) {
	for _, phase := range []trade.Phase{trade.Quoted, trade.Ordered} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		older := w.server.AddOrder(tradedDomain, price("0", "EUR"), 10*24*time.Hour)
		result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, phase)
		w.server.SetOrderStatus(older, "checking")
		_, err := w.trader().Step(t.Context(), result.ID)
		require.ErrorIs(t, err, ovhrest.ErrBusy, phase)
		assert.Zero(t, w.server.Ledger().PayCalls)
	}
}

// What is over for good, is for another domain or for another thing is in
// nobody's way, and is asked about once for each Trader.
func TestTrade_OtherOldOrdersDoNotCount(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	for range 20 {
		w.server.SetOrderStatus(w.server.AddOrder(tradedDomain, price("0", "EUR"), 100*24*time.Hour), "delivered")
	}
	w.server.AddDomain(ovhresttest.Domain{Name: "other.com"})
	w.server.SetOrderStatus(w.server.AddOrder("other.com", price("0", "EUR"), 100*24*time.Hour), "documentsRequested")
	w.server.SetOrderStatus(w.server.AddOrder(tradedDomain, price("0", "EUR"), 100*24*time.Hour), "notPaid") // and past its expiry
	tr := w.trader()
	_, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	require.NoError(t, err)
	before := len(w.server.Requests())
	plan := freePlan(t)
	plan.Owner.FirstName = ovhrest.Some("Gwen")
	_, err = tr.Step(t.Context(), start(t, tr, plan).ID)
	require.NoError(t, err)
	assert.Less(t, len(w.server.Requests())-before, 25)
}

// A line that the dry run did not have keeps an order from being paid, whatever
// the total is, and so does a line that is missing or of another plan.
func TestTrade_OrderIsComparedLineByLine(t *testing.T) {
	line := func(domain, value string, quantity int64) ovhresttest.Line {
		return ovhresttest.Line{Type: "DURATION", Description: "Hosting", Domain: domain, Price: price(value, "EUR"), Quantity: quantity}
	}
	for name, c := range map[string]struct {
		domain  ovhresttest.Domain
		details string // of every line, in place of the server's
	}{
		"5 EUR on a placeholder":      {domain: ovhresttest.Domain{OrderLines: []ovhresttest.Line{line("*001", "5.00", 1)}}},
		"free on a placeholder":       {domain: ovhresttest.Domain{OrderLines: []ovhresttest.Line{line("*001", "0", 1)}}},
		"5 EUR without a domain":      {domain: ovhresttest.Domain{OrderLines: []ovhresttest.Line{line("", "5.00", 1)}}},
		"on the domain itself":        {domain: ovhresttest.Domain{OrderLines: []ovhresttest.Line{line(tradedDomain, "5.00", 1)}}},
		"of another plan":             {domain: ovhresttest.Domain{Lines: []ovhresttest.Line{{Type: "DURATION", Domain: "*001", Price: price("5.00", "EUR"), Plan: "hosting-pro"}}}},
		"another quantity":            {details: `{"orderDetailId":1,"cancelled":false,"domain":"example.com","description":"example.com - owner change","detailType":"INSTALLATION","quantity":"2","totalPrice":{"currencyCode":"EUR","value":9.99,"text":""}}`},
		"another price":               {details: `{"orderDetailId":1,"cancelled":false,"domain":"example.com","description":"example.com - owner change","detailType":"INSTALLATION","quantity":"1","totalPrice":{"currencyCode":"EUR","value":9.98,"text":""}}`},
		"a placeholder for the trade": {details: `{"orderDetailId":1,"cancelled":false,"domain":"*001","description":"example.com - owner change","detailType":"INSTALLATION","quantity":"1","totalPrice":{"currencyCode":"EUR","value":9.99,"text":""}}`},
	} {
		t.Run(name, func(t *testing.T) {
			c.domain.Quote = price("9.99", "EUR")
			w := newWorld(t, ovhresttest.Options{}, c.domain)
			plan := freePlan(t)
			plan.MaxPrice, plan.PaymentMethod = euros(t, "12"), w.server.AddPaymentMethod()
			tr := w.trader()
			result := upTo(t, tr, start(t, tr, plan).ID, trade.Ordered)
			if c.details != "" {
				w.server.Inject(ovhresttest.Fault{Method: http.MethodGet, Path: "/me/order/*/details/*", Status: http.StatusOK, Body: c.details, Times: -1})
			}
			got, err := tr.Run(t.Context(), result.ID)
			require.ErrorIs(t, err, trade.ErrNeedsAttention)
			assert.Equal(t, trade.EndedByGuard, got.Ending.By)
			assert.Equal(t, result.Order, got.Ending.Order)
			assert.NotNil(t, got.Ending.Price)
			assert.Zero(t, w.server.Ledger().PayCalls)
		})
	}
}

// The lines are the same in another order, and the service has named the domain
// meanwhile: that is the order which was quoted.
func TestTrade_LinesInAnotherOrder(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{
		Quote: price("9.99", "EUR"),
		Lines: []ovhresttest.Line{{Type: "DURATION", Description: "Zone", Domain: "*001", Price: price("0", "EUR")}},
	})
	plan := freePlan(t)
	plan.MaxPrice, plan.PaymentMethod = euros(t, "9.99"), w.server.AddPaymentMethod()
	tr := w.trader()
	result := upTo(t, tr, start(t, tr, plan).ID, trade.Ordered)
	for _, body := range []string{
		`{"orderDetailId":1,"cancelled":false,"domain":"example.com","description":"Zone","detailType":"DURATION","quantity":"1","totalPrice":{"currencyCode":"EUR","value":0.00,"text":""}}`,
		`{"orderDetailId":1,"cancelled":false,"domain":"EXAMPLE.com","description":"example.com - change","detailType":null,"quantity":"1.0","totalPrice":{"currencyCode":"EUR","value":9.990,"text":""}}`,
	} {
		w.server.Inject(ovhresttest.Fault{Method: http.MethodGet, Path: "/me/order/*/details/*", Status: http.StatusOK, Body: body})
	}
	_, err := tr.Run(t.Context(), result.ID)
	require.NoError(t, err)
}

// The dry run changes between the quote and the checkout, with the same total.
func TestTrade_ChangedLinesOfTheQuote(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
	d := ovhresttest.Domain{Name: tradedDomain, Owner: contactOf(t, w), Lines: []ovhresttest.Line{{Type: "OTHER", Domain: "*002", Price: price("0", "EUR")}}}
	w.server.AddDomain(d)
	got, err := w.trader().Run(t.Context(), result.ID)
	require.ErrorIs(t, err, trade.ErrRefused)
	assert.Equal(t, trade.EndedByGuard, got.Ending.By)
	assert.Zero(t, w.server.Ledger().Checkouts)
}

// contactOf is the contact that owns the domain.
func contactOf(t *testing.T, w *world) int64 {
	t.Helper()
	contacts, err := w.client(nil).DomainContacts(t.Context())
	require.NoError(t, err)
	return contacts[0].ID
}

// paidWorld is a world whose order costs 9.99 EUR, and a plan that pays it.
func paidWorld(t *testing.T) (*world, trade.Plan) {
	t.Helper()
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Quote: price("9.99", "EUR")})
	plan := freePlan(t)
	plan.MaxPrice, plan.PaymentMethod = euros(t, "9.99"), w.server.AddPaymentMethod()
	return w, plan
}

// The status lags behind the payment: the payment itself shows it, and nothing
// is sent again.
func TestTrade_LostPaymentIsFound(t *testing.T) {
	w, plan := paidWorld(t)
	w.server.Inject(ovhresttest.Fault{Method: http.MethodPost, Path: "/me/order/*/pay", Lose: true})
	result := upTo(t, w.trader(), start(t, w.trader(), plan).ID, trade.Ordered)
	_, err := w.trader().Step(t.Context(), result.ID)
	require.ErrorIs(t, err, ovhrest.ErrAmbiguous)
	w.server.SetOrderStatus(result.Order, "notPaid")
	w.server.Advance(3 * time.Hour)
	got, err := w.trader().Step(t.Context(), result.ID)
	require.NoError(t, err)
	assert.Equal(t, trade.Ordered, got.Phase)
	w.server.SetOrderStatus(result.Order, "")
	got, err = w.trader().Run(t.Context(), result.ID)
	require.NoError(t, err)
	assert.Equal(t, trade.Done, got.Phase)
	assert.Equal(t, 1, w.server.Ledger().PayCalls)
}

// A payment exists, and the order reads as unpaid for a day: a person looks.
func TestTrade_PaymentContradictsItself(t *testing.T) {
	w, plan := paidWorld(t)
	w.server.Inject(ovhresttest.Fault{Method: http.MethodPost, Path: "/me/order/*/pay", Lose: true})
	result := upTo(t, w.trader(), start(t, w.trader(), plan).ID, trade.Ordered)
	w.server.SetOrderStatus(result.Order, "notPaid")
	got, err := w.trader().Run(t.Context(), result.ID)
	require.ErrorIs(t, err, trade.ErrNeedsAttention)
	assert.Equal(t, trade.EndedByDoubt, got.Ending.By)
	assert.Equal(t, result.Order, got.Ending.Order)
	assert.Equal(t, 1, w.server.Ledger().PayCalls)
}

// Garbage in place of the payment is neither a payment nor its absence.
func TestTrade_GarbageInPlaceOfThePayment(t *testing.T) {
	for n, fault := range ovhresttest.Garbage() {
		w, plan := paidWorld(t)
		w.server.Inject(ovhresttest.Fault{Method: http.MethodPost, Path: "/me/order/*/pay", Lose: true})
		result := upTo(t, w.trader(), start(t, w.trader(), plan).ID, trade.Ordered)
		_, err := w.trader().Step(t.Context(), result.ID)
		require.ErrorIs(t, err, ovhrest.ErrAmbiguous)
		w.server.SetOrderStatus(result.Order, "notPaid")
		w.server.Advance(time.Hour)
		fault.Path, fault.Times = "/me/order/*/payment", -1
		w.server.Inject(fault)
		for range 3 {
			_, err = w.trader().Step(t.Context(), result.ID)
			require.Error(t, err, "%d", n)
			w.server.Advance(2 * time.Hour)
		}
		w.server.ClearFaults()
		w.server.SetOrderStatus(result.Order, "")
		_, err = w.trader().Run(t.Context(), result.ID)
		require.NoError(t, err, "%d", n)
		assert.Equal(t, 1, w.server.Ledger().PayCalls, "%d", n)
	}
}

// The payment is refused because somebody has paid the order by hand.
func TestTrade_RefusedPaymentOfAPaidOrder(t *testing.T) {
	w, plan := paidWorld(t)
	tr := w.trader()
	result := upTo(t, tr, start(t, tr, plan).ID, trade.Ordered)
	require.NoError(t, w.client(nil).PayOrder(t.Context(), result.Order, plan.PaymentMethod))
	w.server.Inject(ovhresttest.Fault{Method: http.MethodGet, Path: "/me/order/*/status", Status: http.StatusOK, Body: `"notPaid"`})
	got, err := tr.Run(t.Context(), result.ID)
	require.NoError(t, err)
	assert.Equal(t, trade.Done, got.Phase)
	assert.Len(t, w.server.Ledger().Payments, 1)
}

// A refused means of payment needs a person; a missing right does not.
func TestTrade_RefusedPayment(t *testing.T) {
	for body, attention := range map[string]bool{
		`{"message":"This order can't be paid with 'bankAccount'"}`:                   true,
		`{"class":"Client::BadRequest","message":"The card has expired"}`:             true,
		`{"errorCode":"NOT_GRANTED_CALL","message":"This call has not been granted"}`: false,
		`{"class":"Client::Forbidden","message":"User not granted for this request"}`: false,
		`{"class":"Client::Forbidden","message":"This credential is not valid"}`:      false,
		`<html><body>Payment of the proxy's licence is due</body></html>`:             false,
	} {
		t.Run(body, func(t *testing.T) {
			w, plan := paidWorld(t)
			status := http.StatusForbidden
			if body[2:7] == "class" && attention {
				status = http.StatusBadRequest
			}
			w.server.Inject(ovhresttest.Fault{Method: http.MethodPost, Path: "/me/order/*/pay", Status: status, Body: body})
			tr := w.trader()
			got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
			if attention {
				require.ErrorIs(t, err, trade.ErrNeedsAttention)
				assert.Equal(t, trade.EndedByService, got.Ending.By)
				assert.Equal(t, status, got.Ending.Status)
				return
			}
			if err != nil {
				assert.False(t, got.Phase.Terminal())
				_, err = tr.Run(t.Context(), got.ID)
			}
			require.NoError(t, err)
			assert.Len(t, w.server.Ledger().Payments, 1)
		})
	}
}

// Whatever a trade waits for, there is a bound, and past it a person is told.
func TestTrade_EveryWaitHasAnEnd(t *testing.T) {
	for name, c := range map[string]struct {
		domain ovhresttest.Domain
		phase  trade.Phase
		stall  func(w *world, result trade.Trade)
		within time.Duration
	}{
		"unpaid past its expiry": {phase: trade.Ordered, within: 20 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.SetOrderStatus(result.Order, "notPaid")
			w.server.Advance(ovhresttest.OrderLifetime)
		}},
		"an unknown status": {phase: trade.Ordered, within: 32 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.SetOrderStatus(result.Order, "unknown")
		}},
		"a status that is new": {phase: trade.Ordered, within: 32 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.SetOrderStatus(result.Order, "awaitingSignature")
		}},
		"paid, and unpaid again": {phase: trade.Paid, domain: ovhresttest.Domain{Stalled: true}, within: 20 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.SetOrderStatus(result.Order, "notPaid")
		}},
		"documents asked for": {phase: trade.Paid, domain: ovhresttest.Domain{Stalled: true}, within: 32 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.SetOrderStatus(result.Order, "documentsRequested")
		}},
		"delivered without a task": {phase: trade.Paid, domain: ovhresttest.Domain{Stalled: true}, within: 4 * 24 * time.Hour},
		"a task in doing": {phase: trade.Running, within: 46 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.SetTask(result.Task, "doing", "")
		}},
		"a task in a status that is new": {phase: trade.Running, within: 46 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.SetTask(result.Task, "pending", "")
		}},
		"a task that is gone": {phase: trade.Running, within: 2 * 24 * time.Hour, stall: func(w *world, result trade.Trade) {
			w.server.RemoveTask(result.Task)
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, ovhresttest.Options{}, c.domain)
			w.mute = true
			tr := w.trader()
			result := start(t, tr, freePlan(t))
			if c.phase == trade.Running {
				result = upToRunning(t, w, tr)
			} else {
				result = upTo(t, tr, result.ID, c.phase)
			}
			begun := w.server.Now()
			if c.stall != nil {
				c.stall(w, result)
			}
			got, err := tr.Run(t.Context(), result.ID)
			require.ErrorIs(t, err, trade.ErrNeedsAttention)
			assert.Contains(t, []trade.Party{trade.EndedByTime, trade.EndedByRegistry}, got.Ending.By)
			assert.NotZero(t, got.Ending.Order)
			assert.LessOrEqual(t, w.server.Now().Sub(begun), c.within)
			assert.LessOrEqual(t, w.server.Ledger().PayCalls, 1)

			_, err = tr.Resolve(t.Context(), result.ID, trade.Resolution{NotDone: true}) // the bound counts anew
			require.NoError(t, err)
			got, err = tr.Step(t.Context(), result.ID)
			require.NoError(t, err)
			if name != "unpaid past its expiry" && name != "paid, and unpaid again" {
				assert.Equal(t, c.phase, got.Phase)
			}
		})
	}
}

// An order that is delivered only after days of questions has its three days to
// become a task from then on.
func TestTrade_DeliveredLate(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Stalled: true})
	tr := w.trader()
	result := upTo(t, tr, start(t, tr, freePlan(t)).ID, trade.Paid)
	w.server.SetOrderStatus(result.Order, "documentsRequested")
	w.server.Advance(10 * 24 * time.Hour)
	_, err := tr.Step(t.Context(), result.ID)
	require.NoError(t, err)
	w.server.SetOrderStatus(result.Order, "delivered")
	for range 2 {
		got, err := tr.Step(t.Context(), result.ID)
		require.NoError(t, err)
		assert.Equal(t, trade.Paid, got.Phase)
		w.server.Advance(24 * time.Hour)
	}
}

// The task is gone from the API, and the domain has its new owner: that is the
// proof.
func TestTrade_TaskIsGoneAfterItsWork(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	result := upToRunning(t, w, tr)
	w.server.RemoveTask(result.Task)
	w.server.SetOwner(tradedDomain, result.Contact)
	got, err := tr.Run(t.Context(), result.ID)
	require.NoError(t, err)
	assert.Equal(t, trade.Done, got.Phase)
}
