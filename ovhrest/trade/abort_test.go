package trade_test

import (
	"errors"
	"testing"

	"github.com/hebergo/hebergo/ovhrest/trade"

	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// Abort undoes what can be undone in each phase.
func TestAbort(t *testing.T) {
	for _, phase := range []trade.Phase{
		trade.Planned, trade.Checked, trade.OwnerReady, trade.CartReady, trade.ItemReady,
		trade.Configured, trade.Quoted, trade.Ordered, trade.Paid, trade.Running,
	} {
		w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
		w.mute = true
		tr := w.trader()
		var result trade.Trade
		if phase == trade.Running {
			result = upToRunning(t, w, tr)
		} else {
			result = upTo(t, tr, start(t, tr, freePlan(t)).ID, phase)
		}
		if _, err := tr.Abort(t.Context(), result.ID); err != nil {
			t.Errorf("%s: %v", phase, err)
		}
		got, err := w.trader().Run(t.Context(), result.ID)
		if !errors.Is(err, trade.ErrCancelled) || got.Phase != trade.Cancelled {
			t.Errorf("%s: %v, %s", phase, err, got.Phase)
		}
		ordered := phase == trade.Ordered || phase == trade.Paid || phase == trade.Running
		if l := w.server.Ledger(); l.CartsLeft != 0 || (l.Checkouts == 1) != ordered || phase == trade.Ordered && l.PayCalls != 0 {
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
	result := upToRunning(t, w, tr)
	for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
		if err := w.server.Answer(tradedDomain, who, true); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := tr.Abort(t.Context(), result.ID); err != nil || got.Phase.Terminal() || got.Aborting {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := tr.Run(t.Context(), result.ID); err != nil || got.Phase != trade.Done {
		t.Errorf("%+v, %v", got, err)
	}
}
