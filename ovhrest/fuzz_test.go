package ovhrest

import (
	"bytes"
	"encoding/json"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

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
			if decodeBody(t.Context(), body, first) != nil {
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

// A model's own decoder must read what encoding/json reads: the known fields,
// and every other member as it stands.
func FuzzModel(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"a":1,"b":[{"c":"}"}],"\"":"\\"}`, " { \"id\" : 7 , \"x\":{} }\n", `{"comment":null,"id":-1}`, `{"\u0069d":7,"status":"\u00e9\ud800"}`, "{\"\xff\":\"\xff\"}",
		`[1]`, `"x"`, `{""0"000`, `{"doneDate":"2022-01-01T12:00:00+01:00","canCancel":true}`, `{"id":1.5}`, `{"id":"7"}`, `null`, `{"comment":{}}`, `{"id":1,"id":2,"x":1,"x":2}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		type plain Task
		var want plain
		wantErr := json.Unmarshal(body, &want)
		var got Task
		if err := got.UnmarshalJSON(body); err != nil {
			if wantErr == nil && !foldsKeys(body) {
				t.Fatalf("%v, and encoding/json reads it", err)
			}
			return
		}
		if foldsKeys(body) {
			return
		}
		if wantErr != nil {
			t.Fatalf("read, and encoding/json says %v", wantErr)
		}
		var all map[string]json.RawMessage
		_ = json.Unmarshal(body, &all)
		for name := range planOf(reflect.TypeFor[Task]()).fields {
			delete(all, name)
		}
		if len(all) > 0 {
			want.Extra = all
		}
		for name, value := range want.Extra {
			want.Extra[name] = bytes.TrimSpace(value)
		}
		assert.Equal(t, Task(want), got)
	})
}

// foldsKeys reports whether a key differs from a field's name in case alone,
// which encoding/json takes for the field.
func foldsKeys(body []byte) bool {
	var all map[string]json.RawMessage
	_ = json.Unmarshal(body, &all)
	for key := range all {
		for name := range planOf(reflect.TypeFor[Task]()).fields {
			if key != name && strings.EqualFold(key, name) {
				return true
			}
		}
	}
	return false
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
