package ovhrest

import (
	"encoding/json"
	"fmt"
	"testing"
)

func TestOptKeepsAbsentNullAndValueApart(t *testing.T) {
	type object struct {
		A Opt[string] `json:"a,omitzero"`
		N Opt[int64]  `json:"n,omitzero"`
	}
	for _, text := range []string{`{}`, `{"a":null}`, `{"a":""}`, `{"a":"x","n":0}`, `{"n":null}`} {
		var o object
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(o); err != nil || string(again) != text {
			t.Errorf("%s became %s: %v", text, again, err)
		}
	}
	var o object
	if err := json.Unmarshal([]byte(`{"a":1}`), &o); err == nil {
		t.Error("a number passed for a text")
	}
}

func TestOptReads(t *testing.T) {
	some, null, absent := Some("x"), Null[string](), Opt[string]{}
	if v, ok := some.Value(); v != "x" || !ok || some.Or("y") != "x" || some.IsNull() || some.IsZero() {
		t.Error("Some")
	}
	if _, ok := null.Value(); ok || null.Or("y") != "y" || !null.IsNull() || null.IsZero() {
		t.Error("Null")
	}
	if _, ok := absent.Value(); ok || absent.Or("y") != "y" || absent.IsNull() || !absent.IsZero() {
		t.Error("absent")
	}
	if got := fmt.Sprintf("%v/%v/%v", some, null, absent); got != "x//" {
		t.Errorf("%q", got)
	}
}

func TestExtra_IsSentBack(t *testing.T) {
	const text = `{"description":"c","a\"b":{"x":[1,"}"]},"new":1.50,"\u0074wo":null}`
	var c CartUpdate
	if err := json.Unmarshal([]byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Extra) != 3 || string(c.Extra["new"]) != "1.50" || string(c.Extra[`a"b`]) != `{"x":[1,"}"]}` || string(c.Extra["two"]) != "null" {
		t.Errorf("%q", c.Extra)
	}
	again, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	if where := differ("cart", decodeAny(t, []byte(text)), decodeAny(t, again)); where != "" {
		t.Errorf("%s: %s", where, again)
	}
	c.Extra["description"] = json.RawMessage(`"another"`) // never beside the field itself
	if again, err = json.Marshal(c); err != nil || string(decodeAny(t, again).(map[string]any)["description"].(string)) != "c" {
		t.Errorf("%s %v", again, err)
	}
}

// What is unknown stays unknown when a value is decoded over another.
func TestDecodingTwiceForgetsTheFirst(t *testing.T) {
	var c Cart
	for _, text := range []string{`{"old":1}`, `{"cartId":"c"}`} {
		if err := json.Unmarshal([]byte(text), &c); err != nil {
			t.Fatal(err)
		}
	}
	if c.Extra != nil {
		t.Errorf("%q", c.Extra)
	}
}
