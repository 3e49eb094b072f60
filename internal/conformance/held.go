package conformance

import (
	"encoding"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

// held prints what a caller keeps in a struct of its own. fmt reads unexported
// fields without asking the value's methods, so that only a type which holds no
// plain text keeps its secret there.
func held(t *testing.T, b *bench) {
	b.with(t, "printed", nil, nil, func(t *testing.T, r *rig) {
		if r.Hold == nil {
			t.Log("no values given")
			return
		}
		values, err := r.Hold(t.Context())
		if err != nil || len(values) == 0 {
			t.Errorf("%d values, %v", len(values), err)
		}
		for _, v := range values {
			for way, text := range printed(v) {
				for _, m := range b.subject.markers() {
					for form, spelled := range spellings(m) {
						if strings.Contains(text, spelled) {
							t.Errorf("%T leaks by %s, %s: %.300s", v, way, form, text)
						}
					}
				}
			}
		}
	})
}

// printed is v in all the ways that programs write values.
func printed(v any) map[string]string {
	texts := map[string]string{}
	holders := map[string]any{
		"itself": v, "an unexported field": struct{ v any }{v}, "a pointer to one": &struct{ v any }{v},
		"a slice": []any{v}, "a map": map[string]any{"v": v}, "two deep": struct{ a any }{struct{ b any }{v}},
	}
	if keyed := asKey(v); keyed != nil {
		holders["a map's key"] = keyed
	}
	for name, holder := range holders {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "% x", "%t", "%08.3f"} {
			texts[verb+" of "+name] = fmt.Sprintf(verb, holder)
		}
		if raw, err := json.Marshal(holder); err == nil {
			texts["encoding/json of "+name] = string(raw)
		}
		var out strings.Builder
		walk(&out, reflect.ValueOf(holder), 0)
		texts["reflection of "+name] = out.String()
	}
	for name, holder := range map[string]any{"itself": v, "a field": struct{ V any }{v}} {
		if raw, err := xml.Marshal(holder); err == nil {
			texts["encoding/xml of "+name] = string(raw)
		}
	}
	return texts
}

// asKey makes a map that v is the key of, nil where it can't be one.
func asKey(v any) any {
	val := reflect.ValueOf(v)
	if !val.IsValid() || !val.Comparable() {
		return nil
	}
	m := reflect.MakeMap(reflect.MapOf(val.Type(), reflect.TypeFor[int]()))
	m.SetMapIndex(val, reflect.ValueOf(1))
	return m.Interface()
}

// walk writes what a package for YAML or TOML would: a value's own text, or its
// exported fields.
func walk(out *strings.Builder, v reflect.Value, depth int) {
	if !v.IsValid() || depth > 20 {
		return
	}
	if v.CanInterface() {
		if m, ok := v.Interface().(encoding.TextMarshaler); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			if text, err := m.MarshalText(); err == nil {
				out.Write(text)
				return
			}
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		walk(out, v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(out, v.Field(i), depth+1)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(out, v.Index(i), depth+1)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			walk(out, key, depth+1)
			walk(out, v.MapIndex(key), depth+1)
		}
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
	default:
		fmt.Fprintf(out, "%v ", v)
	}
}

// spellings are a secret as the ways of printing write one that is not hidden.
func spellings(secret string) map[string]string {
	raw := []byte(secret)
	return map[string]string{
		"plain":          secret,
		"hex":            hex.EncodeToString(raw),
		"upper hex":      strings.ToUpper(hex.EncodeToString(raw)),
		"hex with gaps":  fmt.Sprintf("% x", raw),
		"numbers":        strings.Trim(fmt.Sprint(raw), "[]"),
		"Go's syntax":    strings.TrimSuffix(strings.TrimPrefix(fmt.Sprintf("%#v", raw), "[]byte{"), "}"),
		"base64":         base64.StdEncoding.EncodeToString(raw),
		"for a URL":      url.QueryEscape(secret),
		"in JSON":        strings.Trim(string(must(json.Marshal(secret))), `"`),
		"as a Go string": strings.Trim(fmt.Sprintf("%q", secret), `"`),
	}
}

func must(raw []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return raw
}
