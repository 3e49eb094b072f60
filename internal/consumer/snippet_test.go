package consumer_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strings"
	"testing"
)

// A snippet of README.md is a block that begins with ```go. It is either a whole
// program, from "package main" on, or the inside of a function that returns an
// error. Such a one imports nothing: it names our packages and those in std by
// their last element, and uses what is in given without declaring it.

// std are the packages of the standard library that snippets may name.
var std = []string{"context", "errors", "fmt", "io", "iter", "log", "log/slog", "maps", "net/http", "os", "os/signal", "slices", "strings", "testing", "time"}

// given are the parameters of the function that a snippet is the inside of; it
// has those that it names.
var given = map[string]string{
	"ctx": "context.Context", "logger": "*slog.Logger", "t": "*testing.T", "w": "http.ResponseWriter", "r": "*http.Request",
	"email": "string", "key": "string", "login": "string", "nic": "string", "password": "string", "token": "string",
	"secret": "string", "consumer": "string", "domain": "string",
	"owner":   "ovhrest.Contact",
	"accept":  "func(context.Context, trade.Trade, []ovhrest.Contract) error",
	"targets": "[]monitor.Target",
}

// snippet is a block and the line of the README that it begins on.
type snippet struct {
	line int
	text string
}

func snippets(readme string) []snippet {
	var found []snippet
	inside := false
	for i, line := range strings.Split(readme, "\n") {
		switch {
		case !inside && strings.TrimRight(line, " ") == "```go":
			inside = true
			found = append(found, snippet{line: i + 2})
		case inside && strings.HasPrefix(line, "```"):
			inside = false
		case inside:
			found[len(found)-1].text += line + "\n"
		}
	}
	return found
}

// source makes a file of a snippet, packages being ours by name. Lines are
// those of the README, for the compiler to name.
func (s snippet) source(packages map[string]string) (string, error) {
	if strings.HasPrefix(s.text, "package ") {
		return fmt.Sprintf("//line README.md:%d\n%s", s.line, s.text), nil
	}
	body, err := parse(s.text, "")
	if err != nil {
		return "", fmt.Errorf("README.md:%d: %w", s.line, err)
	}
	params := parameters(body)
	file, err := parse(s.text, params) // the types of parameters take imports too
	if err != nil {
		return "", err
	}
	end := "}\n"
	list := file.Decls[0].(*ast.FuncDecl).Body.List
	if len(list) == 0 || !returns(list[len(list)-1]) {
		end = "return nil\n}\n"
	}
	return fmt.Sprintf("package snippet\n\n%s\nfunc snippet(%s) error {\n//line README.md:%d\n%s%s",
		imports(file, packages), params, s.line, s.text, end), nil
}

func parse(text, params string) (*ast.File, error) {
	return parser.ParseFile(token.NewFileSet(), "", fmt.Sprintf("package snippet; func snippet(%s) error {\n%s}", params, text), 0)
}

func returns(s ast.Stmt) bool {
	_, ok := s.(*ast.ReturnStmt)
	return ok
}

// parameters writes those of given that file names.
func parameters(file *ast.File) string {
	var params []string
	ast.Inspect(file, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && given[id.Name] != "" {
			params = append(params, id.Name+" "+given[id.Name])
		}
		return true
	})
	slices.Sort(params)
	return strings.Join(slices.Compact(params), ", ")
}

// imports writes those that file takes: the names before a dot.
func imports(file *ast.File, packages map[string]string) string {
	var lines []string
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok {
			if name, ok := selector.X.(*ast.Ident); ok && packages[name.Name] != "" {
				lines = append(lines, fmt.Sprintf("import %q\n", packages[name.Name]))
			}
		}
		return true
	})
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), "")
}

// byName lists all that a snippet may name.
func (s userModule) byName() map[string]string {
	packages := map[string]string{}
	for _, p := range std {
		packages[path.Base(p)] = p
	}
	for _, p := range s.packages {
		packages[p.Name] = p.ImportPath
	}
	return packages
}

// vet compiles and vets the snippets of a text and returns what is wrong.
func (s userModule) vet(t *testing.T, readme string) string {
	t.Helper()
	for i, snippet := range snippets(readme) {
		source, err := snippet.source(s.byName())
		if err != nil {
			return err.Error()
		}
		s.write(t, fmt.Sprintf("snippet%d/snippet.go", i), source)
	}
	var wrong strings.Builder
	for _, command := range []string{"build", "vet"} { // vet alone doesn't compile to the end
		if out, err := s.run(command, "./..."); err != nil {
			fmt.Fprintf(&wrong, "go %s: %v\n%s", command, err, out)
		}
	}
	return wrong.String()
}

func TestReadmeSnippets(t *testing.T) {
	found := snippets(readme(t))
	if len(found) == 0 {
		t.Fatal("README.md has no Go snippets")
	}
	s := newModule(t, func(module string) bool {
		return slices.ContainsFunc(found, func(f snippet) bool { return strings.Contains(f.text, path.Base(module)+".") })
	})
	if wrong := s.vet(t, s.readme); wrong != "" {
		t.Error(wrong)
	}
}

// TestSnippetsThatDoNotCompile are told with their line.
func TestSnippetsThatDoNotCompile(t *testing.T) {
	s := newModule(t, func(string) bool { return false })
	for text, want := range map[string]string{
		"\n```go\nclient, err := wedos.Nothing()\nreturn err\n```\n":         "README.md:3",
		"```go\nfmt.Printf(\"%d\", login)\n```\n":                            "README.md:2",
		"```go\n_ = unheardOf\n```\n":                                        "undefined: unheardOf",
		"```go\nif {\n```\n":                                                 "README.md:2",
		"```go\npackage main\n\nfunc main() { x }\n```\n":                    "README.md:4",
		"```sh\nls\n```\n\n```go\n_, err := velneo.New(login)\nreturn err\n": "README.md:6",
	} {
		if wrong := s.vet(t, text); !strings.Contains(wrong, want) {
			t.Errorf("%s: %q, want %q", text, wrong, want)
		}
	}
}
