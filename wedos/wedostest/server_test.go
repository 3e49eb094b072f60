package wedostest_test

import (
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// raw posts a body to a fake and returns what it answers, without our client.
func raw(t *testing.T, s *wedostest.Server, path, body string) string {
	t.Helper()
	resp, err := http.Post(s.URL+path, "application/x-www-form-urlencoded", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || resp.Header.Get("Date") == "" {
		t.Errorf("%s %v: WAPI answers 200 and text/html", resp.Status, resp.Header)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestEnvelopeErrors(t *testing.T) {
	s := wedostest.NewServer(wedostest.Options{})
	defer s.Close()
	defer http.DefaultClient.CloseIdleConnections()
	auth := wedos.AuthHash(wedostest.Login, wedostest.Password, time.Now())
	for body, code := range map[string]string{
		"":                        "2000",
		"request=":                "2000",
		"request={":               "2000",
		"request=%zz":             "2000",
		`request={"request":{}}`:  "2001",
		`request={"request":"x"}`: "2001",
		`request={"request":{"user":"somebody@example.test","auth":"` + auth + `","command":"ping"}}`:                                                        "2050",
		`request={"request":{"user":"` + wedostest.Login + `","auth":"no","command":"ping"}}`:                                                                "2050",
		`request={"request":{"user":"` + wedostest.Login + `","auth":"` + auth + `","command":"none"}}`:                                                      "2010",
		`request={"request":{"user":"` + wedostest.Login + `","auth":"` + auth + `","command":"ping","clTRID":"` + strings.Repeat("x", 65) + `"}}`:           "2005",
		`request={"request":{"user":"` + wedostest.Login + `","auth":"` + auth + `","command":"ping","clTRID":"mine","data":{"a":[1,true,null,{"b":"c"}]}}}`: "1000",
	} {
		if got := raw(t, s, "/json", body); !strings.Contains(got, `"code":`+code) {
			t.Errorf("%s: %s, want %s", body, got, code)
		}
	}
	if got := raw(t, s, "/xml", url.Values{"request": {"<request><user>"}}.Encode()); !strings.Contains(got, "<code>2000</code>") {
		t.Errorf("XML: %s", got)
	}
}

// The block grows with each further invalid request, and ends.
func TestBlock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := wedostest.New(wedostest.Options{})
		config := s.Config()
		config.Limiter = wedos.NewLimiter(wedos.LimiterConfig{Invalid: 1000})
		c, err := wedos.New(config)
		if err != nil {
			t.Fatal(err)
		}
		for range 11 {
			if _, err := c.Call(t.Context(), "none", nil); !errors.Is(err, wedos.Code(2010)) {
				t.Fatal(err)
			}
		}
		if _, err := c.Ping(t.Context()); !errors.Is(err, wedos.CodeBlocked) {
			t.Errorf("%v, want 2052 after the eleventh", err)
		}
		time.Sleep(3 * time.Minute)
		if _, err := c.Ping(t.Context()); err != nil {
			t.Errorf("after the block: %v", err)
		}
	})
}

func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := wedostest.New(wedostest.Options{AccountBudget: 2})
		c, err := wedos.New(s.Config())
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []error{nil, nil, wedos.CodeLimit} {
			if _, err := c.Ping(t.Context()); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
		}
		time.Sleep(time.Hour)
		if _, err := c.Ping(t.Context()); err != nil {
			t.Errorf("an hour later: %v", err)
		}
	})
}

func TestMoneyAndDomains(t *testing.T) {
	s := wedostest.NewServer(wedostest.Options{Credit: "300.50"})
	defer s.Close()
	c, err := wedos.New(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	order := wedos.NewDomain{Name: "new.example", Period: 2, Owner: "X"}
	if _, err := c.DomainCreate(t.Context(), order); err != nil || s.Credit() != "50.50" {
		t.Errorf("%v, %s left", err, s.Credit())
	}
	if d, ok := s.Domain("new.example"); !ok || d.Owner != "X" || d.Status != "active" {
		t.Errorf("%+v, %v", d, ok)
	}
	if _, ok := s.Domain("none.example"); ok {
		t.Error("a domain that nobody made")
	}
	order.Name = "other.example"
	if _, err := c.DomainCreate(t.Context(), order); !errors.Is(err, wedos.ErrCredit) || s.Credit() != "50.50" {
		t.Errorf("%v, %s left", err, s.Credit())
	}
	for name, period := range map[string]int{"new.example": 11, "none.example": 1} {
		if _, err := c.DomainRenew(t.Context(), name, period, wedos.DomainRenewOptions{}); err == nil {
			t.Errorf("%s renewed for %d years", name, period)
		}
	}
}

// Every fault does what its comment says.
func TestFaults(t *testing.T) {
	for fault, want := range map[wedostest.Fault]struct {
		err  error
		done bool
	}{
		{Lose: true}:                    {wedos.ErrAmbiguous, true},
		{Break: true}:                   {wedos.ErrAmbiguous, false},
		{Code: 3305}:                    {wedos.ErrBusy, false},
		{Text: wedostest.RateLimitText}: {wedos.ErrRateLimited, true},
		{Redirect: true}:                {wedos.ErrProtocol, false},
		{Truncate: true}:                {wedos.ErrProtocol, true},
		{NoEffect: true}:                {nil, false},
		{Delay: time.Nanosecond}:        {nil, true},
	} {
		for _, s := range []*wedostest.Server{wedostest.NewServer(wedostest.Options{}), wedostest.New(wedostest.Options{})} {
			s.AddZone("example.com")
			fault.Command = "dns-row-add"
			s.Inject(fault)
			c, err := wedos.New(s.Config())
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{TTL: 300, Type: "A", Data: "192.0.2.1"})
			zone, _ := s.Zone("example.com")
			if !errors.Is(err, want.err) || (len(zone.Rows) == 1) != want.done {
				t.Errorf("%+v: %v, %d rows", fault, err, len(zone.Rows))
			}
			if _, err := c.Ping(t.Context()); err != nil {
				t.Errorf("%+v: it did not end: %v", fault, err)
			}
			c.Close()
			s.Close()
		}
	}
}

// A documented "no" is not a mistake, for the server as for the client's
// limiter: a dozen of them block nobody, unless both are told to be strict.
func TestNegativesBlockNobody(t *testing.T) {
	for command, codes := range map[string][]int{
		"poll-ack": {2151}, "domain-check": {3201, 3206}, "domain-create": {3201, 3206}, "domain-info": {3222},
		"domain-transfer-check": {3207, 3208, 3218, 3220}, "domain-tld-period-check": {2203}, "contact-check": {3231, 3236},
		"contact-info": {3229}, "nsset-check": {3245, 3251}, "nsset-info": {3214}, "dns-row-detail": {3309}, "dns-row-add": {2316},
	} {
		for _, code := range codes {
			for _, strict := range []struct{ server, client bool }{{}, {server: true}, {server: true, client: true}} {
				s := wedostest.New(wedostest.Options{Strict: strict.server})
				s.Inject(wedostest.Fault{Command: command, Code: code, Times: 12})
				config := s.Config()
				config.Limiter = wedos.NewLimiter(wedos.LimiterConfig{Strict: strict.client, FailFast: true})
				c, err := wedos.New(config)
				if err != nil {
					t.Fatal(err)
				}
				for range 12 {
					_, _ = c.Call(t.Context(), command, nil)
				}
				_, err = c.Ping(t.Context())
				if errors.Is(err, wedos.ErrBlocked) != strict.server || errors.Is(err, wedos.CodeBlocked) != (strict.server && !strict.client) {
					t.Errorf("%s %d, %+v: then a ping was told %v", command, code, strict, err)
				}
			}
		}
	}
}

// What a command changes is there afterwards, in both codecs; what only tests
// changes nothing.
func TestChangesStay(t *testing.T) {
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		s := wedostest.New(wedostest.Options{})
		config := s.Config()
		config.Codec = codec
		c, err := wedos.New(config)
		if err != nil {
			t.Fatal(err)
		}
		dry := c.With(wedos.CallOptions{Test: true})
		ctx := t.Context()
		done := func(_ any, err error) {
			t.Helper()
			if err != nil {
				t.Error(err)
			}
		}
		first := []wedos.Nameserver{{Name: "ns1.new.example", IPv4: []string{"192.0.2.1"}, IPv6: []string{"2001:db8::1"}}, {Name: "ns.example.net"}}
		other := []wedos.Nameserver{{Name: "a.example.net"}, {Name: "b.example.net"}, {Name: "c.example.net"}}

		done(c.DomainCreate(ctx, wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X", Nameservers: wedos.Nameservers{Servers: first}}))
		servers := func(what string, want []wedos.Nameserver) {
			t.Helper()
			if d, err := c.DomainInfo(ctx, "new.example"); err != nil || !reflect.DeepEqual(d.DNS.Servers, want) {
				t.Errorf("%s, %s: %+v, %v", codec, what, d.DNS.Servers, err)
			}
		}
		servers("made", first)
		done(dry.DomainUpdateNS(ctx, "new.example", wedos.Nameservers{Servers: other}))
		servers("tested", first)
		done(c.DomainUpdateNS(ctx, "new.example", wedos.Nameservers{Servers: other}))
		servers("changed", other)
		done(c.DomainUpdateNS(ctx, "new.example", wedos.Nameservers{NSSET: "NSS"}))
		servers("an NSSET", nil)
		done(dry.DomainUpdateKeyset(ctx, "new.example", "0"))
		done(c.DomainUpdateKeyset(ctx, "new.example", "KEYS"))
		if d, err := c.DomainInfo(ctx, "new.example"); err != nil || d.NSSET != "NSS" || d.Keyset != "KEYS" {
			t.Errorf("%s: %+v, %v", codec, d, err)
		}

		done(c.NSSETCreate(ctx, "cz", "NSS", first, wedos.NSSETOptions{TechC: "T1"}))
		done(dry.NSSETUpdate(ctx, "cz", "NSS", other, wedos.NewSecret("pw"), wedos.NSSETOptions{}))
		if n, err := c.NSSETInfo(ctx, "cz", "NSS"); err != nil || !reflect.DeepEqual(n.DNS.Servers, first) || n.TechC != "T1" {
			t.Errorf("%s: %+v, %v", codec, n, err)
		}
		done(c.NSSETUpdate(ctx, "cz", "NSS", other, wedos.NewSecret("pw"), wedos.NSSETOptions{}))
		if n, err := c.NSSETInfo(ctx, "cz", "NSS"); err != nil || !reflect.DeepEqual(n.DNS.Servers, other) || n.TechC != "" {
			t.Errorf("%s: %+v, %v", codec, n, err)
		}

		done(c.ContactCreate(ctx, "cz", wedos.Contact{ID: "CON", FirstName: "A", Email: "a@example.com", City: "Praha"}))
		done(dry.ContactUpdate(ctx, "cz", "CON", wedos.Contact{Email: "x@example.com"}, wedos.ContactUpdateOptions{}))
		done(c.ContactUpdate(ctx, "cz", "CON", wedos.Contact{FirstName: "B", Email: "b@example.com"}, wedos.ContactUpdateOptions{}))
		if i, err := c.ContactInfo(ctx, "cz", "CON", wedos.ContactInfoOptions{}); err != nil || i.ContactID != "CON" || i.Contact.Email != "b@example.com" || i.Contact.City != "" || i.Contact.FirstName != "A" {
			t.Errorf("%s: %+v, %v: names stay, what is left out goes", codec, i, err)
		}
	}
}

// Rows are checked as WAPI checks them, and the account's movements by date.
func TestRowsAndMovementsAreChecked(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	s := wedostest.New(wedostest.Options{InvalidBudget: 100, Now: func() time.Time { return now }})
	s.AddZone("example.com", wedos.Row{ID: "7", TTL: 300, Type: "A", Data: "192.0.2.1"})
	config := s.Config()
	config.Now, config.Limiter = func() time.Time { return now }, wedos.NewLimiter(wedos.LimiterConfig{Invalid: 100})
	c, err := wedos.New(config)
	if err != nil {
		t.Fatal(err)
	}
	add := map[string]any{"domain": "example.com", "name": "", "ttl": 300, "type": "A", "rdata": "192.0.2.9"}
	update := map[string]any{"domain": "example.com", "row_id": 7, "ttl": 300, "rdata": "192.0.2.9"}
	for _, try := range []struct {
		command, key string
		value        any
		code         wedos.Code
		data         map[string]any
	}{
		{"dns-row-add", "rdata", "", 2100, add}, {"dns-row-add", "type", "", 2100, add}, {"dns-row-add", "ttl", 299, 2315, add},
		{"dns-row-update", "rdata", "", 2100, update}, {"dns-row-update", "ttl", 299, 2315, update}, {"dns-row-update", "row_id", 8, 3309, update},
	} {
		for _, test := range []bool{false, true} {
			data := maps.Clone(try.data)
			data[try.key] = try.value
			if _, err := c.With(wedos.CallOptions{Test: test}).Call(t.Context(), try.command, data); !errors.Is(err, try.code) {
				t.Errorf("%s %s=%v, test %v: %v, want %d", try.command, try.key, try.value, test, err, try.code)
			}
		}
	}
	for _, name := range []string{"one.example", "two.example"} {
		if _, err := c.DomainCreate(t.Context(), wedos.NewDomain{Name: name, Period: 1, Owner: "X"}); err != nil {
			t.Fatal(err)
		}
		now = now.AddDate(0, 0, 2)
	}
	moves, err := c.AccountList(t.Context(), now.AddDate(0, 0, -2), now)
	if err != nil || len(moves) != 1 || moves[0].Description != "two.example" {
		t.Errorf("%+v, %v", moves, err)
	}
	if _, err := c.Call(t.Context(), "account-list", map[string]any{"date_from": "yesterday", "date_to": "2026-05-01"}); !errors.Is(err, wedos.Code(3005)) {
		t.Errorf("%v, want 3005", err)
	}
}

// A zero Fault does nothing, and takes no other's place.
func TestInject_ZeroFault(t *testing.T) {
	s := wedostest.New(wedostest.Options{})
	c, err := wedos.New(s.Config())
	require.NoError(t, err)
	s.Inject(wedostest.Fault{})
	s.Inject(wedostest.Fault{Command: "ping", Times: 3})
	s.Inject(wedostest.Fault{Command: "ping", Code: 2100})
	_, err = c.Ping(t.Context())
	assert.ErrorIs(t, err, wedos.Code(2100))
	_, err = c.Ping(t.Context())
	assert.NoError(t, err)
}

// Skip and Times count as in the other fakes.
func TestInject_SkipAndTimes(t *testing.T) {
	for times, want := range map[int][]bool{0: {true, false, true, true}, 2: {true, false, false, true}, -1: {true, false, false, false}} {
		s := wedostest.New(wedostest.Options{})
		c, err := wedos.New(s.Config())
		require.NoError(t, err)
		s.Inject(wedostest.Fault{Command: "ping", Skip: 1, Times: times, Code: 2100})
		var passed []bool
		for range want {
			_, err := c.Ping(t.Context())
			passed = append(passed, err == nil)
		}
		assert.Equal(t, want, passed, "Times %d", times)
		s.ClearFaults()
		_, err = c.Ping(t.Context())
		assert.NoError(t, err)
	}
}

// In a bubble, whose clock no socket holds up: an answer that is held back, and
// one that never comes.
func TestTransport_DelayAndHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := wedostest.New(wedostest.Options{})
		config := s.Config()
		config.HTTPClient = &http.Client{Transport: s.Transport()}
		c, err := wedos.New(config)
		require.NoError(t, err)
		defer c.Close()
		s.Inject(wedostest.Fault{Delay: 5 * time.Second})
		start := time.Now()
		_, err = c.Ping(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 5*time.Second, time.Since(start))

		s.Inject(wedostest.Fault{Hang: true, Times: -1})
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start = time.Now()
		_, err = c.Ping(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 3*time.Second, time.Since(start))
	})
}
