package ovhsoap

import "bytes"

// parser reads a document from its start to its end, once.
type parser struct {
	document
	pos  int
	open []opened // the elements around pos
}

// opened is an element whose end has not come yet.
type opened struct {
	node  int32
	last  int32 // its latest child
	qname span
}

// piece reads one tag, comment, CDATA section or run of text.
func (p *parser) piece() error {
	if p.src[p.pos] != '<' {
		return p.run()
	}
	rest := p.src[p.pos:]
	switch {
	case len(rest) < 2:
		return p.fail("an unfinished tag")
	case rest[1] == '/':
		return p.endTag()
	case bytes.HasPrefix(rest, []byte("<!--")):
		return p.comment()
	case bytes.HasPrefix(rest, []byte("<![CDATA[")):
		return p.cdata()
	case rest[1] == '!':
		return p.fail("a document type declaration")
	case rest[1] == '?':
		return p.fail("a processing instruction")
	}
	return p.startTag()
}

func (p *parser) fail(what string) error {
	return malformed("%s at byte %d of the answer", what, p.pos)
}

// startTag reads a start tag or an empty element.
func (p *parser) startTag() error {
	p.pos++
	qname, local, err := p.qname()
	if err != nil {
		return err
	}
	n, err := p.add(span{local, qname.to})
	if err != nil {
		return err
	}
	for {
		p.blanks()
		switch p.peek() {
		case '>':
			p.pos++
			p.open = append(p.open, opened{node: n, qname: qname})
			return nil
		case '/':
			p.pos++
			return p.expect('>')
		}
		if err := p.attribute(n); err != nil {
			return err
		}
	}
}

// add appends an element to the one that is open.
func (p *parser) add(name span) (int32, error) {
	switch {
	case len(p.open) == 0 && len(p.nodes) > 0:
		return 0, p.fail("a second root")
	case len(p.open) == maxDepth:
		return 0, p.fail("too deep nesting")
	}
	n := int32(len(p.nodes))
	p.nodes = append(p.nodes, node{name: name})
	if len(p.open) == 0 {
		return n, nil
	}
	top := &p.open[len(p.open)-1]
	parent := &p.nodes[top.node]
	if top.last != 0 {
		p.nodes[top.last].next = n
	} else {
		parent.first = n
		if !blank(p.bytes(parent.text)) {
			return 0, p.fail("an element after text")
		}
		parent.text = span{}
	}
	top.last = n
	return n, nil
}

// endTag compares the whole name, so that prefixes need not be resolved.
func (p *parser) endTag() error {
	if len(p.open) == 0 {
		return p.fail("an end tag without a start")
	}
	top := p.open[len(p.open)-1]
	want := p.bytes(top.qname)
	if !bytes.HasPrefix(p.src[p.pos+2:], want) {
		return p.fail("an end tag of another name")
	}
	p.pos += 2 + len(want)
	p.blanks()
	p.open = p.open[:len(p.open)-1]
	return p.expect('>')
}

// attribute reads one attribute of the element n.
func (p *parser) attribute(n int32) error {
	qname, local, err := p.qname()
	if err != nil {
		return err
	}
	p.blanks()
	if err := p.expect('='); err != nil {
		return err
	}
	p.blanks()
	quote := p.peek()
	if quote != '"' && quote != '\'' {
		return p.fail("an attribute without quotes")
	}
	p.pos++
	length := bytes.IndexByte(p.src[p.pos:], quote)
	if length < 0 {
		return p.fail("an unfinished attribute")
	}
	value := span{uint32(p.pos), uint32(p.pos + length)}
	p.pos += length + 1
	if bytes.IndexByte(p.bytes(value), '<') >= 0 {
		return p.fail("a tag in an attribute")
	}
	if value, err = p.unescape(value, false); err != nil {
		return err
	}
	return p.mark(n, span{qname.from, local}, span{local, qname.to}, value)
}

// mark notes the attributes that mean something here. Which prefix stands for
// which namespace does not matter: SOAP has no others of these names.
func (p *parser) mark(n int32, prefix, name, value span) error {
	local := p.bytes(name)
	if prefix.from == prefix.to {
		switch string(local) {
		case "href":
			p.refs = append(p.refs, link{n, value})
			return p.spend(grownLink)
		case "id":
			p.ids = append(p.ids, link{n, value})
			return p.spend(grownLink)
		case "xmlns":
			return p.declare(n, span{}, value)
		}
		return nil
	}
	if string(p.bytes(prefix)) == "xmlns:" {
		return p.declare(n, name, value)
	}
	switch text := p.bytes(value); string(local) {
	case "nil", "null": // null: XML Schema of 1999, older SOAP::Lite
		if string(text) == "true" || string(text) == "1" {
			p.nodes[n].flags |= isNil
		}
	case "type":
		kind := text[bytes.LastIndexByte(text, ':')+1:]
		switch string(kind) {
		case "base64Binary", "base64":
			p.nodes[n].flags |= isBase64
		case "Map":
			p.nodes[n].flags |= isMap
		}
	}
	return nil
}

// declare notes a namespace, at the elements where it plays a part.
func (p *parser) declare(n int32, prefix, uri span) error {
	if len(p.open) > 2 {
		return nil
	}
	if len(p.spaces) == maxDeclarations {
		return p.fail("too many namespaces")
	}
	p.spaces = append(p.spaces, space{n, prefix, uri})
	return nil
}

// comment skips one. It may stand anywhere, also within a text.
func (p *parser) comment() error {
	body := p.src[p.pos+len("<!--"):]
	end := bytes.Index(body, []byte("--"))
	if end < 0 || !bytes.HasPrefix(body[end:], []byte("-->")) {
		return p.fail("an unfinished comment")
	}
	p.pos += len("<!--") + end + len("-->")
	return nil
}

// cdata reads text without escapes.
func (p *parser) cdata() error {
	from := p.pos + len("<![CDATA[")
	length := bytes.Index(p.src[from:], []byte("]]>"))
	if length < 0 {
		return p.fail("an unfinished CDATA section")
	}
	if len(p.open) == 0 {
		return p.fail("text outside the root")
	}
	p.pos = from + length + len("]]>")
	return p.characters(span{uint32(from), uint32(from + length)}, true)
}

// run reads text up to the next tag.
func (p *parser) run() error {
	length := bytes.IndexByte(p.src[p.pos:], '<')
	if length < 0 {
		length = len(p.src) - p.pos
	}
	text := span{uint32(p.pos), uint32(p.pos + length)}
	if len(p.open) == 0 && !blank(p.bytes(text)) {
		return p.fail("text outside the root")
	}
	p.pos += length
	if len(p.open) == 0 {
		return nil
	}
	return p.characters(text, false)
}

// characters adds text to the open element. An element has text or children,
// not both.
func (p *parser) characters(text span, verbatim bool) error {
	text, err := p.unescape(text, verbatim)
	if err != nil {
		return err
	}
	n := &p.nodes[p.open[len(p.open)-1].node]
	switch {
	case n.first != 0:
		if !blank(p.bytes(text)) {
			return p.fail("text after an element")
		}
	case n.text.to == 0:
		n.text = text
	default: // an earlier run ended at a comment or a CDATA section
		n.text.to += uint32(copy(p.src[n.text.to:], p.bytes(text)))
	}
	return nil
}

// qname reads a name at pos, and returns where its local part starts.
func (p *parser) qname() (qname span, local uint32, err error) {
	start := p.pos
	local = uint32(start)
	for p.pos < len(p.src) && nameByte(p.src[p.pos]) {
		if p.src[p.pos] == ':' {
			if p.pos == start || local > uint32(start) {
				return qname, 0, p.fail("more than one colon")
			}
			local = uint32(p.pos) + 1
		}
		p.pos++
	}
	if int(local) >= p.pos || !nameStart(p.src[start]) || !nameStart(p.src[local]) {
		return qname, 0, p.fail("something that is not a name")
	}
	return span{uint32(start), uint32(p.pos)}, local, nil
}

// nameByte reports whether a byte may be in a name, as WSDL and the serializers
// of PHP and Perl write them: ASCII alone.
func nameByte(c byte) bool {
	return nameStart(c) || c >= '0' && c <= ':' || c == '-' || c == '.'
}

func nameStart(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_'
}

func (p *parser) blanks() {
	for p.pos < len(p.src) && isBlank(p.src[p.pos]) {
		p.pos++
	}
}

// peek is the byte at pos, 0 at the end.
func (p *parser) peek() byte {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return 0
}

func (p *parser) expect(c byte) error {
	if p.peek() != c {
		return p.fail("an unfinished tag")
	}
	p.pos++
	return nil
}
