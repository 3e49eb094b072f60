package transport

import (
	"bytes"
	"fmt"

	"github.com/hebergo/hebergo/internal/condition"
)

const (
	maxXMLAttributes = 64 // of one element: encoding/xml keeps all of them, for a caller who looks at none
	maxXMLDepth      = 64
)

// BoundXML returns the reason why text must not be passed to encoding/xml: an
// element with too many attributes (ErrTooLarge), elements nested too deep, or
// a document type (ErrProtocol). It returns nil if text may be decoded or is
// not XML.
func BoundXML(text []byte) error {
	depth := 0
	for {
		open := bytes.IndexByte(text, '<')
		if open < 0 {
			return nil
		}
		text = text[open+1:]
		if after, special, err := skipSpecial(text); special || err != nil {
			if err != nil {
				return err
			}
			text = after
			continue
		}
		tag, after, attributes := xmlTag(text)
		text = after
		switch {
		case attributes > maxXMLAttributes:
			return NewError(condition.ErrTooLarge, fmt.Sprintf("an XML element has more than %d attributes", maxXMLAttributes))
		case bytes.HasPrefix(tag, []byte("/")):
			depth--
			continue
		case depth >= maxXMLDepth:
			return NewError(condition.ErrProtocol, fmt.Sprintf("the answer nests more than %d deep", maxXMLDepth))
		case !bytes.HasSuffix(tag, []byte("/")):
			depth++
		}
	}
}

// skipSpecial goes behind a comment, literal text or instruction, which text
// stands in the beginning of, behind the '<'.
func skipSpecial(text []byte) (after []byte, special bool, err error) {
	for _, kind := range []struct{ begin, end string }{{"!--", "-->"}, {"![CDATA[", "]]>"}, {"?", "?>"}} {
		if rest, found := bytes.CutPrefix(text, []byte(kind.begin)); found {
			_, after, _ = bytes.Cut(rest, []byte(kind.end))
			return after, true, nil
		}
	}
	if bytes.HasPrefix(text, []byte("!")) {
		return nil, true, NewError(condition.ErrProtocol, "the answer is XML with a document type")
	}
	return nil, false, nil
}

// xmlTag returns what stands before the tag's end, and how many attributes it
// has, counted up to one too many.
func xmlTag(text []byte) (tag, after []byte, attributes int) {
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case '>':
			return text[:i], text[i+1:], attributes
		case '=':
			if attributes++; attributes > maxXMLAttributes {
				return nil, nil, attributes
			}
		case '"', '\'':
			n := bytes.IndexByte(text[i+1:], c)
			if n < 0 {
				return nil, nil, attributes
			}
			i += 1 + n
		}
	}
	return nil, nil, attributes
}
