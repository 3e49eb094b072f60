package wedos

import (
	"context"
	"reflect"

	"github.com/hebergo/hebergo/internal/redact"
)

// Secret is a text that prints as REDACTED, such as a password or a domain's
// auth_info. Its zero value is the empty text.
type Secret = redact.Secret

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return redact.New(text) }

// reply is the answer to a typed call, with the request that it belongs to.
type reply struct {
	*Answer
	request *request
	decoder decoder
}

// do carries out a typed call. Only the codes that stand for success in a
// command of its kind pass: 1000, and 1001 where something is to be done later.
// A test call may be answered anything below 2000 (other clients' authors have
// seen 1002).
func (c *Client) do(ctx context.Context, command string, data any, tune ...func(*request)) (*reply, error) {
	r, a, err := c.call(ctx, command, data, tune...)
	if err != nil {
		return &reply{Answer: a, request: r}, err
	}
	p := &reply{a, r, decoder{lenient: r.test || a.Code == CodePending, mem: newMemory(r.readingUntil(ctx), len(a.Raw.Text()))}}
	switch {
	case r.test, a.Code == CodeOK, a.Code == r.command.success, a.Code == CodePending && !r.command.repeatable:
		return p, nil
	}
	return p, p.unreadable(cannot("has the code " + a.Code.digits() + ", which is not an outcome of this command"))
}

// answer is do for a command whose answer holds nothing but its envelope.
func (c *Client) answer(ctx context.Context, command string, data any) (*Answer, error) {
	p, err := c.do(ctx, command, data)
	return p.Answer, err
}

// unreadable is the error of an answer that lacks what the call's
// documentation promises. A command that changes something was carried out all
// the same, as far as its code says, so it is ambiguous.
func (p *reply) unreadable(err error) *Error {
	e := p.request.failure()
	bare := p.Answer.unreadable(err)
	e.SvTRID, e.text, e.conditions, e.cause = bare.SvTRID, bare.text, bare.conditions, bare.cause
	if !p.request.command.repeatable && !p.request.test {
		e.add(ErrAmbiguous)
	}
	return e
}

// fields decodes data into structs.
func (p *reply) fields(into ...any) error { return p.decode(p.data.node(), "data", into) }

// object decodes the one object of that name. Only a test call may come back
// without: WAPI then reads nothing.
func (p *reply) object(name string, into ...any) error {
	var found []*node
	for item := range p.data.node().items(name) {
		found = append(found[:min(len(found), 1)], item)
	}
	switch {
	case len(found) == 1 && len(found[0].children) > 0:
		return p.decode(found[0], "data."+name, into)
	case len(found) == 0 && p.decoder.lenient:
		return nil
	case len(found) > 1:
		return p.unreadable(within("data."+name, cannot("is there more than once")))
	}
	return p.unreadable(within("data."+name, cannot("is missing, or not an object")))
}

// list decodes a list of objects into the struct that has a field for it. An
// absent list is empty; data in which there is something else is not a list.
func (p *reply) list(name string, into any) error {
	d := p.data.node()
	if len(d.children) == 0 && !d.empty() || len(d.children) > 0 && name != "*" && !d.holds(name) {
		return p.unreadable(within("data", cannot("holds no list called "+name)))
	}
	return p.decode(d, "data", []any{into})
}

func (p *reply) decode(n *node, path string, into []any) error {
	for _, target := range into {
		v := reflect.ValueOf(target).Elem()
		if err := p.decoder.structure(n, v, fieldsOf(v.Type())); err != nil {
			return p.unreadable(within(path, err))
		}
	}
	return nil
}

// negative reads a command's documented "no" as an answer.
func (p *reply) negative(err error, codes func(Code) bool) (Answer, bool, error) {
	switch {
	case err == nil:
		return *p.Answer, true, nil
	case p.Answer != nil && codes(p.Answer.Code):
		return *p.Answer, false, nil
	}
	return Answer{}, false, err
}
