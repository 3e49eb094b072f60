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
	watch.CheckAccess(ovhrest.TradeAccess(tradedDomain).Rules)
}
