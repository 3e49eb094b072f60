package ovhrest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The table of what an answer's fields are: "needed" where an answer without
// the field is refused, "nullable" where null and absent are values of its Go
// type, and "shows" where its zero value can't be mistaken for an answer. Set
// HEBERGO_UPDATE to write it anew.
var answersTable = filepath.Join("testdata", "answers.txt")

func fieldKinds() map[string]string {
	kinds := map[string]string{}
	for _, m := range typedMethods() {
		for i := range m.Type.NumOut() {
			noteKinds(m.Type.Out(i), kinds)
		}
	}
	return kinds
}

func noteKinds(t reflect.Type, kinds map[string]string) {
	switch {
	case isOpt(t):
		noteKinds(t.Field(0).Type, kinds)
	case t.Kind() == reflect.Func:
		for in := range t.Ins() {
			noteKinds(in, kinds)
		}
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		noteKinds(t.Elem(), kinds)
	case isModel(t):
		for f := range t.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			key := t.Name() + "." + name
			if name == "-" || kinds[key] != "" {
				continue
			}
			kinds[key] = fieldKind(f)
			noteKinds(f.Type, kinds)
		}
	}
}

func fieldKind(f reflect.StructField) string {
	switch {
	case isNeeded(f):
		return "needed"
	case isOpt(f.Type), f.Type.Kind() == reflect.Pointer, f.Type.Kind() == reflect.Slice, f.Type.Kind() == reflect.Map:
		return "nullable"
	}
	return "shows"
}

func TestAnswers_Table(t *testing.T) {
	var b strings.Builder
	kinds := fieldKinds()
	for _, key := range slices.Sorted(mapKeys(kinds)) {
		fmt.Fprintf(&b, "%-60s %s\n", key, kinds[key])
	}
	if os.Getenv("HEBERGO_UPDATE") != "" {
		require.NoError(t, os.WriteFile(answersTable, []byte(b.String()), 0o644))
	}
	want, err := os.ReadFile(answersTable)
	require.NoError(t, err)
	assert.Equal(t, string(want), b.String())
}

// What the schemas let be null may be null here, and of what they promise
// everything is needed whose absence would not show.
func TestAnswers_TableMatchesTheSchemas(t *testing.T) {
	_, files := loadSchemas(t)
	source := readSource(t)
	fields := 0
	for key, kind := range fieldKinds() {
		model, name, _ := strings.Cut(key, ".")
		for _, f := range files {
			for _, api := range source.names[model] {
				p, ok := f.Models[api].Properties[name]
				if !ok {
					continue
				}
				fields++
				if p.CanBeNull && kind == "needed" {
					t.Errorf("%s may be null", key)
				}
				if !p.CanBeNull && kind != "needed" && (p.kind() == "long" || p.kind() == "boolean") && key != "ConfigurationRequirements.required" {
					t.Errorf("%s is %s: its absence would not show", key, kind)
				}
			}
		}
	}
	t.Logf("%d fields", fields)
	assert.Greater(t, fields, 300)
}

func mapKeys(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// sampleOf makes a good answer of a type: a tree as encoding/json makes it. A
// model within itself is in it twice.
func sampleOf(t reflect.Type, around ...reflect.Type) any {
	switch {
	case isOpt(t):
		return sampleOf(t.Field(0).Type, around...)
	case t == reflect.TypeFor[time.Time]():
		return "2022-01-01T12:00:00+01:00"
	case t == reflect.TypeFor[Secret]():
		return "a secret text"
	case t == reflect.TypeFor[Amount]():
		return json.Number("0.3")
	case isModel(t):
		return sampleModel(t, append(around, t))
	}
	switch t.Kind() {
	case reflect.Pointer:
		return sampleOf(t.Elem(), around...)
	case reflect.Slice:
		if isWithin(t.Elem(), around) {
			return []any{}
		}
		return []any{sampleOf(t.Elem(), around...)}
	case reflect.Map:
		return map[string]any{"a": sampleOf(t.Elem(), around...)}
	case reflect.Bool:
		return true
	case reflect.Int64:
		return json.Number("7")
	}
	return "text"
}

func sampleModel(t reflect.Type, around []reflect.Type) any {
	object := map[string]any{}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || f.Type.Kind() == reflect.Pointer && isWithin(f.Type.Elem(), around) {
			continue
		}
		object[name] = sampleOf(f.Type, around...)
	}
	return object
}

func isWithin(t reflect.Type, around []reflect.Type) bool {
	n := 0
	for _, outer := range around {
		if outer == t {
			n++
		}
	}
	return n > 1
}

// mutant is a good answer with one thing changed.
type mutant struct {
	what string
	body any
	fine bool // it must be understood: the table says so
}

var dropped = &struct{}{}

// mutants changes each place of a good answer in every way that fits its type.
// put writes a whole answer with another value in the place.
func mutants(t reflect.Type, good any, where string, fine bool, put func(any) any, out *[]mutant) {
	add := func(what string, v any, fine bool) {
		*out = append(*out, mutant{what: where + ": " + what, body: put(v), fine: fine})
	}
	if where != "" {
		add("null", nil, fine)
	}
	inner := t
	for isOpt(inner) || inner.Kind() == reflect.Pointer {
		if isOpt(inner) {
			inner = inner.Field(0).Type
		} else {
			inner = inner.Elem()
		}
	}
	for _, v := range otherValues(inner, good) {
		add(fmt.Sprintf("%T %.30v", v, v), v, false)
	}
	switch g := good.(type) {
	case map[string]any:
		for name, v := range g {
			field, kind := inner, "shows"
			if isModel(inner) {
				f := fieldNamed(inner, name)
				field, kind = f.Type, fieldKind(f)
			} else {
				field = inner.Elem()
			}
			set := func(v any) any { return put(with(g, name, v)) }
			if isModel(inner) {
				*out = append(*out, mutant{what: where + "." + name + ": dropped", body: set(dropped), fine: kind != "needed" && len(g) > 1})
			}
			mutants(field, v, where+"."+name, kind != "needed" && isModel(inner), set, out)
		}
		if !isModel(inner) {
			return
		}
		*out = append(*out, mutant{what: where + ": a field more", body: put(with(g, "neverHeardOf", map[string]any{"a": []any{json.Number("1")}})), fine: true})
	case []any:
		add("empty list", []any{}, true)
		add("list of null", []any{nil}, false)
		if len(g) > 0 {
			mutants(inner.Elem(), g[0], where+"[]", false, func(v any) any { return put([]any{v}) }, out)
		}
	}
}

func with(object map[string]any, name string, v any) map[string]any {
	changed := map[string]any{}
	for k, old := range object {
		changed[k] = old
	}
	if changed[name] = v; v == any(dropped) {
		delete(changed, name)
	}
	return changed
}

func fieldNamed(t reflect.Type, name string) reflect.StructField {
	for f := range t.Fields() {
		if n, _, _ := strings.Cut(f.Tag.Get("json"), ","); n == name {
			return f
		}
	}
	panic("no field " + name)
}

// otherValues are what may stand in a place instead: other types, the same type
// empty or out of range, and what other locales write.
func otherValues(t reflect.Type, good any) []any {
	n := func(text string) any { return json.Number(text) }
	object, list := map[string]any{"a": "b"}, []any{"a"}
	switch {
	case t == reflect.TypeFor[time.Time]():
		return []any{"", n("1640995200"), "01/01/2022", "2022-01-01", "2022-13-01T00:00:00Z", "2022-01-01T12:00:00", true, object, list}
	case t == reflect.TypeFor[Amount]():
		return []any{"", "0.3", "1 000,50", "1.000,50", "0,3", n("0"), n("-12.345"), n("1e999999999"), n("1e2"), n("12345678901234567890123456789012345678901"), true, object, list}
	case t.Kind() == reflect.Int64:
		return []any{"", "7", "1 000", "7,0", n("0"), n("-1"), n("1.5"), n("1e3"), n("9223372036854775807"), n("9223372036854775808"), n("-9223372036854775809"), true, object, list}
	case t.Kind() == reflect.Bool:
		return []any{"", "true", "oui", n("1"), n("0"), false, object, list}
	case t.Kind() == reflect.String, t == reflect.TypeFor[Secret]():
		return []any{"", "neverHeardOf", "é\u202e\x00<", n("7"), true, object, list}
	}
	switch good.(type) {
	case map[string]any:
		return []any{"", "text", n("7"), true, map[string]any{}, []any{}, []any{good}}
	case []any:
		return []any{"", "text", n("7"), true, map[string]any{}, map[string]any{"0": "a"}}
	}
	return nil
}

// stage answers the requests of a call with what a test has put there.
type stage struct {
	list, body []byte // list: for an iterator's first request
	requests   int
}

func (s *stage) RoundTrip(req *http.Request) (*http.Response, error) {
	body := s.body
	if s.requests++; s.requests == 1 && s.list != nil {
		body = s.list
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: req}, nil
}

// call makes a method's request and returns what it returns: of an iterator,
// the first value.
func (s *stage) call(c *Client, m reflect.Method, args []reflect.Value) (value any, err error) {
	s.requests = 0
	out := m.Func.Call(args)
	last := out[len(out)-1]
	if last.Kind() == reflect.Func {
		var got []reflect.Value
		yield := reflect.MakeFunc(last.Type().In(0), func(yielded []reflect.Value) []reflect.Value {
			got = yielded
			return []reflect.Value{reflect.ValueOf(false)}
		})
		if last.Call([]reflect.Value{yield}); got == nil {
			return nil, nil
		}
		out, last = got, got[1]
	}
	if !last.IsNil() {
		return nil, last.Interface().(error)
	}
	if len(out) == 1 {
		return nil, nil
	}
	return out[0].Interface(), nil
}

// answerOf is the type that a method decodes, nil for none.
func answerOf(m reflect.Method) (t reflect.Type, iterator bool) {
	out := m.Type.Out(0)
	if out.Kind() == reflect.Func {
		return out.In(0).In(0), true
	}
	if m.Type.NumOut() == 1 {
		return nil, false
	}
	if m.Name == "Time" {
		return reflect.TypeFor[int64](), false
	}
	return out, false
}

// Every answer of every call, changed in every place: what comes out is the
// same, or is an error that says so. Nothing becomes 0, false or an empty list.
func TestAnswers_ChangedInEveryPlace(t *testing.T) {
	s := &stage{}
	c, err := New(Config{URL: "https://api.example.com/1.0", AccessToken: NewSecret("hush"), MaxAttempts: 1, HTTPClient: &http.Client{Transport: s}, Limiter: NewLimiter(0)})
	require.NoError(t, err)
	defer c.Close()
	asking, err := New(Config{AppKey: "key", AppSecret: NewSecret("hush"), MaxAttempts: 1, HTTPClient: &http.Client{Transport: s}, Limiter: NewLimiter(0)})
	require.NoError(t, err)
	defer asking.Close()
	source := readSource(t)
	methods, cases, understood := 0, 0, 0
	for _, m := range typedMethods() {
		methods++
		args := []reflect.Value{reflect.ValueOf(c), reflect.ValueOf(t.Context())}
		if m.Name == "RequestCredential" {
			args[0] = reflect.ValueOf(asking)
		}
		for i := 2; i < m.Type.NumIn(); i++ {
			args = append(args, argument(m.Type.In(i), source, false))
		}
		answer, iterator := answerOf(m)
		if answer == nil {
			cases += checkVoidAnswers(t, s, c, m, args)
			continue
		}
		s.list = nil
		if iterator {
			s.list = []byte(`[7]`)
			if m.Name == "TaskArguments" {
				s.list = []byte(`["key"]`)
			}
		}
		good := sampleOf(answer)
		list := []mutant{{what: ": good", body: good, fine: true}, {what: ": null", body: nil, fine: answer.Kind() == reflect.Slice}}
		mutants(answer, good, "", false, func(v any) any { return v }, &list)
		for _, mutated := range list {
			cases++
			if checkMutant(t, s, c, m, args, mutated) {
				understood++
			}
		}
		for _, text := range []string{"", " ", "{", "<html></html>", "\xff", `{"class":"Client::Forbidden","message":"no"}`} {
			cases++
			s.body = []byte(text)
			_, err := s.call(c, m, args)
			assert.ErrorIs(t, err, ErrProtocol, "%s: %q", m.Name, text)
		}
	}
	t.Logf("%d calls, %d answers: %d are read as they stand, %d are refused", methods, cases, understood, cases-understood)
	assert.Greater(t, cases, 10000)
}

func checkMutant(t *testing.T, s *stage, c *Client, m reflect.Method, args []reflect.Value, changed mutant) (understood bool) {
	body, err := json.Marshal(changed.body)
	require.NoError(t, err)
	s.body = body
	value, err := s.call(c, m, args)
	if err != nil {
		var e *Error
		if !assert.ErrorAs(t, err, &e) || !assert.ErrorIs(t, err, ErrProtocol, "%s%s", m.Name, changed.what) {
			return false
		}
		assert.False(t, changed.fine, "%s%s: %v", m.Name, changed.what, err)
		return false
	}
	got := visible(treeOf(t, value))
	want := visible(treeOf(t, json.RawMessage(body)))
	if !sameTree(want, got) {
		t.Errorf("%s%s\nanswer %v\nread   %v", m.Name, changed.what, want, got)
	}
	return true
}

// treeOf writes a value as JSON and reads it as a tree.
func treeOf(t *testing.T, value any) any {
	switch v := value.(type) {
	case Secret:
		return v.Reveal()
	case time.Time:
		return json.Number(fmt.Sprint(v.Unix())) // of the method Time
	}
	return modelTree(t, reflect.ValueOf(value))
}

// modelTree is the tree of a value, with the unknown fields of each model in it:
// encoding/json leaves them out of those that are never sent.
func modelTree(t *testing.T, v reflect.Value) any {
	switch {
	case !v.IsValid(), v.Kind() == reflect.Pointer && v.IsNil():
		return nil
	case v.Kind() == reflect.Pointer:
		return modelTree(t, v.Elem())
	case v.Kind() == reflect.Slice && v.Type().Elem().Kind() != reflect.Uint8:
		list := []any{}
		for i := range v.Len() {
			list = append(list, modelTree(t, v.Index(i)))
		}
		return list
	case v.Kind() == reflect.Struct && v.FieldByName("Extra").IsValid():
		return structTree(t, v)
	}
	if method := v.MethodByName("Value"); method.IsValid() && method.Type().NumOut() == 2 && method.Type().Out(1).Kind() == reflect.Bool { // an Opt
		if out := method.Call(nil); out[1].Bool() {
			return modelTree(t, out[0])
		}
		return nil
	}
	raw, err := json.Marshal(v.Interface())
	require.NoError(t, err)
	return decodeAny(t, raw)
}

func structTree(t *testing.T, v reflect.Value) any {
	tree := map[string]any{}
	for name, raw := range v.FieldByName("Extra").Interface().(Extra) {
		tree[name] = decodeAny(t, raw)
	}
	for i := range v.NumField() {
		name, options, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if name == "-" || options == "omitzero" && v.Field(i).IsZero() {
			continue
		}
		tree[name] = modelTree(t, v.Field(i))
	}
	return tree
}

// visible takes out of a tree what shows that it is absent.
func visible(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			if e = visible(e); e != nil {
				out[k] = e
			}
		}
		if len(out) > 0 {
			return out
		}
		return nil
	case []any:
		var out []any
		for _, e := range v {
			out = append(out, visible(e))
		}
		if len(out) > 0 {
			return out
		}
		return nil
	case string:
		if v != "" && v != "0001-01-01T00:00:00Z" {
			return v
		}
		return nil
	}
	return v
}

// sameTree compares numbers by value, and lets a secret be hidden.
func sameTree(want, got any) bool {
	switch w := want.(type) {
	case map[string]any:
		g, ok := got.(map[string]any)
		if !ok || len(g) != len(w) {
			return false
		}
		for k := range w {
			if _, there := g[k]; !there || !sameTree(w[k], g[k]) {
				return false
			}
		}
		return true
	case []any:
		g, ok := got.([]any)
		return ok && slices.EqualFunc(w, g, sameTree)
	case json.Number:
		g, ok := got.(json.Number)
		if !ok {
			return false
		}
		a, err := decimal.NewFromString(w.String())
		b, err2 := decimal.NewFromString(g.String())
		return err == nil && err2 == nil && a.Equal(b)
	case string:
		return want == got || got == "REDACTED"
	}
	return want == got
}

// checkVoidAnswers looks at a call that returns nothing.
func checkVoidAnswers(t *testing.T, s *stage, c *Client, m reflect.Method, args []reflect.Value) (cases int) {
	s.list = nil
	for body, want := range map[string]error{
		"": nil, "null": nil, "{}": nil, "[]": nil, `{"id":7}`: nil, `"done"`: nil,
		"<html>": ErrProtocol, "{": ErrProtocol, `{"class":"Client::Forbidden","message":"no"}`: ErrProtocol, `{"errorCode":"X","message":"no"}`: ErrProtocol,
	} {
		cases++
		s.body = []byte(body)
		_, err := s.call(c, m, args)
		if assert.ErrorIs(t, err, want, "%s: %q", m.Name, body); want != nil && !strings.HasPrefix(m.Name, "Delete") && m.Name != "CheckConfigurationRule" {
			assert.ErrorIs(t, err, ErrAmbiguous, "%s: %q", m.Name, body)
		}
	}
	return cases
}
