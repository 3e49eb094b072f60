package ovhrest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"
)

//go:generate go run gen_extra.go

// Extra holds the fields of an object that this package does not know, by their
// names in the API. They are sent with an object that is passed to a method of
// Client, and can be set to send a field that the model lacks. encoding/json
// does not write the Extra of other objects.
type Extra map[string]json.RawMessage

// marshalModel encodes model with extra's fields behind its own.
func marshalModel(model any, extra Extra) ([]byte, error) {
	b, err := json.Marshal(model)
	if err != nil || len(extra) == 0 {
		return b, err
	}
	known := fieldsOf(reflect.TypeOf(model))
	b = b[:len(b)-1]
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		if known[name] {
			continue
		}
		key, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(extra[name])
		if err != nil {
			return nil, err
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, key...), ':'), value...)
	}
	return append(b, '}'), nil
}

// knownFields caches the JSON names of each model: a table, filled once a type.
var knownFields sync.Map

func fieldsOf(t reflect.Type) map[string]bool {
	if known, ok := knownFields.Load(t); ok {
		return known.(map[string]bool)
	}
	known := map[string]bool{}
	for f := range t.Fields() {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "-" {
			known[name] = true
		}
	}
	knownFields.Store(t, known)
	return known
}
