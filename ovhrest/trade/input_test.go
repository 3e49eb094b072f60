package trade_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/ovhrest/trade"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// Nothing is sent for a plan that can't be meant.
func TestBadInput_Plan(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
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
func TestBadInput_StoredTrade(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
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
func TestBadInput_BrokenFile(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
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

func TestBadInput_Trader(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
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
func TestBadInput_Region(t *testing.T) {
	w := newWorld(t, ovhresttest.Config{}, ovhresttest.Domain{})
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
