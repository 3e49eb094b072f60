package ovhrest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/internal/transport"
)

// Whatever the API answers: no panic, and what was understood reads the same
// after a round trip.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"id":1,"status":"new","comment":null,"doneDate":"2022-01-01T12:00:00+01:00","x":{"y":[1]}}`,
		`{"prices":{"withTax":{"value":9.99,"currencyCode":"EUR","priceInUcents":999000000}},"orderId":null,"details":[]}`,
		`{"and":[{"label":"a","fields":{"or":[{}]},"constraints":[{"operator":"readonly","value":"x"}]}]}`,
		`{"a":"\ud800","\u0061":1}`, `[]`, `null`, `{"value":1e999999999}`, strings.Repeat(`{"and":[`, 40) + strings.Repeat(`]}`, 40),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, make := range []func() any{
			func() any { return new(Task) }, func() any { return new(Checkout) }, func() any { return new(Rule) },
			func() any { return new(Contact) }, func() any { return new([]OptionDefinition) }, func() any { return new(Order) },
		} {
			first := make()
			if decodeBody(body, first) != nil {
				continue
			}
			once, err := json.Marshal(first)
			if err != nil {
				t.Fatal(err)
			}
			if bytes.Contains(once, []byte("REDACTED")) { // a secret, which is not read back
				continue
			}
			second := make()
			if err := json.Unmarshal(once, second); err != nil {
				t.Fatalf("%s: %v", once, err)
			}
			if twice, err := json.Marshal(second); err != nil || !bytes.Equal(once, twice) {
				t.Fatalf("%s became %s: %v", once, twice, err)
			}
		}
	})
}

// members must see what encoding/json sees.
func FuzzMembers(f *testing.F) {
	for _, seed := range []string{`{}`, `{"a":1,"b":[{"c":"}"}],"\"":"\\"}`, " { \"a\" : \"x\" , \"b\":{} }\n", `{"a":-1.5e3}`, `[1]`, `"x"`, `{""0"000`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		var want map[string]json.RawMessage
		if json.Unmarshal(body, &want) != nil {
			for range members(body) { // no panic on what is not JSON
			}
			return
		}
		got := map[string]json.RawMessage{}
		for key, value := range members(body) {
			var name string
			if err := json.Unmarshal([]byte(`"`+string(key)+`"`), &name); err != nil {
				t.Fatalf("%q: %v", key, err)
			}
			got[name] = value
		}
		if len(got) != len(want) {
			t.Fatalf("%d members, want %d", len(got), len(want))
		}
		for name, value := range want {
			if !bytes.Equal(bytes.TrimSpace(value), got[name]) {
				t.Fatalf("%q is %s, want %s", name, got[name], value)
			}
		}
	})
}

// A value can't leave its place in the path, and what is signed is what is
// sent.
func FuzzTarget(f *testing.F) {
	for _, seed := range []string{"example.com", "exämple.test", "a b", "../me", "a/b", "a?b=c", "%2e%2e", "a|b", "\x00", "a\xff"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, domain, key string) {
		r := request{route: "GET /domain/{serviceName}/x/{key}", args: []string{domain, key}}
		target, err := r.target()
		if err != nil {
			return
		}
		u, err := url.Parse("https://api.example.com/1.0" + target)
		if err != nil {
			t.Fatal(err)
		}
		if u.RequestURI() != "/1.0"+target {
			t.Fatalf("signed %s, sent %s", target, u.RequestURI())
		}
		parts := strings.Split(u.EscapedPath(), "/")
		if len(parts) != 6 || parts[4] != "x" {
			t.Fatalf("%q and %q made %s", domain, key, target)
		}
		for i, want := range map[int]string{3: domain, 5: key} {
			if got, err := url.PathUnescape(parts[i]); err != nil || got != want {
				t.Fatalf("%q arrived as %q: %v", want, got, err)
			}
		}
	})
}

// Whatever an error's body holds: no panic, one short line, no secret.
func FuzzErrorBody(f *testing.F) {
	for _, failure := range failures {
		f.Add(failure.status, []byte(failure.body))
	}
	c, err := New(Config{AppKey: "hush-a", AppSecret: NewSecret("hush-b"), ConsumerKey: NewSecret("hush-c")})
	if err != nil {
		f.Fatal(err)
	}
	defer c.Close()
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		x := &exchange{client: c, request: request{route: "GET /me", secrets: []string{"hush-d"}}}
		e := x.refused(&transport.Response{Status: status, Body: body})
		if text := e.Error(); len(text) > 3000 || strings.ContainsAny(text, "\n\r\x1b") || strings.Contains(text, "hush-") {
			t.Fatalf("%q", text)
		}
		e.Violations()
	})
}

func FuzzContactChangeURL(f *testing.F) {
	f.Add("https://www.ovh.com/manager/#/useraccount/contacts/7?tab=REQUESTS&token=" + mailToken)
	f.Add("https://[::1]/#/contacts/1?token=%zz")
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := ParseContactChangeURL(raw)
		if err == nil && (got.TaskID <= 0 || len(got.Token.Reveal()) != tokenLength) {
			t.Fatalf("%q gave %d and %d bytes", raw, got.TaskID, len(got.Token.Reveal()))
		}
	})
}

func FuzzAmount(f *testing.F) {
	for _, seed := range []string{"0", "9.99", "-2.5", "1e9", "1e31", "\"1\"", "null", ".5", "1E-40"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var a Amount
		if json.Unmarshal([]byte(text), &a) != nil || !a.Known() {
			return
		}
		again, err := json.Marshal(a)
		if err != nil || len(again) > 120 {
			t.Fatalf("%q became %q: %v", text, again, err)
		}
		var b Amount
		if err := json.Unmarshal(again, &b); len(again) <= 40 && (err != nil || !a.Equal(b.Decimal)) {
			t.Fatalf("%q became %q: %v", text, again, err)
		}
	})
}
