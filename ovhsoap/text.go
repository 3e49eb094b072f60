package ovhsoap

import (
	"bytes"
	"mime"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// charsets are those that a European service may answer in, beside UTF-8.
var charsets = map[string]encoding.Encoding{
	"iso-8859-1":   charmap.ISO8859_1,
	"iso8859-1":    charmap.ISO8859_1,
	"latin1":       charmap.ISO8859_1,
	"iso-8859-2":   charmap.ISO8859_2,
	"iso-8859-15":  charmap.ISO8859_15,
	"iso8859-15":   charmap.ISO8859_15,
	"latin-9":      charmap.ISO8859_15,
	"windows-1250": charmap.Windows1250,
	"windows-1252": charmap.Windows1252,
	"cp1252":       charmap.Windows1252,
	"utf-16":       unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
	"utf-16le":     unicode.UTF16(unicode.LittleEndian, unicode.UseBOM),
	"utf-16be":     unicode.UTF16(unicode.BigEndian, unicode.UseBOM),
}

// transcode turns an answer into UTF-8. A byte order mark goes before the
// Content-Type's charset, and that before the XML declaration's (RFC 7303),
// unless the text contradicts them: servers and proxies add a charset to
// everything. What claims UTF-8 and is not is read by the XML declaration, and
// what claims a charset of one byte a character and is UTF-8 is read as that:
// no text in ISO-8859-1 with accents is by chance (inferred).
func transcode(body []byte, contentType string, m *memory) ([]byte, error) {
	name := charsetOf(body, contentType)
	if isUTF8(name) && !utf8.Valid(body) {
		name = declaredCharset(body)
	}
	if isUTF8(name) {
		return bytes.TrimPrefix(body, []byte("\uFEFF")), nil
	}
	switch e := charsets[name].(type) {
	case nil:
		return nil, malformed("the answer is in a charset that is not known here")
	case *charmap.Charmap:
		if utf8.Valid(body) {
			return body, nil
		}
		return widen(body, e, m)
	default:
		if err := m.spend(2 * len(body)); err != nil {
			return nil, err
		}
		out, _, err := transform.Append(e.NewDecoder(), make([]byte, 0, 2*len(body)), body)
		if err != nil {
			return nil, malformed("the answer is not valid text in its charset")
		}
		return bytes.TrimPrefix(out, []byte("\uFEFF")), nil
	}
}

// widen decodes a charset of one byte a character, in one allocation.
func widen(body []byte, c *charmap.Charmap, m *memory) ([]byte, error) {
	length := 0
	for _, b := range body {
		length += utf8.RuneLen(c.DecodeByte(b))
	}
	if err := m.spend(length); err != nil {
		return nil, err
	}
	out := make([]byte, 0, length)
	for _, b := range body {
		out = utf8.AppendRune(out, c.DecodeByte(b))
	}
	return out, nil
}

// isUTF8 reports whether a charset needs no work; none at all is XML's default.
func isUTF8(name string) bool {
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "ascii":
		return true
	}
	return false
}

// charsetOf is the charset's name in small letters, "" if nobody gives one.
func charsetOf(body []byte, contentType string) string {
	switch {
	case bytes.HasPrefix(body, []byte("\xEF\xBB\xBF")):
		return "utf-8"
	case bytes.HasPrefix(body, []byte("\xFE\xFF")), bytes.HasPrefix(body, []byte("\xFF\xFE")):
		return "utf-16"
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return strings.ToLower(params["charset"])
	}
	return declaredCharset(body)
}

func declaredCharset(body []byte) string {
	declaration := body[:min(declarationEnd(body), 200)]
	_, behind, found := bytes.Cut(declaration, []byte("encoding="))
	if !found || len(behind) < 2 {
		return ""
	}
	value, _, _ := bytes.Cut(behind[1:], behind[:1])
	return strings.ToLower(string(value))
}

// unescape resolves entities and line ends in place: what they stand for is
// never longer than they are.
func (p *parser) unescape(s span, verbatim bool) (span, error) {
	in := p.bytes(s)
	plain := 0
	for plain < len(in) && !special(in[plain]) {
		plain++
	}
	out := in[:plain]
	for i := plain; i < len(in); {
		switch c := in[i]; {
		case c == '&' && !verbatim:
			r, length := entity(in[i:])
			if length == 0 {
				return s, p.fail("an entity other than XML's own")
			}
			out, i = utf8.AppendRune(out, r), i+length
		case c == '\r':
			if i+1 < len(in) && in[i+1] == '\n' {
				i++
			}
			out, i = append(out, '\n'), i+1
		case c < ' ' && c != '\n' && c != '\t':
			return s, p.fail("a control character")
		case c == ']' && !verbatim && bytes.HasPrefix(in[i:], []byte("]]>")):
			return s, p.fail("the end of a CDATA section")
		default:
			out, i = append(out, c), i+1
		}
	}
	return span{s.from, s.from + uint32(len(out))}, nil
}

// special reports whether unescape must look at a byte.
func special(c byte) bool { return c < ' ' || c == '&' || c == ']' }

// entity reads an entity at the start of in; its length is 0 if it is none of
// XML's own or stands for no character.
func entity(in []byte) (rune, int) {
	end := bytes.IndexByte(in[:min(len(in), 12)], ';')
	if end < 2 {
		return 0, 0
	}
	name := string(in[1:end])
	switch name {
	case "lt":
		return '<', end + 1
	case "gt":
		return '>', end + 1
	case "amp":
		return '&', end + 1
	case "apos":
		return '\'', end + 1
	case "quot":
		return '"', end + 1
	}
	if name[0] != '#' {
		return 0, 0
	}
	digits, base := name[1:], 10
	if len(digits) > 0 && digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 21)
	if err != nil || !carries(rune(n)) {
		return 0, 0
	}
	return rune(n), end + 1
}

// carries reports whether XML 1.0 can carry a character.
func carries(r rune) bool {
	switch {
	case r < ' ':
		return r == '\t' || r == '\n' || r == '\r'
	case r == 0xFFFE || r == 0xFFFF:
		return false
	}
	return utf8.ValidRune(r)
}

func isBlank(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func blank(text []byte) bool {
	for _, c := range text {
		if !isBlank(c) {
			return false
		}
	}
	return true
}
