package trade_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// Nothing is sent for a plan that can't be meant.
func TestStart_RefusesPlans(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	tr := w.trader()
	for field, change := range map[string]func(*trade.Plan){
		"Domain: spaces":    func(p *trade.Plan) { p.Domain = "exam ple.com" },
		"Domain: path":      func(p *trade.Plan) { p.Domain = "example.com/../me" },
		"Domain: query":     func(p *trade.Plan) { p.Domain = "example.com?x=1" },
		"Domain: escaped":   func(p *trade.Plan) { p.Domain = "example%2fcom.net" },
		"Domain: empty":     func(p *trade.Plan) { p.Domain = "" },
		"Domain: label":     func(p *trade.Plan) { p.Domain = "example..com" },
		"Domain: dots":      func(p *trade.Plan) { p.Domain = ".." },
		"Domain: extension": func(p *trade.Plan) { p.Domain = "example" },
		"Domain: case":      func(p *trade.Plan) { p.Domain = "Example.com" },
		"Domain: long":      func(p *trade.Plan) { p.Domain = strings.Repeat("a.", 127) + "com" },
		"Owner: none":       func(p *trade.Plan) { p.Owner = nil },
		"OwnerID: both":     func(p *trade.Plan) { p.OwnerID = 7 },
		"OwnerID: negative": func(p *trade.Plan) { p.Owner, p.OwnerID = nil, -7 },
		"MaxPrice: zero":    func(p *trade.Plan) { p.MaxPrice = ovhrest.Money{} },
		"MaxPrice: points":  func(p *trade.Plan) { p.MaxPrice.Currency = ovhrest.CurrencyPoints },
		"MaxPrice: minus":   func(p *trade.Plan) { p.MaxPrice = euros(t, "-1") },
		"AnyPrice: both":    func(p *trade.Plan) { p.AnyPrice = true },
		"PaymentMethod: -":  func(p *trade.Plan) { p.PaymentMethod = -1 },
	} {
		plan := freePlan(t)
		change(&plan)
		_, err := tr.Start(t.Context(), plan)
		var e *trade.Error
		if name, _, _ := strings.Cut(field, ":"); !errors.As(err, &e) || e.Field != name || !errors.Is(err, ovhrest.ErrInvalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
	if sent := w.server.Requests(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
	for _, name := range []string{"bücher.example", "xn--bcher-kva.example", "例え.テスト", "1und1.example"} {
		plan := freePlan(t)
		plan.Domain = name
		if _, err := tr.Start(t.Context(), plan); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A stored trade that can't be trusted is left as it is, and nothing is sent.
func TestTrader_RefusesStoredTrades(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	good := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Ordered)
	whole, err := json.Marshal(good)
	if err != nil {
		t.Fatal(err)
	}
	edit := func(old, new string) string {
		if !strings.Contains(string(whole), old) {
			t.Fatalf("the trade has no %s", old)
		}
		return strings.Replace(string(whole), old, new, 1)
	}
	before := len(w.server.Requests())
	for name, data := range map[string]string{
		"empty": "", "null": "null", "list": "[]", "half": string(whole[:len(whole)/2]), "text": "hello", "NULs": strings.Repeat("\x00", 100),
		"no version":     edit(`"version":1`, `"version":0`),
		"later version":  edit(`"version":1`, `"version":2`),
		"unknown phase":  edit(`"phase":"ordered"`, `"phase":"shipped"`),
		"no order":       edit(`"order":`, `"x":`),
		"no quote":       edit(`"quote":`, `"x":`),
		"other id":       edit(good.ID, someID),
		"other revision": edit(`"revision":`, `"revision":1`),
		"a path":         edit(tradedDomain, "../me"),
		"huge price":     edit(`"amount":"0"`, `"amount":"1e999999999"`),
		"an intention":   edit(`"phase":"ordered"`, `"phase":"ordered","intent":{"operation":"createCart","at":"2026-01-01T00:00:00Z"}`),
		"no limit":       edit(`"maxPrice":`, `"x":`),
	} {
		w.store = trade.NewMemoryStore()
		if err := w.store.Save(t.Context(), good.ID, []byte(data), 1); err != nil {
			t.Fatal(err)
		}
		tr := w.trader()
		for verb, call := range map[string]func() error{
			"step":  func() error { _, err := tr.Step(t.Context(), good.ID); return err },
			"run":   func() error { _, err := tr.Run(t.Context(), good.ID); return err },
			"abort": func() error { _, err := tr.Abort(t.Context(), good.ID); return err },
		} {
			var e *trade.Error
			if err := call(); !errors.As(err, &e) || !errors.Is(err, ovhrest.ErrInvalid) {
				t.Errorf("%s: %s: %v", name, verb, err)
			}
		}
		if kept, revision, err := w.store.Load(t.Context(), good.ID); err != nil || revision != 1 || string(kept) != data {
			t.Errorf("%s: the stored trade was changed", name)
		}
	}
	if sent := w.server.Requests()[before:]; len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

// A file cut short on the disk is found out, and an older revision is not
// taken in its place.
func TestTrader_RefusesBrokenFiles(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	dir := t.TempDir()
	w.store, _ = trade.NewFileStore(dir)
	got := upTo(t, w.trader(), start(t, w.trader(), freePlan(t)).ID, trade.Ordered)
	files, _ := filepath.Glob(filepath.Join(dir, got.ID, "*.json"))
	if err := os.Truncate(files[len(files)-1], 100); err != nil {
		t.Fatal(err)
	}
	before := len(w.server.Requests())
	if _, err := w.trader().Run(t.Context(), got.ID); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Error(err)
	}
	if len(w.server.Requests()) != before {
		t.Error("something was sent")
	}
}

func TestTrader_RefusesArguments(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	tr := w.trader()
	got := start(t, tr, freePlan(t))
	var none context.Context
	for name, err := range map[string]error{
		"nil ctx to Start": second(tr.Start(none, freePlan(t))),
		"nil ctx to Step":  second(tr.Step(none, got.ID)),
		"nil ctx to Run":   second(tr.Run(none, got.ID)),
		"id":               second(tr.Step(t.Context(), "../x")),
		"no resolution":    second(tr.Resolve(t.Context(), got.ID, trade.Resolution{})),
		"two resolutions":  second(tr.Resolve(t.Context(), got.ID, trade.Resolution{Order: 1, NotDone: true})),
		"nil client":       second(trade.New(nil, trade.Config{Store: w.store})),
		"nil store":        second(trade.New(w.client(nil), trade.Config{})),
	} {
		if !errors.Is(err, ovhrest.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := tr.Step(t.Context(), someID); !errors.Is(err, ovhrest.ErrNotFound) {
		t.Error(err)
	}
	if _, err := tr.Resolve(t.Context(), got.ID, trade.Resolution{NotDone: true}); !errors.Is(err, ovhrest.ErrConflict) {
		t.Error(err)
	}
	if sent := w.server.Requests(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

func second[T any](_ T, err error) error { return err }

// The US endpoint has no trades, and says so before anything is sent.
func TestTrader_RefusesEndpoints(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	c, err := ovhrest.New(ovhrest.Config{Endpoint: "ovh-us", URL: w.server.URL, AppKey: "a", AppSecret: ovhrest.NewSecret("b"), ConsumerKey: ovhrest.NewSecret("c")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tr := w.traderOf(c)
	got := start(t, w.trader(), freePlan(t))
	for name, err := range map[string]error{
		"Start": second(tr.Start(t.Context(), freePlan(t))),
		"Step":  second(tr.Step(t.Context(), got.ID)),
		"Run":   second(tr.Run(t.Context(), got.ID)),
		"Quote": second(trade.QuoteFor(t.Context(), c, freePlan(t))),
	} {
		if !errors.Is(err, ovhrest.ErrRegion) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if sent := w.server.Requests(); len(sent) != 0 {
		t.Errorf("sent %v", sent)
	}
}

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
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
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
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
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
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
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
			w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
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
		w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
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
func TestError_Resume(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Quote: price("9.99", "EUR")})
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

	w = newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{Order: priceOf("5", "EUR")})
	tr = w.trader()
	_, err = tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	assert.Equal(t, trade.ResumeAfterResolve, tradeError(t, err).Resume)
}

type noNetwork struct{}

func (noNetwork) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("there is no network")
}

// Whatever a file holds: a typed error, or a trade that says the same when it
// is written again and that a step survives.
func FuzzParse(f *testing.F) {
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
