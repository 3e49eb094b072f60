package ovhsoap

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"io"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree is a value in an answer.
type tree struct {
	name    string
	null    bool
	list    bool // says that it is an array
	text    string
	members []*tree
}

func leaf(name, text string) *tree { return &tree{name: name, text: text} }

// goodAnswer is a value of a type of the catalog, each member of it told by its
// name.
func goodAnswer(name, kind string) *tree {
	if element, ok := strings.CutPrefix(kind, "[]"); ok {
		return &tree{name: name, list: true, members: []*tree{goodAnswer("item", element), goodAnswer("item", element)}}
	}
	switch kind {
	case "string":
		return leaf(name, name+" é")
	case "int":
		return leaf(name, "7")
	case "float":
		return leaf(name, "1.5")
	case "boolean":
		return leaf(name, "true")
	}
	n := &tree{name: name}
	for _, p := range Members(kind) {
		n.members = append(n.members, goodAnswer(p.Name, p.Type))
	}
	return n
}

// dialect writes a whole answer to a function; a nil tree is no value.
type dialect func(function string, n *tree) string

// php writes as PHP's SoapServer does: members as they are, typed, without
// namespaces.
func php(function string, n *tree) string {
	var b strings.Builder
	b.WriteString(`<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="` + Namespace + `"><SOAP-ENV:Body>` +
		`<ns1:` + function + `Response>`)
	if n != nil {
		n.php(&b)
	}
	return b.String() + `</ns1:` + function + `Response></SOAP-ENV:Body></SOAP-ENV:Envelope>`
}

func (n *tree) php(b *strings.Builder) {
	kind := "xsd:string"
	switch {
	case n.null:
		fmt.Fprintf(b, `<%s xsi:nil="true"/>`, n.name)
		return
	case n.list:
		kind = "SOAP-ENC:Array"
	case len(n.members) > 0:
		kind = "SOAP-ENC:Struct"
	}
	fmt.Fprintf(b, `<%s xsi:type="%s">%s`, n.name, kind, html.EscapeString(n.text))
	for _, m := range n.members {
		m.php(b)
	}
	fmt.Fprintf(b, "</%s>", n.name)
}

// soapLite writes as SOAP::Lite does: the value without a name of its own,
// members in an order of a hash's, types guessed, accents packed, everything in
// the function's namespace.
func soapLite(function string, n *tree) string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>` +
		`<` + function + `Response xmlns="` + Namespace + `">`)
	if n != nil {
		named := *n
		named.name = "s-gensym3"
		if n.list {
			named.name = "soapenc:Array"
		}
		named.soapLite(&b)
	}
	return b.String() + `</` + function + `Response></soap:Body></soap:Envelope>`
}

func (n *tree) soapLite(b *strings.Builder) {
	kind, text := "xsd:string", html.EscapeString(n.text)
	switch _, err := strconv.Atoi(n.text); {
	case n.null:
		fmt.Fprintf(b, `<%s xsi:nil="true" />`, n.name)
		return
	case err == nil:
		kind = "xsd:int"
	case strings.ContainsFunc(n.text, func(r rune) bool { return r > '~' }):
		kind, text = "xsd:base64Binary", base64.StdEncoding.EncodeToString([]byte(n.text))
	}
	if len(n.members) > 0 {
		kind = "namesp1:SOAPStruct"
	}
	fmt.Fprintf(b, `<%s xsi:type="%s">%s`, n.name, kind, text)
	members := slices.Clone(n.members)
	if !n.list {
		slices.Reverse(members)
	}
	for _, m := range members {
		m.soapLite(b)
	}
	fmt.Fprintf(b, "</%s>", n.name)
}

// mutations change one value in place; parent is nil for the return value
// itself.
var mutations = map[string]func(n *tree, parent *tree){
	"dropped": func(n, parent *tree) {
		parent.members = slices.DeleteFunc(parent.members, func(m *tree) bool { return m == n })
	},
	"twice":            func(n, parent *tree) { twin := *n; parent.members = append(parent.members, &twin) },
	"renamed":          func(n, _ *tree) { n.name = "unheard" },
	"nil":              func(n, _ *tree) { *n = tree{name: n.name, null: true} },
	"empty":            func(n, _ *tree) { *n = *leaf(n.name, "") },
	"blank":            func(n, _ *tree) { *n = *leaf(n.name, " \n") },
	"a word":           func(n, _ *tree) { *n = *leaf(n.name, "unheard-of") },
	"an accented word": func(n, _ *tree) { *n = *leaf(n.name, "état <inconnu>") },
	"an int":           func(n, _ *tree) { *n = *leaf(n.name, "-3") },
	"zero":             func(n, _ *tree) { *n = *leaf(n.name, "0") },
	"a fraction":       func(n, _ *tree) { *n = *leaf(n.name, "2.5") },
	"a flag":           func(n, _ *tree) { *n = *leaf(n.name, "false") },
	"another flag":     func(n, _ *tree) { *n = *leaf(n.name, "yes") },
	"out of range":     func(n, _ *tree) { *n = *leaf(n.name, "99999999999999999999") },
	"beyond a float":   func(n, _ *tree) { *n = *leaf(n.name, "1e999") },
	"not a number":     func(n, _ *tree) { *n = *leaf(n.name, "NaN") },
	"a French number":  func(n, _ *tree) { *n = *leaf(n.name, "1 000,50") },
	"a German number":  func(n, _ *tree) { *n = *leaf(n.name, "1.000,50") },
	"an empty array":   func(n, _ *tree) { *n = tree{name: n.name, list: true} },
	"an array of texts": func(n, _ *tree) {
		*n = tree{name: n.name, list: true, members: []*tree{leaf("item", "a"), leaf("item", "b")}}
	},
	"an array of a nil":   func(n, _ *tree) { *n = tree{name: n.name, list: true, members: []*tree{{name: "item", null: true}}} },
	"an array of nothing": func(n, _ *tree) { *n = tree{name: n.name, list: true, members: []*tree{leaf("item", "")}} },
	"a structure":         func(n, _ *tree) { *n = tree{name: n.name, members: []*tree{leaf("x", "1"), leaf("y", "2")}} },
	"inside an array": func(n, _ *tree) {
		inner := *n
		inner.name = "item"
		*n = tree{name: n.name, list: true, members: []*tree{&inner}}
	},
}

// errUnread is what must not be read.
var errUnread = errors.New("unread")

// model says what a method returns for a value, by the package's contract and
// not by its decoder: texts may be missing, numbers and flags in an Opt may,
// lists are never nil, and nothing else may.
func (n *tree) model(v reflect.Value) error {
	if v.Type() == reflect.TypeFor[Secret]() {
		var text string
		if err := n.model(reflect.ValueOf(&text).Elem()); err != nil {
			return err
		}
		v.Set(reflect.ValueOf(NewSecret(text)))
		return nil
	}
	if optional, ok := v.Addr().Interface().(member); ok {
		inner := v.Field(0).Kind()
		if n.null || n.hollow() && inner != reflect.Bool {
			return nil
		}
		return n.model(reflect.ValueOf(optional.fill()).Elem())
	}
	switch v.Kind() {
	case reflect.Slice:
		return n.modelList(v)
	case reflect.Struct:
		return n.modelStructure(v)
	}
	if len(n.members) > 0 || n.null && v.Kind() != reflect.String {
		return errUnread
	}
	text := strings.TrimSpace(n.text)
	var err error
	switch v.Kind() {
	case reflect.String:
		v.SetString(n.text)
	case reflect.Int:
		var i int
		i, err = strconv.Atoi(text)
		v.SetInt(int64(i))
	case reflect.Float64:
		var f float64
		if f, err = strconv.ParseFloat(text, 64); f != f {
			err = errUnread
		}
		v.SetFloat(f)
	case reflect.Bool:
		v.SetBool(text == "1" || text == "true")
		if !slices.Contains([]string{"", "0", "1", "true", "false"}, text) {
			err = errUnread
		}
	}
	return err
}

// hollow is an element without content.
func (n *tree) hollow() bool { return len(n.members) == 0 && strings.TrimSpace(n.text) == "" }

func (n *tree) modelList(v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), len(n.members), len(n.members)))
	if n.null {
		return nil
	}
	if len(n.members) == 0 && !n.hollow() {
		return errUnread
	}
	for i, m := range n.members {
		if m.null || m.name != n.members[0].name {
			return errUnread
		}
		if err := m.model(v.Index(i)); err != nil {
			return err
		}
	}
	return nil
}

func (n *tree) modelStructure(v reflect.Value) error {
	found := 0
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := field.Tag.Get("soap")
		if name == "" {
			name = strings.ToLower(field.Name[:1]) + field.Name[1:]
		}
		if field.Type.Kind() == reflect.Slice {
			v.Field(i).Set(reflect.MakeSlice(field.Type, 0, 0))
		}
		of := slices.DeleteFunc(slices.Clone(n.members), func(m *tree) bool { return m.name != name })
		if len(of) > 1 {
			return errUnread
		}
		for _, m := range of {
			found++
			if err := m.model(v.Field(i)); err != nil {
				return err
			}
		}
	}
	if found == 0 {
		return errUnread
	}
	return nil
}

// mayBeEmptyTexts are the functions whose text may be empty, by hand.
var mayBeEmptyTexts = strings.Fields(`zoneExport telephonySmsHistoryCsv telephonySmsUserHistoryCsv telephonySmsGetCallBack telephonySmsUserGetCallBack
	telephonySmsGetCsvAttachment telephonySmsUserGetCsvAttachment emailGetDomainMxFiltering dedicatedReverseInfo nicModifyEmail nicModifyLanguage
	nicModifyInfosIT telephonySmsGetUserQuota`)

// expected is what a function returns for an answer; n is nil for none.
func expected(f Function, n *tree, v reflect.Value) error {
	if n == nil {
		if v.Kind() != reflect.Slice {
			return errUnread
		}
		n = &tree{null: true}
	}
	if err := n.model(v); err != nil {
		return err
	}
	if v.Kind() == reflect.String && v.Len() == 0 && !slices.Contains(mayBeEmptyTexts, f.Name) {
		return errUnread
	}
	return nil
}

// answering is a transport that gives every call the same answer.
type answering struct{ body string }

func (a *answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(a.body)), Request: r}, nil
}

// typedCall is a method with its required arguments.
type typedCall struct {
	f      Function
	method reflect.Value
	in     []reflect.Value
}

func typedCalls(t *testing.T, s *Session) []typedCall {
	t.Helper()
	var calls []typedCall
	v := reflect.ValueOf(s)
	for i := range v.NumMethod() {
		name := v.Type().Method(i).Name
		f, ok := Lookup(strings.ToLower(name[:1]) + name[1:])
		if !ok || f.Name == "login" || f.Name == "logout" {
			continue
		}
		c := typedCall{f: f, method: v.Method(i), in: []reflect.Value{reflect.ValueOf(t.Context())}}
		for j := 1; j < c.method.Type().NumIn(); j++ {
			arg := reflect.New(c.method.Type().In(j)).Elem()
			require1(arg)
			c.in = append(c.in, arg)
		}
		calls = append(calls, c)
	}
	require.Len(t, calls, 194)
	return calls
}

// require1 gives what is required a value.
func require1(v reflect.Value) {
	if v.Type() == reflect.TypeFor[Secret]() {
		v.Set(reflect.ValueOf(NewSecret("x")))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if strings.HasSuffix(v.Type().Name(), "Args") {
				require1(v.Field(i))
			}
		}
	case reflect.String:
		v.SetString("x")
	case reflect.Int:
		v.SetInt(1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		require1(v.Index(0))
	}
}

// check calls the method and compares what it returns with what it should.
func (c *typedCall) check(t *testing.T, n *tree, what string) {
	t.Helper()
	out := c.method.Call(c.in)
	err, _ := out[len(out)-1].Interface().(error)
	if len(out) == 1 {
		assert.NoError(t, err, what)
		return
	}
	want := reflect.New(out[0].Type()).Elem()
	if expected(c.f, n, want) == nil {
		if assert.NoError(t, err, what) {
			assert.Equal(t, want.Interface(), out[0].Interface(), what)
		}
		return
	}
	var e *Error
	require.ErrorAs(t, err, &e, what)
	assert.ErrorIs(t, err, ErrProtocol, what)
	assert.Equal(t, !c.f.Repeatable, errors.Is(err, ErrAmbiguous), what)
	assert.True(t, out[0].IsZero(), what)
}

// everyPlace calls visit with a fresh copy of the answer for each value in it.
func everyPlace(f Function, visit func(place string, root, n, parent *tree)) {
	var walk func(path []int, place string, n *tree)
	walk = func(path []int, place string, n *tree) {
		root := goodAnswer("return", f.Result)
		var parent *tree
		at := root
		for _, i := range path {
			parent, at = at, at.members[i]
		}
		visit(place, root, at, parent)
		for i, m := range n.members {
			if !n.list || i == 0 { // the second item is like the first
				walk(append(slices.Clone(path), i), place+"."+m.name, m)
			}
		}
	}
	walk(nil, "return", goodAnswer("return", f.Result))
}

// TestTypedCalls_MutatedAnswers changes the good answer of every typed function
// at every place in every way, in both servers' dialects: what a method returns
// is what the contract promises for that answer, or an error that says that it
// can't be read.
func TestTypedCalls_MutatedAnswers(t *testing.T) {
	peer := &answering{}
	client, err := New(Config{Nic: "ab12345-ovh", Password: NewSecret("x"), HTTPClient: &http.Client{Transport: peer}})
	require.NoError(t, err)
	defer client.Close()
	s, err := client.Resume(NewSecret("alive"))
	require.NoError(t, err)
	cases := 0
	for i, c := range typedCalls(t, s) {
		if testing.Short() && i%10 != 0 {
			continue
		}
		for name, write := range map[string]dialect{"PHP": php, "SOAP::Lite": soapLite} {
			check := func(n *tree, what string) {
				cases++
				peer.body = write(c.f.Name, n)
				c.check(t, n, c.f.Name+" by "+name+": "+what)
			}
			check(nil, "no value")
			if c.f.Result == "" {
				check(leaf("return", "unheard-of"), "a value")
				continue
			}
			check(goodAnswer("return", c.f.Result), "good")
			for kind, mutate := range mutations {
				everyPlace(c.f, func(place string, root, n, parent *tree) {
					if parent == nil && slices.Contains([]string{"dropped", "twice", "renamed"}, kind) {
						return
					}
					mutate(n, parent)
					check(root, place+" "+kind)
				})
			}
		}
	}
	t.Logf("%d answers to 194 functions", cases)
}
