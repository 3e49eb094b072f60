package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/internal/tree"
)

// TestAPI fails when the exported API and the files in api differ.
func TestAPI(t *testing.T) {
	root, api := now(t)
	kept, err := read(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range compare(kept, api) {
		t.Error(c)
	}
	if t.Failed() {
		t.Log("if that is meant, accept it and note it in CHANGELOG.md: go run ./internal/apigate -write")
	}
}

func now(t *testing.T) (root string, a api) {
	t.Helper()
	root, err := tree.Root()
	if err != nil {
		t.Fatal(err)
	}
	a, err = current(root)
	if err != nil {
		t.Fatal(err)
	}
	return root, a
}

// TestChangeIsSeen compares the real API of one package with one that has lost
// a line and kept an old one.
func TestChangeIsSeen(t *testing.T) {
	_, api := now(t)
	const added = "func New(Config) (*Client, error)"
	kept := slices.DeleteFunc(slices.Clone(api["wedos"]), func(l string) bool { return l == added })
	kept = append(kept, "func Old() error")
	got := texts(compare(
		map[string][]string{"wedos": kept, "gone": {"const A = 1"}},
		map[string][]string{"wedos": api["wedos"]},
	))
	want := []string{"- gone: const A = 1", "+ wedos: " + added, "- wedos: func Old() error"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func texts(changes []change) []string {
	var texts []string
	for _, c := range changes {
		texts = append(texts, c.String())
	}
	return texts
}

const source = `package p

const Free = 1 << 40
const (
	A Kind = iota
	b
)
var V, w = 1, b
type Kind int
func (Kind) String() string { return "" }
func (*Kind) Set(text string) (err error) { return }
func (Kind) hidden() {}
type Pair[K comparable, V any] struct {
	Key   K ` + "`json:\"key\"`" + `
	Value V
	small int
}
func (p *Pair[K, V]) Swap(other Pair[K, V]) {}
type base struct { Name string; Inner struct{ N []int } }
func (*base) Do() {}
type Whole struct { base; Kind; F func(a, b int) }
type I interface { M(x int); Embedded }
type Embedded interface { N() }
type Sealed interface { M(); sealed() }
type Number interface { ~int | ~string }
type Same = Pair[string, int]
type unexported struct { Field int }
func F[T any](first T, rest ...[]T) (unexported, map[Kind]chan<- T) { panic(0) }
func init() {}
`

var described = []string{
	"const A Kind = 0",
	"const Free = 1099511627776",
	"func F[T any](T, ...[]T) (unexported, map[Kind]chan<- T)",
	"method (*Kind) Set(string) error",
	"method (*Pair) Swap(Pair[K, V])",
	"method (*Whole) Do()",
	"method (*Whole) Set(string) error",
	"method (Kind) String() string",
	"method (Whole) String() string",
	"type Embedded interface",
	"type Embedded interface, N()",
	"type I interface",
	"type I interface, M(int)",
	"type I interface, N()",
	"type Kind int",
	"type Number interface (constraint interface{~int | ~string})",
	"type Pair[K comparable, V any] struct (not comparable)",
	"type Pair[K comparable, V any] struct, Key K `json:\"key\"`",
	"type Pair[K comparable, V any] struct, Value V",
	"type Same = Pair[string, int]",
	"type Sealed interface (unexported methods)",
	"type Sealed interface, M()",
	"type Whole struct (not comparable)",
	"type Whole struct, F func(int, int)",
	"type Whole struct, Inner struct{N []int}",
	"type Whole struct, Name string",
	"type Whole struct, embedded Kind",
	"var V int",
}

func check(t *testing.T, text string) []string {
	t.Helper()
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", text, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return describe(pkg)
}

func TestDescribe(t *testing.T) {
	got := check(t, source)
	for _, c := range compare(api{"p": described}, api{"p": got}) {
		t.Error(c)
	}
	if !slices.IsSorted(got) {
		t.Error("not sorted")
	}
}

func TestBreaks(t *testing.T) {
	const before = "package p; type I interface{ M() }; type S interface{ M(); s() }; type T struct{ A int }; func F(a int) {}"
	for after, want := range map[string][]string{
		before: nil,
		"package p; type I interface{ M() }; type S interface{ M(); s() }; type T struct{ A, B int }; func F(b int) {}; type N interface{ M() }": nil,
		"package p; type I interface{ M(); N() }; type S interface{ M(); N(); s() }; type T struct{ A int }; func F(a int) {}":                   {"+ p: type I interface, N()"},
		"package p; type I interface{ M() }; type S interface{ M(); s() }; type T struct{ A int; b []int }; func F(a int) {}":                    {"- p: type T struct"},
		"package p; type I interface{ M() }; type S interface{ M(); s() }; type T struct{ A int }; func F(a ...int) {}":                          {"- p: func F(int)"},
	} {
		then := api{"p": check(t, before)}
		var got []string
		for _, c := range compare(then, api{"p": check(t, after)}) {
			if c.breaks(then) {
				got = append(got, c.String())
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s\ngot  %q\nwant %q", after, got, want)
		}
	}
}

// TestWriteAndRead: what is written is read back, also from a commit; the file
// of a removed package goes away.
func TestWriteAndRead(t *testing.T) {
	root := t.TempDir()
	first := api{"old": {"const A = 1"}, "a/b": {"const A = 1", "const B = 2"}}
	second := api{"a/b": {"const B = 2"}}
	if err := first.write(root); err != nil {
		t.Fatal(err)
	}
	gitOrSkip(t, root, "init", "-q")
	gitOrSkip(t, root, "add", "api")
	gitOrSkip(t, root, "-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false", "commit", "-q", "-m", "first")
	if err := second.write(root); err != nil {
		t.Fatal(err)
	}
	for want, from := range map[string]func() (api, error){
		"- a/b: const A = 1, - old: const A = 1": func() (api, error) { return readAt(root, "HEAD") },
		"":                                       func() (api, error) { return read(root) },
	} {
		got, err := from()
		if changes := strings.Join(texts(compare(got, second)), ", "); err != nil || changes != want {
			t.Errorf("%q, %v, want %q", changes, err, want)
		}
	}
	if _, err := readAt(root, "v9"); err == nil || !strings.Contains(err.Error(), "v9") {
		t.Errorf("a commit that isn't there: %v", err)
	}
	if _, err := os.Stat(filepath.Join(root, "api", "old.txt")); err == nil {
		t.Error("old.txt is still there")
	}
}

func gitOrSkip(t *testing.T, root string, args ...string) {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("needs git: apt install git")
	}
	if _, err := git(root, args...); err != nil {
		t.Fatal(err)
	}
}

func TestNothingAccepted(t *testing.T) {
	if a, err := read(t.TempDir()); err != nil || len(a) != 0 {
		t.Errorf("%v, %v", a, err)
	}
}
