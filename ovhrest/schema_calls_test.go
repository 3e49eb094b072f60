package ovhrest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// spec is a server that is nothing but the schemas: it holds every request
// against them and answers with a sample of what they promise.
type spec struct {
	*schemas
	t *testing.T

	mu   sync.Mutex
	seen map[string]int
}

func (s *spec) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/1.0")
	if path == "/auth/time" {
		fmt.Fprint(w, time.Now().Unix())
		s.note("GET /auth/time")
		return
	}
	name, op, ok := s.find(r.Method, path)
	if !ok {
		s.t.Errorf("%s %s is in no schema", r.Method, path)
		w.WriteHeader(http.StatusNotFound)
		return
	}
	s.note(name)
	body, _ := io.ReadAll(r.Body)
	for _, wrong := range slices.Concat(op.checkQuery(r.URL.Query()), op.checkBody(body)) {
		s.t.Errorf("%s: %s", name, wrong)
	}
	if signed := r.Header.Get("X-Ovh-Signature") != ""; !signed && !op.NoAuthentication {
		s.t.Errorf("%s is not signed", name)
	}
	answer, err := json.Marshal(op.file.sample(op.ResponseType, full, 0))
	if err != nil || op.ResponseType == "void" {
		answer = []byte("null")
	}
	_, _ = w.Write(answer)
}

func (s *spec) note(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.seen[name]++
}

// find matches a path with the schemas' patterns, the one with the fewest
// placeholders first.
func (s *spec) find(method, path string) (string, operation, bool) {
	best, holes := "", 99
	for name := range s.operations {
		m, pattern, _ := strings.Cut(name, " ")
		if n, ok := matches(pattern, path); ok && m == method && n < holes {
			best, holes = name, n
		}
	}
	return best, s.operations[best], best != ""
}

func matches(pattern, path string) (holes int, ok bool) {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return 0, false
	}
	for i := range want {
		switch {
		case strings.HasPrefix(want[i], "{"):
			holes++
		case want[i] != got[i]:
			return 0, false
		}
	}
	return holes, true
}

func (op operation) checkQuery(query url.Values) []string {
	var wrong []string
	for _, p := range op.Parameters {
		if p.ParamType != "query" {
			continue
		}
		value := query.Get(p.Name)
		if query.Has(p.Name) {
			wrong = append(wrong, op.file.check("?"+p.Name, p.FullType, typed(p.FullType, value))...)
		} else if p.Required {
			wrong = append(wrong, "?"+p.Name+" is missing")
		}
		query.Del(p.Name)
	}
	for name := range query {
		wrong = append(wrong, "?"+name+" is unknown")
	}
	return wrong
}

// typed reads a query's text as its type.
func typed(kind, text string) any {
	switch kind {
	case "long":
		return json.Number(text)
	case "boolean":
		return text == "true"
	}
	return text
}

// checkBody holds a body against the parameters: one without a name is the
// whole body, the named ones are its fields.
func (op operation) checkBody(raw []byte) []string {
	var body any
	if len(raw) > 0 {
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&body); err != nil {
			return []string{"the body is not JSON"}
		}
	}
	fields := model{Properties: map[string]property{}}
	for _, p := range op.Parameters {
		switch {
		case p.ParamType != "body":
		case p.Name == "":
			return op.file.check("body", p.FullType, body)
		default:
			fields.Properties[p.Name] = property{FullType: p.FullType, Required: p.Required}
		}
	}
	if len(fields.Properties) == 0 && body == nil {
		return nil
	}
	if body == nil {
		body = map[string]any{}
	}
	return op.file.checkObject("body", fields, body)
}

// argument makes a filled-in argument for a method.
func argument(kind reflect.Type, source declared, empty bool) reflect.Value {
	v := reflect.New(kind).Elem()
	if empty && kind.Kind() == reflect.Struct && kind != reflect.TypeFor[Secret]() {
		return v
	}
	fill(v, source, 0)
	return v
}

func fill(v reflect.Value, source declared, depth int) {
	switch {
	case depth > 4 || !v.CanSet():
		return
	case v.Type() == reflect.TypeFor[Secret]():
		v.Set(reflect.ValueOf(NewSecret("0123456789abcdef0123456789abcdef")))
		return
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2022, 1, 2, 3, 4, 5, 0, time.UTC)))
		return
	case v.Type() == reflect.TypeFor[Opt[Secret]]():
		v.Set(reflect.ValueOf(Some(NewSecret("a code"))))
		return
	case strings.HasPrefix(v.Type().Name(), "Opt["):
		inner := reflect.New(v.Type().Field(0).Type).Elem()
		fill(inner, source, depth+1)
		raw, _ := json.Marshal(inner.Interface())
		_ = json.Unmarshal(raw, v.Addr().Interface())
		return
	case v.Type() == reflect.TypeFor[Extra]():
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text(v.Type().Name(), source))
	case reflect.Int64:
		v.SetInt(7)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), source, depth+1)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), source, depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), source, depth+1)
			if v.Type().Field(i).Name == "BirthDay" && v.Field(i).Type() == reflect.TypeFor[Opt[string]]() {
				v.Field(i).Set(reflect.ValueOf(Some("1990-01-02")))
			}
		}
	}
}

func text(kind string, source declared) string {
	switch values := source.values[kind]; {
	case kind == "Country", kind == "OvhSubsidiary":
		return "FR" // in every list of theirs
	case len(values) > 0:
		return values[0]
	}
	return "example.com"
}

// typedMethods are the Client's methods that stand for one operation each.
func typedMethods() []reflect.Method {
	others := []string{"Get", "Post", "Put", "Delete"}
	var list []reflect.Method
	for m := range reflect.TypeFor[*Client]().Methods() {
		if m.Type.NumIn() > 1 && m.Type.In(1) == reflect.TypeFor[context.Context]() && !slices.Contains(others, m.Name) && isData(m) {
			list = append(list, m)
		}
	}
	return list
}

// isData tells methods that take and return data from those that do work of
// their own, such as MissingAccess.
func isData(m reflect.Method) bool {
	for i := 2; i < m.Type.NumIn(); i++ {
		in := m.Type.In(i)
		if in.Kind() == reflect.Func || in.Kind() == reflect.Interface || in.Kind() == reflect.Pointer {
			return false
		}
	}
	return !slices.Contains([]string{"MissingAccess", "SyncClock", "Reserve"}, m.Name)
}

func TestCalls_MatchTheSchemas(t *testing.T) {
	loaded, _ := loadSchemas(t)
	source := readSource(t)
	s := &spec{schemas: loaded, t: t, seen: map[string]int{}}
	server := httptest.NewServer(s)
	defer server.Close()
	c, err := New(Config{URL: server.URL + "/1.0", AppKey: "k", AppSecret: NewSecret("s"), ConsumerKey: NewSecret("c"), Limiter: NewLimiter(0)})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	methods := typedMethods()
	for _, m := range methods {
		for _, empty := range []bool{false, true} {
			callMethod(t, c, m, source, empty)
		}
	}
	t.Logf("%d methods made requests for %d operations", len(methods), len(s.seen))
	coverage(t, s)
}

// callMethod calls m with everything filled in, or with empty structs, which
// it may refuse before sending.
func callMethod(t *testing.T, c *Client, m reflect.Method, source declared, empty bool) {
	args := []reflect.Value{reflect.ValueOf(c), reflect.ValueOf(t.Context())}
	for i := 2; i < m.Type.NumIn(); i++ {
		args = append(args, argument(m.Type.In(i), source, empty))
	}
	out := m.Func.Call(args)
	last := out[len(out)-1]
	if last.Kind() == reflect.Func { // an iterator
		yield := reflect.MakeFunc(last.Type().In(0), func(got []reflect.Value) []reflect.Value {
			report(t, m.Name, got[1], empty)
			return []reflect.Value{reflect.ValueOf(true)}
		})
		last.Call([]reflect.Value{yield})
		return
	}
	report(t, m.Name, last, empty)
}

func report(t *testing.T, name string, err reflect.Value, empty bool) {
	if err.IsNil() {
		return
	}
	if e, ok := err.Interface().(*Error); ok && empty && e.Field != "" {
		return // refused before sending
	}
	t.Errorf("%s: %v", name, err.Interface())
}

// coverage lists the operations of the served resources that no method makes.
func coverage(t *testing.T, s *spec) {
	for _, name := range wanted {
		if _, ok := s.operations[name]; !ok {
			t.Errorf("%s is in no schema", name)
		} else if s.seen[name] == 0 {
			t.Errorf("no method makes %s", name)
		}
	}
}
