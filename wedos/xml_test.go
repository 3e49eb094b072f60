package wedos

import (
	"bytes"
	"context"
	"encoding/xml"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// encodingXML reports whether encoding/xml reads a document with one root and
// nothing but layout around it.
func encodingXML(s string) bool {
	d := xml.NewDecoder(bytes.NewReader([]byte(s)))
	depth, roots := 0, 0
	for {
		before := d.InputOffset()
		token, err := d.Token()
		if err == io.EOF {
			return depth == 0 && roots == 1
		}
		if err != nil {
			return false
		}
		switch token.(type) {
		case xml.StartElement:
			if depth == 0 {
				roots++
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData: // a CDATA section too
			if depth == 0 && strings.TrimSpace(s[before:d.InputOffset()]) != "" {
				return false
			}
		case xml.Directive:
			return false
		}
	}
}

// The parser accepts what encoding/xml accepts, and nothing else; only
// document types are refused. Documents are put together at random.
func TestXML_AcceptsWhatEncodingXMLDoes(t *testing.T) {
	parts := []string{
		"<a>", "</a>", "<a>", "</a>", "<b/>", "<a b='c'>", `<a b="c" d='e'/>`, "<a b = 'c' >", "</a >", "< a>", "<a", ">", "x", " ", "\n", "\t", "\r\n", "&lt;", "&#65;", "&#x41;", "&#X41;", "&#0;", "&b;", "&",
		";", "<!-- c -->", "<!-- -- -->", "<!---->", "<!--->", "<![CDATA[<&]]>", "<![CDATA[]]>", "]]>", "<?xml version=\"1.0\"?>", "<?xml version='1.0' encoding='UTF-8'?>", "<?xml\nversion=\"1.0\" encoding=\"utf-8\"?>",
		"<?xml version=\"1.1\"?>", "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>", "<?xml encoding='utf-8x'?>", "<?p q?>", "<?p?>", "<??>", "<? p?>", "<n:a>", "</n:a>", "<n:a:b>", "</n:a:b>", "<:a>", "<a:>", "é", "<é>", "</é>", "\x00", "\xff", "\ufffe", "=", "'", `"`, "<a b>", "<a b=c>", "<a b='<'>", "<a b='&x;'>", "<a b='c'd='e'>", "</>", "<>",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	accepted := 0
	for range 50_000 {
		var b strings.Builder
		if rng.IntN(3) > 0 {
			b.WriteString("<a>")
		}
		for range rng.IntN(5) {
			b.WriteString(parts[rng.IntN(len(parts))])
		}
		if rng.IntN(3) > 0 {
			b.WriteString("</a>")
		}
		s := strings.TrimSpace(b.String())
		_, err := parseXML(s, newMemory(context.Background(), len(s)))
		want := encodingXML(s)
		if want {
			accepted++
		}
		assert.Equal(t, want, err == nil, "%q: %v", s, err)
	}
	t.Logf("%d documents were accepted", accepted)
}
