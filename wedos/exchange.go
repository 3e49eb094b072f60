package wedos

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// exchange is one request on its way, with the answer to its last attempt.
type exchange struct {
	client  *Client
	request *request
	ctx     context.Context

	response *transport.Response // that answer and err were read from
	answer   *Answer
	err      error
}

// op declares the request to the transport.
func (x *exchange) op() transport.Op {
	r := x.request
	op := transport.Op{
		Name: r.command.name, Repeatable: r.command.repeatable,
		Redirect: func(hr *http.Response) error {
			r.webPage = isWebPage(hr.Header.Get("Location"))
			return nil // refused all the same
		},
		Scrub: func(text string) string { return x.client.scrub(r, text) },
	}
	if c := x.client.config; c.OnAttempt != nil || c.Logger != nil {
		op.Judge, op.RequestID = x.code, x.requestID
	}
	return op
}

// code returns WAPI's code and its condition, for OnAttempt and the log. A code
// without a condition is its own: it is not a success either.
func (x *exchange) code(resp *transport.Response) (string, error) {
	if resp.Status >= 300 {
		return "", condition.FromStatus(resp.Status)
	}
	a, err := x.read(resp)
	switch {
	case errors.Is(err, errTooMany):
		return "", ErrTooLarge
	case isEnd(err):
		return "", err
	case err != nil:
		return "", ErrProtocol
	case a.Code < 2000:
		return a.Code.digits(), nil
	}
	if conditions := a.Code.conditions(x.request.command.name); len(conditions) > 0 {
		return a.Code.digits(), conditions[0]
	}
	return a.Code.digits(), a.Code
}

// requestID is WAPI's id where it gave one, and ours otherwise.
func (x *exchange) requestID(resp *transport.Response) string {
	if resp != nil && resp.Status < 300 {
		if a, err := x.read(resp); err == nil && a.SvTRID != "" {
			return a.SvTRID
		}
	}
	return x.request.clTRID
}

// read reads an answer once; the error says which check showed that it is not
// WAPI's answer to this request.
func (x *exchange) read(resp *transport.Response) (*Answer, error) {
	if x.response != resp {
		x.response = resp
		x.answer, x.err = x.check(resp)
	}
	return x.answer, x.err
}

// check is read. WAPI may leave the client's id out, and has been documented to
// shorten ping-async to ping.
func (x *exchange) check(resp *transport.Response) (*Answer, error) {
	r := x.request
	if resp.Status != http.StatusOK {
		return nil, fmt.Errorf("HTTP status %d, want 200", resp.Status)
	}
	a, err := parseAnswer(r.readingUntil(x.ctx), string(resp.Body), x.client.line(r))
	switch {
	case err != nil:
		return nil, err
	case a.ClTRID != "" && a.ClTRID != r.clTRID:
		return nil, fmt.Errorf("clTRID %q, want %q", a.ClTRID, r.clTRID)
	case a.ClTRID == "" && a.Command != "" && a.Command != r.command.name:
		return nil, fmt.Errorf("command %q, want %q", a.Command, r.command.name)
	case a.Test && !r.test:
		return nil, errors.New("it answers a test, and none was asked for")
	}
	return a, nil
}

// readingUntil is the context that ends the reading of an answer. That of a
// command which changes something is read to its end, for it says what was done.
func (r *request) readingUntil(ctx context.Context) context.Context {
	if r.command.repeatable {
		return ctx
	}
	return context.WithoutCancel(ctx)
}

// judge reads the answer and turns a code of 2000 and above into an error. The
// Answer is returned beside it.
func (x *exchange) judge(op transport.Op, resp *transport.Response) (*Answer, error) {
	c, r := x.client, x.request
	if resp.Status >= 300 {
		e := r.failure()
		e.fail(resp.StatusError(op))
		e.Snippet = snippet(c.line(r), resp.Body)
		return nil, e
	}
	a, err := x.read(resp)
	if err != nil {
		return nil, c.notWAPI(r, resp.Body, err)
	}
	if a.Time.IsZero() {
		if date, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
			a.Time = date.In(prague())
		}
	}
	if a.Code < 2000 {
		return a, nil
	}
	e := r.failure()
	e.Code, e.Class, e.Result, e.SvTRID = a.Code, a.Code.Class(), a.Result, a.SvTRID
	e.conditions = a.Code.conditions(r.command.name)
	if !r.command.repeatable && a.Code.unclear() {
		e.add(ErrAmbiguous)
	}
	return a, e
}

// notWAPI describes an answer by somebody else. Only a caller's repeatable
// command is safe from having been carried out.
func (c *Client) notWAPI(r *request, body []byte, why error) error {
	e := r.failure()
	e.text, e.Snippet = "the answer is not WAPI's: "+why.Error(), snippet(c.line(r), body)
	e.add(ErrProtocol)
	switch {
	case errors.Is(why, errTooMany):
		e.text, e.conditions = "the answer can't be read: "+why.Error(), []error{ErrTooLarge}
	case isEnd(why):
		e.ended(why)
		return e
	}
	lower := strings.ToLower(string(body[:min(len(body), 1<<10)]))
	switch {
	case strings.HasPrefix(lower, "user-agent rate limit"):
		e.text = "the User-Agent is rate limited"
		e.add(ErrRateLimited)
	case strings.Contains(lower, "doctype") && strings.Contains(lower, "protection"):
		e.text = "a protection page stands before WAPI"
		e.add(ErrUnavailable)
	}
	if !r.command.repeatable {
		e.add(ErrAmbiguous)
	}
	return e
}

// snippet is what an Error shows of an answer that is not WAPI's.
func snippet(show line, body []byte) string { return show(string(body[:min(len(body), 1<<10)]), 200) }

// line takes the secrets of a request out of a text that WAPI wrote, for a
// hostile or helpful server may repeat them; then it makes the text one line
// and cuts it.
func (c *Client) line(r *request) line {
	return func(text string, limit int) string {
		if text == "" || text == "OK" || text == r.command.name || text == r.clTRID {
			return text // ours, or known to be harmless
		}
		return redact.Clean(c.scrub(r, text), limit)
	}
}

// scrub takes the secrets of a request and of the account out of a text.
func (c *Client) scrub(r *request, text string) string {
	if len(r.secrets) > 0 {
		text = redact.Scrub(text, r.secrets...)
	}
	return c.scrubber.at(c.now()).scrub(text)
}

// outcome is the request's outcome for the limiter.
func (c *Client) outcome(r *request, a *Answer) Outcome {
	switch {
	case a == nil:
		return OutcomeOK
	case a.Code == CodeLimit:
		return OutcomeLimit
	case a.Code == CodeCheckLimit, a.Code == CodeTransferLimit:
		return OutcomeAvailabilityLimit
	case a.Code == CodeBlocked:
		return OutcomeBlocked
	case r.command.isNegative(a.Code):
		return OutcomeNegative
	case a.Code >= 2000:
		return OutcomeInvalid
	}
	return OutcomeOK
}
