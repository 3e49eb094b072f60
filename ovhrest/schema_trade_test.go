package ovhrest_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// schemaTrades makes trades of a fake's domains over a watched transport. The
// holders accept as time passes.
func schemaTrades(t *testing.T, server *ovhresttest.Server, watched http.RoundTripper) (*ovhrest.Client, *trade.Trader) {
	t.Helper()
	cfg := server.Config()
	cfg.HTTPClient, cfg.MaxAttempts = &http.Client{Transport: watched}, 1
	client, err := ovhrest.New(cfg)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	trader, err := trade.New(client, trade.Config{
		Store:     trade.NewMemoryStore(),
		Contracts: func(context.Context, trade.Trade, []ovhrest.Contract) error { return nil },
		Sleep: func(ctx context.Context, d time.Duration) error {
			server.Advance(d)
			for _, domain := range []string{"example.com", "example.net"} {
				_ = server.Answer(domain, ovhresttest.OldOwner, true)
				_ = server.Answer(domain, ovhresttest.NewOwner, true)
			}
			return ctx.Err()
		},
	})
	require.NoError(t, err)
	return client, trader
}

// schemaPlan changes the owner of a domain for at most this many cents.
func schemaPlan(domain string, cents int64) trade.Plan {
	return trade.Plan{
		Domain: domain, WaiveRetraction: true, MaxPrice: ovhrest.Money{Amount: decimal.New(cents, -2), Currency: ovhrest.CurrencyEUR},
		Owner: &ovhrest.Contact{
			LegalForm: ovhrest.Some(ovhrest.LegalForm("individual")), FirstName: ovhrest.Some("Grace"), LastName: ovhrest.Some("Newton"),
			Email: ovhrest.Some("grace@example.com"), Phone: ovhrest.Some("+33.123456789"), Language: ovhrest.Some(ovhrest.Language("fr_FR")),
			Address: &ovhrest.ContactAddress{
				Line1: ovhrest.Some("2 rue B"), City: ovhrest.Some("Lille"), Zip: ovhrest.Some("59000"), Country: ovhrest.Some(ovhrest.Country("FR")),
			},
		},
	}
}

// A whole owner change, its quote and an aborted one: every request is one of
// the schemas', every answer of the fake as well, and trade.Access covers all.
func TestSchemas_OwnerChange(t *testing.T) {
	server := ovhresttest.NewServer(ovhresttest.Options{})
	defer server.Close()
	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
	watch := ovhrest.WatchSchemas(t, server.Transport())
	client, trader := schemaTrades(t, server, watch)
	free := schemaPlan("example.com", 0)
	_, err := trade.QuoteFor(t.Context(), client, free)
	require.NoError(t, err)
	abortAfter(t, trader, free, 4)
	runToDone(t, trader, free)

	server.AddDomain(ovhresttest.Domain{Name: "example.net", Quote: ovhresttest.Price{Value: "9.99", Currency: "EUR"}, Tax: &ovhresttest.Price{Value: "2", Currency: "EUR"}})
	server.Inject(ovhresttest.Fault{Method: "POST", Path: "/me/order/*/pay", Break: true})
	paid := schemaPlan("example.net", 1199)
	paid.PaymentMethod = server.AddPaymentMethod()
	runToDone(t, trader, paid)

	cart, err := client.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"})
	require.NoError(t, err)
	require.NoError(t, client.AssignCart(t.Context(), cart.CartID))
	option := ovhrest.DomainOption{CartID: cart.CartID, Duration: "P0D", PlanCode: "net-trade", PricingMode: "create-default", Quantity: 1}
	_, err = client.AddDomainOption(t.Context(), "example.net", option)
	require.NoError(t, err)
	summary, err := client.CartSummary(t.Context(), cart.CartID)
	require.NoError(t, err)
	assert.Len(t, summary.Details, 1)
	watch.CheckAccess(trade.Access("example.com", "example.net").Rules)
}

func abortAfter(t *testing.T, trader *trade.Trader, plan trade.Plan, steps int) {
	t.Helper()
	begun, err := trader.Start(t.Context(), plan)
	require.NoError(t, err)
	for range steps {
		_, err = trader.Step(t.Context(), begun.ID)
		require.NoError(t, err)
	}
	_, err = trader.Abort(t.Context(), begun.ID)
	assert.NoError(t, err)
}

func runToDone(t *testing.T, trader *trade.Trader, plan trade.Plan) {
	t.Helper()
	begun, err := trader.Start(t.Context(), plan)
	require.NoError(t, err)
	ended, err := trader.Run(t.Context(), begun.ID)
	assert.NoError(t, err)
	assert.Equal(t, trade.Done, ended.Phase)
}
