package ovhrest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		pattern, path string
		want          bool
	}{
		{"/*", "/me", true}, {"/me", "/me", true}, {"/me", "/me/order", false}, {"/me/*", "/me", false}, {"/me/*", "/me/order/*", true},
		{"/domain/*/task", "/domain/a.test/task", true}, {"/domain/*/task", "/domain/a.test/task/*", false}, {"/domain/a.test", "/domain/*", false},
		{"/domain/*/task/*", "/domain/*/task/*", true}, {"*", "/anything", true}, {"", "/me", false}, {"/a*a", "/a", false}, {"/a**a", "/aba", true},
	} {
		if got := covers(c.pattern, c.path); got != c.want {
			t.Errorf("%s covers %s: %v", c.pattern, c.path, got)
		}
	}
}

func TestTradeAccessIsJustEnough(t *testing.T) {
	a := TradeAccess("a.test", "b.test")
	for _, r := range a.Rules {
		if strings.Contains(r.Path, "{") || strings.HasPrefix(r.Path, "/domain/*") || r.Path == "/*" {
			t.Errorf("%s %s allows too much", r.Method, r.Path)
		}
	}
	for _, need := range []AccessRule{
		{Method: "GET", Path: "/domain/a.test"}, {Method: "GET", Path: "/domain/b.test/task/*"}, {Method: "POST", Path: "/order/cart/*/assign"}, {Method: "POST", Path: "/me/order/*/pay"},
	} {
		if missing := (Access{Rules: []AccessRule{need}}).Missing(Credential{Rules: a.Rules}); len(missing) != 0 {
			t.Errorf("%v is missing", missing)
		}
	}
	if !slices.Contains(a.Actions, "order:apiovh:cart/assign") || slices.Contains(a.Actions, "") {
		t.Errorf("%v", a.Actions)
	}
	if missing := a.Missing(Credential{Rules: []AccessRule{{Method: "GET", Path: "/*"}}}); len(missing) == 0 || slices.ContainsFunc(missing, func(r AccessRule) bool { return r.Method == "GET" }) {
		t.Errorf("a reader misses %v", missing)
	}
	if all := TradeAccess(); !slices.ContainsFunc(all.Rules, func(r AccessRule) bool { return r.Path == "/domain/*" }) {
		t.Errorf("%v", all.Rules)
	}
}

var routeForm = regexp.MustCompile(`^"((GET|POST|PUT|DELETE) /[^"]*)"$`)

// The trade's own source tells which calls it makes: TradeAccess lists these
// and no others.
func TestTradeAccessIsWhatTheTradeCalls(t *testing.T) {
	routes, called := map[string]string{}, map[string]bool{}
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := e.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		collectRoutes(f, routes)
		if strings.HasPrefix(name, "trade") || strings.HasPrefix(name, "quote") || strings.HasPrefix(name, "needstrade") || name == "access.go" {
			collectCalls(f, called)
		}
	}
	var want, got []string
	for method := range called {
		if route := routes[method]; route != "" {
			want = append(want, route)
		}
	}
	for _, r := range tradeRoutes {
		got = append(got, r.route)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, slices.Compact(want)) || len(want) < 20 {
		for _, r := range want {
			if !slices.Contains(got, r) {
				t.Errorf("TradeAccess lacks %s", r)
			}
		}
		for _, r := range got {
			if !slices.Contains(want, r) {
				t.Errorf("no trade needs %s", r)
			}
		}
	}
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
