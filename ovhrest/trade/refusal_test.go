package trade_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest/trade"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// error returns the *Error that err is.
func tradeError(t *testing.T, err error) *trade.Error {
	t.Helper()
	var e *trade.Error
	require.ErrorAs(t, err, &e)
	return e
}

// A refused key or signature, in the old form and in the new one, ends no trade
// at whatever request it comes: the error says that a fix helps, and the same
// trade goes on.
func TestTrade_RefusedKeyEndsNothing(t *testing.T) {
	for _, fault := range ovhresttest.KeyRefusals() {
		for _, path := range []string{
			"/auth/currentCredential", "/me", "/domain/*", "/domain/configurationRule/check", "/domain/contact", "/order/cart", "/order/cart/*/checkout",
			"/me/order", "/me/order/*/payWithRegisteredPaymentMean", "/me/order/*/status", "/domain/*/task/*",
		} {
			w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
			tr := w.trader()
			result := start(t, tr, freePlan(t))
			refused := fault
			refused.Path, refused.Times = path, -1
			w.server.Inject(refused)
			got, err := tr.Run(t.Context(), result.ID)
			require.Error(t, err, "%s: %s", path, fault.Body)
			assert.False(t, got.Phase.Terminal() || got.Phase == trade.Closing, "%s: %s: %s", path, fault.Body, got.Reason)
			assert.Equal(t, trade.ResumeAfterFix, tradeError(t, err).Resume, "%s: %s", path, fault.Body)
			w.server.ClearFaults()
			got, err = tr.Run(t.Context(), result.ID)
			require.NoError(t, err, "%s: %s", path, fault.Body)
			assert.Equal(t, trade.Done, got.Phase)
			assert.Len(t, w.server.Ledger().Payments, 1)
		}
	}
}

// Answers that are not the API's end no trade, and Run goes on by itself.
func TestTrade_GarbageOnAReadEndsNothing(t *testing.T) {
	for n, fault := range ovhresttest.Garbage() {
		for _, path := range []string{
			"/auth/currentCredential", "/me", "/domain/*", "/domain/*/task", "/domain/*/task/*", "/domain/contact", "/domain/configurationRule",
			"/order/cartServiceOption/domain/*", "/order/cart", "/order/cart/*", "/order/cart/*/item/*/requiredConfiguration",
			"/order/cart/*/item/*/configuration", "/order/cart/*/checkout", "/me/order", "/me/order/*", "/me/order/*/details",
			"/me/order/*/details/*", "/me/order/*/status",
		} {
			w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
			tr := w.trader()
			result := start(t, tr, freePlan(t))
			garbled := fault
			garbled.Method, garbled.Path, garbled.Times = http.MethodGet, path, 5
			w.server.Inject(garbled)
			got, err := tr.Run(t.Context(), result.ID)
			require.NoError(t, err, "%s: %d", path, n)
			assert.Equal(t, trade.Done, got.Phase)
			l := w.server.Ledger()
			assert.Equal(t, []int{1, 1, 1, 0}, []int{l.Checkouts, len(l.Payments), l.Contacts, l.CartsLeft}, "%s: %d", path, n)
		}
	}
}

// Run goes on until its context ends, with waits that grow to an hour.
func TestTrade_GarbageForEver(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.server.Inject(ovhresttest.Fault{Path: "/me/order", Status: http.StatusOK, Body: "<html>", Times: -1})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var waits []time.Duration
	tr := w.trader(func(cfg *trade.Config) {
		cfg.Sleep = func(ctx context.Context, d time.Duration) error {
			if waits = append(waits, d); len(waits) == 100 {
				cancel()
			}
			return w.sleep(ctx, d)
		}
	})
	got, err := tr.Run(ctx, start(t, tr, freePlan(t)).ID)
	require.ErrorIs(t, err, context.Canceled)
	e := tradeError(t, err)
	assert.Equal(t, trade.ResumeAnytime, e.Resume)
	assert.Equal(t, trade.Planned, got.Phase)
	assert.Greater(t, waits[99], 50*time.Minute)
	assert.Less(t, waits[99], 70*time.Minute)
}

// Words that ask for patience are no refusal, whatever status and class they
// come with.
func TestTrade_RetryLaterEndsNothing(t *testing.T) {
	for _, message := range []string{"Please retry later", "Service is temporarily unavailable", "An error occurred, try again"} {
		for _, call := range []string{
			"POST /domain/configurationRule/check", "POST /domain/contact", "POST /order/cart", "POST /order/cart/*/assign",
			"POST /order/cartServiceOption/domain/*", "POST /order/cart/*/item/*/configuration", "GET /order/cart/*/checkout",
			"POST /order/cart/*/checkout", "POST /me/order/*/payWithRegisteredPaymentMean", "DELETE /order/cart/*",
		} {
			w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
			method, path, _ := strings.Cut(call, " ")
			w.server.Inject(ovhresttest.Fault{
				Method: method, Path: path, Status: http.StatusBadRequest, Times: 2,
				Body: fmt.Sprintf(`{"class":"Client::BadRequest","message":%q}`, message),
			})
			tr := w.trader()
			_, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
			assert.NoError(t, err, "%s: %s", call, message)
			assert.Len(t, w.server.Ledger().Payments, 1, "%s: %s", call, message)
		}
	}
}

// A right that is missing on a read ends no trade.
func TestTrade_ForbiddenReadEndsNothing(t *testing.T) {
	const body = `{"class":"Client::Forbidden","message":"User not granted for this request","details":{"unauthorizedActionsByIAM":"account:apiovh:me/order/get"}}`
	for _, path := range []string{"/me/order", "/me/order/*/status", "/me/order/*/details/*/extension", "/order/cart/*/checkout", "/domain/contact"} {
		w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
		w.server.AddOrder(tradedDomain, price("0", "EUR"), 5*time.Minute)
		plan := freePlan(t)
		tr := w.trader()
		result := upTo(t, tr, start(t, tr, plan).ID, trade.Checked)
		w.server.AddOrder("other.example", price("0", "EUR"), 0)
		w.server.Inject(ovhresttest.Fault{Method: http.MethodGet, Path: path, Status: http.StatusForbidden, Body: body})
		got, err := tr.Run(t.Context(), result.ID)
		if err != nil {
			require.ErrorIs(t, err, ovhrest.ErrForbidden)
			assert.Equal(t, trade.ResumeAfterFix, tradeError(t, err).Resume)
			assert.False(t, got.Phase.Terminal(), path)
			w.server.ClearFaults()
			got, err = tr.Run(t.Context(), result.ID)
		}
		require.NoError(t, err, path)
		assert.Equal(t, trade.Done, got.Phase)
	}
}

// What the error of a trade says about another Run.
func TestTradeError_Resume(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{Quote: price("9.99", "EUR")})
	tr := w.trader()
	_, err := tr.Run(t.Context(), someID)
	assert.Equal(t, trade.ResumeNever, tradeError(t, err).Resume)

	result := start(t, tr, freePlan(t))
	got, err := tr.Run(t.Context(), result.ID)
	require.ErrorIs(t, err, trade.ErrRefused)
	limit, cost := euros(t, "0"), euros(t, "9.99")
	assert.Equal(t, trade.ResumeNever, tradeError(t, err).Resume)
	require.NotNil(t, got.Ending)
	assert.Equal(t, trade.EndedByPrice, got.Ending.By)
	assert.True(t, got.Ending.Limit.Equal(limit) && got.Ending.Price.Equal(cost), "%+v", got.Ending)
	assert.Equal(t, got.Ending, tradeError(t, err).Ending)

	w = newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{Order: priceOf("5", "EUR")})
	tr = w.trader()
	_, err = tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	assert.Equal(t, trade.ResumeAfterResolve, tradeError(t, err).Resume)
}
