package ovhrest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// schemas is what OVHcloud publishes about its API, read from the folder that
// HEBERGO_OVH_SCHEMAS names: auth.json, domain.json, me.json and so on, each as
// https://api.ovh.com/1.0/auth.json gives it.
type schemas struct {
	operations map[string]operation // by "GET /domain/{serviceName}"
}

type operation struct {
	HTTPMethod       string      `json:"httpMethod"`
	NoAuthentication bool        `json:"noAuthentication"`
	Parameters       []parameter `json:"parameters"`
	ResponseType     string      `json:"responseType"`

	file *schemaFile
}

type parameter struct {
	Name      string `json:"name"`
	FullType  string `json:"fullType"`
	ParamType string `json:"paramType"` // body, path or query
	Required  bool   `json:"required"`
}

type schemaFile struct {
	Apis []struct {
		Path       string      `json:"path"`
		Operations []operation `json:"operations"`
	} `json:"apis"`
	Models map[string]model `json:"models"`
}

type model struct {
	Enum       []any               `json:"enum"` // numbers in some models that are not used here
	Properties map[string]property `json:"properties"`
}

type property struct {
	FullType  string `json:"fullType"`
	Type      string `json:"type"`
	CanBeNull bool   `json:"canBeNull"`
	ReadOnly  bool   `json:"readOnly"`
	Required  bool   `json:"required"`
}

func (p property) kind() string {
	if p.FullType != "" {
		return p.FullType
	}
	return p.Type
}

func loadSchemas(t *testing.T) (*schemas, []*schemaFile) {
	dir := os.Getenv("HEBERGO_OVH_SCHEMAS")
	if dir == "" {
		t.Skip("set HEBERGO_OVH_SCHEMAS to a folder with the API's own schemas")
	}
	names, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no schemas in %s: %v", dir, err)
	}
	s := &schemas{operations: map[string]operation{}}
	var files []*schemaFile
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f := &schemaFile{}
		if err := json.Unmarshal(raw, f); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !f.isServed() {
			continue
		}
		files = append(files, f)
		for _, api := range f.Apis {
			for _, op := range api.Operations {
				op.file = f
				s.operations[op.HTTPMethod+" "+api.Path] = op
			}
		}
	}
	return s, files
}

// isServed reports whether the file has an operation that this package makes:
// others may have models of the same names.
func (f *schemaFile) isServed() bool {
	for _, api := range f.Apis {
		for _, op := range api.Operations {
			if slices.Contains(wanted, op.HTTPMethod+" "+api.Path) {
				return true
			}
		}
	}
	return false
}

// variant is what a sample does with the fields that can be null.
type variant int

const (
	full variant = iota
	nulls
	absents
)

// sample makes a value of a schema's type. Enums take their last value, so
// that nothing passes for being the first.
func (f *schemaFile) sample(kind string, v variant, depth int) any {
	if element, ok := strings.CutSuffix(kind, "[]"); ok {
		if depth > 6 {
			return []any{}
		}
		return []any{f.sample(element, v, depth+1)}
	}
	if m, ok := f.Models[kind]; ok {
		if len(m.Enum) > 0 {
			return m.Enum[len(m.Enum)-1]
		}
		return f.sampleObject(m, v, depth)
	}
	return scalarSample(kind)
}

func (f *schemaFile) sampleObject(m model, v variant, depth int) map[string]any {
	object := map[string]any{}
	for name, p := range m.Properties {
		switch {
		case p.CanBeNull && v == absents, depth > 4 && p.CanBeNull:
		case p.CanBeNull && v == nulls:
			object[name] = nil
		default:
			object[name] = f.sample(p.kind(), v, depth+1)
		}
	}
	return object
}

func scalarSample(kind string) any {
	switch kind {
	case "long":
		return json.Number("9007199254740993") // past what a float64 holds
	case "double":
		return json.Number("0.3")
	case "boolean":
		return true
	case "datetime":
		return "2022-01-01T12:00:00+01:00"
	case "date":
		return "2022-01-01"
	case "map[string]string":
		return map[string]any{"a": "b"}
	}
	return "text of " + kind
}

var dateForm = regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)
var timeForm = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$`)

// check tells what is wrong with a request's value, given its type.
func (f *schemaFile) check(where, kind string, value any) []string {
	if element, ok := strings.CutSuffix(kind, "[]"); ok {
		list, isList := value.([]any)
		if !isList {
			return []string{where + " is not a list"}
		}
		var wrong []string
		for _, v := range list {
			wrong = append(wrong, f.check(where+"[]", element, v)...)
		}
		return wrong
	}
	if m, ok := f.Models[kind]; ok {
		if len(m.Enum) > 0 {
			if !slices.Contains(m.Enum, value) {
				return []string{fmt.Sprintf("%s is %v, which %s does not have", where, value, kind)}
			}
			return nil
		}
		return f.checkObject(where, m, value)
	}
	if !isScalar(kind, value) {
		return []string{fmt.Sprintf("%s is %v, not a %s", where, value, kind)}
	}
	return nil
}

func (f *schemaFile) checkObject(where string, m model, value any) []string {
	object, ok := value.(map[string]any)
	if !ok {
		return []string{where + " is not an object"}
	}
	var wrong []string
	for name, v := range object {
		p, known := m.Properties[name]
		switch {
		case !known:
			wrong = append(wrong, where+"."+name+" is unknown")
		case v == nil && p.CanBeNull:
		default:
			wrong = append(wrong, f.check(where+"."+name, p.kind(), v)...)
		}
	}
	for name, p := range m.Properties {
		if _, given := object[name]; p.Required && !given {
			wrong = append(wrong, where+"."+name+" is missing")
		}
	}
	return wrong
}

func isScalar(kind string, value any) bool {
	switch kind {
	case "long":
		n, ok := value.(json.Number)
		_, err := n.Int64()
		return ok && err == nil
	case "double":
		_, ok := value.(json.Number)
		return ok
	case "boolean":
		_, ok := value.(bool)
		return ok
	case "date", "datetime":
		text, ok := value.(string)
		return ok && (kind == "date" && dateForm.MatchString(text) || timeForm.MatchString(text))
	}
	text, ok := value.(string)
	return ok && text != "REDACTED"
}
