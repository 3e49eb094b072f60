package wedos

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hebergo/hebergo/internal/redact"
)

// The seeds have the shapes of recorded answers and of the manual's samples.
func addSeeds(f *testing.F) {
	for _, s := range []string{
		`{"response":{"code":1000,"result":"OK","timestamp":1691419076,"svTRID":"1.2.3.4","command":"dns-rows-list","data":{"row":[{"ID":"7","name":"","ttl":"300","rdata":"a\/b\u00e9"}]}}}`,
		`{"response":{"code":"1000","data":{"domain":{"24":{"name":"a"},"11":{"name":"b"}}}}}`,
		`{"notify":{"code":1001,"ID":"5","data":[]}}`, `{"a":[[1,2],[],{}],"b":-1.5e3,"c":null,"d":true}`, `{"a":"\ud83d\ude00\ud800"}`,
		`<response><code>1000</code><data><3068><ID>3068</ID></3068></data></response>`,
		`<response><code>1000</code><result><![CDATA[<1>]]></result></response`, `<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`,
		`<notify><!-- <2> --><code>1</code></notify>`, "", "<", "{", "\xff", `{"a":`, `{"a" 1}`, `{"a":1,}`,
	} {
		f.Add(s)
	}
}

// FuzzJSON holds the parser to encoding/json: the same documents are valid,
// and the texts are equal.
func FuzzJSON(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		n, err := parseJSON(s, newMemory(context.Background(), len(s)))
		if err == errTooDeep || err == errTooMany {
			return
		}
		var want map[string]any
		wantErr := json.Unmarshal([]byte(s), &want)
		if wantErr != nil && strings.Contains(wantErr.Error(), "number") { // out of a float64's range
			return
		}
		isObject := wantErr == nil && want != nil
		if (err == nil) != isObject {
			t.Fatalf("%q: %v, encoding/json %v", s, err, wantErr)
		}
		for _, k := range n.children {
			if text, ok := want[k.name].(string); ok && k.kind == kindText && len(n.children) == len(want) && text != k.text {
				t.Errorf("%q: %q, encoding/json %q", s, k.text, text)
			}
		}
	})
}

// FuzzAnswer feeds both codecs through to typed values.
func FuzzAnswer(f *testing.F) {
	addSeeds(f)
	f.Fuzz(func(t *testing.T, s string) {
		a, err := parseAnswer(context.Background(), s, redact.Clean)
		if err != nil {
			return
		}
		for _, into := range []any{&struct {
			Rows []Row `wapi:"row"`
		}{}, &Domain{}} {
			if err := a.Decode(into); err != nil && !errors.Is(err, ErrProtocol) && !errors.Is(err, ErrTooLarge) {
				t.Errorf("%T: %v", into, err)
			}
		}
		if !utf8.ValidString(a.Result) || strings.ContainsAny(a.Result, "\r\n\x00") {
			t.Errorf("result %q", a.Result)
		}
	})
}

// FuzzNotification reads mails and webhooks.
func FuzzNotification(f *testing.F) {
	addSeeds(f)
	f.Add(`0{"notify"`)
	f.Add("request=%7B%22notify%22%3A%7B%22code%22%3A1000%7D%7D")
	f.Fuzz(func(t *testing.T, s string) {
		for _, text := range []string{s, formText(s)} {
			if n, err := ParseNotification(text); (n == nil) == (err == nil) {
				t.Errorf("%q: %v, %v", text, n, err)
			}
		}
	})
}

// FuzzRequest writes a text into a request and reads it back in both codecs.
func FuzzRequest(f *testing.F) {
	f.Add("+ & % ; ž \" ' < > \\ \x00 \n")
	f.Add("]]>")
	f.Fuzz(func(t *testing.T, text string) {
		n, err := toNode("data", reflect.ValueOf(map[string]any{"v": text, "list": []string{text, text}}), 0)
		if err != nil {
			if utf8.ValidString(text) {
				t.Fatal(err)
			}
			return
		}
		root := node{name: "request", kind: kindObject, children: []node{n}}
		for codec, c := range map[Codec]*Client{JSON: {config: Config{Codec: JSON}}, XML: {config: Config{Codec: XML}}} {
			want := text
			if codec == XML {
				if _, ok := checkXML(n); !ok {
					continue
				}
				want = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text) // EscapeText keeps \r as a reference
				if strings.Contains(text, "\r") {
					want = text
				}
			}
			doc, err := parseDocument(context.Background(), c.encode(root))
			if err != nil {
				t.Fatalf("%s: %q: %v", codec, text, err)
			}
			request, _ := doc.find("request")
			data, _ := request.find("data")
			if v, _ := data.find("v"); v.text != want {
				t.Errorf("%s: %q came back as %q", codec, want, v.text)
			}
		}
	})
}

// FuzzXML holds the parser to encoding/xml: what it accepts without a name that
// begins with a digit, encoding/xml accepts as well, and the texts are equal.
func FuzzXML(f *testing.F) {
	addSeeds(f)
	f.Add(`<?xml version="1.0" encoding="utf-8"?><a b="c" d='e'>x&lt;&#65;<!-- y --><![CDATA[z]]></a>`)
	f.Add("<a:b>\r\n</a:b>")
	f.Fuzz(func(t *testing.T, s string) {
		n, err := parseXML(s, newMemory(context.Background(), len(s)))
		if err != nil || strings.ContainsAny(s, "0123456789") && digitName.MatchString(s) {
			return
		}
		var want struct {
			XMLName xml.Name
			Text    string `xml:",chardata"`
		}
		if err := xml.Unmarshal([]byte(closed(s)), &want); err != nil {
			t.Fatalf("%q: accepted, encoding/xml %v", s, err)
		}
		root := n.children[0]
		if root.name != want.XMLName.Local || len(root.children) == 0 && root.text != want.Text {
			t.Errorf("%q: %q %q, encoding/xml %q %q", s, root.name, root.text, want.XMLName.Local, want.Text)
		}
	})
}

// digitName finds names that begin with what XML allows only further on.
var digitName = regexp.MustCompile(`[<\s/:][0-9.-]`)

// The bounds hold for documents that are small on the wire.
func TestBounds(t *testing.T) {
	const maxNodes = 500_000
	for name, c := range map[string]struct {
		doc  string
		want error
	}{
		"deep JSON": {strings.Repeat(`{"a":`, 70) + "1" + strings.Repeat("}", 70), errTooDeep},
		"deep list": {`{"a":` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + "}", errTooDeep},
		"wide JSON": {`{"a":[` + strings.Repeat("0,", maxNodes) + "0]}", errTooMany},
		"deep XML":  {strings.Repeat("<a>", 70) + strings.Repeat("</a>", 70), errTooDeep},
		"wide XML":  {"<a>" + strings.Repeat("<b/>", maxNodes) + "</a>", errTooMany},
		"DTD":       {`<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>`, errDirective},
		"DTD later": {`<a><!ENTITY b "c"></a>`, errDirective},
	} {
		if _, err := parseDocument(context.Background(), c.doc); err != c.want {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	var syntax *xml.SyntaxError
	if _, err := parseDocument(context.Background(), "<a>&unknown;</a>"); err == nil || !reflect.TypeOf(err).AssignableTo(reflect.TypeOf(syntax)) {
		t.Errorf("an unknown entity: %v", err)
	}
}
