package ovhsoap

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

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

// special tells the bytes that unescape must look at.
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
