package ovhrest

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// apiName finds the API's name of a type in its comment: "Cart is
// order.cart.Cart: …", and others behind it in brackets.
var apiName = regexp.MustCompile(`^\w+ is ([\w.]+[a-zA-Z]): `)
var otherNames = regexp.MustCompile(`\(([\w.]+) too\)`)

// declared is what the package's own source says of its models and enums.
type declared struct {
	names  map[string][]string // Go type to names in the API
	values map[string][]string // Go type to the values of its constants
}

func readSource(t *testing.T) declared {
	d := declared{map[string][]string{}, map[string][]string{}}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), e.Name(), nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range f.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok {
				d.read(gen)
			}
		}
	}
	return d
}

func (d declared) read(gen *ast.GenDecl) {
	for _, spec := range gen.Specs {
		switch s := spec.(type) {
		case *ast.TypeSpec:
			text := strings.Join(strings.Fields(gen.Doc.Text()), " ")
			if m := apiName.FindStringSubmatch(text); m != nil {
				d.names[s.Name.Name] = []string{m[1]}
			}
			for _, m := range otherNames.FindAllStringSubmatch(text, -1) {
				d.names[s.Name.Name] = append(d.names[s.Name.Name], m[1])
			}
		case *ast.ValueSpec:
			if kind, ok := s.Type.(*ast.Ident); ok && len(s.Values) == 1 {
				literal, ok := s.Values[0].(*ast.BasicLit)
				if !ok {
					continue
				}
				value := literal.Value
				d.values[kind.Name] = append(d.values[kind.Name], strings.Trim(value, `"`))
			}
		}
	}
}

// reachable collects the package's named types that the Client's methods take
// or return.
func reachable() map[string]reflect.Type {
	found := map[string]reflect.Type{}
	client := reflect.TypeFor[*Client]()
	for m := range client.Methods() {
		for i := range m.Type.NumIn() {
			collect(m.Type.In(i), found)
		}
		for i := range m.Type.NumOut() {
			collect(m.Type.Out(i), found)
		}
	}
	return found
}

func collect(t reflect.Type, found map[string]reflect.Type) {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		collect(t.Elem(), found)
	case reflect.Func: // an iterator's yield and its parameters
		for i := range t.NumIn() {
			collect(t.In(i), found)
		}
	case reflect.Struct, reflect.String:
		if t.PkgPath() != reflect.TypeFor[Client]().PkgPath() || found[t.Name()] != nil {
			return
		}
		found[t.Name()] = t
		if t.Kind() == reflect.Struct && t != reflect.TypeFor[Client]() {
			for f := range t.Fields() {
				collect(f.Type, found)
			}
		}
	}
}

func TestModels_MatchTheSchemas(t *testing.T) {
	_, files := loadSchemas(t)
	source := readSource(t)
	types := reachable()
	models, enums := 0, 0
	for name, kind := range types {
		properties := map[string]property{}
		for _, api := range source.names[name] {
			found := false
			for _, f := range files {
				m, ok := f.Models[api]
				if !ok {
					continue
				}
				found = true
				if len(m.Enum) == 0 {
					models++
					checkModel(t, kind, f, api)
					maps.Copy(properties, m.Properties)
				}
			}
			if !found {
				t.Errorf("%s: no schema has %s", name, api)
			}
		}
		if len(properties) > 0 {
			checkFields(t, kind, properties)
		}
		if kind.Kind() == reflect.String && len(source.names[name]) > 0 {
			enums++
			checkEnum(t, name, source, files)
		}
	}
	t.Logf("%d models and %d enums", models, enums)
	if models < 60 || enums < 40 {
		t.Errorf("only %d models and %d enums were found", models, enums)
	}
}

func checkEnum(t *testing.T, name string, source declared, files []*schemaFile) {
	if name == "Country" {
		return // ISO 3166: its 250 values are not repeated
	}
	var want []string
	for _, api := range source.names[name] {
		for _, f := range files {
			for _, value := range f.Models[api].Enum {
				want = append(want, value.(string))
			}
		}
	}
	slices.Sort(want)
	want = slices.Compact(want)
	got := slices.Sorted(slices.Values(source.values[name]))
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", name, got, want)
	}
}

// checkModel decodes an object with everything in it, one with nulls and one
// without, and encodes it again: nothing may be unknown, lost or changed.
func checkModel(t *testing.T, kind reflect.Type, f *schemaFile, api string) {
	for _, v := range []variant{full, nulls, absents} {
		raw, err := json.Marshal(f.sample(api, v, 0))
		if err != nil {
			t.Fatal(err)
		}
		value := reflect.New(kind)
		if err := json.Unmarshal(raw, value.Interface()); err != nil {
			t.Errorf("%s: %v", api, err)
			return
		}
		again, err := json.Marshal(value.Interface())
		if err != nil {
			t.Errorf("%s: %v", api, err)
			return
		}
		if where := differ(api, decodeAny(t, raw), decodeAny(t, again)); where != "" {
			t.Errorf("%s (%s): %s", kind.Name(), api, where)
		}
		for _, where := range unknowns(value.Elem(), kind.Name()) {
			t.Errorf("%s has fields that are not in the model", where)
		}
	}
}

// checkFields looks for fields that no schema has, and compares the tags that
// keep a field out of an edit.
func checkFields(t *testing.T, kind reflect.Type, properties map[string]property) {
	editable := []string{"Nichandle", "Contact", "MeContact"}
	for field := range kind.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			continue
		}
		p, known := properties[name]
		if !known {
			t.Errorf("%s.%s: the schema has no %s", kind.Name(), field.Name, name)
		}
		if tagged := field.Tag.Get("api") == "ro"; slices.Contains(editable, kind.Name()) && tagged != p.ReadOnly {
			t.Errorf("%s.%s: read-only is %v in the schema", kind.Name(), field.Name, p.ReadOnly)
		}
	}
}

func decodeAny(t *testing.T, raw []byte) any {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// differ tells where got is not want. Secrets read REDACTED, and null may have
// become absent where a list or an object could stand.
func differ(where string, want, got any) string {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok {
			return where + " is no object"
		}
		for key := range maps.Keys(w) {
			if d := differ(where+"."+key, w[key], g[key]); d != "" {
				return d
			}
		}
		for key := range maps.Keys(g) {
			if _, ok := w[key]; !ok {
				return where + "." + key + " is invented"
			}
		}
		return ""
	case []any:
		g, ok := got.([]any)
		if !ok || len(g) != len(w) {
			return where + " is no such list"
		}
		for i := range w {
			if d := differ(where+"[]", w[i], g[i]); d != "" {
				return d
			}
		}
		return ""
	}
	if want != got && got != "REDACTED" {
		return where + " has changed"
	}
	return ""
}

// unknowns lists the models within v whose Extra is not empty.
func unknowns(v reflect.Value, where string) []string {
	var list []string
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			return unknowns(v.Elem(), where)
		}
	case reflect.Slice:
		for i := range v.Len() {
			list = append(list, unknowns(v.Index(i), where)...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.Type == reflect.TypeFor[Extra]() && v.Field(i).Len() > 0 {
				list = append(list, where)
			}
			list = append(list, unknowns(v.Field(i), where+"."+f.Name)...)
		}
	}
	return list
}

// sendable collects the package's named types that the Client's methods take.
func sendable() map[string]reflect.Type {
	found := map[string]reflect.Type{}
	for m := range reflect.TypeFor[*Client]().Methods() {
		for i := range m.Type.NumIn() {
			collect(m.Type.In(i), found)
		}
	}
	return found
}

// The generated JSON methods must be those of the models as they are now: every
// model decodes unknown fields into Extra, and one that can be sent writes them
// again.
func TestModels_KeepUnknownFields(t *testing.T) {
	const unknown = `{"a":[1,2]}`
	decoded, written := 0, 0
	sent := sendable()
	for name, kind := range reachable() {
		if kind.Kind() != reflect.Struct {
			continue
		}
		if _, ok := kind.FieldByName("Extra"); !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			value := reflect.New(kind)
			require.NoError(t, json.Unmarshal([]byte(`{"notKnownYet":`+unknown+`}`), value.Interface()))
			require.Equal(t, Extra{"notKnownYet": json.RawMessage(unknown)}, value.Elem().FieldByName("Extra").Interface())
			decoded++
			again, err := json.Marshal(value.Interface())
			require.NoError(t, err)
			_, marshals := value.Interface().(json.Marshaler)
			assert.Equal(t, sent[name] != nil, marshals, "MarshalJSON")
			if marshals {
				assert.Contains(t, string(again), `"notKnownYet":`+unknown)
				written++
			}
		})
	}
	assert.GreaterOrEqual(t, decoded, 60)
	assert.GreaterOrEqual(t, written, 15)
}
