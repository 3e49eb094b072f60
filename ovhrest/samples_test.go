package ovhrest

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

type recorded struct {
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body"`
	Raw    string          `json:"raw"`
}

func (r recorded) text() []byte {
	if r.Body != nil {
		return r.Body
	}
	return []byte(r.Raw)
}

func recordedErrors(t *testing.T) []recorded {
	raw, err := os.ReadFile("testdata/errors.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []recorded
	if err := json.Unmarshal(raw, &list); err != nil || len(list) == 0 {
		t.Fatalf("%d bodies, %v", len(list), err)
	}
	return list
}

// The samples that OVHcloud prints leave out fields which its schemas promise.
func TestSamples_Decode(t *testing.T) {
	for name, into := range map[string]any{
		"trade_offers.json":           &[]OptionDefinition{},
		"owner_contact.json":          &ConfigurationItem{},
		"required_configuration.json": &[]ConfigurationRequirements{},
		"task_error.json":             &Task{},
		"checkout.json":               &Checkout{},
		"rule_trade.json":             &Rule{},
		"rule_update.json":            &Rule{},
	} {
		raw, err := os.ReadFile(filepath.Join("testdata/samples", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := decodeBody(t.Context(), raw, into); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		again, err := json.Marshal(into)
		if err != nil {
			t.Fatal(err)
		}
		if where := contains(decodeAny(t, raw), decodeAny(t, again), name); where != "" {
			t.Error(where)
		}
	}
}

// contains returns what of want is not in got; got may have more.
func contains(want, got any, where string) string {
	switch w := want.(type) {
	case map[string]any:
		g, _ := got.(map[string]any)
		for key, value := range w {
			if d := contains(value, g[key], where+"."+key); d != "" {
				return d
			}
		}
	case []any:
		g, _ := got.([]any)
		for i := range w {
			if len(g) != len(w) {
				return where + " has another length"
			}
			if d := contains(w[i], g[i], where+"[]"); d != "" {
				return d
			}
		}
	default:
		if want != nil && want != got {
			return where + " has changed"
		}
	}
	return ""
}
