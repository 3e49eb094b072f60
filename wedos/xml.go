package wedos

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// errDirective refuses document types: WAPI sends none, and they are where
// entity tricks live.
var errDirective = errors.New("XML with a document type")

// digitMark stands before element names that begin with a digit, which XML
// forbids and account-list answers (<3068>).
const digitMark = "_"

// parseXML reads one document; its root element is the only kid of the node.
func parseXML(s string) (node, error) {
	d := xml.NewDecoder(strings.NewReader(markDigits(s)))
	d.Strict = true
	p := &xmlParser{d: d}
	root := node{kind: kindObject}
	for {
		tok, err := d.Token()
		switch tok := tok.(type) {
		case nil:
			if err != io.EOF {
				return node{}, err
			}
			if len(root.kids) != 1 {
				return node{}, errNoObject
			}
			return root, nil
		case xml.Directive:
			return node{}, errDirective
		case xml.StartElement:
			kid, err := p.element(tok, 1)
			if err != nil {
				return node{}, err
			}
			root.kids = append(root.kids, kid)
		}
	}
}

type xmlParser struct {
	d     *xml.Decoder
	nodes int
}

// element reads from behind a start tag to its end tag.
func (p *xmlParser) element(start xml.StartElement, depth int) (node, error) {
	if p.nodes++; p.nodes > maxNodes {
		return node{}, errTooMany
	}
	if depth > maxDepth {
		return node{}, errTooDeep
	}
	n := node{name: unmarkDigits(start.Name.Local)}
	var text strings.Builder
	for {
		tok, err := p.d.Token()
		switch tok := tok.(type) {
		case nil:
			return node{}, err
		case xml.Directive:
			return node{}, errDirective
		case xml.CharData:
			text.Write(tok)
		case xml.StartElement:
			kid, err := p.element(tok, depth+1)
			if err != nil {
				return node{}, err
			}
			n.kids, n.kind = append(n.kids, kid), kindObject
		case xml.EndElement:
			if len(n.kids) == 0 { // between elements, text is only layout
				n.text = text.String()
			}
			return n, nil
		}
	}
}

// markDigits makes names that begin with a digit readable, and ends a last
// tag that the vendor's own sample leaves without its bracket.
func markDigits(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, "</response") || strings.HasSuffix(s, "</notify") {
		s += ">"
	}
	var b strings.Builder
	for {
		at := strings.IndexByte(s, '<')
		if at < 0 {
			break
		}
		n := at + opaque(s[at:])
		b.WriteString(s[:n])
		s = s[n:]
		if s != "" && s[0] >= '0' && s[0] <= '9' {
			b.WriteString(digitMark)
		}
	}
	b.WriteString(s)
	return b.String()
}

// opaque is how far to copy from a '<' untouched: over the bracket and the
// slash of a tag, or over a whole CDATA section or comment.
func opaque(s string) int {
	for open, end := range map[string]string{"<![CDATA[": "]]>", "<!--": "-->"} {
		if strings.HasPrefix(s, open) {
			if at := strings.Index(s, end); at >= 0 {
				return at + len(end)
			}
			return len(s)
		}
	}
	if strings.HasPrefix(s, "</") {
		return 2
	}
	return 1
}

func unmarkDigits(name string) string {
	if rest, ok := strings.CutPrefix(name, digitMark); ok && rest != "" && rest[0] >= '0' && rest[0] <= '9' {
		return rest
	}
	return name
}

// appendXML writes a request's node as an element. Lists are repeated
// siblings inside their element.
func appendXML(b *bytes.Buffer, n node) {
	b.WriteString("<" + n.name + ">")
	if n.kind == kindText || n.kind == kindNumber {
		_ = xml.EscapeText(b, []byte(n.text)) // a bytes.Buffer never fails
	}
	for _, k := range n.kids {
		if n.kind == kindNumbered {
			k.name = strings.TrimRight(k.name, "0123456789")
		}
		if k.kind == kindList {
			appendXMLList(b, k)
		} else {
			appendXML(b, k)
		}
	}
	b.WriteString("</" + n.name + ">")
}

// appendXMLList writes a list as siblings that carry the list's name.
func appendXMLList(b *bytes.Buffer, list node) {
	for _, item := range list.kids {
		item.name = list.name
		appendXML(b, item)
	}
	if len(list.kids) == 0 {
		b.WriteString("<" + list.name + "></" + list.name + ">")
	}
}

// checkXML refuses what XML 1.0 can't carry: EscapeText would replace it in
// silence.
func checkXML(n node) (field string, ok bool) {
	if strings.ContainsFunc(n.text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
	}) {
		return n.name, false
	}
	for _, k := range n.kids {
		if field, ok := checkXML(k); !ok {
			return field, false
		}
	}
	return "", true
}
