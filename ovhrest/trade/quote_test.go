package trade_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest/trade"

	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// The quote changes nothing: no contact, no order, no cart left, whatever goes
// wrong on the way.
func TestQuoteLeavesNothingBehind(t *testing.T) {
	calls := func() []string {
		w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
		w.server.AddContact(ownerMap())
		q, err := trade.QuoteFor(t.Context(), w.client(nil), trade.Plan{Domain: tradedDomain, Owner: newOwner()})
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
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{Quote: price("7.5", "EUR"), Tax: priceOf("1.5", "EUR")})
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
