package ovhrest

import (
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
