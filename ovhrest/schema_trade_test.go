package ovhrest_test

import (
	"testing"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// A whole owner change, its quote and an aborted one: every request is one of
// the schemas', every answer of the fake as well, and TradeAccess covers all.
func TestMustShow5_TradeMatchesTheSchemas(t *testing.T) {
	server := ovhresttest.NewServer(ovhresttest.Config{})
	defer server.Close()
	server.AddDomain(ovhresttest.Domain{Name: tradedDomain})
	watch := ovhrest.WatchSchemas(t, server.Transport())
	w := &world{t: t, server: server, store: ovhrest.NewMemoryStore()}
	client := w.client(watch)
	tr := w.traderOf(client)
	if _, err := client.QuoteTrade(t.Context(), freePlan(t)); err != nil {
		t.Error(err)
	}
	aborted := start(t, tr, freePlan(t))
	for range 4 {
		var err error
		if aborted, err = tr.Step(t.Context(), aborted.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tr.Abort(t.Context(), aborted.ID); err != nil {
		t.Error(err)
	}
	trade, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	if err != nil || trade.Phase != ovhrest.TradeDone {
		t.Errorf("%v, %v", trade.Phase, err)
	}
	server.AddDomain(ovhresttest.Domain{Name: "example.net", Quote: price("9.99", "EUR"), Tax: priceOf("2", "EUR")})
	server.Inject(ovhresttest.Fault{Method: "POST", Path: "/me/order/*/pay", Break: true})
	plan := freePlan(t)
	plan.Domain, plan.MaxPrice, plan.PaymentMethod = "example.net", euros(t, "11.99"), server.AddPaymentMethod()
	w.passed = func() {
		_ = server.Answer(plan.Domain, ovhresttest.OldOwner, true)
		_ = server.Answer(plan.Domain, ovhresttest.NewOwner, true)
	}
	if trade, err = tr.Run(t.Context(), start(t, tr, plan).ID); err != nil || trade.Phase != ovhrest.TradeDone {
		t.Errorf("%v, %v", trade.Phase, err)
	}
	carts, err := client.CreateCart(t.Context(), ovhrest.CartCreation{OvhSubsidiary: "FR"})
	if err != nil || client.AssignCart(t.Context(), carts.CartID) != nil {
		t.Fatal(err)
	}
	option := ovhrest.DomainOption{CartID: carts.CartID, Duration: "P0D", PlanCode: "net-trade", PricingMode: "create-default", Quantity: 1}
	if _, err := client.AddDomainOption(t.Context(), plan.Domain, option); err != nil {
		t.Fatal(err)
	}
	if summary, err := client.CartSummary(t.Context(), carts.CartID); err != nil || len(summary.Details) != 1 {
		t.Errorf("%+v, %v", summary, err)
	}
	watch.CheckAccess(ovhrest.TradeAccess(tradedDomain, "example.net").Rules)
}
