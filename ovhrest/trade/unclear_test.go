package trade_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// holder is a network that keeps one change for later: the caller gets an
// error, and the service does the change right before another request.
type holder struct {
	server *ovhresttest.Server
	hold   string // a path.Match pattern of "POST /path"
	until  string // and of the request that it is done before
	empty  string // answered with an empty list, once the change is done

	mu   sync.Mutex
	held *http.Request
	done bool
}

func (h *holder) RoundTrip(r *http.Request) (*http.Response, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	call := r.Method + " " + strings.TrimPrefix(r.URL.Path, "/1.0")
	is := func(pattern string) bool { ok, _ := path.Match(pattern, call); return ok }
	switch {
	case h.held == nil && is(h.hold):
		h.held = r.Clone(context.Background())
		return nil, errors.New("the connection is gone")
	case h.held != nil && !h.done && is(h.until):
		h.done = true
		h.held.Header.Set("X-Ovh-Timestamp", fmt.Sprint(h.server.Now().Unix())) // it did arrive in time
		resp, err := h.server.Transport().RoundTrip(resign(h.held))
		if err != nil || resp.StatusCode != http.StatusOK {
			panic(fmt.Sprint("the late change failed: ", resp, err))
		}
	case h.done && is(h.empty):
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("[]")), Request: r}, nil
	}
	return h.server.Transport().RoundTrip(r)
}

// A checkout is done at the last moment before its cart is deleted, and its
// order does not show: an ordered cart is proof enough not to order again.
func TestOrderedCartIsNotReplaced(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := start(t, w.trader(), freePlan(t))
	h := &holder{server: w.server, hold: "POST /order/cart/*/checkout", until: "DELETE /order/cart/*", empty: "GET /me/order"}
	got, err := w.traderOf(w.client(h)).Run(t.Context(), result.ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrNeedsAttention) || l.Checkouts != 1 || l.PayCalls != 0 {
		t.Errorf("%v, %s, %+v", err, got.Phase, l)
	}
}

// The order of a checkout that seemed to have come to nothing shows only when
// a new cart is there, or even a second order.
func TestOrderShowsVeryLate(t *testing.T) {
	for phase, checkouts := range map[trade.Phase]int{trade.OwnerReady: 0, trade.Quoted: 0, trade.Ordered: 1} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
		w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Break: true})
		for event, err := range w.trader().Events(t.Context(), result.ID) {
			if err != nil {
				t.Fatal(err)
			}
			if event.Phase == trade.OwnerReady {
				break
			}
		}
		upTo(t, w.trader(), result.ID, phase)
		w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
		got, err := w.trader().Run(t.Context(), result.ID)
		if l := w.server.Ledger(); !errors.Is(err, trade.ErrNeedsAttention) || l.Checkouts != checkouts || l.PayCalls+l.CartsLeft != 0 {
			t.Errorf("%s: %v, %s, %+v", phase, err, got.Phase, l)
		}
	}
}

// The cart is gone by itself, and with it what it could tell. New orders that
// can't be told from ours leave it to a person; without any, a new cart is
// begun.
func TestUnclearCheckoutOfAnExpiredCart(t *testing.T) {
	for name, lines := range map[string]string{
		"punycode":   `{"orderDetailId":1,"cancelled":false,"domain":"xn--exmple-cua.com","description":"xn--exmple-cua.com - trade","quantity":"1"}`,
		"other name": `{"orderDetailId":1,"cancelled":false,"domain":"*001","description":"Domain .com","quantity":"1"}`,
		"no order":   "",
	} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
		w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: lines != "", Break: lines == ""})
		if _, err := w.trader().Step(t.Context(), result.ID); !errors.Is(err, ovhrest.ErrAmbiguous) {
			t.Fatal(err)
		}
		w.server.Advance(30 * time.Hour)
		if lines != "" {
			w.server.Inject(ovhresttest.Fault{Method: "GET", Path: "/me/order/*/details/*", Status: http.StatusOK, Body: lines, Times: -1})
		}
		_, err := w.trader().Run(t.Context(), result.ID)
		if l := w.server.Ledger(); l.Checkouts != 1 || (lines == "") != (err == nil) || lines != "" && !errors.Is(err, trade.ErrNeedsAttention) {
			t.Errorf("%s: %v, %+v", name, err, l)
		}
	}
}

// The machine's clock is wrong, and right again later: the API heals the
// signatures, and the dates of orders and tasks must not be compared with it.
func TestTradeUnderAWrongClock(t *testing.T) {
	for _, ahead := range []time.Duration{-50 * time.Hour, -time.Hour, 20 * time.Minute, time.Hour, 50 * time.Hour} {
		for _, lose := range []bool{false, true} {
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
			wrong := func() *trade.Trader {
				c, err := ovhrest.New(ovhrest.Config{
					URL: w.server.URL, AppKey: ovhresttest.ApplicationKey, AppSecret: ovhrest.NewSecret(ovhresttest.ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ovhresttest.ConsumerKey),
					HTTPClient: &http.Client{Transport: w.server.Transport()}, Limiter: ovhrest.NewLimiter(0), MaxAttempts: 1,
					Now: func() time.Time { return w.server.Now().Add(ahead) },
				})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(c.Close)
				return w.traderOf(c)
			}
			result := upTo(t, wrong(), start(t, wrong(), freePlan(t)).ID, trade.Quoted)
			later := wrong()
			if lose { // and the clock is set right meanwhile
				w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: true})
				_, _ = wrong().Step(t.Context(), result.ID)
				w.server.Advance(80 * time.Hour)
				later = w.trader()
			}
			got, err := later.Run(t.Context(), result.ID)
			if l := w.server.Ledger(); err != nil || got.Phase != trade.Done || l.Checkouts != 1 || len(l.Payments) != 1 {
				t.Errorf("%v ahead, lost %v: %v, %s, %+v", ahead, lose, err, got.Phase, l)
			}
		}
	}
}

// Cart and credential end by the API's clock, too.
func TestQuoteUnderAWrongClock(t *testing.T) {
	for _, ahead := range []time.Duration{-2 * time.Hour, 2 * time.Hour} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		w.server.AddContact(ownerMap())
		w.server.Inject(ovhresttest.Fault{Path: "/auth/currentCredential", Status: http.StatusOK, Body: fmt.Sprintf(
			`{"applicationId":1,"credentialId":2,"ovhSupport":false,"status":"validated","expiration":%q}`, w.server.Now().Add(time.Hour).Format(time.RFC3339))})
		c, err := ovhrest.New(ovhrest.Config{
			URL: w.server.URL, AppKey: ovhresttest.ApplicationKey, AppSecret: ovhrest.NewSecret(ovhresttest.ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ovhresttest.ConsumerKey),
			HTTPClient: &http.Client{Transport: w.server.Transport()}, Limiter: ovhrest.NewLimiter(0), MaxAttempts: 1,
			Now: func() time.Time { return w.server.Now().Add(ahead) },
		})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if q, err := trade.QuoteFor(t.Context(), c, trade.Plan{Domain: tradedDomain, Owner: newOwner()}); err != nil || !q.Firm {
			t.Errorf("%v ahead: %v", ahead, err)
		}
	}
}

// signing signs what came with a token, so that the stand-in takes it.
type signing struct{ server *ovhresttest.Server }

func (s signing) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if r.Body == nil {
		r.Body = http.NoBody
	}
	r.Header.Set("X-Ovh-Application", ovhresttest.ApplicationKey)
	r.Header.Set("X-Ovh-Consumer", ovhresttest.ConsumerKey)
	r.Header.Set("X-Ovh-Timestamp", fmt.Sprint(s.server.Now().Unix()))
	return s.server.Transport().RoundTrip(resign(r))
}

// With a token nothing is signed, and yet the API's clock counts: a machine an
// hour ahead does not take a young intention for an old one.
func TestYoungIntentionUnderAWrongClock(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: true})
	_, _ = w.trader().Step(t.Context(), result.ID)
	c, err := ovhrest.New(ovhrest.Config{
		URL: w.server.URL, AccessToken: ovhrest.NewSecret("token"), HTTPClient: &http.Client{Transport: signing{w.server}}, Limiter: ovhrest.NewLimiter(0),
		Now: func() time.Time { return w.server.Now().Add(time.Hour) },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	before := len(w.server.Requests())
	if got, err := w.traderOf(c).Step(t.Context(), result.ID); err != nil || got.Intent == nil || len(w.server.Requests()) != before+1 {
		t.Errorf("%v, %+v, sent %v", err, got.Intent, w.server.Requests()[before:])
	}
}

// The trade comes into the cart a second time between the dry run and the
// checkout. It costs nothing twice, too, but is not what was asked for.
func TestOrderWithTheTradeTwiceIsNotPaid(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := start(t, w.trader(), freePlan(t))
	h := &holder{server: w.server, hold: "POST /order/cartServiceOption/domain/*", until: "POST /order/cart/*/checkout"}
	_, err := w.traderOf(w.client(h)).Run(t.Context(), result.ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrNeedsAttention) || l.PayCalls != 0 || len(l.OrderItems) != 1 || l.OrderItems[0] != 2 {
		t.Errorf("%v, %+v", err, l)
	}
}

// A person names the order of a trade that has none to compare it with: that
// is refused, and the trade can be taken up otherwise.
func TestResolveKeepsTheTradeReadable(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	tr := w.trader()
	result := upTo(t, tr, start(t, tr, freePlan(t)).ID, trade.ItemReady)
	carts, err := w.client(nil).CartIDs(t.Context(), "hebergo/"+result.ID)
	if err != nil || len(carts) != 1 {
		t.Fatal(carts, err)
	}
	c := w.client(nil) // somebody else orders the cart
	if _, err := c.AddItemConfiguration(t.Context(), carts[0], result.Item, ovhrest.ItemConfigurationCreation{Label: "OWNER_CONTACT", Value: fmt.Sprint("/me/contact/", result.Contact)}); err != nil {
		t.Fatal(err)
	}
	made, err := c.ExecuteCheckout(t.Context(), carts[0], ovhrest.CheckoutParams{WaiveRetractationPeriod: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Run(t.Context(), result.ID); !errors.Is(err, trade.ErrNeedsAttention) {
		t.Fatal(err)
	}
	if _, err := tr.Resolve(t.Context(), result.ID, trade.Resolution{Order: made.OrderID.Or(0)}); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Errorf("%v, want ErrInvalid", err)
	}
	if got, err := tr.Load(t.Context(), result.ID); err != nil || got.Phase != trade.NeedsAttention {
		t.Errorf("%v, %s", err, got.Phase)
	}
}

// The task's cancelling takes its time, or never comes: Run looks as rarely as
// ever.
func TestAbortDoesNotSpin(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		w.mute = true
		result := upToRunning(t, w, w.trader())
		w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/domain/*/task/*/cancel", Status: status, Body: "null", Times: -1})
		tired := errors.New("enough")
		sleeps := 0
		tr := w.trader(func(cfg *trade.Config) {
			cfg.Sleep = func(context.Context, time.Duration) error {
				if sleeps++; sleeps == 5 {
					return tired
				}
				return nil
			}
		})
		ctx, cancel := context.WithCancel(t.Context())
		w.server.Inject(ovhresttest.Fault{Skip: 100, Times: -1, Hook: func(bool) { cancel() }})
		if _, err := tr.Abort(ctx, result.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := tr.Run(ctx, result.ID); !errors.Is(err, tired) {
			t.Errorf("%d: %v after %d requests and %d sleeps", status, err, len(w.server.Requests()), sleeps)
		}
		cancel()
	}
}

// Aborting an order whose status the service does not know just now waits: it
// is neither paid nor given up.
func TestAbortOfAnUnknownStatus(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	tr := w.trader()
	result := upTo(t, tr, start(t, tr, freePlan(t)).ID, trade.Ordered)
	w.server.Inject(ovhresttest.Fault{Method: "GET", Path: "/me/order/*/status", Status: http.StatusOK, Body: `"unknown"`})
	if got, err := tr.Abort(t.Context(), result.ID); err != nil || got.Phase != trade.Ordered {
		t.Errorf("%v, %s", err, got.Phase)
	}
	got, err := tr.Run(t.Context(), result.ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrCancelled) || !strings.Contains(got.Reason, "unpaid") || l.PayCalls != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

// Whatever the service asks for, Run looks again within the hour.
func TestRunBoundsRetryAfter(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.server.Inject(ovhresttest.Fault{Method: "GET", Path: "/order/cart/*/checkout", Status: 503, Header: http.Header{"Retry-After": {"31536000"}}})
	w.server.Inject(ovhresttest.Fault{Method: "GET", Path: "/order/cart/*/checkout", Status: 503, Header: http.Header{"Retry-After": {"1200"}}})
	var longest time.Duration
	asked := false
	tr := w.trader(func(cfg *trade.Config) {
		cfg.Sleep = func(ctx context.Context, d time.Duration) error {
			longest, asked = max(longest, d), asked || d == 20*time.Minute
			return w.sleep(ctx, d)
		}
	})
	if _, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID); err != nil || longest > 70*time.Minute || !asked {
		t.Errorf("%v, waited %v, 20 minutes where asked: %v", err, longest, asked)
	}
}

// An amount that no price can be is refused before it is stored.
func TestStartRefusesWhatLoadWould(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	plan := freePlan(t)
	plan.MaxPrice.Amount = decimal.New(1, 1<<30)
	if _, err := w.trader().Start(t.Context(), plan); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Error(err)
	}
}

// Carts that were surely not made do not count.
func TestRefusedCartsDoNotCount(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart", Status: http.StatusTooManyRequests, Times: 7})
	tr := w.trader()
	got, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	if err != nil || got.Carts != 1 {
		t.Errorf("%v, %d carts", err, got.Carts)
	}
}

// A slip of the pen names an order of something else, whose lines don't even
// show it: it is not taken up, and nothing of it is paid.
func TestResolveRefusesAnotherOrder(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
	w.server.Inject(ovhresttest.Fault{Method: "POST", Path: "/order/cart/*/checkout", Lose: true})
	_, _ = w.trader().Step(t.Context(), result.ID)
	w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
	if _, err := w.trader().Run(t.Context(), result.ID); !errors.Is(err, trade.ErrNeedsAttention) {
		t.Fatal(err)
	}
	w.server.AddDomain(ovhresttest.Domain{Name: "other.com"})
	other := w.server.AddOrder("other.com", price("0", "EUR"), 0)
	for _, line := range []string{
		`{"orderDetailId":1,"cancelled":false,"domain":"*001","description":"other.com - trade","quantity":"1","totalPrice":{"currencyCode":"EUR","value":0,"text":"0"}}`, "",
	} {
		if line != "" {
			w.server.Inject(ovhresttest.Fault{Method: "GET", Path: fmt.Sprintf("/me/order/%d/details/*", other), Status: http.StatusOK, Body: line, Times: -1})
		}
		if _, err := w.trader().Resolve(t.Context(), result.ID, trade.Resolution{Order: other}); !errors.Is(err, ovhrest.ErrInvalid) {
			t.Errorf("%v, want ErrInvalid", err)
			_, _ = w.trader().Run(t.Context(), result.ID)
		}
		w.server.ClearFaults()
	}
	if l := w.server.Ledger(); len(l.Payments) != 0 {
		t.Errorf("%+v", l)
	}
}

// Two trades of one domain, or somebody else's order, meet between their
// orders and the registry's task, where the domain shows nothing yet: at most
// one is paid.
func TestTwoOrdersOfOneDomain(t *testing.T) {
	for _, first := range []trade.Phase{trade.Ordered, trade.Paid} {
		for _, phase := range []trade.Phase{trade.Checked, trade.Quoted, trade.Ordered} {
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
			slow := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, phase)
			plan := freePlan(t)
			plan.Owner.FirstName = ovhrest.Some("Gwen") // to another owner
			upTo(t, w.trader(), start(t, w.trader(), plan).ID, first)
			got, err := w.trader().Run(t.Context(), slow.ID)
			l := w.server.Ledger()
			ordered := phase == trade.Ordered
			if !errors.Is(err, trade.ErrNeedsAttention) || ordered != (l.Checkouts == 2) || first == trade.Ordered && l.PayCalls != 0 || l.PayCalls > 1 {
				t.Errorf("%s beside %s: %v, %s, %+v", phase, first, err, got.Phase, l)
			}
			if _, err := w.trader().Resolve(t.Context(), slow.ID, trade.Resolution{NotDone: true}); err != nil { // a person has seen to it
				t.Error(err)
			}
			if first == trade.Ordered {
				if got, err = w.trader().Run(t.Context(), slow.ID); err != nil || got.Phase != trade.Done {
					t.Errorf("%s: %v", phase, err)
				}
			}
		}
	}
}

// The same owner change is started twice, as after a lost answer of Start, and
// the first one's order is paid but not the registry's task yet.
func TestSecondTradeWaitsForAPaidOrder(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	w.mute = true
	upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Paid)
	second := start(t, w.trader(), freePlan(t))
	if _, err := w.trader().Step(t.Context(), second.ID); !errors.Is(err, ovhrest.ErrBusy) {
		t.Errorf("%v, want ErrBusy", err)
	}
	_, err := w.trader().Run(t.Context(), second.ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrRefused) || l.Checkouts != 1 || l.PayCalls != 1 {
		t.Errorf("%v, %+v", err, l)
	}
}

// An order that was there before and unpaid is paid meanwhile: the other trade
// waits for what becomes of it.
func TestOrderFromBeforeIsPaidMeanwhile(t *testing.T) {
	for _, phase := range []trade.Phase{trade.Checked, trade.Ordered} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		first := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Ordered)
		second := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Checked)
		if phase == trade.Ordered {
			upTo(t, w.trader(), second.ID, phase)
			if err := w.client(nil).PayOrderWithRegisteredMean(t.Context(), first.Order, ovhrest.ReusablePaymentMeanFidelityAccount, 0); err != nil { // by hand
				t.Fatal(err)
			}
		} else {
			upTo(t, w.trader(), first.ID, trade.Paid)
		}
		_, err := w.trader().Run(t.Context(), second.ID)
		if l := w.server.Ledger(); err == nil || l.PayCalls != 1 {
			t.Errorf("%s: %v, %+v", phase, err, l)
		}
	}
}
