// Package archtest checks who may import whom.
package archtest

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/hebergo/hebergo"

// allowed names, for each provider, the modules from outside that it may
// compile in, its base library's own needs included.
var allowed = map[string][]string{
	"velneo":  {"github.com/cenkalti/backoff/v5"},
	"wedos":   {"github.com/cenkalti/backoff/v5", "github.com/shopspring/decimal"},
	"ovhsoap": {"github.com/cenkalti/backoff/v5", "github.com/hooklift/gowsdl", "golang.org/x/text"},
	"ovhrest": {
		"github.com/ovh/go-ovh/ovh", "golang.org/x/oauth2", "gopkg.in/ini.v1", // go-ovh and its needs
		"github.com/cenkalti/backoff/v5", "github.com/shopspring/decimal",
	},
	"monitor": {"github.com/cenkalti/backoff/v5", "code.dny.dev/ssrf"},
}

// core is what every provider may import of internal.
var core = []string{"transport", "condition", "redact", "flight"}

// deps lists the import paths that compiling pkg takes, without the standard
// library.
func deps(t *testing.T, pkg string) []string {
	t.Helper()
	cmd := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", pkg)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %v", cmd, err)
	}
	return strings.Fields(string(out))
}

func TestProvidersStandAlone(t *testing.T) {
	for provider, modules := range allowed {
		own := module + "/" + provider
		for _, dep := range deps(t, own) {
			shared, internal := strings.CutPrefix(dep, module+"/internal/")
			inside := dep == own || internal && slices.Contains(core, shared)
			outside := slices.ContainsFunc(modules, func(m string) bool { return dep == m || strings.HasPrefix(dep, m+"/") })
			if !inside && !outside {
				t.Errorf("%s compiles %s", provider, dep)
			}
		}
	}
}

// rooms are packages over a provider's public API, with what they may compile
// in of this module beside the shared core.
var rooms = map[string][]string{
	"monitor/schedule":   {"monitor"},
	"monitor/statuspage": {"monitor", "monitor/schedule"},
}

func TestRoomsUseTheirProviderAlone(t *testing.T) {
	for room, below := range rooms {
		provider, _, _ := strings.Cut(room, "/")
		for _, dep := range deps(t, module+"/"+room) {
			own, inside := strings.CutPrefix(dep, module+"/")
			shared, internal := strings.CutPrefix(own, "internal/")
			inside = inside && (own == room || slices.Contains(below, own) || internal && slices.Contains(core, shared))
			outside := slices.ContainsFunc(allowed[provider], func(m string) bool { return dep == m || strings.HasPrefix(dep, m+"/") })
			if !inside && !outside {
				t.Errorf("%s compiles %s", room, dep)
			}
		}
	}
}

func TestNoTestCodeInLibraries(t *testing.T) {
	for provider := range allowed {
		out, err := exec.Command("go", "list", "-deps", module+"/"+provider).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, dep := range strings.Fields(string(out)) {
			if dep == "testing" || strings.HasPrefix(dep, "testing/") || dep == "net/http/httptest" || strings.HasSuffix(dep, "test") && strings.HasPrefix(dep, module) {
				t.Errorf("%s compiles %s", provider, dep)
			}
		}
	}
}

func TestSharedCoreKnowsNoProvider(t *testing.T) {
	for _, core := range []string{"transport", "condition", "redact"} {
		for _, dep := range deps(t, module+"/internal/"+core) {
			if strings.HasPrefix(dep, module) && !strings.HasPrefix(dep, module+"/internal/") {
				t.Errorf("internal/%s compiles %s", core, dep)
			}
		}
	}
}
