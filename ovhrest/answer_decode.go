package ovhrest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"

	"github.com/hebergo/hebergo/internal/transport"
)

// largeAnswer is from where on reading an answer takes a time that a context's
// end matters to.
const largeAnswer = 256 << 10

// decode reads a good answer into out. A small one that has arrived is read
// though the context may have ended meanwhile: what it says of a change is
// worth more than the moment.
func (x *exchange) decode(ctx context.Context, resp *transport.Response, out any) error {
	if x.goneAlready(resp) {
		return nil
	}
	body := bytes.TrimSpace(resp.Body)
	if resp.Status == http.StatusNoContent && len(body) == 0 {
		body = []byte("null")
	}
	if len(body) < largeAnswer {
		ctx = context.WithoutCancel(ctx)
	}
	var err error
	switch {
	case out == nil:
		err = checkVoid(body)
	case x.raw:
		err = decodeRaw(ctx, body, out)
	default:
		err = decodeBody(ctx, body, out)
	}
	if err == nil {
		return nil
	}
	e := x.undecoded(err)
	e.Status = resp.Status
	if !x.op.Repeatable {
		e.add(ErrAmbiguous)
	}
	return e
}

// undecoded makes an Error of what decoding fails with: the bounds' are the
// transport's, such as ErrTooLarge and the context's end.
func (x *exchange) undecoded(err error) *Error {
	if t, ok := errors.AsType[*transport.Error](err); ok {
		e := newError(x.route, t.Error(), t.Condition)
		e.cause = t.Unwrap()
		return e
	}
	return broken(x.route, err.Error())
}

// decodeBody is strict: an empty answer where one is wanted, null where no list
// is, an object without a single known field, and one that does not keep its
// type's promise are errors. Its errors quote nothing.
func decodeBody(ctx context.Context, body []byte, out any) error {
	if len(body) == 0 {
		return errors.New("the answer is empty")
	}
	if string(body) == "null" {
		return setNull(reflect.ValueOf(out))
	}
	return misread(transport.DecodeJSONBy(ctx, body, out, func(body []byte, out any) error {
		if !json.Valid(body) {
			return errors.New("the answer is not JSON")
		}
		return unmarshalAnswer(body, out)
	}))
}

// decodeRaw decodes into a caller's own type, as by encoding/json.
func decodeRaw(ctx context.Context, body []byte, out any) error {
	if len(body) == 0 {
		return errors.New("the answer is empty")
	}
	v := reflect.ValueOf(out)
	if string(body) == "null" {
		return setNull(v)
	}
	if err := transport.DecodeJSON(ctx, body, out); err != nil {
		return misread(err)
	}
	if v = v.Elem(); v.Kind() == reflect.Struct && v.IsZero() {
		return errors.New("the answer has no known field")
	}
	return nil
}

// setNull makes a nil list of null, which no other kind of answer may be. An
// empty list is not nil: where money depends on it the two are told apart.
func setNull(out reflect.Value) error {
	if out.Kind() != reflect.Pointer || out.IsNil() || out.Elem().Kind() != reflect.Slice || out.Elem().Type().Elem().Kind() == reflect.Uint8 {
		return errors.New("the answer is empty")
	}
	out.Elem().SetZero()
	return nil
}

// checkVoid takes null, nothing, and whatever else the API may come to answer,
// but no error in the clothes of a success.
func checkVoid(body []byte) error {
	var f failure
	switch {
	case len(body) == 0:
	case !json.Valid(body):
		return errors.New("the answer is not JSON")
	case readFailure(body, &f) && f.Message != "" && (f.Class != "" || f.ErrorCode != ""):
		return errors.New("the answer is a refusal, and its status is not")
	}
	return nil
}

// readFailure reads an error's body, within the bounds of an answer.
func readFailure(body []byte, f *failure) bool {
	return transport.DecodeJSON(context.Background(), body, f) == nil
}

// misread says what is wrong with an answer without a word of it.
func misread(err error) error {
	if _, ok := errors.AsType[*transport.Error](err); ok || err == nil {
		return err
	}
	if e, ok := errors.AsType[*answerError](err); ok {
		return e
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && kind.Field != "" {
		return errors.New("the answer has another type at " + kind.Field)
	}
	return errors.New("the answer can't be read")
}
