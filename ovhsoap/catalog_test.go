package ovhsoap_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

func TestCatalog(t *testing.T) {
	all := slices.Collect(ovhsoap.Functions())
	if len(all) != 663 || !slices.IsSortedFunc(all, func(a, b ovhsoap.Function) int { return strings.Compare(a.Name, b.Name) }) {
		t.Errorf("%d functions, want 663 in order", len(all))
	}
	void, sessionless := 0, 0
	for _, f := range all {
		if f.Result == "" {
			void++
			if f.Repeatable {
				t.Errorf("%s returns nothing and only reads?", f)
			}
		}
		if !f.Session {
			sessionless++
		}
		for _, p := range f.Params {
			switch strings.TrimPrefix(p.Type, "[]") {
			case "string", "int", "boolean", "float":
			default:
				t.Errorf("%s takes a %s", f, p.Type)
			}
		}
		if name := strings.TrimPrefix(f.Result, "[]"); !slices.Contains([]string{"", "string", "int", "boolean", "float"}, name) && ovhsoap.Members(name) == nil {
			t.Errorf("%s: its result has no members", f)
		}
	}
	if void != 318 || sessionless != 16 {
		t.Errorf("%d return nothing, want 318; %d take no session, want 16", void, sessionless)
	}
	f, ok := ovhsoap.Lookup("popInfo")
	if !ok || f.String() != "popInfo(domain string, pop string) popStruct" || f.Family != "pop" || !f.Repeatable {
		t.Errorf("%v %s", ok, f)
	}
	if m := ovhsoap.Members("popStruct"); len(m) != 5 || m[4] != (ovhsoap.Param{Name: "size", Type: "string"}) {
		t.Errorf("%v", m)
	}
	f.Params[0].Name = "changed"
	if f, _ := ovhsoap.Lookup("popInfo"); f.Params[0].Name != "domain" {
		t.Error("a caller can change the catalog")
	}
	ovhsoap.Members("popStruct")[4].Name = "changed"
	if m := ovhsoap.Members("popStruct"); m[4].Name != "size" {
		t.Error("a caller can change a structure")
	}
	if found := ovhsoap.Search("SMS multisend"); len(found) != 2 {
		t.Errorf("%v", found)
	}
}

// What changes something, sends or orders is never declared repeatable.
func TestCatalog_ChangesAreNotRepeatable(t *testing.T) {
	changes := []string{"Add", "Del", "Delete", "Create", "Modify", "Update", "Set", "Send", "Order", "Reboot", "Install", "Cancel", "Change", "Transfer",
		"Reset", "Restore", "Purchase", "Replace", "Renew", "Remove", "Kill", "Restart", "Save", "Import", "Upload", "Activate", "Enable", "Disable", "Switch"}
	reading := []string{"rpsMigrationStatus", "dedicatedHardRebootStatus", "dedicatedInstallAllowedDistributionGet", "dedicatedInstallBasicProgress"}
	for f := range ovhsoap.Functions() {
		if f.Repeatable && !slices.Contains(reading, f.Name) &&
			(slices.ContainsFunc(changes, func(verb string) bool { return strings.HasSuffix(f.Name, verb) }) || strings.HasPrefix(f.Name, "order")) {
			t.Errorf("%s is declared repeatable", f)
		}
	}
}

// The catalog says what the WSDL says.
func TestCatalog_AgreesWithTheWSDL(t *testing.T) {
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("HEBERGO_FACTS names no folder with the WSDL")
	}
	raw, err := os.ReadFile(filepath.Join(folder, "ovhsoap", "soapi-1.61.json"))
	require.NoError(t, err)
	var wsdl struct {
		Operations map[string]struct {
			Params [][2]string
			Return *string
		}
	}
	require.NoError(t, json.Unmarshal(raw, &wsdl))
	if len(wsdl.Operations) != 663 {
		t.Errorf("%d functions", len(wsdl.Operations))
	}
	for name, op := range wsdl.Operations {
		f, ok := ovhsoap.Lookup(name)
		params := f.Params
		if f.Session {
			params = append([]ovhsoap.Param{{Name: "session", Type: "string"}}, params...)
		}
		if !ok || len(params) != len(op.Params) || (op.Return == nil) != (f.Result == "") {
			t.Errorf("%s: %s", name, f)
			continue
		}
		for i, p := range op.Params {
			kind := strings.NewReplacer("MyArrayOfStringType", "[]string", "MyArrayOfIntType", "[]int", "MyArrayOfBooleanType", "[]boolean").Replace(p[1])
			if params[i] != (ovhsoap.Param{Name: p[0], Type: kind}) {
				t.Errorf("%s: parameter %v, want %v", name, params[i], p)
			}
		}
		if op.Return != nil && !strings.HasPrefix(*op.Return, "MyArray") && f.Result != *op.Return {
			t.Errorf("%s returns %s, want %s", name, f.Result, *op.Return)
		}
	}
}
