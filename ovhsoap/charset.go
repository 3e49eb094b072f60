package ovhsoap

import (
	"bytes"
	"mime"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
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

// transcode turns an answer into UTF-8. The Content-Type's charset goes before
// the XML declaration's (RFC 7303), and a byte order mark before both.
func transcode(body []byte, contentType string) ([]byte, error) {
	name := charsetOf(body, contentType)
	if name == "" || name == "utf-8" || name == "utf8" || name == "us-ascii" || name == "ascii" {
		return bytes.TrimPrefix(body, []byte("\uFEFF")), nil
	}
	e, ok := charsets[name]
	if !ok {
		return nil, malformed("the answer is in a charset that is not known here")
	}
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return nil, malformed("the answer is not valid text in its charset")
	}
	return bytes.TrimPrefix(out, []byte("\uFEFF")), nil
}

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
	declaration := body[:min(declarationEnd(body), 200)]
	_, behind, found := bytes.Cut(declaration, []byte("encoding="))
	if !found || len(behind) < 2 {
		return ""
	}
	value, _, _ := bytes.Cut(behind[1:], behind[:1])
	return strings.ToLower(string(value))
}
