package wedos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// newPair starts a fake and a client of it.
func newPair(t *testing.T, options wedostest.Options, change func(*wedos.Config)) (*wedos.Client, *wedostest.Server) {
	t.Helper()
	fake := wedostest.NewServer(options)
	t.Cleanup(fake.Close)
	config := fake.Config()
	if change != nil {
		change(&config)
	}
	c, err := wedos.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, fake
}

// The hashes were computed with PHP's sha1 and date("H") for Europe/Prague
// from the vendor guide's formula; the first two stand in public sources.
func TestMustShow1_AuthVectors(t *testing.T) {
	const login, password = "your@login.tld", "your-WAPI-password"
	for _, v := range []struct {
		login, password, utc, want string
	}{
		{"tester", "123456", "2026-01-15T10:30:00Z", "ac28237e80e68efa3bfd07f42dca3d41c5986e01"},
		{"owner@example.test", "not-a-real-secret", "2026-01-01T12:00:00Z", "ee0051fb256eaf59d6c2193edb4011363e4c3481"},
		{login, password, "2026-01-15T11:30:00Z", "8ca2df252680aef759a638e5837523abd6b144a2"},
		{login, password, "2026-01-15T08:00:00Z", "29ed8a53295ab27c01e850a1698d685b4349535e"}, // 09, two digits
		{login, password, "2026-01-15T00:00:00Z", "b34c9ce3a47eca31eeff8d17d2ef4467f6f95010"},
		{login, password, "2026-07-15T21:59:59Z", "6c9ae1dd17a985ab8f0f200623e44fea228bb642"},
		{login, password, "2026-03-29T01:00:00Z", "768c02f7e74a0470760f73e8a1faf4e85202e504"}, // summer time begins
		{login, password, "2026-10-24T23:59:59Z", "b34c9ce3a47eca31eeff8d17d2ef4467f6f95010"},
		{login, password, "2026-10-25T00:59:59Z", "15d21df626b786004ac1fd7d8b0de71289b3df59"}, // 02, the first time
		{login, password, "2026-10-25T01:59:59Z", "15d21df626b786004ac1fd7d8b0de71289b3df59"}, // 02, the second time
		{login, password, "2026-10-25T02:00:00Z", "768c02f7e74a0470760f73e8a1faf4e85202e504"},
		{login, password, "2010-10-07T13:51:48Z", "b30d391ae4a5a15c9c318bed29ec73cf60add0a8"},
	} {
		at, err := time.Parse(time.RFC3339, v.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := wedos.AuthHash(v.login, v.password, at); got != v.want {
			t.Errorf("%s %s: %s, want %s", v.login, v.utc, got, v.want)
		}
	}
}

func TestMustShow1_ClockOneHourOff(t *testing.T) {
	now := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	ahead := func() time.Time { return now.Add(time.Hour) }
	c, fake := newPair(t, wedostest.Options{Now: ahead}, func(c *wedos.Config) { c.Now = func() time.Time { return now } })
	if _, err := c.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := fake.Count("ping"); n != 2 {
		t.Errorf("%d requests, want one and its retry", n)
	}
	if _, err := c.Ping(t.Context()); err != nil || fake.Count("ping") != 3 {
		t.Errorf("%v after %d requests: the skew was not kept", err, fake.Count("ping"))
	}
	// Whatever the difference, it is WAPI's clock that counts.
	for _, off := range []time.Duration{-26 * time.Hour, -40 * time.Minute, 5 * time.Hour, 700 * time.Hour} {
		c, fake := newPair(t, wedostest.Options{Now: func() time.Time { return now.Add(off) }}, func(c *wedos.Config) { c.Now = func() time.Time { return now } })
		for range 2 {
			if _, err := c.Ping(t.Context()); err != nil || fake.Count("ping") > 3 {
				t.Errorf("off by %v: %v after %d requests", off, err, fake.Count("ping"))
			}
		}
	}
	// A refused signature proves that nothing was done, so a changing command
	// may be sent again too.
	c, fake = newPair(t, wedostest.Options{Now: ahead}, func(c *wedos.Config) { c.Now = func() time.Time { return now } })
	if _, err := c.PingAsync(t.Context()); err != nil || fake.Queued() != 1 {
		t.Errorf("%v, %d notifications", err, fake.Queued())
	}
}

func TestMustShow1_WrongPasswordIsSentOnce(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC) }
	c, fake := newPair(t, wedostest.Options{Now: now}, func(c *wedos.Config) { c.Now = now; c.Password = wedos.NewSecret("wrong") })
	_, err := c.Ping(t.Context())
	if !errors.Is(err, wedos.ErrUnauthorized) || !errors.Is(err, wedos.CodeAuth) {
		t.Errorf("%v, want ErrUnauthorized and code 2050", err)
	}
	if n := fake.Count("ping"); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

// Every answer that was recorded from the live server or stands in the manual
// decodes. The files are not part of this repository.
func TestMustShow2_RecordedAnswersDecode(t *testing.T) {
	facts := os.Getenv("HEBERGO_FACTS")
	if facts == "" {
		t.Skip("set HEBERGO_FACTS to the folder of recorded answers")
	}
	seen := 0
	for _, folder := range []string{"recorded", "doc_samples"} {
		err := filepath.WalkDir(filepath.Join(facts, "wedos", folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.Contains(path, ".request.") || d.Name() == "index.json" {
				return err
			}
			seen++
			return decodeSample(t, path)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d answers decoded", seen)
	if seen < 25 {
		t.Errorf("only %d answers found", seen)
	}
}

// decodeSample sends a sample through a whole client.
func decodeSample(t *testing.T, path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	body, name := string(raw), filepath.Base(path)
	if strings.Contains(name, ".notify.") {
		if n, err := wedos.ParseNotification(body); err != nil || n.Command == "" || n.ID == "" {
			t.Errorf("%s: %+v, %v", name, n, err)
		}
		return nil
	}
	if strings.Contains(name, ".data.") {
		body = `{"response":{"code":1000,"result":"OK","command":"dns-domains-list","data":` + body + `}}`
	}
	// The sample's client id can't be ours, so it goes under another name.
	a, err := answering(t, strings.ReplaceAll(body, "clTRID", "was")).Call(t.Context(), commandIn(body), nil)
	if a == nil || a.Code < 1000 || a.Result == "" || (a.Code < 2000) != (err == nil) {
		t.Errorf("%s: %+v, %v", name, a, err)
	}
	if strings.Contains(body, `"ttl":"TTL"`) || strings.Contains(body, `"amount":"amount"`) { // words where values belong
		if list := words(t.Context())[commandIn(body)]; !errors.Is(list(answering(t, strings.ReplaceAll(body, "clTRID", "was"))), wedos.ErrProtocol) {
			t.Errorf("%s: words were read as values", name)
		}
		return nil
	}
	if typed := samples(t.Context())[commandIn(body)]; typed != nil && !typed(answering(t, strings.ReplaceAll(body, "clTRID", "was"))) {
		t.Errorf("%s: the typed answer lacks what the sample holds", name)
	}
	return nil
}

// words are the typed calls whose samples in the manual have no values.
func words(ctx context.Context) map[string]func(*wedos.Client) error {
	return map[string]func(*wedos.Client) error{
		"account-list": func(c *wedos.Client) error { return second(c.AccountList(ctx, time.Unix(1, 0), time.Unix(2, 0))) },
		"dns-row-detail": func(c *wedos.Client) error {
			return second(c.DNSRowDetail(ctx, "example.com", "904", wedos.DNSRowDetailOptions{}))
		},
	}
}

// samples tells for each typed command whether the values of a sample arrive.
func samples(ctx context.Context) map[string]func(*wedos.Client) bool {
	return map[string]func(*wedos.Client) bool{
		"ping": func(c *wedos.Client) bool { return second(c.Ping(ctx)) == nil },
		"poll-req": func(c *wedos.Client) bool {
			n, err := c.PollReq(ctx)
			return err == nil && n.ID == "2691" && n.SvTRID == "1286957032.2043.21543" && n.Final()
		},
		"poll-ack": func(c *wedos.Client) bool { return c.PollAck(ctx, "1") == nil },
		"ping-async": func(c *wedos.Client) bool {
			a, err := c.PingAsync(ctx)
			return err == nil && a.Code == wedos.CodePending
		},
		"credit-info": func(c *wedos.Client) bool {
			credit, err := c.CreditInfo(ctx)
			return err == nil && credit.Amount.String() == "988296.84" && credit.Currency == "CZK"
		},
		"account-list": func(c *wedos.Client) bool {
			moves, err := c.AccountList(ctx, time.Unix(1, 0), time.Unix(2, 0))
			return err == nil && len(moves) > 0 && moves[0].ID != "" && (len(moves) == 1 ||
				moves[1].Amount.String() == "-110" && moves[1].CreatedDate.Format(time.DateTime) == "2013-03-21 16:10:04")
		},
		"domains-list": func(c *wedos.Client) bool {
			list, err := c.DomainsList(ctx, wedos.DomainsListOptions{})
			return err == nil && len(list) == 2 && list[0].Name != "" && list[1].Status != ""
		},
		"domain-check": func(c *wedos.Client) bool {
			check, err := c.DomainCheck(ctx, "example.cz")
			return err == nil && !check.Available && check.Code == 3201
		},
		"domain-transfer-check": func(c *wedos.Client) bool {
			return errors.Is(second(c.DomainTransferCheck(ctx, "example.cz")), wedos.ErrUnavailable)
		},
		"domain-renew": func(c *wedos.Client) bool {
			r, err := c.DomainRenew(ctx, "example.cz", 1, wedos.DomainRenewOptions{})
			return err == nil && r.Expiration.Format(time.DateOnly) == "2014-10-12"
		},
		"nsset-transfer": func(c *wedos.Client) bool {
			return errors.Is(second(c.NSSETTransfer(ctx, "cz", "X", wedos.NewSecret("pw"))), wedos.ErrConflict)
		},
		"dns-domains-list": func(c *wedos.Client) bool {
			zones, err := c.DNSDomainsList(ctx)
			return err == nil && len(zones) > 0 && zones[0].Name != "" && zones[0].Status != ""
		},
		"dns-domain-info": func(c *wedos.Client) bool {
			info, err := c.DNSDomainInfo(ctx, "example.com")
			return err == nil && len(info.Nameservers) == 4 && info.Serial == 2010112405 && info.AutoCommit && info.CommitDate.IsZero()
		},
		"dns-domain-axfr-run": func(c *wedos.Client) bool {
			run, err := c.DNSDomainAXFRRun(ctx, "example.com")
			return err == nil && run.NextRun.Format(time.DateTime) == "2010-12-01 09:22:10"
		},
		"dns-domain-commit": func(c *wedos.Client) bool { return second(c.DNSDomainCommit(ctx, "example.com")) == nil },
		"dns-rows-list": func(c *wedos.Client) bool {
			rows, err := c.DNSRowsList(ctx, "example.com")
			return err == nil && len(rows) > 1 && rows[0].ID == "24569" && rows[0].TTL == 1800 && rows[0].Type == "MX" && !rows[0].Changed.IsZero()
		},
		"dns-row-detail": func(c *wedos.Client) bool {
			row, err := c.DNSRowDetail(ctx, "example.com", "904", wedos.DNSRowDetailOptions{})
			return err == nil && row.ID != "" && row.Data != ""
		},
	}
}

func commandIn(body string) string {
	for _, marks := range [][2]string{{"<command>", "<"}, {`"command":"`, `"`}} {
		if _, rest, ok := strings.Cut(body, marks[0]); ok {
			name, _, _ := strings.Cut(rest, marks[1])
			return name
		}
	}
	return "ping"
}

// answering returns a client of a server that always gives the same answer.
func answering(t *testing.T, body string) *wedos.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	c, err := wedos.New(wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("pw"), URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// The list shapes come from recorded answers (a list), from users of
// Posh-ACME (an object keyed by numbers, in no order), from the manual (row1,
// row2 without a wrapper) and from XML (repeated siblings).
func TestMustShow2_EveryListShapeGivesEqualValues(t *testing.T) {
	want := []wedos.Row{
		{ID: "24569", TTL: 1800, Type: "MX", Data: "10 mx.example.net"},
		{ID: "157045", Name: "orig.test", TTL: 3600, Type: "TXT", Data: "a;b+c & <d> \"é\""},
	}
	for count := range 3 {
		for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
			for _, shape := range []wedostest.Shape{wedostest.ShapeList, wedostest.ShapeMap, wedostest.ShapeUnnested, wedostest.ShapeNumbered, wedostest.ShapeSingle} {
				c, fake := newPair(t, wedostest.Options{Shape: shape}, func(c *wedos.Config) { c.Codec = codec })
				fake.AddZone("example.com", want[:count]...)
				got, err := c.DNSRowsList(t.Context(), "example.com")
				if err != nil || len(got) != count || count > 0 && !reflect.DeepEqual(got, want[:count]) {
					t.Errorf("%s, shape %d, %d rows: %+v, %v", codec, shape, count, got, err)
				}
			}
		}
	}
}

func TestMustShow2_OddShapes(t *testing.T) {
	row := `{"ID":"7","name":"","ttl":"300","rdtype":"A","rdata":"192.0.2.1"}`
	for name, data := range map[string]string{
		"absent": ``, "null": `,"data":null`, "empty text": `,"data":""`, "empty list": `,"data":[]`,
		"row null": `,"data":{"row":null}`, "row empty": `,"data":{"row":""}`, "row []": `,"data":{"row":[]}`, "row {}": `,"data":{"row":{}}`,
		"false": `,"data":false`, "row false": `,"data":{"row":false}`,
		"one": `,"data":{"row":` + row + `}`, "numbers": `,"data":{"row":[{"ID":7,"name":"","ttl":300,"rdtype":"A","rdata":"192.0.2.1"}]}`, "key 5": `,"data":{"row":{"5":` + row + `}}`,
		"row9 bare": `,"data":{"row9":` + row + `}`, "nested list": `,"data":{"row":[[` + row + `]]}`,
	} {
		c := answering(t, `{"response":{"code":"1000","result":"OK"`+data+`}}`)
		rows, err := c.DNSRowsList(t.Context(), "example.com")
		full := strings.Contains(data, "300")
		if err != nil || full && (len(rows) != 1 || rows[0].ID != "7" || rows[0].TTL != 300) || !full && len(rows) != 0 {
			t.Errorf("%s: %+v, %v", name, rows, err)
		}
	}
	// What is there and is no list is not an empty one.
	for _, data := range []string{
		`{"row":"none"}`, `{"row":true}`, `{"row":7}`, `{"rows":[` + row + `]}`, `"none"`, `{"row":["x"]}`, `{"row":[` + row + `,null]}`, `{"row":[{}]}`,
		`{"row":{"a":` + row + `}}`, `[` + row + `]`, `[` + row + `,` + row + `]`, `{"row":[` + row + `,"x"]}`, `{"row1":"x"}`,
	} {
		rows, err := answering(t, `{"response":{"code":"1000","result":"OK","data":`+data+`}}`).DNSRowsList(t.Context(), "example.com")
		assert.ErrorIs(t, err, wedos.ErrProtocol, data)
		assert.Empty(t, rows, data)
	}
}

func TestMustShow4_BudgetsInRollingWindows(t *testing.T) {
	for _, c := range []struct {
		name   string
		budget int
		call   func(context.Context, *wedos.Client) error
	}{
		{"request 1001", 1000, func(ctx context.Context, c *wedos.Client) error { _, err := c.Ping(ctx); return err }},
		{"availability 101", 100, func(ctx context.Context, c *wedos.Client) error {
			_, err := c.DomainCheck(ctx, "free.example")
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, err := wedos.New(wedostest.New(wedostest.Options{}).Config())
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				half := c.budget / 2
				for range half {
					mustCall(t, c.call, client)
				}
				time.Sleep(30 * time.Minute)
				for range half {
					mustCall(t, c.call, client)
				}
				mustCall(t, c.call, client) // one more than the budget
				if waited := time.Since(start); waited != time.Hour {
					t.Errorf("sent after %v, want when the first leaves the window", waited)
				}
				for range half - 1 { // the rest of the first half's places are free now
					mustCall(t, c.call, client)
				}
				if waited := time.Since(start); waited != time.Hour {
					t.Errorf("after %v: the window does not roll", waited)
				}
				mustCall(t, c.call, client)
				if waited := time.Since(start); waited != 90*time.Minute {
					t.Errorf("after %v, want 90m", waited)
				}
			})
		})
	}
}

func mustCall(t *testing.T, call func(context.Context, *wedos.Client) error, c *wedos.Client) {
	t.Helper()
	if err := call(t.Context(), c); err != nil {
		t.Fatal(err)
	}
}

func TestMustShow4_EleventhInvalidRequestIsNeverSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{})
		c, err := wedos.New(fake.Config())
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan error)
		for range 40 { // all at once: the guard must count those under way
			go func() {
				_, err := c.Call(t.Context(), "no-such-command", nil)
				done <- err
			}()
		}
		refused := 0
		for range 40 {
			if err := <-done; errors.Is(err, wedos.ErrBlocked) {
				refused++
			}
		}
		if n := fake.Count("no-such-command"); n != 10 || refused != 30 {
			t.Errorf("%d sent and %d refused, want 10 and 30", n, refused)
		}
		time.Sleep(time.Hour)
		if _, err := c.Ping(t.Context()); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestMustShow5_PollAfterAKill(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	for range 2 {
		if _, err := c.PingAsync(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	var first string
	for n, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		first = n.ID
		break // what a killed process, a return and a panic have in common
	}
	if fake.Count("poll-ack") != 0 || fake.Queued() != 2 {
		t.Fatalf("acknowledged before it was handled")
	}
	func() {
		defer func() { _ = recover() }()
		for range c.Notifications(t.Context(), wedos.PollOptions{}) {
			panic("in the body")
		}
	}()
	var ids []string
	for n, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, n.ID)
	}
	if len(ids) != 2 || ids[0] != first || fake.Queued() != 0 {
		t.Errorf("got %v with %d left, want %s again and the next", ids, fake.Queued(), first)
	}
}

func TestMustShow5_WebhookRedeliversAndDeduplicates(t *testing.T) {
	var calls, failures atomic.Int32
	failures.Store(1)
	hook, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret("0123456789abcdef"), Handle: func(context.Context, *wedos.Notification) error {
		if calls.Add(1); failures.Add(-1) >= 0 {
			return errors.New("database is away")
		}
		return nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	listener := httptest.NewServer(hook)
	defer listener.Close()
	c, fake := newPair(t, wedostest.Options{WebhookURL: listener.URL + "/wapi/0123456789abcdef"}, nil)
	if _, err := c.PingAsync(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := fake.Deliver(t.Context()); left != 1 || err != nil {
		t.Fatalf("%d left, %v: a failed handler must be redelivered", left, err)
	}
	if left, _ := fake.Deliver(t.Context()); left != 0 || calls.Load() != 2 {
		t.Fatalf("%d left after %d calls", left, calls.Load())
	}
	resp, err := http.Post(listener.URL+"/0123456789abcdef", "application/x-www-form-urlencoded", strings.NewReader(duplicate(t, c)))
	if err != nil || resp.StatusCode != 200 || calls.Load() != 2 {
		t.Errorf("a duplicate: %v %v, handled %d times", resp, err, calls.Load())
	}
	_ = resp.Body.Close()
}

// duplicate is the notification that waits, once more.
func duplicate(t *testing.T, c *wedos.Client) string {
	n, err := c.PollReq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`request={"notify":{"code":1000,"svTRID":%q,"clTRID":%q,"command":"ping-async","id":%q}}`, n.SvTRID, n.ClTRID, n.ID)
}

func TestMustShow6_TimeoutOnDomainCreate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{})
		c, err := wedos.New(fake.Config())
		if err != nil {
			t.Fatal(err)
		}
		fake.Inject(wedostest.Fault{Command: "domain-create", Kind: wedostest.Hang})
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		_, err = c.DomainCreate(ctx, wedos.NewDomain{Name: "new.example", Period: 1, Owner: "CONTACT-1"})
		var e *wedos.Error
		if !errors.Is(err, wedos.ErrAmbiguous) || !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &e) {
			t.Fatalf("%v, want ErrAmbiguous and the deadline", err)
		}
		requests := fake.Requests()
		if len(requests) != 1 || e.ClTRID == "" || requests[0].ClTRID != e.ClTRID {
			t.Errorf("%+v, want one request with the error's id %q", requests, e.ClTRID)
		}
		s, err := c.Settle(t.Context(), e)
		if err != nil || s.Verdict != wedos.VerdictDone {
			t.Errorf("settled as %+v, %v: the server has the domain", s, err)
		}
	})
}

// A hostile server repeats all it was told, as it came, decoded, and as a text
// within its answer; see also TestConformance. The transfer secret has what
// the codecs and the form escape.
func TestMustShow8_NoSecretInErrors(t *testing.T) {
	const secret = `hush"&<auth>+é`
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		for name, answer := range map[string]func(raw, decoded string) string{
			"raw":     func(raw, _ string) string { return raw[strings.Index(raw, "hush")-50:] },
			"decoded": func(_, decoded string) string { return decoded[strings.Index(decoded, "hush")-50:] },
			"quoted": func(_, decoded string) string {
				quoted, _ := json.Marshal(decoded)
				return fmt.Sprintf(`{"response":{"code":2100,"result":%s,"svTRID":%[1]s,"command":"domain-transfer"}}`, quoted)
			},
		} {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				raw, _ := io.ReadAll(r.Body)
				form, _ := url.ParseQuery(string(raw))
				_, _ = fmt.Fprint(w, answer(string(raw), form.Get("request")))
			}))
			c, err := wedos.New(wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("hush-password"), URL: server.URL, Codec: codec})
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.DomainTransfer(t.Context(), wedos.Transfer{Name: "example.com", AuthInfo: wedos.NewSecret(secret)})
			c.Close()
			server.Close()
			var e *wedos.Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			shown := fmt.Sprintf("%v %+v %#v %s %s %s", err, err, err, e.Snippet, e.Result, e.SvTRID)
			if hash := wedos.AuthHash("a@example.test", "hush-password", e.At); strings.Contains(shown, "hush") || strings.Contains(shown, hash) {
				t.Errorf("%s, %s leaks: %s", codec, name, shown)
			}
			if !strings.Contains(shown, "REDACTED") {
				t.Errorf("%s, %s: the server's words are gone: %s", codec, name, shown)
			}
		}
	}
}

// What holds a secret does not show it, whichever way it is printed.
func TestMustShow8_NoSecretWhenPrinted(t *testing.T) {
	c, err := wedos.New(wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("hush-password")})
	if err != nil {
		t.Fatal(err)
	}
	hookConfig := wedos.WebhookConfig{Token: wedos.NewSecret("hush-hush-hush-hush"), Handle: wedos.NewTracker(wedos.TrackerConfig{}).Handle}
	hook, err := wedos.NewWebhook(hookConfig)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{c, *c, hook, *hook, hookConfig, &hookConfig} {
		var log strings.Builder
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		asJSON, err := json.Marshal(v)
		shown := fmt.Sprintf("%v %+v %#v %s %s", v, v, v, asJSON, log.String())
		if err != nil || strings.Contains(shown, "hush") || strings.Count(shown, "REDACTED") != 6 {
			t.Errorf("%T: %s, %v", v, shown, err)
		}
	}
}
