package ovhrest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
)

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("there is no network")
}

// Whatever a file holds: a typed error, or a trade that says the same when it
// is written again and that a step survives.
func FuzzParseTrade(f *testing.F) {
	free := ovhrest.Money{Currency: ovhrest.CurrencyEUR}
	for _, phase := range []ovhrest.TradePhase{ovhrest.TradePlanned, ovhrest.TradeQuoted, ovhrest.TradeOrdered, ovhrest.TradeRunning, ovhrest.TradeClosing} {
		data, err := json.Marshal(ovhrest.Trade{
			Version: ovhrest.TradeVersion, ID: someID, Revision: 1, Phase: phase, Outcome: ovhrest.TradeDone, Quote: &free, Order: 3, Task: 4, Contact: 5,
			Plan: ovhrest.TradePlan{Domain: tradedDomain, Owner: newOwner(), MaxPrice: free}, Offer: &ovhrest.TradeOffer{PlanCode: "com-trade"},
			Lines: []ovhrest.TradeLine{{Domain: tradedDomain, Quantity: 1, Price: free}}, Ending: &ovhrest.TradeEnding{By: ovhrest.EndedByPrice, Price: &free, Limit: &free},
		})
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(`{"version":1}`))
	c, err := ovhrest.New(ovhrest.Config{
		AppKey: "a", AppSecret: ovhrest.NewSecret("b"), ConsumerKey: ovhrest.NewSecret("c"), HTTPClient: &http.Client{Transport: noNetwork{}},
		MaxAttempts: 1, Limiter: ovhrest.NewLimiter(0), Now: func() time.Time { return time.Unix(1_800_000_000, 0) },
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		trade, err := ovhrest.ParseTrade(data)
		if err != nil {
			if !errors.Is(err, ovhrest.ErrInvalid) {
				t.Errorf("%v, want ErrInvalid", err)
			}
			return
		}
		again, err := json.Marshal(trade)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := ovhrest.ParseTrade(again); err != nil || back.ID != trade.ID || back.Phase != trade.Phase {
			t.Errorf("%+v, %v", back, err)
		}
		store := ovhrest.NewMemoryStore()
		for revision := int64(1); revision <= trade.Revision && revision < 3; revision++ {
			_ = store.Save(t.Context(), trade.ID, again, revision)
		}
		tr, err := ovhrest.NewTrader(c, ovhrest.TraderConfig{Store: store})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = tr.Step(t.Context(), trade.ID)
	})
}
