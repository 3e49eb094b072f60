package ovhrest

import "testing"

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
