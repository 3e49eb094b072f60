package trade_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest/trade"

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
	for _, phase := range []trade.Phase{trade.Planned, trade.Quoted, trade.Ordered, trade.Running, trade.Closing} {
		data, err := json.Marshal(trade.Trade{
			Version: trade.Version, ID: someID, Revision: 1, Phase: phase, Outcome: trade.Done, Quote: &free, Order: 3, Task: 4, Contact: 5,
			Plan: trade.Plan{Domain: tradedDomain, Owner: newOwner(), MaxPrice: free}, Offer: &trade.Offer{PlanCode: "com-trade"},
			Lines: []trade.Line{{Domain: tradedDomain, Quantity: 1, Price: free}}, Ending: &trade.Ending{By: trade.EndedByPrice, Price: &free, Limit: &free},
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
		got, err := trade.Parse(data)
		if err != nil {
			if !errors.Is(err, ovhrest.ErrInvalid) {
				t.Errorf("%v, want ErrInvalid", err)
			}
			return
		}
		again, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if back, err := trade.Parse(again); err != nil || back.ID != got.ID || back.Phase != got.Phase {
			t.Errorf("%+v, %v", back, err)
		}
		store := trade.NewMemoryStore()
		for revision := int64(1); revision <= got.Revision && revision < 3; revision++ {
			_ = store.Save(t.Context(), got.ID, again, revision)
		}
		tr, err := trade.New(c, trade.Config{Store: store})
		if err != nil {
			t.Fatal(err)
		}
		_, _ = tr.Step(t.Context(), got.ID)
	})
}
