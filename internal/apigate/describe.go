package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// describe lists what users of pkg may name or rely on, a line each, sorted.
// Names of parameters don't count, tags of fields do: JSON is read elsewhere.
func describe(pkg *types.Package) []string {
	d := describer{pkg: pkg}
	for _, name := range pkg.Scope().Names() {
		if obj := pkg.Scope().Lookup(name); obj.Exported() {
			d.object(obj)
		}
	}
	slices.Sort(d.lines)
	return slices.Compact(d.lines)
}

type describer struct {
	pkg   *types.Package
	lines []string
}

func (d *describer) line(format string, args ...any) {
	d.lines = append(d.lines, fmt.Sprintf(format, args...))
}

func (d *describer) object(obj types.Object) {
	switch obj := obj.(type) {
	case *types.Const:
		d.line("const %s%s = %s", obj.Name(), d.constType(obj.Type()), obj.Val().ExactString())
	case *types.Var:
		d.line("var %s %s", obj.Name(), d.text(obj.Type()))
	case *types.Func:
		d.line("func %s%s", obj.Name(), d.signature(obj.Signature()))
	case *types.TypeName:
		d.typeName(obj)
	}
}

func (d *describer) constType(t types.Type) string {
	if basic, ok := t.(*types.Basic); ok && basic.Info()&types.IsUntyped != 0 {
		return ""
	}
	return " " + d.text(t)
}

func (d *describer) typeName(obj *types.TypeName) {
	if obj.IsAlias() {
		d.line("type %s = %s", obj.Name(), d.text(types.Unalias(obj.Type())))
		return
	}
	named := obj.Type().(*types.Named)
	head := "type " + obj.Name() + d.typeParams(named.TypeParams())
	switch under := named.Underlying().(type) {
	case *types.Struct:
		d.line("%s struct%s", head, comparability(named))
		d.fields(head+" struct", under)
	case *types.Interface:
		d.interfaceType(head+" interface", under)
		return
	default:
		d.line("%s %s", head, d.text(under))
	}
	d.methods(named)
}

// comparability is told where it is lost: a struct that users may compare or
// take as a key of a map must stay one.
func comparability(t types.Type) string {
	if types.Comparable(t) {
		return ""
	}
	return " (not comparable)"
}

// fields lists those that can be named, also through an embedded type that
// itself can't.
func (d *describer) fields(head string, s *types.Struct) {
	for i := range s.NumFields() {
		field, tag := s.Field(i), s.Tag(i)
		if tag != "" {
			tag = " `" + tag + "`"
		}
		switch {
		case field.Embedded() && !field.Exported():
			if inner, ok := deref(field.Type()).Underlying().(*types.Struct); ok {
				d.fields(head, inner)
			}
		case field.Embedded():
			d.line("%s, embedded %s%s", head, d.text(field.Type()), tag)
		case field.Exported():
			d.line("%s, %s %s%s", head, field.Name(), d.text(field.Type()), tag)
		}
	}
}

func deref(t types.Type) types.Type {
	if p, ok := t.(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// interfaceType also reports whether others can implement it.
func (d *describer) interfaceType(head string, i *types.Interface) {
	closed := ""
	for m := range i.Methods() {
		if m.Exported() {
			d.line("%s, %s%s", head, m.Name(), d.signature(m.Signature()))
		} else {
			closed = " (unexported methods)"
		}
	}
	if !i.IsMethodSet() {
		closed = " (constraint " + d.text(i) + ")"
	}
	d.line("%s%s", head, closed)
}

// methods lists those of t and of *t, promoted ones included.
func (d *describer) methods(t *types.Named) {
	ofValue := types.NewMethodSet(t)
	for selection := range types.NewMethodSet(types.NewPointer(t)).Methods() {
		m := selection.Obj().(*types.Func)
		if !m.Exported() {
			continue
		}
		receiver := "*" + t.Obj().Name()
		if ofValue.Lookup(d.pkg, m.Name()) != nil {
			receiver = t.Obj().Name()
		}
		d.line("method (%s) %s%s", receiver, m.Name(), d.signature(selection.Type().(*types.Signature)))
	}
}

func (d *describer) typeParams(list *types.TypeParamList) string {
	var params []string
	for p := range list.TypeParams() {
		params = append(params, p.Obj().Name()+" "+d.text(p.Constraint()))
	}
	if params == nil {
		return ""
	}
	return "[" + strings.Join(params, ", ") + "]"
}

// signature is the function without the names of its parameters.
func (d *describer) signature(s *types.Signature) string {
	var params, results []string
	for v := range s.Params().Variables() {
		params = append(params, d.text(v.Type()))
	}
	if s.Variadic() {
		last := s.Params().At(len(params) - 1).Type().(*types.Slice)
		params[len(params)-1] = "..." + d.text(last.Elem())
	}
	for v := range s.Results().Variables() {
		results = append(results, d.text(v.Type()))
	}
	text := d.typeParams(s.TypeParams()) + "(" + strings.Join(params, ", ") + ")"
	switch len(results) {
	case 0:
		return text
	case 1:
		return text + " " + results[0]
	}
	return text + " (" + strings.Join(results, ", ") + ")"
}

// text is a type as the package's own source would have it.
func (d *describer) text(t types.Type) string {
	if s, ok := t.(*types.Signature); ok {
		return "func" + d.signature(s)
	}
	return types.TypeString(t, func(p *types.Package) string {
		if p == d.pkg {
			return ""
		}
		return p.Name()
	})
}
