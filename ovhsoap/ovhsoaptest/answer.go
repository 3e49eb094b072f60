package ovhsoaptest

import (
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/hebergo/hebergo/ovhsoap"
)

const (
	envelopeHead = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"` +
		` xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"` +
		` xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>`
	envelopeTail = `</soap:Body></soap:Envelope>`
)

// resultBody writes an answer as SOAP::Lite does when the program names what it
// returns; nothing is a nil envelope of the answer itself (recorded).
func resultBody(function string, result any) string {
	var b strings.Builder
	fmt.Fprintf(&b, `%s<%sResponse xmlns="%s"`, envelopeHead, function, ovhsoap.Namespace)
	if result == nil {
		b.WriteString(` xsi:nil="true" />`)
	} else {
		b.WriteByte('>')
		writeValue(&b, "return", result)
		fmt.Fprintf(&b, "</%sResponse>", function)
	}
	return b.String() + envelopeTail
}

// faultBody writes a fault; SOAP::Lite sets its own prefix before the code that
// a program dies with (recorded).
func faultBody(f *fault) string {
	code := "Client"
	if f.status != 0 {
		code = strconv.Itoa(int(f.status))
	}
	return fmt.Sprintf("%s<soap:Fault><faultcode>soap:%s</faultcode><faultstring>%s</faultstring></soap:Fault>%s",
		envelopeHead, code, escape(f.message), envelopeTail)
}

// send answers with the headers of SOAP::Lite over HTTP.
func (s *Server) send(w http.ResponseWriter, status int, body string) {
	s.mu.Lock()
	kind := "text/xml"
	if s.soap12 {
		kind, body = "application/soap+xml", strings.Replace(body, "http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope", 1)
	}
	w.Header().Set("Content-Type", kind+"; charset="+s.charset)
	s.mu.Unlock()
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s))
	return b.String()
}

// writeValue writes a value with the type that SOAP::Lite would guess.
func writeValue(b *strings.Builder, name string, value any) {
	scalar := func(kind, text string) {
		fmt.Fprintf(b, `<%s xsi:type="xsd:%s">%s</%[1]s>`, name, kind, text)
	}
	switch v := value.(type) {
	case nil:
		fmt.Fprintf(b, `<%s xsi:nil="true" />`, name)
	case string:
		scalar(guess(v))
	case bool:
		scalar("boolean", strconv.FormatBool(v))
	case int:
		scalar("int", strconv.Itoa(v))
	case float64:
		scalar("float", strconv.FormatFloat(v, 'f', -1, 64))
	case map[string]any: // in the map's order, which is random as a Perl hash's is
		fmt.Fprintf(b, "<%s>", name)
		for member, of := range v {
			writeValue(b, member, of)
		}
		fmt.Fprintf(b, "</%s>", name)
	default:
		items := slice(v)
		fmt.Fprintf(b, `<%s soapenc:arrayType="xsd:anyType[%d]" xsi:type="soapenc:Array">`, name, len(items))
		for _, item := range items {
			writeValue(b, "item", item)
		}
		fmt.Fprintf(b, "</%s>", name)
	}
}

// guess is SOAP::Lite's: whole numbers are an int, other than ASCII is base64.
func guess(text string) (kind, written string) {
	if n, err := strconv.ParseInt(text, 10, 32); err == nil && strconv.FormatInt(n, 10) == text {
		return "int", text
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII || r < ' ' && r != '\n' && r != '\t' }) {
		return "base64Binary", base64.StdEncoding.EncodeToString([]byte(text))
	}
	return "string", escape(text)
}

// slice takes the slices that Answer allows; another type is a test's mistake.
func slice(value any) []any {
	switch v := value.(type) {
	case []any:
		return v
	case []string:
		return each(v)
	case []int:
		return each(v)
	case []bool:
		return each(v)
	case []float64:
		return each(v)
	case []map[string]any:
		return each(v)
	}
	panic(fmt.Sprintf("ovhsoaptest: can't answer a %T", value))
}

func each[T any](values []T) []any {
	all := make([]any, len(values))
	for i, v := range values {
		all[i] = v
	}
	return all
}
