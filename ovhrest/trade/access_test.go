package trade

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/ovhrest"
)

func TestAccess_IsJustEnough(t *testing.T) {
	a := Access("a.test", "b.test")
	for _, r := range a.Rules {
		if strings.Contains(r.Path, "{") || strings.HasPrefix(r.Path, "/domain/*") || r.Path == "/*" {
			t.Errorf("%s %s allows too much", r.Method, r.Path)
		}
	}
	for _, need := range []ovhrest.AccessRule{
		{Method: "GET", Path: "/domain/a.test"}, {Method: "GET", Path: "/domain/b.test/task/*"}, {Method: "POST", Path: "/order/cart/*/assign"}, {Method: "POST", Path: "/me/order/*/pay"},
	} {
		if missing := (ovhrest.Access{Rules: []ovhrest.AccessRule{need}}).Missing(ovhrest.Credential{Rules: a.Rules}); len(missing) != 0 {
			t.Errorf("%v is missing", missing)
		}
	}
	if !slices.Contains(a.Actions, "order:apiovh:cart/assign") || slices.Contains(a.Actions, "") {
		t.Errorf("%v", a.Actions)
	}
	if missing := a.Missing(ovhrest.Credential{Rules: []ovhrest.AccessRule{{Method: "GET", Path: "/*"}}}); len(missing) == 0 || slices.ContainsFunc(missing, func(r ovhrest.AccessRule) bool { return r.Method == "GET" }) {
		t.Errorf("a reader misses %v", missing)
	}
	if all := Access(); !slices.ContainsFunc(all.Rules, func(r ovhrest.AccessRule) bool { return r.Path == "/domain/*" }) {
		t.Errorf("%v", all.Rules)
	}
}

var routeForm = regexp.MustCompile(`^"((GET|POST|PUT|DELETE) /[^"]*)"$`)

// The trade's own source shows which calls it makes: Access lists these
// and no others.
func TestAccess_IsWhatTheTradeCalls(t *testing.T) {
	routeOf, called := map[string]string{}, map[string]bool{}
	for _, f := range parseFolder(t, "..") {
		collectRoutes(f, routeOf)
	}
	for _, f := range append(slices.Collect(maps.Values(parseFolder(t, "."))), parseFolder(t, "..")["access.go"]) {
		collectCalls(f, called)
	}
	var want, got []string
	for method := range called {
		if route := routeOf[method]; route != "" {
			want = append(want, route)
		}
	}
	for _, r := range routes {
		got = append(got, r.route)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, slices.Compact(want)) || len(want) < 20 {
		for _, r := range want {
			if !slices.Contains(got, r) {
				t.Errorf("Access lacks %s", r)
			}
		}
		for _, r := range got {
			if !slices.Contains(want, r) {
				t.Errorf("no trade needs %s", r)
			}
		}
	}
}

// parseFolder parses the library's files of a folder, by name.
func parseFolder(t *testing.T, dir string) map[string]*ast.File {
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]*ast.File{}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			if files[name], err = parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, 0); err != nil {
				t.Fatal(err)
			}
		}
	}
	return files
}

// collectRoutes notes the route of each of the Client's methods.
func collectRoutes(f *ast.File, routes map[string]string) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Recv == nil {
			continue
		}
		ast.Inspect(fn, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && routes[fn.Name.Name] == "" {
				if m := routeForm.FindStringSubmatch(lit.Value); m != nil {
					routes[fn.Name.Name] = m[1]
				}
			}
			return true
		})
	}
}

// collectCalls notes the methods that are called on something named c or
// client.
func collectCalls(f *ast.File, called map[string]bool) {
	ast.Inspect(f, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			switch x := s.X.(type) {
			case *ast.Ident:
				called[s.Sel.Name] = called[s.Sel.Name] || x.Name == "c" || x.Name == "client"
			case *ast.SelectorExpr:
				called[s.Sel.Name] = called[s.Sel.Name] || x.Sel.Name == "c" || x.Sel.Name == "client"
			}
		}
		return true
	})
	for name, yes := range called {
		if !yes {
			delete(called, name)
		}
	}
}
