package ovhsoap

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Args are arguments by name: Call[Void](ctx, s, "popDel",
// Args{"domain": "example.com", "pop": "info"}). Omitted ones are sent as nil,
// or not at all after the last one given.
type Args map[string]any

// unfit returns the reason why XML can't carry a text, "" if it can.
func unfit(text string) string {
	if !utf8.ValidString(text) {
		return "is not valid UTF-8"
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return !carries(r) }); i >= 0 {
		return fmt.Sprintf("has a character at byte %d that XML can't carry", i)
	}
	return ""
}

// arguments are checked and written arguments, and the secrets among them.
type arguments struct {
	function string
	xml      []byte
	secrets  []string

	typed      bool   // the result is a method's: read strictly
	mayBeEmpty bool   // the result, a text
	language   string // that the function language sets
}

// encode checks args against the declaration and writes them in order, each
// with its type: SOAP::Lite goes by position alone, and takes an untyped false
// for the text "false", which is true in Perl.
func (f Function) encode(args []any) (*arguments, error) {
	values, err := f.inOrder(args)
	if err != nil {
		return nil, err
	}
	a := &arguments{function: f.Name, xml: make([]byte, 0, 64*(len(values)+2))}
	if f.Name == "language" && len(values) > 0 {
		if text := indirect(reflect.ValueOf(values[0])); text.Kind() == reflect.String {
			a.language = text.String()
		}
	}
	for i, v := range values {
		if err := a.add(f.Params[i], v); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// inOrder brings arguments by name into order.
func (f Function) inOrder(args []any) ([]any, error) {
	named, ok := Args(nil), false
	if len(args) == 1 {
		named, ok = args[0].(Args)
	}
	if !ok {
		if len(args) > len(f.Params) {
			return nil, invalid(f.Name, "arguments", fmt.Sprintf("are %d, more than the %d of %s", len(args), len(f.Params), f))
		}
		return args, nil
	}
	values, last := make([]any, len(f.Params)), 0
	for name, v := range named {
		i := slices.IndexFunc(f.Params, func(p Param) bool { return p.Name == name })
		if i < 0 {
			return nil, invalid(f.Name, strconv.Quote(name), "is not an argument of "+f.String())
		}
		values[i], last = v, max(last, i+1)
	}
	return values[:last], nil
}

// localParts are the parameters that stand before an address's @ (inferred from
// what goes with them: the domain, and names without an @ in the answers).
var localParts = map[string]bool{"pop": true, "redirected": true, "responder": true, "ml": true}

// isSecretName reports whether an argument of that name, in small letters, is
// kept out of errors.
func isSecretName(name string) bool { return strings.Contains(name, "password") || name == "authinfo" }

// add writes one argument.
func (a *arguments) add(p Param, value any) error {
	if isSecretName(strings.ToLower(p.Name)) {
		a.keep(reflect.ValueOf(value))
	}
	if text := indirect(reflect.ValueOf(value)); localParts[p.Name] && text.Kind() == reflect.String && strings.Contains(text.String(), "@") {
		return invalid(a.function, p.Name, "has an @ in it: it must be the part before the @ alone")
	}
	if reason := a.element(p.Name, p.Type, reflect.ValueOf(value)); reason != "" {
		return invalid(a.function, p.Name, reason)
	}
	return nil
}

// keep remembers the texts in v as secrets.
func (a *arguments) keep(v reflect.Value) {
	v = indirect(v)
	switch {
	case v.Kind() == reflect.String:
		a.secrets = append(a.secrets, v.String())
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		for i := range v.Len() {
			a.keep(v.Index(i))
		}
	}
}

// secretIn finds a Secret behind pointers and in an Opt, whatever the argument
// is called.
func secretIn(v reflect.Value) (Secret, bool) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() != reflect.Struct || !v.CanInterface() {
		return Secret{}, false
	}
	switch inner := v.Interface().(type) {
	case Secret:
		return inner, true
	case argument:
		return secretIn(reflect.ValueOf(inner.given()))
	}
	return Secret{}, false
}

// indirect goes to the value behind pointers and in an Opt or a Secret, which is
// none behind nil and where there is none.
func indirect(v reflect.Value) reflect.Value {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() != reflect.Struct || !v.CanInterface() {
		return v
	}
	switch inner := v.Interface().(type) {
	case Secret:
		return reflect.ValueOf(inner.Reveal())
	case argument:
		return indirect(reflect.ValueOf(inner.given()))
	}
	return v
}

// element writes a value under a name; it returns the reason where the value
// is not of the type.
func (a *arguments) element(name, kind string, v reflect.Value) string {
	if s, ok := secretIn(v); ok {
		a.secrets = append(a.secrets, s.Reveal())
	}
	v = indirect(v)
	element, array := strings.CutPrefix(kind, "[]")
	if array {
		return a.array(name, element, v)
	}
	a.write("<", name, ` xsi:type="xsd:`, kind, `"`)
	if !v.IsValid() {
		a.write(` xsi:nil="true"/>`)
		return ""
	}
	a.write(">")
	if reason := a.scalar(kind, v); reason != "" {
		return reason
	}
	a.write("</", name, ">")
	return ""
}

// array writes a SOAP-ENC:Array, whose every item has its type again: SOAP::Lite
// reads those and PHP the array's.
func (a *arguments) array(name, element string, v reflect.Value) string {
	if !v.IsValid() {
		a.write("<", name, ` xsi:type="soapenc:Array" xsi:nil="true"/>`)
		return ""
	}
	if v.Kind() != reflect.Slice && v.Kind() != reflect.Array {
		return wants("[]"+element, v)
	}
	a.write("<", name, ` xsi:type="soapenc:Array" soapenc:arrayType="xsd:`, element, "[", strconv.Itoa(v.Len()), `]">`)
	for i := range v.Len() {
		if reason := a.element("item", element, v.Index(i)); reason != "" {
			return "item " + strconv.Itoa(i) + " " + reason
		}
	}
	a.write("</", name, ">")
	return ""
}

func wants(kind string, v reflect.Value) string {
	return "must be " + kind + ", not " + v.Type().String()
}

// scalar writes a text, number or truth. What is not of the declared type is
// refused rather than converted: "false" as a text is true in Perl.
func (a *arguments) scalar(kind string, v reflect.Value) string {
	switch {
	case kind == "string" && v.Kind() == reflect.String:
		if reason := unfit(v.String()); reason != "" {
			return reason
		}
		a.text(v.String())
	case kind == "boolean" && v.Kind() == reflect.Bool:
		a.xml = strconv.AppendBool(a.xml, v.Bool())
	case (kind == "int" || kind == "float") && v.CanInt():
		if kind == "int" && (v.Int() > math.MaxInt32 || v.Int() < math.MinInt32) {
			return "does not fit the 32 bits of xsd:int"
		}
		a.xml = strconv.AppendInt(a.xml, v.Int(), 10)
	case (kind == "int" || kind == "float") && v.CanUint():
		if kind == "int" && v.Uint() > math.MaxInt32 {
			return "does not fit the 32 bits of xsd:int"
		}
		a.xml = strconv.AppendUint(a.xml, v.Uint(), 10)
	case kind == "float" && v.CanFloat():
		if math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0) {
			return "is not a finite number"
		}
		a.xml = strconv.AppendFloat(a.xml, v.Float(), 'g', -1, 64)
	default:
		return wants(kind, v)
	}
	return ""
}

func (a *arguments) write(parts ...string) {
	for _, part := range parts {
		a.xml = append(a.xml, part...)
	}
}

// escapes keeps texts unchanged: XML would turn a bare CR into LF.
var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\r", "&#13;")

func (a *arguments) text(s string) { a.xml = append(a.xml, escapes.Replace(s)...) }
