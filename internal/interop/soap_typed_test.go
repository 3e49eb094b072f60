package interop_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// declared is a function as testdata/soapi.tsv declares it: the servers check
// calls against the same table, and it owes nothing to the SDK's catalog.
type declared struct {
	name, result string
	params       [][2]string // name and type, the session among them
}

func declarations(t *testing.T) []declared {
	t.Helper()
	file, err := os.Open("testdata/soapi.tsv")
	require.NoError(t, err)
	defer func() { _ = file.Close() }()
	var all []declared
	for rows := bufio.NewScanner(file); rows.Scan(); {
		cells := strings.Split(rows.Text(), "\t")
		if cells[0] != "function" {
			continue
		}
		d := declared{name: cells[1], result: cells[2]}
		for _, pair := range strings.Fields(cells[3]) {
			name, kind, _ := strings.Cut(pair, ":")
			d.params = append(d.params, [2]string{name, kind})
		}
		all = append(all, d)
	}
	return all
}

// capital is the rule that turns a name of the WSDL into one of Go.
func capital(name string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(name, "_") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// sample makes an argument that tells its own name and place.
func sample(place int, name, kind string, raised int) any {
	switch kind {
	case "string":
		return name + " é € 𝄞 & <b>\t]]>\r\n\r"
	case "int":
		return 100 + place
	case "float":
		return 1.25
	case "boolean":
		return place == raised
	case "string[]":
		return []string{name + " é", "", "<b>"}
	case "int[]":
		return []int{3, 1, 2}
	}
	panic("no sample of a " + kind)
}

// TestSOAP_EveryTypedFunction calls every typed function on both servers,
// which check number, order, names and types of the arguments; the values are
// checked here. Flags go once all false and once each with one of them true.
func TestSOAP_EveryTypedFunction(t *testing.T) {
	all := declarations(t)
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, nil).Session()
		require.NoError(t, s.Login(t.Context()))
		called := 0
		for _, d := range all {
			if d.name == "login" || d.name == "logout" { // Client.Login and Session.Logout, see SessionFlow
				continue
			}
			for raised := -1; raised < len(d.params); raised++ {
				if raised >= 0 && d.params[raised][1] != "boolean" {
					continue
				}
				d.check(t, server, s, raised)
			}
			called++
		}
		if called != 194 {
			t.Errorf("%d functions, want 194", called)
		}
	})
}

// check calls one function and looks at both ends.
func (d declared) check(t *testing.T, server soapServer, s *ovhsoap.Session, raised int) {
	t.Helper()
	method := reflect.ValueOf(s).MethodByName(capital(d.name))
	if !method.IsValid() {
		t.Errorf("%s has no method", d.name)
		return
	}
	values := map[string]any{}
	var order []any
	for i, p := range d.params {
		if p[0] != "session" {
			values[p[0]] = sample(i, p[0], p[1], raised)
			order = append(order, values[p[0]])
		}
	}
	before := len(server.calls(t, d.name))
	results := method.Call(d.arguments(t, method.Type(), values, order))
	if err, _ := results[len(results)-1].Interface().(error); err != nil {
		t.Errorf("%s: %v", d.name, err)
		return
	}
	calls := server.calls(t, d.name)
	if len(calls) != before+1 {
		t.Errorf("%s arrived %d times", d.name, len(calls)-before)
		return
	}
	d.compareArguments(t, calls[before], values)
	if d.result == "void" != (len(results) == 1) {
		t.Errorf("%s returns %d values for a %s", d.name, len(results), d.result)
	} else if len(results) == 2 {
		compareResult(t, d.name, d.name, results[0])
	}
}

// arguments lays the samples out as the method wants them: one by one in the
// WSDL's order, or by name in a structure.
func (d declared) arguments(t *testing.T, method reflect.Type, values map[string]any, order []any) []reflect.Value {
	t.Helper()
	in := []reflect.Value{reflect.ValueOf(context.WithoutCancel(t.Context()))}
	if method.NumIn() == 2 && method.In(1).Kind() == reflect.Struct {
		args := reflect.New(method.In(1)).Elem()
		if args.NumField() != len(values) {
			t.Errorf("%s has %d fields for %d arguments", method.In(1), args.NumField(), len(values))
		}
		for name, v := range values {
			field := args.FieldByName(capital(name))
			if !field.IsValid() {
				t.Fatalf("%s lacks %s", method.In(1), capital(name))
			}
			assign(t, field, v)
		}
		return append(in, args)
	}
	if method.NumIn() != len(order)+1 {
		t.Fatalf("%s takes %d arguments, not %d", d.name, method.NumIn()-1, len(order))
	}
	for i, v := range order {
		in = append(in, reflect.New(method.In(i+1)).Elem())
		assign(t, in[i+1], v)
	}
	return in
}

// assign gives an argument its value, whether it is required, optional or a
// secret.
func assign(t *testing.T, into reflect.Value, v any) {
	t.Helper()
	switch optional := into.Addr().Interface().(type) {
	case *ovhsoap.Secret:
		*optional = ovhsoap.NewSecret(v.(string))
	case interface{ Or(string) string }, interface{ Or(int) int }, interface{ Or(bool) bool }, interface{ Or(float64) float64 }:
		text, err := json.Marshal(v)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(text, optional))
	default:
		into.Set(reflect.ValueOf(v).Convert(into.Type()))
	}
}

func (d declared) compareArguments(t *testing.T, call received, values map[string]any) {
	t.Helper()
	if len(call.Arguments) != len(d.params) {
		t.Errorf("%s arrived with %d arguments, not %d", d.name, len(call.Arguments), len(d.params))
		return
	}
	for i, got := range call.Arguments {
		if got.Name == "session" && i == 0 {
			continue
		}
		if want := values[d.params[i][0]]; got.Name != d.params[i][0] || !same(want, got.Value) {
			t.Errorf("%s: argument %d arrived as %s = %#v, want %s = %#v", d.name, i, got.Name, got.Value, d.params[i][0], want)
		}
	}
}

// same compares what was sent with what a language without types made of it.
func same(sent, got any) bool {
	switch v := sent.(type) {
	case bool:
		return v == truthy(got)
	case []string, []int:
		return reflect.ValueOf(v).Len() == 3 && fmt.Sprint(v) == fmt.Sprint(got)
	}
	return fmt.Sprint(sent) == fmt.Sprint(got)
}

// compareResult looks for what the servers make up: a text tells its member's
// name, an int is 7, a float 1.5, a flag true, an array has three.
func compareResult(t *testing.T, function, name string, v reflect.Value) {
	t.Helper()
	ok := true
	switch member := v.Interface().(type) {
	case ovhsoap.Secret:
		v = reflect.ValueOf(member.Reveal())
	case interface{ IsZero() bool }: // an Opt of any type
		v = v.MethodByName("Value").Call(nil)[0]
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			member := f.Tag.Get("soap")
			if member == "" {
				member = strings.ToLower(f.Name[:1]) + f.Name[1:]
			}
			compareResult(t, function, member, v.Field(i))
		}
	case reflect.Slice:
		ok = v.Len() == 3
		for i := range v.Len() {
			compareResult(t, function, name, v.Index(i))
		}
	case reflect.String:
		ok = v.String() == name+" é"
	case reflect.Int:
		ok = v.Int() == 7
	case reflect.Float64:
		ok = v.Float() == 1.5
	case reflect.Bool:
		ok = v.Bool()
	default:
		ok = false
	}
	if !ok {
		t.Errorf("%s: %s arrived as %#v", function, name, v.Interface())
	}
}

// TestSOAPTable_MatchesCatalog compares testdata/soapi.tsv with the SDK's catalog.
func TestSOAPTable_MatchesCatalog(t *testing.T) {
	for _, d := range declarations(t) {
		f, ok := ovhsoap.Lookup(d.name)
		if !ok {
			t.Errorf("%s is not in the catalog", d.name)
			continue
		}
		var want []ovhsoap.Param
		for _, p := range d.params {
			if p[0] != "session" {
				want = append(want, ovhsoap.Param{Name: p[0], Type: goKind(p[1])})
			}
		}
		if !slices.Equal(f.Params, want) || f.Result != strings.TrimPrefix(goKind(d.result), "void") {
			t.Errorf("the catalog has %s, the table %+v %s", f, want, d.result)
		}
	}
}

// goKind writes an array the catalog's way.
func goKind(kind string) string {
	if element, ok := strings.CutSuffix(kind, "[]"); ok {
		return "[]" + element
	}
	return kind
}

// TestSOAPTable_MatchesWSDL compares testdata/soapi.tsv with the
// published WSDL.
func TestSOAPTable_MatchesWSDL(t *testing.T) {
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("needs HEBERGO_FACTS, the folder of the published WSDL")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "ovhsoap", "soapi-1.61.json"))
	require.NoError(t, err)
	var wsdl struct {
		Operations map[string]struct {
			Params [][2]string
			Return *string
		}
		Types map[string][][3]any
	}
	require.NoError(t, json.Unmarshal(raw, &wsdl))
	plain := func(kind string) string {
		if !strings.HasPrefix(kind, "MyArrayOf") {
			return kind
		}
		element, _ := wsdl.Types[kind][0][1].(string)
		return element + "[]"
	}
	for _, d := range declarations(t) {
		f, ok := wsdl.Operations[d.name]
		if !ok {
			t.Errorf("%s is not in the WSDL", d.name)
			continue
		}
		for i := range f.Params {
			f.Params[i][1] = plain(f.Params[i][1])
		}
		result := "void"
		if f.Return != nil {
			result = plain(*f.Return)
		}
		if !slices.Equal(f.Params, d.params) || result != d.result {
			t.Errorf("%s: the WSDL has %v %s, the table %v %s", d.name, f.Params, result, d.params, d.result)
		}
	}
}
