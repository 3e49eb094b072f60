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
	"ovhrest/trade": {
		"github.com/ovh/go-ovh/ovh", "golang.org/x/oauth2", "gopkg.in/ini.v1", // ovhrest's
		"github.com/cenkalti/backoff/v5", "github.com/shopspring/decimal",
	},
	"monitor":            {"github.com/cenkalti/backoff/v5", "code.dny.dev/ssrf"},
	"monitor/schedule":   {"github.com/cenkalti/backoff/v5", "code.dny.dev/ssrf"}, // monitor's, as for the page
	"monitor/statuspage": {"github.com/cenkalti/backoff/v5", "code.dny.dev/ssrf"},
}

// core is what every provider may import of internal.
var core = []string{"transport", "condition", "redact", "flight"}

// own names, for the packages that stand on more of their provider than
// themselves, what else of it they may compile in.
var own = map[string][]string{
	"ovhrest":       {"ovhrest/internal/admission"},
	"ovhrest/trade": {"ovhrest", "ovhrest/internal/admission"},

	"monitor/schedule":   {"monitor"},
	"monitor/statuspage": {"monitor", "monitor/schedule"},
}

// direct lists what a package's own files may import of this module, for those
// that stand on a provider's exported API.
var direct = map[string][]string{
	"ovhrest/trade": {"ovhrest", "ovhrest/internal/admission", "internal/condition", "internal/redact"},
}

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
		self := module + "/" + provider
		for _, dep := range deps(t, self) {
			shared, internal := strings.CutPrefix(dep, module+"/internal/")
			inside := dep == self || internal && slices.Contains(core, shared) || slices.Contains(own[provider], strings.TrimPrefix(dep, module+"/"))
			outside := slices.ContainsFunc(modules, func(m string) bool { return dep == m || strings.HasPrefix(dep, m+"/") })
			if !inside && !outside {
				t.Errorf("%s compiles %s", provider, dep)
			}
		}
	}
}

func TestPackagesOverAProviderUseItsAPI(t *testing.T) {
	for pkg, may := range direct {
		out, err := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}`, module+"/"+pkg).Output()
		if err != nil {
			t.Fatal(err)
		}
		for _, imported := range strings.Fields(string(out)) {
			if ours, ok := strings.CutPrefix(imported, module+"/"); ok && !slices.Contains(may, ours) {
				t.Errorf("%s imports %s", pkg, ours)
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
