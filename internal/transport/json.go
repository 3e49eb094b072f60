package transport

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"

	"github.com/hebergo/hebergo/internal/condition"
)

// MaxJSONFactor is the maximum memory of a value decoded from a response, as a
// multiple of the length of the response. `[{},{}]` becomes a slice of whole
// structs, hundreds of times as large, while no response of a service comes
// near ten times.
const MaxJSONFactor = 16

// minJSONMemory is what any answer may take, however short it is.
const minJSONMemory = 1 << 20

// maxJSONDepth bounds the nesting: services nest less than ten deep.
const maxJSONDepth = 64

// decodeApart is the length from which on a text is decoded on a goroutine of
// its own, so that its end is not waited for when the context ends.
const decodeApart = 256 << 10

// DecodeJSON is json.Unmarshal with limits. It first computes the memory that
// out would take, from its type, and refuses more than MaxJSONFactor times the
// length of the text with ErrTooLarge; nesting deeper than that of any service
// is refused with ErrProtocol. It returns when ctx ends. These errors are
// *Error; those of encoding/json are returned unchanged, with what it has
// decoded.
//
// The value that out points to must be the zero value of its type, or contain
// no pointers: a decoding that is abandoned continues in a copy of it for a
// moment.
func DecodeJSON(ctx context.Context, text []byte, out any) error {
	return DecodeJSONBy(ctx, text, out, json.Unmarshal)
}

// DecodeJSONBy is DecodeJSON for a package with its own version of
// json.Unmarshal.
func DecodeJSONBy(ctx context.Context, text []byte, out any, unmarshal func([]byte, any) error) error {
	to := reflect.ValueOf(out)
	if to.Kind() != reflect.Pointer || to.IsNil() {
		return unmarshal(text, out) // its error says it best
	}
	s, err := scanJSON(ctx, text, to.Type().Elem())
	if err != nil {
		return err
	}
	if len(text) < decodeApart || ctx.Done() == nil {
		s.reserve(to.Elem())
		return unmarshal(text, out)
	}
	apart := reflect.New(to.Type().Elem())
	apart.Elem().Set(to.Elem())
	_, err = begin(func() (struct{}, error) {
		s.reserve(apart.Elem())
		return struct{}{}, unmarshal(text, apart.Interface())
	}, nil).wait(ctx)
	if errors.Is(err, errHung) {
		return &Error{cause: ctx.Err()}
	}
	to.Elem().Set(apart.Elem())
	return err
}

// BoundJSON returns the reason why DecodeJSON would refuse to decode the JSON
// value at the beginning of text into out. It returns nil if the value may be
// decoded or is not JSON. It is for decoders other than json.Unmarshal.
func BoundJSON(ctx context.Context, text []byte, out any) error {
	t := reflect.TypeOf(out)
	if t == nil || t.Kind() != reflect.Pointer {
		return nil
	}
	_, err := scanJSON(ctx, text, t.Elem())
	return err
}

// scanJSON counts what a value of type t takes when text is decoded into it.
func scanJSON(ctx context.Context, text []byte, t reflect.Type) (jsonScan, error) {
	s := jsonScan{ctx: ctx, text: text, limit: max(uint64(len(text))*MaxJSONFactor, minJSONMemory)}
	err := s.root(shapeOf(t))
	if err == errNotJSON {
		s.plan, err = nil, nil // encoding/json looks at all of the text before it decodes any
	}
	return s, err
}

func (s *jsonScan) tooLarge() error {
	text := fmt.Sprintf("the answer of %d bytes would take more than %d bytes in memory", len(s.text), s.limit)
	if s.list != "" {
		text += ": " + strconv.Quote(s.list) + " is too large"
	}
	return NewError(condition.ErrTooLarge, text)
}

func errTooDeep() error {
	return NewError(condition.ErrProtocol, fmt.Sprintf("the answer nests more than %d deep", maxJSONDepth))
}
