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

// node is an element, whatever it is called.
type node struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []node     `xml:",any"`
}

func (n *node) attr(name string) string {
	for _, a := range n.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// request is a call as it was sent, checked against the catalog.
type request struct {
	function ovhsoap.Function
	session  string
	args     map[string]any
}

func refuse(format string, args ...any) *Fault { return &Fault{Message: fmt.Sprintf(format, args...)} }

func readRequest(r *http.Request) (*request, *Fault) {
	var envelope node
	if err := xml.NewDecoder(io.LimitReader(r.Body, 8<<20)).Decode(&envelope); err != nil {
		return nil, refuse("Application failed during request deserialization")
	}
	var call *node
	for i, body := range envelope.Children {
		if body.XMLName.Local == "Body" && len(body.Children) == 1 {
			call = &envelope.Children[i].Children[0]
		}
	}
	if call == nil {
		return nil, refuse("Can't find method element in the message")
	}
	name := call.XMLName.Local
	if action := strings.Trim(r.Header.Get("SOAPAction"), `"`); action != "" && action != ovhsoap.Namespace+"#"+name {
		return nil, refuse("SOAPAction shall match 'uri#method' if present")
	}
	f, ok := ovhsoap.Lookup(name)
	if !ok || call.XMLName.Space != ovhsoap.Namespace {
		return nil, refuse("Failed to locate method (%s)", name)
	}
	return readArguments(f, call.Children)
}

// readArguments is as strict as SOAP::Lite is lax, so that a client's slip
// shows in its tests.
func readArguments(f ovhsoap.Function, sent []node) (*request, *Fault) {
	params := f.Params
	if f.Session {
		params = append([]ovhsoap.Param{{Name: "session", Type: "string"}}, params...)
	}
	if len(sent) > len(params) {
		return nil, refuse("%s takes %d arguments, not %d", f.Name, len(params), len(sent))
	}
	in := &request{function: f, args: map[string]any{}}
	for i, n := range sent {
		if n.XMLName.Local != params[i].Name {
			return nil, refuse("%s: argument %d is %s, not %s", f.Name, i, n.XMLName.Local, params[i].Name)
		}
		value, err := n.value(params[i].Type)
		if err != nil {
			return nil, refuse("%s: %s: %v", f.Name, params[i].Name, err)
		}
		in.args[params[i].Name] = value
	}
	if f.Session {
		in.session, _ = in.args["session"].(string)
		delete(in.args, "session")
	}
	return in, nil
}

// value reads a typed value.
func (n *node) value(want string) (any, error) {
	if nilled := n.attr("nil"); nilled == "true" || nilled == "1" {
		return nil, nil
	}
	_, is, _ := strings.Cut(n.attr("type"), ":")
	if element, ok := strings.CutPrefix(want, "[]"); ok {
		return n.array(is, element)
	}
	if is != want {
		return nil, fmt.Errorf("has the type %q, not %s", is, want)
	}
	switch want {
	case "int":
		return strconv.Atoi(n.Text)
	case "float":
		return strconv.ParseFloat(n.Text, 64)
	case "boolean":
		return strconv.ParseBool(n.Text)
	}
	return n.Text, nil
}

func (n *node) array(is, element string) (any, error) {
	if is != "Array" && !strings.HasPrefix(is, "MyArrayOf") {
		return nil, fmt.Errorf("has the type %q, not Array", is)
	}
	all := []any{}
	for _, item := range n.Children {
		v, err := item.value(element)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

const (
	envelopeHead = `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope soap:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"` +
		` xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:soapenc="http://schemas.xmlsoap.org/soap/encoding/"` +
		` xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>`
	envelopeTail = `</soap:Body></soap:Envelope>`
)

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

func faultBody(f *Fault) string {
	code := "Client"
	if f.Status != 0 {
		code = strconv.Itoa(f.Status)
	}
	return fmt.Sprintf("%s<soap:Fault><faultcode>soap:%s</faultcode><faultstring>%s</faultstring></soap:Fault>%s",
		envelopeHead, code, escape(f.Message), envelopeTail)
}

func send(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
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
