package wedos_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// What stands before WAPI or in its place is told apart, and after a changing
// command nobody can say that nothing was done.
func TestAnswersThatAreNotWAPIs(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		want error
		text string
	}{
		"rate limit":      {"User-Agent Rate Limit", wedos.ErrRateLimited, "User-Agent is rate limited"},
		"protection page": {"<!DOCTYPE html><title>WEDOS Protection</title>", wedos.ErrUnavailable, "protection page"},
		"other page":      {"<html><body>It works!</body></html>", wedos.ErrProtocol, "not WAPI's"},
		"no code":         {`{"response":{"result":"OK"}}`, wedos.ErrProtocol, "not WAPI's"},
		"odd code":        {`{"response":{"code":"fine"}}`, wedos.ErrProtocol, "not WAPI's"},
		"a notification":  {`{"notify":{"code":1000}}`, wedos.ErrProtocol, "not WAPI's"},
		"other request":   {`{"response":{"code":1000,"clTRID":"not ours"}}`, wedos.ErrProtocol, "not WAPI's"},
		"other command":   {`{"response":{"code":1000,"command":"credit-info"}}`, wedos.ErrProtocol, "not WAPI's"},
	} {
		client := answering(t, c.body)
		_, err := client.Ping(t.Context())
		var e *wedos.Error
		if !errors.Is(err, wedos.ErrProtocol) || !errors.Is(err, c.want) || !errors.As(err, &e) || !strings.Contains(err.Error(), c.text) {
			t.Errorf("%s: %v", name, err)
		}
		if e.Snippet == "" || len(e.Snippet) > 210 || strings.Contains(err.Error(), e.Snippet) && name != "rate limit" {
			t.Errorf("%s: snippet %q beside %q", name, e.Snippet, err)
		}
		if errors.Is(err, wedos.ErrAmbiguous) {
			t.Errorf("%s: a read is never ambiguous", name)
		}
		if _, err := client.PingAsync(t.Context()); !errors.Is(err, wedos.ErrAmbiguous) {
			t.Errorf("%s: %v, want ErrAmbiguous for a change", name, err)
		}
	}
}

// The manual's own sample answers ping-async as ping, with our id.
func TestShortenedCommandWithOurID(t *testing.T) {
	c := answering(t, `{"response":{"code":"1001","result":"Request pending","clTRID":"mine","command":"ping"}}`)
	if a, err := c.With(wedos.CallOptions{ClTRID: "mine"}).PingAsync(t.Context()); err != nil || a.Code != wedos.CodePending {
		t.Errorf("%v, %v", a, err)
	}
}

// Without a timestamp in the answer, the Date header shows the server's hour.
func TestSkewFromTheDateHeader(t *testing.T) {
	now := time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)
	requests := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Date", now.Add(2*time.Hour).Format(http.TimeFormat))
		_, _ = fmt.Fprint(w, `{"response":{"code":2050,"result":"Authentication failure"}}`)
	}))
	defer server.Close()
	c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), URL: server.URL, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Ping(t.Context()); !errors.Is(err, wedos.ErrUnauthorized) || requests != 2 {
		t.Errorf("%v after %d requests, want exactly one retry", err, requests)
	}
}

// An answer of a reading command has to hold what was asked for.
func TestAbsentObject(t *testing.T) {
	for _, data := range []string{`""`, `{"domain":false}`, `{"domain":"?"}`, `{"domain":["?"]}`, `{"domain":[]}`, `{"domain":null}`} {
		c := answering(t, `{"response":{"code":1000,"result":"OK","data":`+data+`}}`)
		if _, err := c.DomainInfo(t.Context(), "example.com"); !errors.Is(err, wedos.ErrProtocol) {
			t.Errorf("%s: %v, want ErrProtocol", data, err)
		}
	}
	c := answering(t, `{"response":{"code":1000,"result":"OK","data":""}}`)
	test := c.With(wedos.CallOptions{Test: true}) // WAPI leaves data empty in test mode (measured by another client)
	if d, err := test.DomainInfo(t.Context(), "example.com"); err != nil || d.Name != "" {
		t.Errorf("%+v, %v", d, err)
	}
}

// Amounts are exact; what is none is an error, never 0.
func TestOddAmountsAndDates(t *testing.T) {
	for _, text := range []string{"", "lots", "1e9", strings.Repeat("9", 50), "1 000,50", "1.000,50", "1,5", "0x10", "--1", "1_000", "."} {
		c := answering(t, `{"response":{"code":1000,"result":"OK","data":{"amount":"`+text+`","currency":"CZK"}}}`)
		if credit, err := c.CreditInfo(t.Context()); !errors.Is(err, wedos.ErrProtocol) {
			t.Errorf("%q: %v, %v, want ErrProtocol", text, credit.Amount, err)
		}
	}
	for text, want := range map[string]string{"988296.84": "988296.84", "0.10": "0.1", "-125.00": "-125", "0": "0"} {
		c := answering(t, `{"response":{"code":1000,"result":"OK","data":{"amount":"`+text+`","currency":"CZK"}}}`)
		if credit, err := c.CreditInfo(t.Context()); err != nil || credit.Amount.String() != want {
			t.Errorf("%q: %v, %v", text, credit.Amount, err)
		}
	}
	for text, want := range map[string]string{"2014-10-12": "2014-10-12T00:00:00+02:00", "2014-12-12 08:00:00": "2014-12-12T08:00:00+01:00"} {
		c := answering(t, `{"response":{"code":1000,"result":"OK","data":{"expiration":"`+text+`"}}}`)
		if r, err := c.DomainRenew(t.Context(), "example.com", 1, wedos.DomainRenewOptions{}); err != nil || r.Expiration.Format(time.RFC3339) != want {
			t.Errorf("%q: %v, %v", text, r, err)
		}
	}
}

// Refusals of budgets teach the limiter: 2006 delays everything, 2250 only
// availability, and 2052 stops at once.
func TestRefusalsTeachTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{AccountBudget: 1 << 30, AvailabilityBudget: 1})
		c, err := wedos.New(fake.Config())
		if err != nil {
			t.Fatal(err)
		}
		check := func() error { return second(c.DomainCheck(t.Context(), "free.example")) }
		if err := check(); err != nil {
			t.Fatal(err)
		}
		if err := check(); !errors.Is(err, wedos.ErrRateLimited) || !errors.Is(err, wedos.CodeCheckLimit) {
			t.Errorf("%v, want 2250", err)
		}
		start := time.Now()
		if _, err := c.Ping(t.Context()); err != nil || time.Since(start) != 0 {
			t.Errorf("a ping waited %v: %v", time.Since(start), err)
		}
		_ = check()
		if waited := time.Since(start); waited < time.Minute {
			t.Errorf("the next check waited %v", waited)
		}
		fake.Inject(wedostest.Fault{Code: 2052})
		if _, err := c.Ping(t.Context()); !errors.Is(err, wedos.ErrBlocked) || !errors.Is(err, wedos.CodeBlocked) {
			t.Errorf("%v, want 2052", err)
		}
		sent := len(fake.Requests())
		_, err = c.Ping(t.Context())
		var e *wedos.Error
		if !errors.Is(err, wedos.ErrBlocked) || !errors.As(err, &e) || e.RetryAfter <= 0 || e.Command != "ping" || len(fake.Requests()) != sent {
			t.Errorf("%v, want a refusal without a request", err)
		}
	})
}

// A limiter of one's own is asked before each attempt and told each outcome.
func TestOwnLimiter(t *testing.T) {
	own := &countingLimiter{}
	c, fake := newPair(t, wedostest.Options{}, func(c *wedos.Config) { c.Limiter, c.MaxRetryWait = own, time.Millisecond })
	fake.Inject(wedostest.Fault{Break: true})
	if _, err := c.With(wedos.CallOptions{Critical: true}).DomainCheck(t.Context(), "free.example"); err != nil {
		t.Fatal(err)
	}
	if own.acquired != 2 || own.released != 2 || !own.last.Availability || !own.last.Critical || own.last.Command != "domain-check" {
		t.Errorf("%+v", own)
	}
	own.err = errors.New("the shared store is away")
	if _, err := c.Ping(t.Context()); !errors.Is(err, own.err) || fake.Count("ping") != 0 {
		t.Errorf("%v", err)
	}
}

type countingLimiter struct {
	acquired, released int
	last               wedos.Use
	err                error
}

func (l *countingLimiter) Acquire(_ context.Context, _ string, use wedos.Use) (func(wedos.Outcome), error) {
	if l.err != nil {
		return nil, l.err
	}
	l.acquired++
	l.last = use
	return func(wedos.Outcome) { l.released++ }, nil
}

// The codes' classes and conditions, as the vendor's list groups them.
func TestCodes(t *testing.T) {
	for code, want := range map[wedos.Code]wedos.Class{
		0: wedos.ClassUnknown, 1000: wedos.ClassDone, 1200: wedos.ClassNotice, 1300: wedos.ClassDone, 2100: wedos.ClassRequest,
		3201: wedos.ClassObject, 4207: wedos.ClassExecution, 5003: wedos.ClassInternal, 6000: wedos.ClassUnknown, -1: wedos.ClassUnknown,
	} {
		if got := code.Class(); got != want {
			t.Errorf("%d: %s, want %s", code, got, want)
		}
	}
	for code, want := range map[int]error{
		2051: wedos.ErrForbidden, 2100: wedos.ErrInvalid, 2206: wedos.ErrUnavailable, 2283: wedos.ErrCredit, 3002: wedos.ErrCredit,
		3222: wedos.ErrNotFound, 3223: wedos.ErrForbidden, 3305: wedos.ErrBusy, 3224: wedos.ErrFailed, 4205: wedos.ErrUnavailable, 4002: wedos.ErrCredit,
	} {
		_, err := answering(t, fmt.Sprintf(`{"response":{"code":%d,"result":"why"}}`, code)).Ping(t.Context())
		if !errors.Is(err, want) || err.Error() != fmt.Sprintf("wedos: ping: why (code %d)", code) {
			t.Errorf("%d: %v, want %v", code, err, want)
		}
	}
}

// A status other than 200 is not WAPI's; one that speaks of success leaves
// open what was done.
func TestOtherStatuses(t *testing.T) {
	for status, ambiguous := range map[int]bool{201: true, 202: true, 204: true, 403: false, 500: true} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			if status != 204 {
				_, _ = fmt.Fprint(w, `{"response":{"code":1000,"result":"OK"}}`)
			}
		}))
		c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), URL: server.URL})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.PingAsync(t.Context())
		if errors.Is(err, wedos.ErrAmbiguous) != ambiguous || status < 300 && !errors.Is(err, wedos.ErrProtocol) {
			t.Errorf("%d: %v, want ambiguous: %v", status, err, ambiguous)
		}
		if e := err.(*wedos.Error); status == 403 && !strings.Contains(e.Snippet, "response") {
			t.Errorf("%d: snippet %q", status, e.Snippet)
		}
		c.Close()
		server.Close()
	}
}

// What is not a code of WAPI's is not a success: its codes begin at 1000.
func TestCodesBelowAThousand(t *testing.T) {
	for _, code := range []string{"0", "-1", "1", "999"} {
		c := answering(t, `{"response":{"code":`+code+`,"result":"?"}}`)
		if _, err := c.PingAsync(t.Context()); !errors.Is(err, wedos.ErrProtocol) || !errors.Is(err, wedos.ErrAmbiguous) {
			t.Errorf("%s: %v", code, err)
		}
		if n, err := wedos.ParseNotification(`{"notify":{"code":` + code + `,"id":1}}`); err == nil {
			t.Errorf("%s: %+v", code, n)
		}
	}
}

// Options of a derived client replace the former ones, but test mode stays: a
// function that only sets an id must not make a test the real thing.
func TestTestModeIsInherited(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	c = c.With(wedos.CallOptions{Test: true}).With(wedos.CallOptions{ClTRID: "mine"})
	if _, err := c.DomainCreate(t.Context(), wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X"}); err != nil {
		t.Fatal(err)
	}
	if fake.Credit() != "10000.00" {
		t.Error("the domain was paid for")
	}
}

// An Answer or a Notification that was made by hand or stored as JSON has no
// data, and says so.
func TestAnswerWithoutData(t *testing.T) {
	var n wedos.Notification
	var into struct {
		X string `wapi:"x"`
	}
	if n.Value("domain") != "" || n.Decode(&into) != nil {
		t.Error("an answer without data holds nothing")
	}
}

// A value that would be lost on the way is refused.
func TestCallRefusesWhatItCannotSend(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	cycle := map[string]any{}
	cycle["again"] = cycle
	for field, data := range map[string]any{
		"at":    map[string]any{"at": time.Now()},
		"sub":   map[string]any{"sub": struct{ A string }{"x"}},
		"again": cycle,
	} {
		var e *wedos.Error
		if _, err := c.Call(t.Context(), "some-command", data); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	mixed := struct {
		Seen   string `wapi:"seen"`
		hidden string `wapi:"hidden"` //nolint:govet // what encoding/json does with it too
	}{"yes", "no"}
	a, err := c.Call(t.Context(), "ping", mixed)
	if sent := fake.Requests()[0].Data; err != nil || sent["seen"] != "yes" || len(sent) != 1 {
		t.Errorf("sent %v, %v", sent, err)
	}
	if err := a.Decode(&mixed); err != nil || mixed.hidden != "no" {
		t.Errorf("%+v, %v", mixed, err)
	}
	var e *wedos.Error
	if err := a.Decode(mixed); !errors.As(err, &e) || e.Field != "into" {
		t.Errorf("%v, want an *Error", err)
	}
}

// Every command that changes something is sent once when its answer is lost,
// and is ambiguous; every one that reads is tried again, and is not. What this
// package has never heard of changes something.
func TestWhatIsRepeated(t *testing.T) {
	reading := "ping poll-req poll-ack credit-info account-list domains-list domain-check domain-info domain-transfer-check " +
		"domain-tld-period-check contact-check contact-info nsset-check nsset-info dns-domains-list dns-domain-info dns-rows-list dns-row-detail"
	changing := "ping-async domain-create domain-renew domain-transfer domain-update-ns domain-update-keyset domain-send-auth-info " +
		"contact-create contact-update contact-transfer contact-send-auth-info nsset-create nsset-update nsset-transfer nsset-send-auth-info " +
		"dns-domain-add dns-domain-update dns-domain-delete dns-domain-copy dns-domain-commit dns-domain-axfr-run dns-row-add dns-row-update " +
		"dns-row-delete wgp-domain-create wgp-domain-renew wgp-domain-delete wgp-cache-purge never-heard-of"
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), HTTPClient: &http.Client{
			Transport: roundTripper(func(*http.Request) (*http.Response, error) { sent++; return nil, io.ErrUnexpectedEOF }),
		}})
		if err != nil {
			t.Fatal(err)
		}
		for commands, want := range map[string]struct {
			sent      int
			ambiguous bool
		}{reading: {3, false}, changing: {1, true}} {
			for command := range strings.FieldsSeq(commands) {
				sent = 0
				_, err := c.Call(t.Context(), command, nil)
				if sent != want.sent || errors.Is(err, wedos.ErrAmbiguous) != want.ambiguous {
					t.Errorf("%s: sent %d times, %v", command, sent, err)
				}
			}
		}
	})
}

// The three commands of the availability budget, and no other.
func TestWhatTakesFromTheAvailabilityBudget(t *testing.T) {
	own := &countingLimiter{}
	c, _ := newPair(t, wedostest.Options{InvalidBudget: 100}, func(c *wedos.Config) { c.Limiter = own })
	for command, want := range map[string]bool{
		"domain-check": true, "domain-create": true, "domain-transfer-check": true,
		"domain-info": false, "domain-renew": false, "domain-transfer": false, "ping": false, "never-heard-of": false,
	} {
		_, _ = c.Call(t.Context(), command, nil)
		if own.last.Command != command || own.last.Availability != want {
			t.Errorf("%s: %+v", command, own.last)
		}
	}
}
