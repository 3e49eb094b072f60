package ovhsoaptest

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

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

// localParts are the arguments that stand before an address's @.
var localParts = map[string]bool{"pop": true, "redirected": true, "responder": true, "ml": true}

func refuse(format string, args ...any) *fault { return &fault{message: fmt.Sprintf(format, args...)} }

func readRequest(r *http.Request) (*request, *fault) {
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
func readArguments(f ovhsoap.Function, sent []node) (*request, *fault) {
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
		if text, ok := value.(string); ok && localParts[params[i].Name] && strings.Contains(text, "@") {
			return nil, &fault{202, "Invalid parameter " + params[i].Name}
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
