package main

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// figures are what is counted of some files.
type figures struct {
	exported, documented, own int
	functions                 []int // lines of each body, tests apart
	files                     []int // lines of each file, tests apart
	code, comment, test       int   // lines with code or with nothing but a comment, tests apart; lines of tests with code
	generated                 int   // lines with code that nobody wrote
	modules                   []string
	undocumented              []string
}

func (f *figures) add(g figures) {
	f.exported += g.exported
	f.documented += g.documented
	f.own += g.own
	f.functions = append(f.functions, g.functions...)
	f.files = append(f.files, g.files...)
	f.code += g.code
	f.comment += g.comment
	f.test += g.test
	f.generated += g.generated
	f.undocumented = append(f.undocumented, g.undocumented...)
	for _, m := range g.modules {
		if !slices.Contains(f.modules, m) {
			f.modules = append(f.modules, m)
		}
	}
}

// measure counts the Go files of one folder, for whatever system they are.
func measure(dir string) (figures, error) {
	var f figures
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return f, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return f, err
		}
		g, err := measureFile(file, text)
		if err != nil {
			return f, err
		}
		f.add(g)
	}
	return f, nil
}

func measureFile(file string, text []byte) (figures, error) {
	code, comment := countLines(text)
	if strings.HasSuffix(file, "_test.go") {
		return figures{test: code}, nil
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file, text, parser.ParseComments)
	if err != nil {
		return figures{}, err
	}
	var f figures
	if ast.IsGenerated(parsed) {
		f.generated = code
	} else {
		f.code, f.comment = code, comment
		f.files = []int{bytes.Count(text, []byte("\n"))}
		f.functions = functions(fset, parsed)
	}
	if parsed.Name.Name != "main" {
		f.count(fset, exportedNames(parsed))
	}
	return f, nil
}

func (f *figures) count(fset *token.FileSet, names []exported) {
	for _, e := range names {
		f.exported++
		if e.doc {
			f.documented++
		} else {
			f.undocumented = append(f.undocumented, fset.Position(e.pos).String()+": "+e.name)
		}
		if e.own {
			f.own++
		}
	}
}

// functions lists the length of each body.
func functions(fset *token.FileSet, file *ast.File) []int {
	var lengths []int
	for _, decl := range file.Decls {
		if decl, ok := decl.(*ast.FuncDecl); ok && decl.Body != nil {
			lengths = append(lengths, bodyLines(fset, decl.Body))
		}
	}
	return lengths
}

// bodyLines counts what stands between the braces: 1 for {return x}.
func bodyLines(fset *token.FileSet, body *ast.BlockStmt) int {
	lines := fset.Position(body.Rbrace).Line - fset.Position(body.Lbrace).Line - 1
	if lines < 0 {
		return min(len(body.List), 1)
	}
	return lines
}

// countLines counts the lines with code, and those with nothing but a comment.
func countLines(text []byte) (code, comment int) {
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, scanner.ScanComments)
	isCode, isComment := map[int]bool{}, map[int]bool{}
	for {
		pos, tok, literal := s.Scan()
		switch {
		case tok == token.EOF:
			for line := range isComment {
				if !isCode[line] {
					comment++
				}
			}
			return len(isCode), comment
		case tok == token.SEMICOLON && literal == "\n": // put in by the scanner
			continue
		}
		lines := isCode
		if tok == token.COMMENT {
			lines = isComment
		}
		first := file.Line(pos)
		for i := range strings.Count(literal, "\n") + 1 {
			lines[first+i] = true
		}
	}
}

// quantile of a list that may be empty.
func quantile(list []int, q float64) int {
	if len(list) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(list))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}
