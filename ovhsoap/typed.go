package ovhsoap

import (
	"context"
	"reflect"
)

//go:generate go run ./internal/typed

// The methods of Session that have a function's name call that function. Their
// arguments are the WSDL's, in its order and without the session. Where one may
// be left out, they come in a structure that ends in Args.
//
// The WSDL has names and types but no descriptions: those of methods and
// arguments are inferred from their names. It declares every parameter nillable
// and names no defaults; which parameters are optional is known from published
// PHP programs, or inferred, and each field says which. An Opt or Secret without a
// value and a nil slice are sent as nil, or not at all after the last argument
// given. All others are required, and refused with ErrInvalid if they are empty,
// unless their comment gives an empty value a meaning.
//
// A method returns the value of the response, or an error: a number, flag or
// string that the response lacks is ErrProtocol. In a structure, a string that the
// service leaves out or sends as nil is empty, because Perl and PHP do not
// distinguish these, and a list is empty; a number, flag or structure is an Opt
// without a value.

// run calls a function that returns nothing.
func run(ctx context.Context, s *Session, function string, args ...any) error {
	_, err := ask[Void](ctx, s, function, args...)
	return err
}

// ask calls a function, and refuses an answer without a value.
func ask[T any](ctx context.Context, s *Session, function string, args ...any) (T, error) {
	return typed[T](ctx, s, function, false, args)
}

// text calls a function whose text may be empty.
func text(ctx context.Context, s *Session, function string, args ...any) (string, error) {
	return typed[string](ctx, s, function, true, args)
}

func typed[T any](ctx context.Context, s *Session, function string, mayBeEmpty bool, args []any) (T, error) {
	var fresh, zero T
	f := catalog().functions[function]
	args, err := f.given(args)
	if err != nil {
		return zero, err
	}
	a, err := f.encode(args)
	if err != nil {
		return zero, err
	}
	a.typed, a.mayBeEmpty = true, mayBeEmpty
	if err := s.call(ctx, f, a, reflect.ValueOf(&fresh).Elem()); err != nil {
		return zero, err
	}
	return fresh, nil
}

// mayBeEmpty is an argument to which "" or 0 means something.
type mayBeEmpty struct{ value any }

func (e mayBeEmpty) given() any { return e.value }

func empty(v any) argument { return mayBeEmpty{v} }

// list is an array that may be left out, as nil.
func list[T any](values []T) argument { return Opt[[]T]{values, values != nil} }

// secret is one that may be left out, as its zero value.
func secret(s Secret) argument { return Opt[Secret]{s, !s.IsZero()} }

// given refuses required arguments that are empty, and leaves out what stands
// behind the last one that is given.
func (f Function) given(args []any) ([]any, error) {
	values, last := make([]any, len(args)), 0
	for i, arg := range args {
		optional, ok := arg.(argument)
		if ok {
			values[i] = optional.given()
		} else if values[i] = arg; isEmpty(arg) {
			return nil, invalid(f.Name, f.Params[i].Name, "is empty, and required")
		}
		if values[i] != nil {
			last = i + 1
		}
	}
	return values[:last], nil
}

// isEmpty reports whether a required argument holds nothing. A false is
// something.
func isEmpty(arg any) bool {
	if s, ok := arg.(Secret); ok {
		return s.IsZero()
	}
	v := reflect.ValueOf(arg)
	switch v.Kind() {
	case reflect.Bool:
		return false
	case reflect.Slice:
		return v.Len() == 0
	}
	return v.IsZero()
}
