package ovhrest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// exchange is a request on its way, with its answer's judge.
type exchange struct {
	request
	client   *Client
	op       transport.Op
	method   string
	target   string          // path and query, escaped
	payload  json.RawMessage // nil for no body
	attempts int
	slot     slot // in the Limiter, of the last attempt
	signed   mark // how the last attempt was signed
}

// prepare checks the request and makes what all its attempts have in common.
func (x *exchange) prepare() (err error) {
	if x.target, err = x.request.target(); err != nil {
		return err
	}
	var path string
	x.route = x.name()
	x.method, path, _ = strings.Cut(x.route, " ")
	if err := checkRegion(x.client.config.Endpoint, x.route, path); err != nil {
		return err
	}
	if x.sign == always && x.client.kind <= application {
		return newError(x.route, "the Config has no credential of an account", ErrUnauthorized)
	}
	repeat := x.repeat || x.method == http.MethodGet || x.method == http.MethodDelete
	x.op = transport.Op{Name: x.route, Retry: retryable, Repeatable: repeat, Scrub: x.scrub, Judge: x.judge}
	if x.body == nil {
		return nil
	}
	payload, err := json.Marshal(x.body)
	if err != nil {
		return invalid(x.route, "body", "can't be written as JSON")
	}
	x.payload = payload
	return nil
}

// carry sends the request, twice where the API turned it away for its time or
// for a token that has ended: such an answer proves that nothing was done.
func (x *exchange) carry(ctx context.Context) (*transport.Response, error) {
	for again := true; ; again = false {
		x.attempts = 0
		resp, err := x.client.tc.Do(ctx, x.op, x.build)
		x.slot.leave()
		if err != nil {
			return nil, failed(x.route, err)
		}
		if resp.Status < 300 || x.goneAlready(resp) {
			return resp, nil
		}
		refusal := x.refused(resp)
		if !again || !x.healable(refusal, resp) {
			return nil, refusal
		}
	}
}

// scrub takes the secrets of the call out of a text.
func (x *exchange) scrub(text string) string { return x.scrubber().Scrub(text) }

func (x *exchange) scrubber() *redact.Scrubber {
	return x.client.config.scrubber(slices.Concat(x.secrets, []string{x.signed.token})...)
}

// judge returns what an answer is for the log: of its codes, those that this
// package knows.
func (x *exchange) judge(resp *transport.Response) (code string, condition error) {
	if resp.Status < 300 {
		return "", nil
	}
	e := x.refused(resp)
	if isKnownCode(e.Code) {
		code = e.Code
	}
	return code, e.conditions[0]
}

// build makes the request of one attempt: the API's time and a token are got
// before it waits for the Limiter, as they are requests of their own.
func (x *exchange) build(ctx context.Context) (*http.Request, error) {
	s := x.client.signer
	var token string
	if s.signs(x.sign) {
		var err error
		if token, err = s.ready(ctx); err != nil {
			return nil, err
		}
	}
	if err := x.slot.take(ctx, x.client.config.Limiter); err != nil {
		return nil, err
	}
	x.attempts++
	req, signed, err := s.request(ctx, x, token)
	x.signed = signed
	return req, err
}

// goneAlready reports whether a deletion was repeated and finds nothing left:
// by the API's word, not a proxy's page.
func (x *exchange) goneAlready(resp *transport.Response) bool {
	return x.method == http.MethodDelete && x.attempts > 1 && resp.Status == http.StatusNotFound && !isPage(resp)
}

// healable reports whether a fresh time or token may help, and sees to it.
func (x *exchange) healable(refusal *Error, resp *transport.Response) bool {
	s := x.client.signer
	switch {
	case x.signed.token != "" && resp.Status == http.StatusUnauthorized:
		s.token.forget(x.signed.token)
		return true
	case x.signed.epoch > 0 && skewed(refusal, resp, x.signed.at):
		s.distrust(x.signed.epoch)
		return true
	}
	return false
}
