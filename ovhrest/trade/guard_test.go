package trade_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

func price(value, currency string) ovhresttest.Price {
	return ovhresttest.Price{Value: value, Currency: currency}
}

func priceOf(value, currency string) *ovhresttest.Price {
	p := price(value, currency)
	return &p
}

// Nothing is paid, and where it shows before the order nothing is ordered.
func TestTrader_StopsAtAnotherPrice(t *testing.T) {
	gift := ovhresttest.Line{Type: "GIFT", Description: "Promotion", Domain: tradedDomain, Price: price("-2.50", "EUR")}
	other := ovhresttest.Line{Type: "DURATION", Description: "Hosting", Domain: "other.example", Price: price("0", "EUR")}
	for name, trap := range map[string]struct {
		domain  ovhresttest.Domain
		max     string
		ordered bool // the trap shows only in the order
	}{
		"quote 0, order 9.99":               {domain: ovhresttest.Domain{Order: priceOf("9.99", "EUR")}, max: "20", ordered: true},
		"quote 9.99, order 0":               {domain: ovhresttest.Domain{Quote: price("9.99", "EUR"), Order: priceOf("0", "EUR")}, max: "20", ordered: true},
		"order in another currency":         {domain: ovhresttest.Domain{Order: priceOf("0", "USD")}, max: "0", ordered: true},
		"order in points":                   {domain: ovhresttest.Domain{Order: priceOf("0", "points")}, max: "0", ordered: true},
		"order with a negative line":        {domain: ovhresttest.Domain{OrderLines: []ovhresttest.Line{gift}}, max: "20", ordered: true},
		"order with a line for another":     {domain: ovhresttest.Domain{OrderLines: []ovhresttest.Line{other}}, max: "20", ordered: true},
		"order at 0.1+0.2":                  {domain: ovhresttest.Domain{Quote: price("0.3", "EUR"), Order: priceOf("0.30000000000000004", "EUR")}, max: "0.3", ordered: true},
		"quote at 0.1+0.2":                  {domain: ovhresttest.Domain{Quote: price("0.30000000000000004", "EUR")}, max: "0.3"},
		"quote a cent above":                {domain: ovhresttest.Domain{Quote: price("10.00", "EUR")}, max: "9.99"},
		"quote in another currency":         {domain: ovhresttest.Domain{Quote: price("0", "USD")}, max: "0"},
		"quote in points":                   {domain: ovhresttest.Domain{Quote: price("0", "points")}, max: "0"},
		"quote in N/A":                      {domain: ovhresttest.Domain{Quote: price("0", "N/A")}, max: "0"},
		"negative quote":                    {domain: ovhresttest.Domain{Quote: price("-1", "EUR")}, max: "0"},
		"quote with a negative line":        {domain: ovhresttest.Domain{Lines: []ovhresttest.Line{gift}}, max: "20"},
		"quote with a line for another":     {domain: ovhresttest.Domain{Lines: []ovhresttest.Line{other}}, max: "20"},
		"an extra item in the cart":         {domain: ovhresttest.Domain{ExtraItem: true}, max: "20"},
		"several offers":                    {domain: ovhresttest.Domain{Offers: []string{"com-trade", "com-trade-plus"}}, max: "20"},
		"no offer":                          {domain: ovhresttest.Domain{Offers: []string{}}, max: "20"},
		"a quote of 1e300 beyond any sense": {domain: ovhresttest.Domain{Quote: price("1e25", "EUR")}, max: "20"},
	} {
		for _, anyPrice := range []bool{false, true} {
			if anyPrice && !strings.Contains(name, "order") {
				continue
			}
			t.Run(name, func(t *testing.T) {
				w := newWorld(t, ovhresttest.Options{}, trap.domain)
				plan := freePlan(t)
				plan.MaxPrice, plan.PaymentMethod = euros(t, trap.max), w.server.AddPaymentMethod()
				if anyPrice { // even with any price allowed, an order has to match its quote
					plan.MaxPrice, plan.AnyPrice = ovhrest.Money{}, true
				}
				tr := w.trader()
				got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
				l := w.server.Ledger()
				if l.PayCalls != 0 || len(l.Payments) != 0 || l.CartsLeft != 0 {
					t.Errorf("%+v", l)
				}
				if trap.ordered {
					if !errors.Is(err, trade.ErrNeedsAttention) || got.Phase != trade.NeedsAttention || l.Checkouts != 1 {
						t.Errorf("%v: %s, %+v", err, got.Phase, l)
					}
					return
				}
				if !errors.Is(err, trade.ErrRefused) || got.Phase != trade.Refused || l.Checkouts != 0 {
					t.Errorf("%v: %s, %+v", err, got.Phase, l)
				}
			})
		}
	}
}

// 0.1 and 0.2 are 0.3, to the cent and beyond.
func TestExactPriceIsPaid(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Quote: price("0.30", "EUR")})
	plan := freePlan(t)
	plan.MaxPrice, plan.PaymentMethod = euros(t, "0.3"), w.server.AddPaymentMethod()
	tr := w.trader()
	if _, err := tr.Run(t.Context(), start(t, tr, plan).ID); err != nil {
		t.Fatal(err)
	}
	if l := w.server.Ledger(); len(l.Payments) != 1 || l.Payments[0].By != "pay" || l.Payments[0].Amount != price("0.30", "EUR") {
		t.Errorf("%+v", l)
	}
}

// A price without a method to pay it is refused before anything is ordered.
func TestPriceWithoutPaymentMethod(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Quote: price("9.99", "EUR")})
	plan := freePlan(t)
	plan.MaxPrice = euros(t, "9.99")
	tr := w.trader()
	_, err := tr.Run(t.Context(), start(t, tr, plan).ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrRefused) || l.Checkouts != 0 || l.Carts != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

// The price goes up between the quote and the checkout.
func TestChangedQuoteStops(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	plan := freePlan(t)
	plan.MaxPrice, plan.PaymentMethod = euros(t, "20"), w.server.AddPaymentMethod()
	tr := w.trader(func(cfg *trade.Config) {
		cfg.OnEvent = func(e trade.Event) {
			if e.Phase == trade.Quoted {
				w.server.SetPrices(tradedDomain, price("5", "EUR"), price("5", "EUR"))
			}
		}
	})
	_, err := tr.Run(t.Context(), start(t, tr, plan).ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrRefused) || l.Checkouts != 0 || l.CartsLeft != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

// Durations are sent as they came, whatever the guide says they always are.
func TestTrader_DurationIsTheOffers(t *testing.T) {
	for _, duration := range []string{"P0D", "P0Y", "P1Y", "upto-2030"} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Duration: duration})
		tr := w.trader()
		got, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
		if err != nil || got.Offer.Duration != duration {
			t.Errorf("%s: %v, %+v", duration, err, got.Offer)
		}
	}
}

func TestContractsAreHandedOver(t *testing.T) {
	refuse := errors.New("not these")
	for name, c := range map[string]struct {
		callback func(context.Context, trade.Trade, []ovhrest.Contract) error
		ok       bool
	}{
		"accepted": {func(_ context.Context, _ trade.Trade, list []ovhrest.Contract) error {
			if len(list) != 1 || list[0].Name != "Domain terms" {
				t.Errorf("%+v", list)
			}
			return nil
		}, true},
		"refused":     {func(context.Context, trade.Trade, []ovhrest.Contract) error { return refuse }, false},
		"no callback": {nil, false},
	} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		tr := w.trader(func(cfg *trade.Config) { cfg.Contracts = c.callback })
		_, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
		if l := w.server.Ledger(); (err == nil) != c.ok || !c.ok && (!errors.Is(err, trade.ErrRefused) || l.Checkouts+l.CartsLeft != 0) {
			t.Errorf("%s: %v, %+v", name, err, l)
		}
	}
}

// Retraction is waived only where the plan says so; without it the service
// refuses the order of a domain.
func TestRetractionIsNotWaivedUnasked(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	plan := freePlan(t)
	plan.WaiveRetraction = false
	tr := w.trader()
	got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrRefused) || !strings.Contains(got.Reason, "retraction") || l.Checkouts+l.CartsLeft != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

func TestWhatTheRegistryAsksForBesides(t *testing.T) {
	asks := ovhresttest.Domain{Required: []ovhresttest.Requirement{{Label: "REASON", Type: "text", Required: true}}}
	for _, given := range []bool{true, false} {
		w := newWorld(t, ovhresttest.Options{}, asks)
		plan := freePlan(t)
		if given {
			plan.Configuration = map[string]string{"REASON": "a change of hands"}
		}
		tr := w.trader()
		got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
		if given != (err == nil) || !given && !strings.Contains(got.Reason, "REASON is missing") {
			t.Errorf("given %v: %v", given, err)
		}
	}
}

func TestOwnerMustBeEligible(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	plan := freePlan(t)
	plan.Owner.Phone = ovhrest.Opt[string]{}
	tr := w.trader()
	got, err := tr.Run(t.Context(), start(t, tr, plan).ID)
	if l := w.server.Ledger(); !errors.Is(err, trade.ErrRefused) || !strings.Contains(got.Reason, "owner.phone") || l.Contacts != 0 {
		t.Errorf("%v, %+v", err, l)
	}
}

func TestNeedFor(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	c := w.client(nil)
	moved := ovhrest.Contact{Address: &ovhrest.ContactAddress{City: ovhrest.Some("Paris")}, Phone: ovhrest.Some("+33.100000000")}
	need, err := trade.NeedFor(t.Context(), c, tradedDomain, moved)
	if err != nil || need.Needed || !slices.Equal(need.Changed, []string{"address.city"}) {
		t.Errorf("%+v, %v", need, err)
	}
	mail := ovhrest.Contact{Email: ovhrest.Some("other@example.com"), OrganisationName: ovhrest.Some("Newton & Co")}
	need, err = trade.NeedFor(t.Context(), c, tradedDomain, mail)
	// The present owner has no organisation, and an empty field is not read-only.
	if err != nil || !need.Needed || !slices.Equal(need.ReadOnly, []string{"email"}) || len(need.Changed) != 2 {
		t.Errorf("%+v, %v", need, err)
	}
}

// The quote changes nothing: no contact, no order, no cart left, whatever goes
// wrong on the way.
func TestQuoteLeavesNothingBehind(t *testing.T) {
	calls := func() []string {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		w.server.AddContact(ownerMap())
		q, err := trade.QuoteFor(t.Context(), w.client(nil), trade.Plan{Domain: tradedDomain, Owner: newOwner()})
		if err != nil || !q.Firm || q.Total.String() != "0 EUR" || !q.Need.Needed || len(q.Contracts) != 1 || q.Offer.PlanCode != "com-trade" {
			t.Fatalf("%+v, %v", q, err)
		}
		return w.server.Requests()
	}()
	for n := range calls {
		for _, f := range []ovhresttest.Fault{{Break: true}, {Lose: true}, {Status: 500}, {Status: 404}} {
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
			w.server.AddContact(ownerMap())
			f.Skip = n
			w.server.Inject(f)
			ctx, cancel := context.WithCancel(t.Context())
			f2 := ovhresttest.Fault{Skip: n, Hook: func(before bool) { cancel() }}
			if f.Status == 404 {
				w.server.ClearFaults()
				w.server.Inject(f2) // in its place: the caller goes away in the middle
			}
			_, err := trade.QuoteFor(ctx, w.client(nil), trade.Plan{Domain: tradedDomain, Owner: newOwner()})
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

// An owner who would have to be made first is not made: the present one stands
// in for the dry run, and the total has the tax in it.
func TestQuoteMakesNoContact(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Quote: price("7.5", "EUR"), Tax: priceOf("1.5", "EUR")})
	q, err := trade.QuoteFor(t.Context(), w.client(nil), trade.Plan{Domain: tradedDomain, Owner: newOwner()})
	if err != nil || !q.Firm || !q.Total.Equal(euros(t, "9")) || q.Contact != 0 || len(q.Contracts) != 1 {
		t.Errorf("%+v, %v", q, err)
	}
	if l := w.server.Ledger(); l.Contacts+l.CartsLeft != 0 {
		t.Errorf("%+v", l)
	}
	w.server.AddTask(tradedDomain, "DomainTrade", "todo", time.Hour)
	if _, err := trade.QuoteFor(t.Context(), w.client(nil), trade.Plan{Domain: tradedDomain, Owner: newOwner()}); !errors.Is(err, trade.ErrRefused) {
		t.Error(err)
	}
}
