package wedos

import (
	"bytes"
	"encoding/xml"
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// encoding/xml collects the attributes of a tag without bound, refuses the
// element names that account-list answers (<3068>), and makes several values of
// each element. So this file reads the part of XML that WAPI writes: elements,
// text, CDATA and comments. Attributes are skipped. FuzzXML holds it to
// encoding/xml: what it accepts, it reads alike.

// errDirective refuses document types: WAPI sends none, and they are where
// entity tricks live.
var errDirective = errors.New("XML with a document type")

// parseXML reads one document; its root element is the only child of the node.
func parseXML(s string, mem *memory) (node, error) {
	p := &xmlParser{s: closed(s), siblings: siblings{mem: mem}}
	for p.skipLayout() {
		p.element(1)
	}
	switch {
	case p.err != nil:
		return node{}, p.err
	case len(p.stack) != 1:
		return node{}, errNoObject
	}
	return node{kind: kindObject, children: p.stack}, nil
}

// closed ends a last tag that the vendor's own sample leaves without its
// bracket.
func closed(s string) string {
	s = strings.TrimSpace(s)
	if strings.HasSuffix(s, "</response") || strings.HasSuffix(s, "</notify") {
		s += ">"
	}
	return s
}

type xmlParser struct {
	siblings
	s   string
	i   int
	err error
}

// fail keeps the first error and stops every loop.
func (p *xmlParser) fail(err error) {
	if p.err == nil {
		p.err = err
	}
	p.i = len(p.s)
}

func (p *xmlParser) syntax(msg string) {
	if p.err == nil {
		p.fail(&xml.SyntaxError{Msg: msg, Line: 1 + strings.Count(p.s[:p.i], "\n")})
	}
}

// skipLayout skips what may stand around the root, and reports whether an
// element begins.
func (p *xmlParser) skipLayout() bool {
	for p.err == nil {
		p.space()
		switch rest := p.s[p.i:]; {
		case rest == "":
			return false
		case rest[0] != '<':
			p.syntax("text outside of the root element")
		case !p.markup(rest):
			return p.err == nil
		}
	}
	return false
}

// markup skips a comment or a processing instruction, and refuses directives.
// CDATA is the caller's.
func (p *xmlParser) markup(rest string) (passed bool) {
	switch {
	case strings.HasPrefix(rest, "<!--"):
		body, ok := p.until(len("<!--"), "-->")
		if ok && (strings.Contains(body, "--") || strings.HasSuffix(body, "-")) {
			p.syntax("-- within a comment")
		}
		p.characters(body)
		return true
	case strings.HasPrefix(rest, "<?"):
		if body, ok := p.until(len("<?"), "?>"); ok {
			p.instruction(body)
		}
		return true
	case strings.HasPrefix(rest, "<!") && !strings.HasPrefix(rest, "<![CDATA["):
		p.fail(errDirective)
	}
	return false
}

// until takes a section's body.
func (p *xmlParser) until(start int, end string) (body string, ok bool) {
	body, _, ok = strings.Cut(p.s[p.i+start:], end)
	if !ok {
		p.syntax("a section without an end")
		return "", false
	}
	p.i += start + len(body) + len(end)
	return body, true
}

// instruction refuses a declaration of another version, or of another encoding:
// WAPI's is UTF-8 (vendor guide), and another would be read as garbage.
func (p *xmlParser) instruction(body string) {
	p.characters(body)
	name, rest := body, ""
	if at := strings.IndexAny(body, " \t\r\n"); at >= 0 {
		name, rest = body[:at], body[at:]
	}
	if !validName(name) {
		p.syntax("an instruction without a name")
	}
	if name != "xml" {
		return
	}
	if version := declared(rest, "version"); version != "" && version != "1.0" {
		p.syntax("a version other than 1.0")
	}
	if encoding := declared(rest, "encoding"); encoding != "" && !strings.EqualFold(encoding, "utf-8") {
		p.syntax("an encoding other than UTF-8")
	}
}

// declared returns a parameter of an XML declaration, "" where it has none.
func declared(declaration, name string) string {
	_, rest, _ := strings.Cut(declaration, name)
	rest, isSet := strings.CutPrefix(strings.TrimSpace(rest), "=")
	rest = strings.TrimSpace(rest)
	if !isSet || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	value, _, _ := strings.Cut(rest[1:], rest[:1])
	return value
}

// element reads from a start tag to its end tag.
func (p *xmlParser) element(depth int) {
	if depth > maxDepth {
		p.fail(errTooDeep)
	}
	if p.err != nil {
		return
	}
	base := len(p.stack)
	tag, empty := p.startTag()
	n := node{name: localName(tag)}
	if p.err == nil && !empty {
		n.text = p.content(tag, base, depth)
	}
	if p.err != nil {
		return
	}
	children, ok := p.close(base)
	if len(children) > 0 { // between elements, text is only layout
		n.children, n.kind, n.text = children, kindObject, ""
	}
	if !ok || !p.push(n) {
		p.fail(p.mem.err)
	}
}

// startTag reads a tag's name and skips its attributes.
func (p *xmlParser) startTag() (tag string, empty bool) {
	p.i++ // the bracket
	tag = p.name()
	for p.err == nil {
		p.space()
		switch {
		case p.accept("/>"):
			return tag, true
		case p.accept(">"):
			return tag, false
		default:
			p.attribute()
		}
	}
	return tag, false
}

func (p *xmlParser) attribute() {
	p.name()
	p.space()
	if !p.accept("=") {
		p.syntax("an attribute without a value")
	}
	p.space()
	quote := p.s[p.i:min(p.i+1, len(p.s))]
	if quote != `"` && quote != "'" {
		p.syntax("an attribute without quotes")
		return
	}
	value, _ := p.until(1, quote)
	if strings.Contains(value, "<") {
		p.syntax("a tag within an attribute")
	}
	p.unescape(value)
}

// content reads an element's text and pushes its children.
func (p *xmlParser) content(tag string, base, depth int) string {
	var text pieces
	for p.err == nil {
		rest := p.s[p.i:]
		end := strings.IndexByte(rest, '<')
		if end < 0 {
			p.syntax("an element without an end tag")
			break
		}
		if end > 0 {
			p.i += end
			text.add(p, p.text(rest[:end]))
			continue
		}
		switch {
		case strings.HasPrefix(rest, "</"):
			p.i += len("</")
			p.endTag(tag)
			return text.String()
		case strings.HasPrefix(rest, "<![CDATA["):
			body, _ := p.until(len("<![CDATA["), "]]>")
			text.add(p, p.newlines(p.characters(body)))
		case !p.markup(rest):
			p.element(depth + 1)
		}
	}
	return ""
}

func (p *xmlParser) endTag(tag string) {
	if p.name() != tag {
		p.syntax("an end tag of another element")
	}
	p.space()
	if !p.accept(">") {
		p.syntax("an end tag without an end")
	}
}

// pieces is an element's text, which comments and CDATA sections may part.
type pieces struct {
	first string
	all   []byte
}

func (t *pieces) add(p *xmlParser, s string) {
	switch {
	case t.first == "" && t.all == nil:
		t.first = s
		return
	case !p.mem.take(3 * len(s)):
		p.fail(p.mem.err)
		return
	case t.all == nil:
		t.all = []byte(t.first)
	}
	t.all = append(t.all, s...)
}

func (t *pieces) String() string {
	if t.all == nil {
		return t.first
	}
	return string(t.all)
}

func (p *xmlParser) text(s string) string {
	if strings.Contains(s, "]]>") {
		p.syntax("]]> outside of CDATA")
	}
	return p.unescape(s)
}

// newlines makes \r\n and \r one newline, as XML wants it.
func (p *xmlParser) newlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	if !p.mem.take(2 * len(s)) {
		p.fail(p.mem.err)
		return ""
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// unescape replaces references.
func (p *xmlParser) unescape(s string) string {
	s = p.newlines(p.characters(s))
	at := strings.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	if !p.mem.take(len(s)) {
		p.fail(p.mem.err)
		return ""
	}
	b := make([]byte, 0, len(s))
	for ; at >= 0; at = strings.IndexByte(s, '&') {
		end := strings.IndexByte(s[at:], ';')
		if end < 0 {
			p.syntax("a reference without an end")
			return ""
		}
		r, ok := reference(s[at+1 : at+end])
		if !ok {
			p.syntax("an unknown reference")
			return ""
		}
		b = utf8.AppendRune(append(b, s[:at]...), r)
		s = s[at+end+1:]
	}
	return string(append(b, s...))
}

// reference reads what stands between & and ;.
func reference(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, numeric := strings.CutPrefix(name, "#")
	base := 10
	if hex, ok := strings.CutPrefix(digits, "x"); ok {
		digits, base = hex, 16
	}
	code, err := strconv.ParseUint(digits, base, 32)
	return rune(code), numeric && err == nil && code <= utf8.MaxRune && validChar(rune(code))
}

// characters refuses what XML 1.0 can't hold.
func (p *xmlParser) characters(s string) string {
	if !utf8.ValidString(s) {
		p.syntax("not valid UTF-8")
	} else if strings.ContainsFunc(s, func(r rune) bool { return !validChar(r) }) {
		p.syntax("a character that XML can't hold")
	}
	return s
}

func validChar(r rune) bool {
	return r >= ' ' && r <= 0xD7FF || r == '\t' || r == '\n' || r == '\r' || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= utf8.MaxRune
}

// name reads a name, which may begin with a digit.
func (p *xmlParser) name() string {
	start := p.i
	for p.i < len(p.s) && nameByte(p.s[p.i]) {
		p.i++
	}
	name := p.s[start:p.i]
	if !validName(name) || strings.Count(name, ":") > 1 {
		p.syntax("a tag or an attribute without a name")
	}
	return name
}

func validName(name string) bool {
	return name != "" && utf8.ValidString(name) && strings.IndexFunc(name, func(r rune) bool { return r < utf8.RuneSelf && !nameByte(byte(r)) }) < 0
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.' || c == ':' || c >= utf8.RuneSelf
}

// localName is a name without its prefix.
func localName(name string) string {
	if prefix, local, ok := strings.Cut(name, ":"); ok && prefix != "" && local != "" {
		return local
	}
	return name
}

func (p *xmlParser) accept(token string) bool {
	if !strings.HasPrefix(p.s[p.i:], token) {
		return false
	}
	p.i += len(token)
	return true
}

func (p *xmlParser) space() {
	for p.i < len(p.s) && (p.s[p.i] == ' ' || p.s[p.i] == '\n' || p.s[p.i] == '\t' || p.s[p.i] == '\r') {
		p.i++
	}
}

// appendXML writes a request's node as an element. Lists are repeated
// siblings inside their element.
func appendXML(b *bytes.Buffer, n node) {
	b.WriteString("<" + n.name + ">")
	if n.kind == kindText || n.kind == kindNumber {
		_ = xml.EscapeText(b, []byte(n.text)) // a bytes.Buffer never fails
	}
	for _, k := range n.children {
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
	for _, item := range list.children {
		item.name = list.name
		appendXML(b, item)
	}
	if len(list.children) == 0 {
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
	for _, k := range n.children {
		if field, ok := checkXML(k); !ok {
			return field, false
		}
	}
	return "", true
}
