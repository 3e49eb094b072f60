// Package consumer_test uses the packages as a user's module does, outside
// this repository and with the go.mod lines of README.md.
package consumer_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/internal/tree"
)

// userModule is a module in a folder of its own.
type userModule struct {
	dir      string
	readme   string
	packages []tree.Package // that it may import
}

// newModule makes the module. It requires the root module and, in the same
// way, those nested ones whose path it needs.
func newModule(t *testing.T, needs func(module string) bool) userModule {
	t.Helper()
	s := userModule{dir: t.TempDir(), readme: readme(t)}
	modules := map[string]string{}
	for _, p := range public(t) {
		if p.Module.Path == tree.Module || needs(p.Module.Path) {
			s.packages = append(s.packages, p)
			modules[p.Module.Path] = p.Module.Dir
		}
	}
	s.write(t, "go.mod", "module user.example.com/app\n\ngo 1.26.0\n\n"+requirements(t, s.readme, modules))
	s.write(t, "go.sum", sums(t, modules))
	return s
}

func public(t *testing.T) []tree.Package {
	t.Helper()
	packages, err := tree.Public(root(t))
	if err != nil {
		t.Fatal(err)
	}
	return packages
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := tree.Root()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func readme(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(text), "\r\n", "\n")
}

var requirement = regexp.MustCompile(`(?m)^ {4}(require|replace) ` + regexp.QuoteMeta(tree.Module) + `( .*)$`)

// requirements takes the lines of the README, with the path to this checkout in
// the place of the one there, once for each module.
func requirements(t *testing.T, readme string, modules map[string]string) string {
	t.Helper()
	found := requirement.FindAllStringSubmatch(readme, -1)
	if len(found) != 2 || found[0][1] != "require" || found[1][1] != "replace" {
		t.Fatalf("README.md has %d lines of go.mod, not one require and one replace", len(found))
	}
	_, _, ok := strings.Cut(found[1][2], " => ")
	if !ok {
		t.Fatalf("README.md: no path in %q", found[1][0])
	}
	var lines strings.Builder
	for _, path := range slices.Sorted(maps.Keys(modules)) {
		fmt.Fprintf(&lines, "require %s%s\n", path, found[0][2])
		fmt.Fprintf(&lines, "replace %s => %q\n", path, modules[path])
	}
	return lines.String()
}

// sums joins what our modules know of others.
func sums(t *testing.T, modules map[string]string) string {
	t.Helper()
	var all strings.Builder
	for _, dir := range modules {
		text, err := os.ReadFile(filepath.Join(dir, "go.sum"))
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func (s userModule) write(t *testing.T, name, text string) {
	t.Helper()
	file := filepath.Join(s.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// run runs the go command in the module. What it downloads, if anything, is
// what building this repository would.
func (s userModule) run(args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-mod=mod", "PWD="+s.dir)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// TestEachPackageStandsAlone imports each package alone and lists what that
// compiles: nothing of another provider.
func TestEachPackageStandsAlone(t *testing.T) {
	byModule := map[string][]tree.Package{}
	for _, p := range public(t) {
		if p.Rel() != "." { // words only
			byModule[p.Module.Path] = append(byModule[p.Module.Path], p)
		}
	}
	for module, packages := range byModule {
		s := newModule(t, func(m string) bool { return m == module })
		for _, p := range packages {
			s.write(t, p.Rel()+"/import.go", fmt.Sprintf("package user\n\nimport _ %q\n", p.ImportPath))
		}
		if out, err := s.run("build", "./..."); err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
		for _, p := range packages {
			t.Run(p.Rel(), func(t *testing.T) { s.standsAlone(t, p) })
		}
	}
}

func (s userModule) standsAlone(t *testing.T, p tree.Package) {
	out, err := s.run("list", "-deps", "./"+p.Rel())
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	deps := strings.Fields(out)
	if !slices.Contains(deps, p.ImportPath) {
		t.Fatal("go list doesn't name the package itself")
	}
	for _, dep := range deps {
		if foreign(dep, p) {
			t.Errorf("compiles %s", dep)
		}
	}
}

// foreign reports whether dep is ours but neither p's provider nor the shared
// core, to which the fakes' network belongs for fakes.
func foreign(dep string, p tree.Package) bool {
	if !strings.HasPrefix(dep, tree.Module+"/") {
		return false
	}
	core := slices.Contains([]string{"transport", "condition", "redact", "flight"}, strings.TrimPrefix(dep, tree.Module+"/internal/")) ||
		dep == tree.Module+"/internal/direct" && strings.HasSuffix(p.ImportPath, "test")
	return !core && tree.Package{ImportPath: dep}.Provider() != p.Provider()
}

func TestForeign(t *testing.T) {
	own := tree.Package{ImportPath: tree.Module + "/wedos/wedostest"}
	for dep, want := range map[string]bool{
		"net/http":                           false,
		"github.com/shopspring/decimal":      false,
		tree.Module + "/wedos":               false,
		tree.Module + "/internal/condition":  false,
		tree.Module + "/internal/direct":     false,
		tree.Module + "/internal/tree":       true,
		tree.Module + "/ovhrest":             true,
		tree.Module + "/ovhrest/ovhresttest": true,
	} {
		if got := foreign(dep, own); got != want {
			t.Errorf("%s: %v", dep, got)
		}
	}
}
