package trade_test

import (
	"bytes"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

const tradedDomain = "example.com"

// world is a server with a domain, and everything to trade it with.
type world struct {
	t      testing.TB
	server *ovhresttest.Server
	store  trade.Store
	mute   bool   // the holders do not answer
	passed func() // is called when time has passed
}

func newWorld(t testing.TB, cfg ovhresttest.Options, domain ovhresttest.Domain) *world {
	t.Helper()
	server := ovhresttest.NewServer(cfg)
	t.Cleanup(server.Close)
	domain.Name = tradedDomain
	server.AddDomain(domain)
	server.AddTask(tradedDomain, "DomainTrade", "done", 400*24*time.Hour) // not this trade's
	server.AddTask(tradedDomain, "DomainTrade", "cancelled", 90*24*time.Hour)
	server.AddTask(tradedDomain, "DomainTradeNotify", "done", 80*24*time.Hour)
	server.AddTask(tradedDomain, "DomainTrade", "cancelled", 5*time.Minute)
	server.AddOrder(tradedDomain, ovhresttest.Price{Value: "0", Currency: "EUR"}, 2*time.Hour)
	server.AddOrder(tradedDomain, ovhresttest.Price{Value: "0", Currency: "EUR"}, 5*time.Minute)
	return &world{t: t, server: server, store: trade.NewMemoryStore()}
}

func (w *world) client(transport http.RoundTripper) *ovhrest.Client {
	w.t.Helper()
	if transport == nil {
		transport = w.server.Transport()
	}
	cfg := w.server.Config()
	cfg.HTTPClient, cfg.MaxAttempts = &http.Client{Transport: transport}, 1
	c, err := ovhrest.New(cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

// trader is a fresh process: a new client and a new Trader on the same store.
func (w *world) trader(change ...func(*trade.Config)) *trade.Trader {
	w.t.Helper()
	return w.traderOf(w.client(nil), change...)
}

func (w *world) traderOf(c *ovhrest.Client, change ...func(*trade.Config)) *trade.Trader {
	w.t.Helper()
	cfg := trade.Config{
		Store: w.store, Sleep: w.sleep,
		Contracts: func(context.Context, trade.Trade, []ovhrest.Contract) error { return nil },
	}
	for _, f := range change {
		f(&cfg)
	}
	tr, err := trade.New(c, cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	return tr
}

// sleep lets time pass on the server, and both holders answer their mails.
func (w *world) sleep(ctx context.Context, d time.Duration) error {
	w.server.Advance(d)
	if w.passed != nil {
		w.passed()
	}
	if !w.mute {
		_ = w.server.Answer(tradedDomain, ovhresttest.OldOwner, true)
		_ = w.server.Answer(tradedDomain, ovhresttest.NewOwner, true)
	}
	return ctx.Err()
}

func newOwner() *ovhrest.Contact {
	return &ovhrest.Contact{
		LegalForm: ovhrest.Some(ovhrest.LegalForm("individual")), FirstName: ovhrest.Some("Grace"), LastName: ovhrest.Some("Newton"),
		Email: ovhrest.Some("grace@example.com"), Phone: ovhrest.Some("+33.123456789"), Language: ovhrest.Some(ovhrest.Language("fr_FR")),
		Address: &ovhrest.ContactAddress{
			Line1: ovhrest.Some("2 rue B"), City: ovhrest.Some("Lille"), Zip: ovhrest.Some("59000"), Country: ovhrest.Some(ovhrest.Country("FR")),
		},
	}
}

func euros(t testing.TB, amount string) ovhrest.Money {
	t.Helper()
	m, err := ovhrest.ParseMoney(amount, ovhrest.CurrencyEUR)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func freePlan(t testing.TB) trade.Plan {
	return trade.Plan{Domain: tradedDomain, Owner: newOwner(), MaxPrice: euros(t, "0"), WaiveRetraction: true}
}

func start(t testing.TB, tr *trade.Trader, plan trade.Plan) trade.Trade {
	t.Helper()
	result, err := tr.Start(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func TestTrader_RunsToItsProof(t *testing.T) {
	w := newWorld(t, ovhresttest.Options{}, ovhresttest.Domain{})
	before := w.server.Owner(tradedDomain)
	var phases []string
	tr := w.trader(func(cfg *trade.Config) {
		cfg.OnEvent = func(e trade.Event) { phases = append(phases, string(e.Phase)) }
	})
	result, err := tr.Run(t.Context(), start(t, tr, freePlan(t)).ID)
	if err != nil {
		t.Fatal(err)
	}
	if result.Phase != trade.Done || result.OldOwner != before || result.NewOwner == before || result.NewOwner != w.server.Owner(tradedDomain) {
		t.Errorf("%+v", result)
	}
	l := w.server.Ledger()
	if l.Contacts != 1 || l.Carts != 1 || l.Items != 1 || l.Checkouts != 1 || l.PayCalls != 1 || l.CartsLeft != 0 {
		t.Errorf("%+v", l)
	}
	phases = slices.Compact(phases)
	if got, want := strings.Join(phases, " "), "planned checked ownerReady cartReady itemReady configured quoted ordered paid running closing done"; got != want {
		t.Errorf("phases %s, want %s", got, want)
	}
	stored, _ := json.Marshal(result)
	for _, secret := range []string{"s3cret", "cartId", ovhresttest.ConsumerKey, ovhresttest.ApplicationSecret} {
		if strings.Contains(string(stored), secret) {
			t.Errorf("the stored trade holds %q", secret)
		}
	}
	if again, err := tr.Step(t.Context(), result.ID); err != nil || again.Revision != result.Revision {
		t.Errorf("a step after the end: %+v, %v", again, err)
	}
	if errors.Is(result.Err(), trade.ErrRefused) {
		t.Error("a done trade has an error")
	}
}

// resign signs a request for the timestamp that it carries.
func resign(r *http.Request) *http.Request {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	sum := sha1.Sum([]byte(strings.Join([]string{
		ovhresttest.ApplicationSecret, ovhresttest.ConsumerKey, r.Method, r.URL.String(), string(body), r.Header.Get("X-Ovh-Timestamp"),
	}, "+")))
	r.Header.Set("X-Ovh-Signature", "$1$"+hex.EncodeToString(sum[:]))
	return r
}
