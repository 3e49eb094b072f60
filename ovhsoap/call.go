package ovhsoap

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Call calls any function of the catalog. args are its arguments in order,
// without the session, or one Args with names; trailing arguments may be omitted.
// Name, count and types are checked before anything is sent; nil and nil pointers
// are sent as nil. A function that only reads (Function.Repeatable) is retried
// after a lost response; any other is never retried.
//
// T is the type that the result is decoded into: string, bool, a number, []byte,
// a structure whose fields are named like the members (or tagged soap:"name"),
// Secret, a slice, a pointer or an Opt of these, Value for anything, Void for
// nothing. Members without a field are skipped. An array without items is an
// empty slice. A nil is decoded as an empty string, a nil slice, a nil pointer or
// an Opt without a value, depending on T; where T has a number, a flag or a
// structure, it is ErrProtocol. An absent member leaves its field unchanged.
func Call[T any](ctx context.Context, s *Session, function string, args ...any) (T, error) {
	var fresh T
	f, known := catalog().functions[function]
	if !known {
		return fresh, unknown(function)
	}
	if t := unfitType(reflect.TypeFor[T](), map[reflect.Type]bool{}); t != nil {
		return fresh, invalid(function, "T", "holds a "+t.String()+", which no answer can be read into")
	}
	a, err := f.encode(args)
	if err != nil {
		return fresh, err
	}
	if err := s.call(ctx, f, a, reflect.ValueOf(&fresh).Elem()); err != nil {
		var zero T
		return zero, err
	}
	return fresh, nil
}

// unknown names the function that was meant, where only its case is wrong.
func unknown(function string) *Error {
	reason := "is not in the catalog"
	for name := range catalog().functions {
		if strings.EqualFold(name, function) {
			reason += ", " + name + " is"
		}
	}
	return invalid(redact.Clean(function, 80), "function", reason)
}

// Request is a call of a function that is not in the catalog, such as those of
// private installations and later versions.
type Request struct {
	Function   string
	Args       []Argument // in order, without the session
	NoSession  bool       // it takes none
	Repeatable bool       // sending it twice does no more than sending it once
}

// Argument is one argument with its type, as in Param: "string", "[]int" …
type Argument struct {
	Name  string
	Type  string
	Value any
}

// CallRaw calls a function that need not be in the catalog. Arguments are checked
// against the types that r gives them.
func CallRaw(ctx context.Context, s *Session, r Request) (Value, error) {
	var value Value
	f := Function{Name: r.Function, Session: !r.NoSession, Repeatable: r.Repeatable, Result: "any"}
	if !isName(r.Function) {
		return value, invalid(redact.Clean(r.Function, 80), "function", "is not a name")
	}
	args := make([]any, len(r.Args))
	for i, arg := range r.Args {
		switch strings.TrimPrefix(arg.Type, "[]") {
		case "string", "int", "boolean", "float":
		default:
			return value, invalid(r.Function, fmt.Sprintf("argument %d", i+1), "has a type other than string, int, boolean, float and their arrays")
		}
		if !isName(arg.Name) {
			return value, invalid(r.Function, fmt.Sprintf("argument %d", i+1), "has a name that is not valid")
		}
		f.Params, args[i] = append(f.Params, Param{arg.Name, arg.Type}), arg.Value
	}
	a, err := f.encode(args)
	if err != nil {
		return value, err
	}
	err = s.call(ctx, f, a, reflect.ValueOf(&value).Elem())
	return value, err
}

// isName reports whether XML takes a text as a name, without a prefix.
func isName(text string) bool {
	for i := range len(text) {
		if !nameByte(text[i]) || text[i] == ':' {
			return false
		}
	}
	return text != "" && len(text) <= 200 && nameStart(text[0])
}

// call sends a checked call with the session it needs, and once more with a
// new one where the service has ended that: then it did nothing (301-303).
func (s *Session) call(ctx context.Context, f Function, a *arguments, into reflect.Value) error {
	if f.Name == "login" || f.Name == "logout" {
		return invalid(f.Name, "function", "is for Client.Login and Session.Logout")
	}
	if err := s.usable(ctx, f.Name); err != nil {
		return err
	}
	op := transport.Op{Name: f.Name, Repeatable: f.Repeatable}
	x, err := s.exchange(ctx, f, op, a)
	if err != nil {
		return err
	}
	if a.language != "" {
		s.speak(a.language)
	}
	return x.decode(ctx, into, a)
}

// exchange sends a call, with the session it needs.
func (s *Session) exchange(ctx context.Context, f Function, op transport.Op, a *arguments) (*exchange, error) {
	if !f.Session {
		return s.client.send(ctx, op, Secret{}, a)
	}
	return s.inSession(ctx, f.Name, func(id Secret) (*exchange, error) { return s.client.send(ctx, op, id, a) })
}

// inSession calls send with the session's id, and once more with that of a new
// login where the service has ended it.
func (s *Session) inSession(ctx context.Context, function string, send func(id Secret) (*exchange, error)) (*exchange, error) {
	id, err := s.current(ctx, function, Secret{})
	if err != nil {
		return nil, err
	}
	x, err := send(id)
	if !isLost(err) || s.lost(id) {
		return x, err
	}
	if id, err = s.current(ctx, function, id); err != nil {
		return nil, err
	}
	return send(id)
}

// isLost reports whether the service did nothing because the session is gone.
func isLost(err error) bool {
	fault := answeredFault(err)
	return fault != nil && fault.Status.sessionLost()
}

// usable refuses what can't be sent at all.
func (s *Session) usable(ctx context.Context, function string) error {
	switch {
	case ctx == nil:
		return invalid(function, "ctx", "is nil")
	case s == nil || s.client == nil:
		return invalid(function, "session", "is nil: take it from Client.Session, Login or Do")
	case s.client.closed.Load():
		return closed(function, "client")
	case ctx.Err() != nil:
		return failed(function, ctx.Err())
	}
	return nil
}

// decode reads the return value.
func (x *exchange) decode(ctx context.Context, into reflect.Value, a *arguments) error {
	switch {
	case into.Type() == reflect.TypeFor[Void]():
		return nil
	case x.result == 0, needsContent(into.Type()) && x.doc.isNothing(x.result):
		return x.nothing(into)
	}
	if err := newDecoder(ctx, x.doc, a.typed).decode(x.result, into); err != nil {
		return x.unreadable(err)
	}
	if a.typed && !a.mayBeEmpty && into.Kind() == reflect.String && into.Len() == 0 {
		return x.unreadable(malformed("the answer is an empty text"))
	}
	return nil
}

// needsContent reports whether a value of t can't be an element without content:
// a structure has members, and a number has digits.
func needsContent(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.String, reflect.Bool, reflect.Slice:
		return false
	case reflect.Pointer, reflect.Struct:
		return isStructure(t)
	}
	return true
}

// nothing is an empty array, a nil pointer, an Opt without a value or a nil
// Value. For any other type the answer is not what it should be.
func (x *exchange) nothing(into reflect.Value) error {
	switch {
	case into.Type() == reflect.TypeFor[Value]():
		into.Set(reflect.ValueOf(Value{Nil: true}))
	case into.Kind() == reflect.Slice:
		into.Set(reflect.MakeSlice(into.Type(), 0, 0))
	case into.Kind() != reflect.Pointer && optionalType(into.Type()) == nil:
		return x.unreadable(malformed("the answer holds no return value"))
	}
	return nil
}

// isStructure reports whether t, or what it points to, is read from members.
func isStructure(t reflect.Type) bool {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && t != reflect.TypeFor[Value]() && t != reflect.TypeFor[Secret]() && optionalType(t) == nil
}

// isNothing reports whether an element is nil or holds neither members nor text.
func (d *document) isNothing(n int32) bool {
	n = d.follow(n)
	return d.isNil(n) || d.isLeaf(n) && blank(d.text(n))
}
