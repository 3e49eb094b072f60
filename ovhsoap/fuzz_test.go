package ovhsoap

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/transport"
)

func seeds(f *testing.F) {
	f.Helper()
	files, err := filepath.Glob("testdata/*.xml")
	if err != nil || len(files) == 0 {
		f.Fatal("no recorded answers", err)
	}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	for _, s := range []string{
		"", "<", "<a", "<a>", "</a>", "<a/>", "<a/><b/>", "<a></b>", "<a b='c' d=\"e\"/>", "<a>x<b/></a>", "<a><b/>x</a>", "<a>&#x41;&lt;</a>", "<a>&b;</a>",
		"<a><![CDATA[<>&]]>]]&gt;</a>", "<a>x<!-- y -->z</a>", "<a>\r\n\r</a>", "<a:b xmlns:a='c'></a:b>", "<a:b:c/>", "<?xml version='1.0'?><a/>", "<a b='<'/>", "<a>\x01</a>", "<a b='\x01'/>", "<a b='&c;'/>", "<!DOCTYPE a><a/>",
		`<a><b href="#x"/><c id="x"><d href="#y"/></c><e id="y">1</e></a>`, `<a id="x"><b href="#x"/></a>`, `<a><b id="x" href="#y"/><c id="y" href="#x"/></a>`,
		`<a><b href="#x"/><b href="#x"/><c id="x"><d href="#y"/><d href="#y"/></c><e id="y"><f/><f/></e></a>`, `<a xsi:nil="true"/>`, `<a><b xsi:type="xsd:base64Binary">aGk=</b></a>`,
	} {
		f.Add([]byte(s))
	}
}

// FuzzParse: what the parser accepts, encoding/xml reads as the same tree.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		doc, err := parse(t.Context(), bytes.Clone(src), newMemory(len(src)))
		if err != nil {
			var e *answerError
			if !errors.As(err, &e) || e.condition == nil {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		want, err := outline(src)
		if err != nil {
			t.Fatalf("accepted what encoding/xml refuses: %v\n%q", err, src)
		}
		var got strings.Builder
		doc.outline(&got, 0)
		if got.String() != want {
			t.Fatalf("%q\nread as  %q\nshould be %q", src, got.String(), want)
		}
	})
}

// outline writes a document's elements and the texts of its leaves.
func (d *document) outline(b *strings.Builder, n int32) {
	b.WriteString("<" + string(d.name(n)) + ">")
	if d.isLeaf(n) {
		b.Write(d.text(n))
	}
	for c := d.first(n); c != 0; c = d.next(c) {
		d.outline(b, c)
	}
	b.WriteString("</>")
}

// outline does the same by encoding/xml. It leaves the declaration out, whose
// charset and version are somebody else's business.
func outline(src []byte) (string, error) {
	type frame struct {
		text bytes.Buffer
		leaf bool
	}
	var b strings.Builder
	open := []*frame{{}}
	dec := xml.NewDecoder(bytes.NewReader(src[declarationEnd(src):]))
	for {
		token, err := dec.Token()
		if err == io.EOF {
			return b.String(), nil
		}
		if err != nil {
			return "", err
		}
		top := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			top.leaf = false
			b.WriteString("<" + token.Name.Local + ">")
			open = append(open, &frame{leaf: true})
		case xml.EndElement:
			if top.leaf {
				b.Write(top.text.Bytes())
			}
			b.WriteString("</>")
			open = open[:len(open)-1]
		case xml.CharData:
			top.text.Write(token)
		}
	}
}

// FuzzResolve: whatever the references, following them ends, and within the
// bounds.
func FuzzResolve(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		const limit = 1 << 16
		doc, err := parse(t.Context(), src, newMemory(len(src)))
		if err != nil || doc.resolve(limit) != nil || len(doc.refs) == 0 {
			return
		}
		v, err := doc.value(0)
		if err != nil {
			return // a text that is not base64
		}
		if nodes, size := v.weight(); int64(nodes)*perNode > doc.total || size > limit {
			t.Fatalf("%d elements, %d bytes of text", nodes, size)
		}
	})
}

func (v Value) weight() (nodes, size int) {
	nodes, size = 1, len(v.Name)+len(v.Text)/2 // base64 of latin-1 grows
	for _, m := range v.Members {
		n, s := m.weight()
		nodes, size = nodes+n, size+s
	}
	return nodes, size
}

// FuzzDecode: any answer decodes into any type or is refused with a condition.
func FuzzDecode(f *testing.F) {
	seeds(f)
	type inner struct {
		Name, Size string
		N          int
		B          *bool
		List       []string
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m := newMemory(len(src))
		text, err := transcode(src, "text/xml", m)
		if err != nil {
			return
		}
		doc, err := parse(t.Context(), text, m)
		if err != nil || doc.resolve(1<<16) != nil {
			return
		}
		for _, into := range []any{new([]inner), new(inner), new([][]float64), new(string), new(bool), new(uint8), new([]byte), new(Value), new(**int), new(Opt[int]), new(Opt[inner]), new(Secret)} {
			var e *answerError
			if err := newDecoder(t.Context(), doc, false).decode(0, reflect.ValueOf(into).Elem()); err != nil && !errors.As(err, &e) {
				t.Fatalf("%T: %T %v", into, err, err)
			}
		}
	})
}

// FuzzRead: any answer to a call is read to its end, as a fault, a return value
// or an answerError.
func FuzzRead(f *testing.F) {
	seeds(f)
	for _, s := range []string{
		`<e:Envelope><e:Body><popListResponse href="#x"><a id="a"><b href="#a"/></a></popListResponse><x id="x"/></e:Body></e:Envelope>`,
		`<Envelope><Body><Fault href="#x"><faultcode id="a" href="#b"/><b id="b" href="#a"/></Fault><x id="x"/></Body></Envelope>`,
		`<Envelope><Body><Fault><faultcode>a:1</faultcode><faultstring href="#a"/></Fault><x id="a">b</x></Body></Envelope>`,
	} {
		f.Add([]byte(s))
		s = strings.NewReplacer("Envelope>", "e:Envelope>", "Body>", "e:Body>", "Fault", "e:Fault").Replace(strings.ReplaceAll(s, "e:", ""))
		f.Add([]byte(strings.Replace(s, "<e:Envelope", `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"`, 1)))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		x := exchange{op: transport.Op{Name: "popList"}, maxBytes: 1 << 16}
		fault, err := x.read(t.Context(), &transport.Response{Body: src})
		if err == nil && fault == nil && x.result != 0 {
			var v Value
			err = newDecoder(t.Context(), x.doc, false).decode(x.result, reflect.ValueOf(&v).Elem())
		}
		var e *answerError
		if err != nil && !errors.As(err, &e) {
			t.Fatalf("%T %v", err, err)
		}
	})
}

// FuzzArguments: what is written as an argument reads back as itself.
func FuzzArguments(f *testing.F) {
	for _, s := range []string{"", "a", "é", "<&>\"'", "\r\n\t ", "]]>", "\x00", "\xff", "\uFFFE"} {
		f.Add(s)
	}
	fn, _ := Lookup("popList")
	f.Fuzz(func(t *testing.T, s string) {
		a, err := fn.encode([]any{s})
		if (err != nil) != (unfit(s) != "") {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		var back string
		if err := xml.Unmarshal(a.xml, &back); err != nil || back != s {
			t.Fatalf("%q came back as %q: %v", s, back, err)
		}
		doc, err := parse(t.Context(), []byte("<a>"+string(a.xml)+"</a>"), newMemory(len(a.xml)))
		if err != nil || string(doc.text(doc.child(0, "domain"))) != s {
			t.Fatalf("%q: %v", s, err)
		}
	})
}

// FuzzGenerated: a session put into what generated code wrote is read back as
// that, and nothing else has changed its meaning.
func FuzzGenerated(f *testing.F) {
	const head, tail = `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`, `</e:Body></e:Envelope>`
	for _, s := range []string{
		`<popDel xmlns="a"><domain>x</domain></popDel>`, `<popDel/>`, `<m:popDel xmlns:m="a>b"><session></session></m:popDel>`, `<popDel><session/></popDel>`,
		`<popDel><session><!-- > --></session></popDel>`, `<popDel><a>1</a><session a='>'> <![CDATA[]]></session></popDel>`, `<other><session></session></other>`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, call string) {
		g := &generated{body: []byte(head + call + tail)}
		if err := g.parse(t.Context(), true); err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		if !g.wanted {
			return
		}
		body := g.with(NewSecret("a<b"))
		doc, err := parse(t.Context(), bytes.Clone(body), newMemory(len(body)))
		if err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		in, err := doc.body()
		require.NoError(t, err)
		first := doc.first(in)
		if got := string(doc.text(doc.child(first, "session"))); got != "a<b" || string(doc.name(first)) != g.function {
			t.Fatalf("%q in %s", got, body)
		}
	})
}
