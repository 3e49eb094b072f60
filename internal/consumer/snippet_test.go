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
// error. Such a one imports nothing: it may name our packages and those in std
// by their last element, and use the variables in given without declaring them.

// std are the packages of the standard library that snippets may name.
var std = []string{"context", "errors", "fmt", "io", "iter", "log", "log/slog", "maps", "net/http", "os", "os/signal", "slices", "strings", "testing", "time"}

// given are the parameters of the function that a snippet is the inside of.
const given = `ctx context.Context,
	email, key, login, nic, password, token string,
	appKey, appSecret, clientID, clientSecret, consumerKey, domain, hostname, id, secret, url, zone string,
	w http.ResponseWriter, r *http.Request, t *testing.T, logger *slog.Logger, targets []monitor.Target`

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
	head := fmt.Sprintf("package snippet\n\nfunc snippet(%s) error {\n", given)
	end := "}\n"
	file, err := parser.ParseFile(token.NewFileSet(), "", head+s.text+end, 0)
	if err != nil {
		return "", fmt.Errorf("README.md:%d: %w", s.line, err)
	}
	body := file.Decls[len(file.Decls)-1].(*ast.FuncDecl).Body.List
	if _, ok := body[len(body)-1].(*ast.ReturnStmt); !ok {
		end = "return nil\n}\n"
	}
	head = strings.Replace(head, "\n\n", "\n\n"+imports(file, packages)+"\n", 1)
	return fmt.Sprintf("%s//line README.md:%d\n%s%s", head, s.line, s.text, end), nil
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
func (s stranger) byName() map[string]string {
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
func (s stranger) vet(t *testing.T, readme string) string {
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
	s := newStranger(t, func(module string) bool {
		return slices.ContainsFunc(found, func(f snippet) bool { return strings.Contains(f.text, path.Base(module)+".") })
	})
	if wrong := s.vet(t, s.readme); wrong != "" {
		t.Error(wrong)
	}
}

// TestSnippetsThatDoNotCompile are told with their line.
func TestSnippetsThatDoNotCompile(t *testing.T) {
	s := newStranger(t, func(string) bool { return false })
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
