package trade_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

const notFound = `{"class":"Client::NotFound","message":"The requested object does not exist"}`

// An order whose status alone can't be found is under way, for all that is
// known. One that is gone altogether is in nobody's way.
func TestTrade_StatusOfAnOlderOrderIsNotFound(t *testing.T) {
	for _, age := range []time.Duration{time.Hour, 30 * 24 * time.Hour} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		older := w.server.AddOrder(tradedDomain, price("0", "EUR"), age)
		w.server.SetOrderStatus(older, "checking")
		path := fmt.Sprintf("/me/order/%d", older)
		w.server.Inject(ovhresttest.Fault{Method: http.MethodGet, Path: path + "/status", Status: http.StatusNotFound, Body: notFound, Times: -1})
		tr := w.trader()
		result := start(t, tr, freePlan(t))
		_, err := tr.Step(t.Context(), result.ID)
		require.ErrorIs(t, err, ovhrest.ErrBusy, age)
		assert.Zero(t, w.server.Ledger().Checkouts)

		w.server.Inject(ovhresttest.Fault{Method: http.MethodGet, Path: path, Status: http.StatusNotFound, Body: notFound})
		_, err = tr.Step(t.Context(), result.ID)
		require.NoError(t, err, "it was deleted since it was listed")

		if age > 24*time.Hour { // it did not count when the trade began
			_, err = tr.Run(t.Context(), result.ID)
			require.NoError(t, err)
			continue
		}
		upTo(t, tr, result.ID, trade.Quoted)
		_, err = tr.Step(t.Context(), result.ID)
		require.ErrorIs(t, err, ovhrest.ErrBusy, "it has come back")
		assert.Zero(t, w.server.Ledger().Checkouts)
	}
}

// Nothing is ordered or paid beside a new order that does not show its lines
// yet, or whose line names the domain at the end of a sentence.
func TestTrade_NewOrderThatSaysLittle(t *testing.T) {
	line := `{"orderDetailId":7,"cancelled":false,"description":"Change of owner of ` + tradedDomain + `.","domain":"","quantity":"1","totalPrice":{"currencyCode":"EUR","text":"0 EUR","value":0},"unitPrice":{"currencyCode":"EUR","text":"0 EUR","value":0}}`
	for name, c := range map[string]struct {
		path, body string
		is         error
	}{
		"no lines":              {"/details", `[]`, ovhrest.ErrProtocol},
		"a sentence for a line": {"/details/*", line, nil},
	} {
		for _, phase := range []trade.Phase{trade.Quoted, trade.Ordered} {
			t.Run(name+", "+string(phase), func(t *testing.T) {
				w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
				result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, phase)
				newer := w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
				before := w.server.Ledger()
				w.server.Inject(ovhresttest.Fault{
					Method: http.MethodGet, Path: fmt.Sprintf("/me/order/%d%s", newer, c.path), Status: http.StatusOK, Body: c.body, Times: -1,
				})
				got, err := w.trader().Step(t.Context(), result.ID)
				require.ErrorIs(t, err, c.is)
				after := w.server.Ledger()
				assert.Equal(t, before.Checkouts, after.Checkouts)
				assert.Equal(t, before.Payments, after.Payments)
				if c.is == nil {
					assert.Equal(t, trade.NeedsAttention, got.Outcome)
				}
			})
		}
	}
}

// A person's word that nothing was done, or which order it was, does not order
// or pay beside an order that is paid and under way.
func TestResolve_BesideAnOrderUnderWay(t *testing.T) {
	for _, phase := range []trade.Phase{trade.Quoted, trade.Ordered} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		tr := w.trader()
		result := upTo(t, tr, start(t, tr, freePlan(t)).ID, phase)
		other := w.server.AddOrder(tradedDomain, price("0", "EUR"), 0)
		_, err := tr.Run(t.Context(), result.ID)
		require.ErrorIs(t, err, trade.ErrNeedsAttention)
		w.server.SetOrderStatus(other, "checking")
		_, err = tr.Resolve(t.Context(), result.ID, trade.Resolution{NotDone: true})
		require.NoError(t, err)
		before := w.server.Ledger()
		upTo(t, tr, result.ID, phase)
		_, err = tr.Step(t.Context(), result.ID)
		require.ErrorIs(t, err, ovhrest.ErrBusy, phase)
		w.server.SetOrderStatus(other, "delivered")
		newest := w.server.AddOrder(tradedDomain, price("0", "EUR"), 0) // while it waits: a surprise to that person
		got, err := tr.Run(t.Context(), result.ID)
		require.ErrorIs(t, err, trade.ErrNeedsAttention, phase)
		assert.Equal(t, newest, got.Ending.Order, phase)
		after := w.server.Ledger()
		assert.Equal(t, before.Checkouts, after.Checkouts)
		assert.Equal(t, before.PayCalls, after.PayCalls)
	}
}

func TestResolve_NegativeOrder(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	tr := w.trader()
	before := len(w.server.Requests())
	_, err := tr.Resolve(t.Context(), start(t, tr, freePlan(t)).ID, trade.Resolution{Order: -5, NotDone: true})
	require.ErrorIs(t, err, ovhrest.ErrInvalid)
	assert.Len(t, w.server.Requests(), before)
}

// A new order whose id can't be read is not the trade's own.
func TestTrade_NewOrderWithoutAnID(t *testing.T) {
	for _, ids := range []string{`[0]`, `[-1]`, `null`} {
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
		result := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Quoted)
		w.server.Inject(ovhresttest.Fault{Method: http.MethodGet, Path: "/me/order", Status: http.StatusOK, Body: ids, Times: -1})
		_, err := w.trader().Step(t.Context(), result.ID)
		require.ErrorIs(t, err, ovhrest.ErrProtocol, ids)
		assert.Zero(t, w.server.Ledger().Checkouts, ids)
	}
}
