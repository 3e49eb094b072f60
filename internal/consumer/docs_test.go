package consumer_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// A pattern that matches no test passes as well, so a command that is given as
// proof must name tests that are there.
var (
	testCommand = regexp.MustCompile(`go test ((?:\.(?:/\S+)? )+)-run ('[^']+'|[^\s` + "`" + `]+)`)
	testName    = regexp.MustCompile("`(Test[A-Za-z0-9_]+)`")
)

// proofs lists the pairs of packages and patterns that a text names; names in
// backquotes may be of any package.
func proofs(text string) [][2]string {
	var list [][2]string
	for _, m := range testCommand.FindAllStringSubmatch(text, -1) {
		for _, pkg := range strings.Fields(m[1]) {
			list = append(list, [2]string{pkg, strings.Trim(m[2], "'")})
		}
	}
	for _, m := range testName.FindAllStringSubmatch(text, -1) {
		list = append(list, [2]string{"./...", "^" + m[1] + "$"})
	}
	return list
}

func TestProofsInDocumentsExist(t *testing.T) {
	root := root(t)
	files, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	functions := testFunctions(t, root)
	for _, file := range append(files, filepath.Join(root, "README.md"), filepath.Join(root, "SECURITY.md")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range proofs(string(text)) {
			if !found(functions, p[0], p[1]) {
				t.Errorf("%s: %s has no test that matches %s", filepath.Base(file), p[0], p[1])
			}
		}
	}
}

// testFunctions lists the tests and examples of each folder: "./wedos".
func testFunctions(t *testing.T, root string) map[string][]string {
	t.Helper()
	functions := map[string][]string{}
	err := filepath.WalkDir(root, func(file string, _ os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(file, "_test.go") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, filepath.Dir(file))
		dir := "./" + filepath.ToSlash(rel)
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Example")) {
				functions[dir] = append(functions[dir], f.Name.Name)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return functions
}

// found reports whether a package, or one below it if it ends in "/...", has a
// function that the first element of pattern matches.
func found(functions map[string][]string, pkg, pattern string) bool {
	first, _, _ := strings.Cut(pattern, "/")
	match, err := regexp.Compile(first)
	if err != nil {
		return false
	}
	prefix, below := strings.CutSuffix(pkg, "/...")
	for dir, names := range functions {
		if (dir == pkg || below && strings.HasPrefix(dir+"/", prefix+"/")) && slices.ContainsFunc(names, match.MatchString) {
			return true
		}
	}
	return false
}

func TestProofs(t *testing.T) {
	functions := map[string][]string{"./a": {"TestOne"}, "./a/b": {"TestTwo", "ExampleB"}}
	for text, want := range map[string]bool{
		"`go test ./a -run One`":                      true,
		"run `go test ./a -run 'None|One' -v`":        true,
		"    go test ./a/... -run Two/sub -v":         true,
		"`go test ./a/b -run ExampleB -v`, `TestOne`": true,
		"`go test ./a ./a/b -run 'One|Two'`":          true,
		"`go test ./a ./a/b -run One`":                false,
		"`go test ./a -run Two`":                      false,
		"`go test ./c/... -run One`":                  false,
		"`TestOn`":                                    false,
	} {
		list := proofs(text)
		if len(list) == 0 {
			t.Errorf("%s: nothing found", text)
		}
		all := true
		for _, p := range list {
			all = all && found(functions, p[0], p[1])
		}
		if all != want {
			t.Errorf("%s: %v", text, all)
		}
	}
}
