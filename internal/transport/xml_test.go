package transport_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

func TestBoundXML(t *testing.T) {
	attributes := func(n int) string { return strings.Repeat(` a='>"="'`, n) }
	for name, c := range map[string]struct {
		text string
		want error
	}{
		"empty":                     {"", nil},
		"not XML":                   {"a < b", nil},
		"plain":                     {`<?xml version="1.0"?><a x="1"><b/><!-- <c --><![CDATA[<d =====>]]>text = text</a>`, nil},
		"many attributes in all":    {"<a>" + strings.Repeat("<b"+attributes(60)+"/>", 100) + "</a>", nil},
		"as many as may be":         {"<a" + attributes(64) + "/>", nil},
		"one attribute too many":    {"<a" + attributes(65) + "/>", condition.ErrTooLarge},
		"without an end":            {"<a" + strings.Repeat(" a=''", 100), condition.ErrTooLarge},
		"an open quote":             {"<a b='", nil},
		"as deep as may be":         {strings.Repeat("<a>", 64) + strings.Repeat("</a>", 64) + strings.Repeat("<a></a>", 100), nil},
		"too deep":                  {strings.Repeat("<a>", 65), condition.ErrProtocol},
		"document type":             {"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", condition.ErrProtocol},
		"equal signs in a comment":  {"<a><!--" + strings.Repeat("=", 100) + "--></a>", nil},
		"a comment that is not one": {"<a><!-- ", nil},
	} {
		t.Run(name, func(t *testing.T) {
			err := transport.BoundXML([]byte(c.text))
			if c.want == nil {
				require.NoError(t, err)
				return
			}
			assert.ErrorIs(t, err, c.want)
		})
	}
}

// FuzzBoundXML: encoding/xml finds no more in what is accepted.
func FuzzBoundXML(f *testing.F) {
	f.Add([]byte(`<?xml version="1.0"?><a x="1"><b/><!-- <c --><![CDATA[<d>]]>text</a>`))
	f.Add([]byte("<a" + strings.Repeat(" a=''", 70) + "/>"))
	f.Add([]byte(strings.Repeat("<a>", 70)))
	f.Fuzz(func(t *testing.T, text []byte) {
		if transport.BoundXML(text) != nil {
			return
		}
		d, depth := xml.NewDecoder(bytes.NewReader(text)), 0
		for {
			token, err := d.Token()
			if err != nil {
				return
			}
			switch token := token.(type) {
			case xml.StartElement:
				depth++
				assert.LessOrEqual(t, len(token.Attr), 64)
			case xml.EndElement:
				depth--
			}
			assert.LessOrEqual(t, depth, 64)
		}
	})
}
