package main

import (
	"go/ast"
	"go/token"
	"slices"
	"strings"
)

// exported is a name that users can write.
//
// Functions, methods and types have a comment that begins with their name.
// Constants, variables, fields and methods of interfaces have words above them
// or behind them, or are explained together by the comment of their group or
// type.
type exported struct {
	name string
	pos  token.Pos
	doc  bool // documented
	own  bool // by words of its own
}

// exportedNames lists those of a file, the fields and methods of exported types
// included.
func exportedNames(file *ast.File) []exported {
	var names []exported
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Name.IsExported() && (decl.Recv == nil || ast.IsExported(receiver(decl.Recv.List[0].Type))) {
				doc := explains(decl.Doc, decl.Name)
				names = append(names, exported{qualified(decl), decl.Pos(), doc, doc})
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				names = append(names, specNames(decl, spec)...)
			}
		}
	}
	return names
}

func specNames(decl *ast.GenDecl, spec ast.Spec) []exported {
	switch spec := spec.(type) {
	case *ast.ValueSpec:
		own := has(spec.Doc) || has(spec.Comment) || !decl.Lparen.IsValid() && has(decl.Doc)
		return pick("", spec.Names, own || has(decl.Doc), own)
	case *ast.TypeSpec:
		if !spec.Name.IsExported() {
			return nil
		}
		doc := explains(spec.Doc, spec.Name) || !decl.Lparen.IsValid() && explains(decl.Doc, spec.Name)
		return append(pick("", []*ast.Ident{spec.Name}, doc, doc), members(spec, doc)...)
	}
	return nil
}

// members lists the fields of a struct and the methods of an interface.
func members(spec *ast.TypeSpec, typeDoc bool) []exported {
	var names []exported
	var list []*ast.Field
	switch t := spec.Type.(type) {
	case *ast.StructType:
		list = t.Fields.List
	case *ast.InterfaceType:
		list = t.Methods.List
	}
	for _, m := range list {
		own := has(m.Doc) || has(m.Comment)
		names = append(names, pick(spec.Name.Name+".", m.Names, own || typeDoc, own)...)
	}
	return names
}

func pick(prefix string, idents []*ast.Ident, doc, own bool) []exported {
	var names []exported
	for _, id := range idents {
		if id.IsExported() {
			names = append(names, exported{prefix + id.Name, id.Pos(), doc, own})
		}
	}
	return names
}

// explains tells whether c is about name from its first word on.
func explains(c *ast.CommentGroup, name *ast.Ident) bool {
	if c == nil {
		return false
	}
	words := strings.Fields(c.Text())
	if len(words) > 0 && slices.Contains([]string{"A", "An", "The"}, words[0]) {
		words = words[1:]
	}
	return len(words) > 1 && strings.TrimRight(words[0], ",:") == name.Name
}

// has tells words from a mere directive.
func has(c *ast.CommentGroup) bool {
	return c != nil && strings.TrimSpace(c.Text()) != ""
}

func qualified(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	return receiver(f.Recv.List[0].Type) + "." + f.Name.Name
}

// receiver is the name of the type in (*T[K]).
func receiver(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.StarExpr:
		return receiver(e.X)
	case *ast.IndexExpr:
		return receiver(e.X)
	case *ast.IndexListExpr:
		return receiver(e.X)
	}
	return ""
}
