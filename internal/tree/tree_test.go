package tree_test

import (
	"slices"
	"testing"

	"github.com/hebergo/hebergo/internal/tree"
)

func TestPublic(t *testing.T) {
	root, err := tree.Root()
	if err != nil {
		t.Fatal(err)
	}
	packages, err := tree.Public(root)
	if err != nil {
		t.Fatal(err)
	}
	var rels []string
	for _, p := range packages {
		rels = append(rels, p.Rel())
		if p.Export == "" || p.Module == nil {
			t.Errorf("%s: export %q, module %v", p.ImportPath, p.Export, p.Module)
		}
	}
	for _, rel := range []string{"wedos", "wedos/wedostest", "monitor/promprobe"} { // one of each sort, the last in a module of its own
		if !slices.Contains(rels, rel) {
			t.Errorf("%s is missing in %v", rel, rels)
		}
	}
	for _, rel := range []string{"internal/tree", "ovhsoap/internal/typed", "examples/quickstart", "net/http"} {
		if slices.Contains(rels, rel) {
			t.Errorf("%s is not public", rel)
		}
	}
}

func TestGoSaysWhatIsWrong(t *testing.T) {
	_, err := tree.Go(t.TempDir(), "list", "./...")
	if err == nil {
		t.Fatal("a folder without a module has been listed")
	}
	t.Log(err)
}
