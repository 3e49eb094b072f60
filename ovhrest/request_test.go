package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// The server recomputes the signature from what arrived, so an answer proves
// that what was signed is what was sent.
func TestRequest_EscapedAndSigned(t *testing.T) {
	var path string
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		path = r.RequestURI
		fmt.Fprint(w, `{"domain":"x","key":"x","cartId":"x","name":"x","readOnly":false,"whoisOwner":"1","serviceId":1,"dnssecSupported":false,
			"glueRecordIpv6Supported":false,"glueRecordMultiIpSupported":false,"hostSupported":false,"owoSupported":false}`)
	})
	c := a.client(t, nil)
	ctx := t.Context()
	for _, call := range []struct {
		want string
		do   func() error
	}{
		{"/1.0/domain/ex%C3%A4mple.test", func() error { _, err := c.Domain(ctx, "exämple.test"); return err }},
		{"/1.0/domain/xn--exmple-cua.test", func() error { _, err := c.Domain(ctx, "xn--exmple-cua.test"); return err }},
		{"/1.0/domain/%E4%BE%8B%E5%AD%90.test", func() error { _, err := c.Domain(ctx, "例子.test"); return err }},
		{"/1.0/me/task/domain/7/argument/a%7Cb%20c", func() error { _, err := c.TaskArgument(ctx, 7, "a|b c"); return err }},
		{"/1.0/order/cart/a%2Fb%3Fc%23d%25e", func() error { _, err := c.Cart(ctx, "a/b?c#d%e"); return err }},
		{"/1.0/domain/extensions/co.uk", func() error { _, err := c.Extension(ctx, "co.uk"); return err }},
		{"/1.0/domain/extensions/a+b&c=d%3Be:f@g%2Ch$i", func() error { return c.Get(ctx, "/domain/extensions/{name}", nil, "a+b&c=d;e:f@g,h$i") }},
		{"/1.0/x?q=a%7Cb+c%26d&n=%C3%A4", func() error { return c.Get(ctx, "/x?q={q}&n={n}", nil, "a|b c&d", "ä") }},
		{"/1.0/order/cart?description=hebergo%2Fa+b", func() error { return ignoreShape(c.CartIDs(ctx, "hebergo/a b")) }},
		{"/v2/domain/name/a%20b", func() error { return c.Get(ctx, "/v2/domain/name/{domainName}", nil, "a b") }},
	} {
		if err := call.do(); err != nil {
			t.Errorf("%s: %v", call.want, err)
		}
		if path != call.want {
			t.Errorf("sent %s, want %s", path, call.want)
		}
	}
}

// ignoreShape drops the complaint that the test's answer is not a list.
func ignoreShape(_ []string, err error) error {
	if errors.Is(err, ErrProtocol) {
		return nil
	}
	return err
}

func TestRequest_InvalidInputIsNotSent(t *testing.T) {
	sent := 0
	a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { sent++; fmt.Fprint(w, `{}`) })
	c := a.client(t, nil)
	ctx := t.Context()
	calls := map[string]func() error{
		"empty cart":           func() error { return c.AssignCart(ctx, "") },
		"dots":                 func() error { return c.AssignCart(ctx, "..") },
		"dot":                  func() error { return c.AssignCart(ctx, ".") },
		"control character":    func() error { return c.AssignCart(ctx, "a\x00b") },
		"not UTF-8":            func() error { return c.AssignCart(ctx, "a\xff") },
		"no subsidiary":        func() error { _, err := c.CreateCart(ctx, CartCreation{}); return err },
		"empty option":         func() error { _, err := c.AddDomainOption(ctx, "example.com", DomainOption{}); return err },
		"nobody to change to":  func() error { _, err := c.ChangeDomainContact(ctx, "example.com", ContactChangeParams{}); return err },
		"no token":             func() error { return c.AcceptContactChange(ctx, 1, Secret{}) },
		"no rules":             func() error { _, err := c.RequestCredential(ctx, CredentialRequestParams{}); return err },
		"path of a query":      func() error { _, err := c.ConfigurationRule(ctx, "a/b", DomainActionTrade); return err },
		"check of no domain":   func() error { return c.CheckConfigurationRule(ctx, "", DomainActionTrade, RuleData{}) },
		"offers for no domain": func() error { _, err := c.CartDomainOffers(ctx, "a-cart", " "); return err },
		"an address":           func() error { return c.Get(ctx, "https://example.com/", nil) },
		"another host":         func() error { return c.Get(ctx, "//example.com/", nil) },
		"relative":             func() error { return c.Get(ctx, "me", nil) },
		"unescaped":            func() error { return c.Get(ctx, "/domain/exämple.test", nil) },
		"unescaped space":      func() error { return c.Get(ctx, "/a b", nil) },
		"too few values":       func() error { return c.Get(ctx, "/a/{b}/{c}", nil, "x") },
		"too many values":      func() error { return c.Get(ctx, "/a", nil, "x") },
		"open brace":           func() error { return c.Get(ctx, "/a/{b", nil, "x") },
		"body that can't be":   func() error { return c.Post(ctx, "/a", func() {}, nil) },
	}
	for _, domain := range []string{"", " ", "a b.test", "a.test/task", "a.test?x=1", "a.test#x", "../me", "a..test", ".test", "a\ttest", "a.test\n", "user@a.test", "http://a.test", "*.test", "a%2f.test"} {
		calls["domain "+domain] = func() error { _, err := c.Domain(ctx, domain); return err }
		calls["task of "+domain] = func() error { return c.CancelDomainTask(ctx, domain, 1) }
	}
	for name, call := range calls {
		err := call()
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, ErrInvalid) || e.Field == "" || errors.Is(err, ErrAmbiguous) {
			t.Errorf("%s: %v, want ErrInvalid with a field", name, err)
		}
	}
	if sent != 0 || a.times.Load() != 0 {
		t.Errorf("%d requests and %d time calls were sent", sent, a.times.Load())
	}
}

func TestNilContext(t *testing.T) {
	c := newRaw(t, 200, "1")
	var none context.Context
	if _, err := c.Me(none); !errors.Is(err, ErrInvalid) {
		t.Errorf("%v", err)
	}
	for _, err := range c.DomainTasks(none, "example.com", TaskFilter{}) {
		if !errors.Is(err, ErrInvalid) {
			t.Errorf("%v", err)
		}
	}
}

func TestRegionsThatLackACall(t *testing.T) {
	for endpoint, calls := range map[string]map[bool][]func(*Client) error{
		"ovh-us": {
			true:  {domainOf, taskOf, offersOf, func(c *Client) error { return c.Get(context.Background(), "/domain?whoisOwner={o}", nil, "1") }, func(c *Client) error { _, err := c.MeTask(context.Background(), 1); return err }},
			false: {meOf, cartOf},
		},
		"kimsufi-eu":    {true: {cartOf, offersOf, contactsOf}, false: {meOf, domainOf, taskOf}},
		"soyoustart-ca": {true: {cartOf, offersOf, contactsOf}, false: {meOf, domainOf}},
		"ovh-ca":        {false: {meOf, domainOf, taskOf, cartOf, offersOf, contactsOf}},
	} {
		sent := 0
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { sent++; w.WriteHeader(http.StatusNotFound) })
		c := a.client(t, func(cfg *Config) { cfg.Endpoint = endpoint })
		for lacks, list := range calls {
			for i, call := range list {
				before := sent
				err := call(c)
				if errors.Is(err, ErrRegion) != lacks || (sent == before) != lacks {
					t.Errorf("%s, call %d: %v after %d requests", endpoint, i, err, sent-before)
				}
			}
		}
	}
}

func meOf(c *Client) error       { _, err := c.Me(context.Background()); return err }
func domainOf(c *Client) error   { _, err := c.Domain(context.Background(), "example.com"); return err }
func cartOf(c *Client) error     { _, err := c.Cart(context.Background(), "a-cart"); return err }
func contactsOf(c *Client) error { _, err := c.DomainContacts(context.Background()); return err }
func taskOf(c *Client) error {
	_, err := c.DomainTaskIDs(context.Background(), "example.com", TaskFilter{})
	return err
}
func offersOf(c *Client) error {
	_, err := c.DomainOptionOffers(context.Background(), "example.com")
	return err
}

func TestAnswersThatAreNone(t *testing.T) {
	for _, body := range []string{
		"", " ", "null", "{}", `{"surplus":1}`, "[]", "1", `"x"`, "{", `{"nichandle":1}`, "<html>", "\xff",
		strings.Repeat("[", 5000) + strings.Repeat("]", 5000), `{"a":` + strings.Repeat(`{"a":`, 5000) + "1" + strings.Repeat("}", 5001),
	} {
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		c := a.client(t, nil)
		if _, err := c.Me(t.Context()); !errors.Is(err, ErrProtocol) || strings.Contains(err.Error(), "surplus") {
			t.Errorf("%.20q: %v, want ErrProtocol", body, err)
		}
		if _, err := c.CreateCart(t.Context(), CartCreation{OvhSubsidiary: "FR"}); !errors.Is(err, ErrAmbiguous) || !errors.Is(err, ErrProtocol) {
			t.Errorf("%.20q: %v, want ErrAmbiguous", body, err)
		}
	}
}

// A rule is a tree, and each level of a model costs a pass over what is below.
func TestTreesThatAreTooDeep(t *testing.T) {
	for depth, want := range map[int]error{64: nil, 65: ErrProtocol, 9000: ErrProtocol} {
		body := strings.Repeat(`{"label":"x","fields":`, depth-1) + `{"label":"x"}` + strings.Repeat("}", depth-1)
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		if _, err := a.client(t, nil).ConfigurationRule(t.Context(), "example.com", DomainActionUpdate); !errors.Is(err, want) {
			t.Errorf("%d levels: %v, want %v", depth, err, want)
		}
	}
}

func TestDeletionThatWasRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		a, hc := newMemoryAPI(func(w http.ResponseWriter, _ *http.Request) {
			if n++; n == 1 {
				panic(http.ErrAbortHandler) // done, and the answer is lost
			}
			w.WriteHeader(http.StatusNotFound)
		}, nil)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		if err := c.DeleteCart(t.Context(), "a-cart"); err != nil || n != 2 {
			t.Errorf("%v after %d requests", err, n)
		}
		if err := c.DeleteCart(t.Context(), "a-cart"); !errors.Is(err, ErrNotFound) {
			t.Errorf("%v, want ErrNotFound: this deletion did nothing", err)
		}
	})
}

func TestRetriesOnlyWhatMayBeRepeated(t *testing.T) {
	for _, status := range []int{408, 429, 500, 502, 503, 504} {
		synctest.Test(t, func(t *testing.T) { retriesOnlyWhatMayBe(t, status) })
	}
}

func retriesOnlyWhatMayBe(t *testing.T, status int) {
	n := 0
	a, hc := newMemoryAPI(func(w http.ResponseWriter, r *http.Request) {
		if n++; n == 1 {
			w.WriteHeader(status)
			return
		}
		fmt.Fprint(w, `{"nichandle":"x"}`)
	}, nil)
	c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
	for name, call := range map[string]struct {
		do   func() error
		want int
	}{
		"GET":           {func() error { _, err := c.Me(t.Context()); return err }, 2},
		"DELETE":        {func() error { return c.Delete(t.Context(), "/x", nil) }, 2},
		"checking POST": {func() error { return c.CheckConfigurationRule(t.Context(), "a.test", "trade", RuleData{}) }, 2},
		"POST":          {func() error { return c.AssignCart(t.Context(), "a-cart") }, 1},
		"PUT":           {func() error { return c.EditMe(t.Context(), Nichandle{}) }, 1},
	} {
		n = 0
		if err := call.do(); n != call.want || (err == nil) != (call.want == 2) {
			t.Errorf("%d: %s was sent %d times, want %d: %v", status, name, n, call.want, err)
		}
	}
}

func TestOtherStatusesAreNotRetried(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 423} {
		n := 0
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { n++; w.WriteHeader(status) })
		if _, err := a.client(t, nil).Me(t.Context()); err == nil || n != 1 {
			t.Errorf("%d: sent %d times: %v", status, n, err)
		}
	}
}

// What the API marks read-only is not sent back in an edit; unknown fields are.
func TestEditSendsWhatCanBeEdited(t *testing.T) {
	var body string
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			fmt.Fprint(w, `{"id":7,"email":"a@example.com","fax":null,"address":{"city":"Roubaix","zone":3},"novelty":[1]}`)
			return
		}
		body = readAll(r)
		fmt.Fprint(w, `{"id":7}`)
	})
	c := a.client(t, nil)
	contact, err := c.DomainContact(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	contact.Email = Some("b@example.com")
	if _, err := c.EditDomainContact(t.Context(), 7, contact); err != nil {
		t.Fatal(err)
	}
	if want := `{"address":{"city":"Roubaix","zone":3},"email":"b@example.com","fax":null,"novelty":[1]}`; body != want {
		t.Errorf("sent %s, want %s", body, want)
	}
}
