package ovhsoap

import (
	"bytes"
	"mime"
	"strings"
	"unicode/utf8"

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

// transcode turns an answer into UTF-8. A byte order mark goes before the
// Content-Type's charset, and that before the XML declaration's (RFC 7303),
// unless the Content-Type claims UTF-8 and the text is not: servers and
// proxies add that to everything.
func transcode(body []byte, contentType string) ([]byte, error) {
	name := charsetOf(body, contentType)
	if isUTF8(name) && !utf8.Valid(body) {
		name = declaredCharset(body)
	}
	if isUTF8(name) {
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

// isUTF8 tells whether a charset needs no work; none at all is XML's default.
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
