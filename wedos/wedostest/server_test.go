package wedostest_test

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

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
	for kind, want := range map[wedostest.FaultKind]struct {
		err  error
		done bool
	}{
		wedostest.LoseAnswer:  {wedos.ErrAmbiguous, true},
		wedostest.LoseRequest: {wedos.ErrAmbiguous, false},
		wedostest.AnswerCode:  {wedos.ErrBusy, false},
		wedostest.AnswerText:  {wedos.ErrRateLimited, true},
		wedostest.Redirect:    {wedos.ErrProtocol, true},
		wedostest.Truncate:    {wedos.ErrProtocol, true},
	} {
		for _, s := range []*wedostest.Server{wedostest.NewServer(wedostest.Options{}), wedostest.New(wedostest.Options{})} {
			s.AddZone("example.com")
			s.Inject(wedostest.Fault{Command: "dns-row-add", Kind: kind, Code: 3305})
			c, err := wedos.New(s.Config())
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{TTL: 300, Type: "A", Data: "192.0.2.1"})
			zone, _ := s.Zone("example.com")
			if !errors.Is(err, want.err) || (len(zone.Rows) == 1) != want.done {
				t.Errorf("fault %d: %v, %d rows", kind, err, len(zone.Rows))
			}
			if _, err := c.Ping(t.Context()); err != nil {
				t.Errorf("fault %d: it did not end: %v", kind, err)
			}
			c.Close()
			s.Close()
		}
	}
}
