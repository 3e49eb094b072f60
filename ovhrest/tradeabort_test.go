package ovhrest_test

import (
	"errors"
	"testing"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// Abort undoes what can be undone in each phase.
func TestAbort(t *testing.T) {
	for _, phase := range []ovhrest.TradePhase{
		ovhrest.TradePlanned, ovhrest.TradeChecked, ovhrest.TradeOwnerReady, ovhrest.TradeCartReady, ovhrest.TradeItemReady,
		ovhrest.TradeConfigured, ovhrest.TradeQuoted, ovhrest.TradeOrdered, ovhrest.TradePaid, ovhrest.TradeRunning,
	} {
		w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
		w.mute = true
		tr := w.trader()
		var trade ovhrest.Trade
		if phase == ovhrest.TradeRunning {
			trade = upToRunning(t, w, tr)
		} else {
			trade = upTo(t, tr, start(t, tr, freePlan(t)).ID, phase)
		}
		if _, err := tr.Abort(t.Context(), trade.ID); err != nil {
			t.Errorf("%s: %v", phase, err)
		}
		got, err := w.trader().Run(t.Context(), trade.ID)
		if !errors.Is(err, ovhrest.ErrTradeCancelled) || got.Phase != ovhrest.TradeCancelled {
			t.Errorf("%s: %v, %s", phase, err, got.Phase)
		}
		ordered := phase == ovhrest.TradeOrdered || phase == ovhrest.TradePaid || phase == ovhrest.TradeRunning
		if l := w.server.Ledger(); l.CartsLeft != 0 || (l.Checkouts == 1) != ordered || phase == ovhrest.TradeOrdered && l.PayCalls != 0 {
			t.Errorf("%s: %+v", phase, l)
		}
		if w.server.Owner(tradedDomain) != got.OldOwner && got.OldOwner != "" {
			t.Errorf("%s: the owner has changed", phase)
		}
	}
}

// Once both holders have accepted, a trade goes on to its end.
func TestAbortTooLate(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
	w.mute = true
	tr := w.trader()
	trade := upToRunning(t, w, tr)
	for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
		if err := w.server.Answer(tradedDomain, who, true); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := tr.Abort(t.Context(), trade.ID); err != nil || got.Phase.Terminal() || got.Aborting {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := tr.Run(t.Context(), trade.ID); err != nil || got.Phase != ovhrest.TradeDone {
		t.Errorf("%+v, %v", got, err)
	}
}
