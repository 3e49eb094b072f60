package ovhrest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// watcher holds what passes between a client and the fake against the schemas.
type watcher struct {
	t     *testing.T
	s     *schemas
	inner http.RoundTripper

	mu   sync.Mutex
	seen map[string]string // operation to a path of it
}

func (w *watcher) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	resp, err := w.inner.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(answer))
	w.judge(req, body, resp.StatusCode, answer)
	return resp, nil
}

func (w *watcher) judge(req *http.Request, body []byte, status int, answer []byte) {
	path := req.URL.EscapedPath()
	if i := strings.Index(path, "/1.0/"); i >= 0 {
		path = path[i+4:]
	}
	name, op, ok := (&spec{schemas: w.s}).find(req.Method, path)
	if !ok {
		w.t.Errorf("%s %s is in no schema", req.Method, path)
		return
	}
	w.mu.Lock()
	w.seen[name] = path
	w.mu.Unlock()
	wrong := slices.Concat(op.checkQuery(req.URL.Query()), op.checkBody(body))
	if status == http.StatusOK && op.ResponseType != "void" {
		var value any
		d := json.NewDecoder(bytes.NewReader(answer))
		d.UseNumber()
		if err := d.Decode(&value); err != nil {
			wrong = append(wrong, "the fake's answer is not JSON")
		} else {
			wrong = append(wrong, op.checkAnswer(value)...)
		}
	}
	for _, text := range wrong {
		w.t.Errorf("%s: %s", name, text)
	}
}

// checkAnswer looks at the fake's answers: an item's settings name the domain as OVHcloud's guide prints them.
func (op operation) checkAnswer(value any) []string {
	return slices.DeleteFunc(op.file.check("answer", op.ResponseType, value), func(wrong string) bool {
		return strings.HasSuffix(wrong, ".settings.domain is unknown")
	})
}

// A whole owner change, its quote and an aborted one: every request is one of
// the schemas', every answer of the fake as well, and TradeAccess covers all.
func TestMustShow5_TradeMatchesTheSchemas(t *testing.T) {
	loaded, _ := loadSchemas(t)
	server := ovhresttest.NewServer(ovhresttest.Config{})
	defer server.Close()
	const domain = "example.com"
	server.AddDomain(ovhresttest.Domain{Name: domain})
	w := &watcher{t: t, s: loaded, inner: server.Transport(), seen: map[string]string{}}
	c, err := New(Config{
		URL: server.URL, AppKey: ovhresttest.ApplicationKey, AppSecret: ovhresttest.ApplicationSecret, ConsumerKey: ovhresttest.ConsumerKey,
		HTTPClient: &http.Client{Transport: w}, Now: server.Now, Limiter: NewLimiter(0),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	tr, err := NewTrader(c, TraderConfig{
		Store: NewMemoryStore(),
		Sleep: func(ctx context.Context, d time.Duration) error {
			server.Advance(d)
			_ = server.Answer(domain, ovhresttest.OldOwner, true)
			_ = server.Answer(domain, ovhresttest.NewOwner, true)
			return ctx.Err()
		},
		Contracts: func(context.Context, Trade, []Contract) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	plan := TradePlan{Domain: domain, MaxPrice: Money{Currency: CurrencyEUR}, WaiveRetraction: true, Owner: &Contact{
		LegalForm: Some(LegalFormIndividual), FirstName: Some("Grace"), LastName: Some("Newton"), Email: Some("grace@example.com"),
		Phone: Some("+33.123456789"), Language: Some(LanguageFrFR),
		Address: &ContactAddress{Line1: Some("2 rue B"), City: Some("Lille"), Zip: Some("59000"), Country: Some(Country("FR"))},
	}}
	if _, err := c.QuoteTrade(t.Context(), plan); err != nil {
		t.Error(err)
	}
	aborted, err := tr.Start(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if aborted, err = tr.Step(t.Context(), aborted.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := tr.Abort(t.Context(), aborted.ID); err != nil {
		t.Error(err)
	}
	trade, err := tr.Start(t.Context(), plan)
	if err != nil {
		t.Fatal(err)
	}
	if trade, err = tr.Run(t.Context(), trade.ID); err != nil || trade.Phase != TradeDone {
		t.Errorf("%v, %v", trade.Phase, err)
	}
	t.Logf("%d operations", len(w.seen))
	rules := TradeAccess(domain).Rules
	for name, path := range w.seen {
		method, _, _ := strings.Cut(name, " ")
		covered := slices.ContainsFunc(rules, func(r AccessRule) bool { return string(r.Method) == method && covers(r.Path, path) })
		if !covered && !loaded.operations[name].NoAuthentication {
			t.Errorf("TradeAccess lacks %s %s", method, path)
		}
	}
}
