package monitor

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Attempt describes one HTTP request of a probe and its outcome, as passed to
// Config.OnAttempt. Operation is "probe" and the Target's kind, such as "probe
// server_manager". Number is 1 for the first request to an address and
// increases by one for each redirect. Duration ends with the last byte of the
// response, or with its header if it is a redirect that is followed. Condition
// is nil for such a redirect and for a status that the Target accepts,
// ErrUnauthorized for 401 and 403 otherwise, and in all other cases what
// Result.Err matches, or the context's error; the content of the response body
// is judged in the Result only. Failure is set if no complete response was
// received, or a redirect is refused. Code and RequestID are empty, Wait is
// zero. It holds no URL and no secrets.
type Attempt = transport.Attempt

// OperationFrom returns the operation of a probe's request, given the context
// of OnAttempt or of the Dial function of Config.Resolver. It returns "" for
// any other context.
func OperationFrom(ctx context.Context) string { return transport.OperationFrom(ctx) }

// operation names what the flight is for.
func (f *flight) operation() string {
	return strings.TrimSpace("probe " + redact.Clean(string(f.kind), 80))
}

// outcome is how a request ended.
type outcome struct {
	answer   *answer // the last one, nil if there is none
	followed bool    // it was a redirect
	heard    bool    // the header of an answer came
}

// attempted reports a request to OnAttempt. a has its number and start.
func (m *Monitor) attempted(f *flight, q *query, a Attempt, res *Result, end outcome) {
	if m.config.OnAttempt == nil {
		return
	}
	a.Duration, a.Operation = time.Since(a.Start), f.operation()
	if end.heard {
		a.Status = res.HTTP.Status
	}
	switch {
	case end.followed:
	case end.answer == nil:
		a.Failure, a.Condition = res.Detail, res.attemptCondition()
	default:
		a.Condition = q.opts.condition(a.Status)
	}
	m.config.OnAttempt(f, a)
}

// attemptCondition is the condition of a request without an answer.
func (r *Result) attemptCondition() error {
	switch r.Reason {
	case ReasonTimeout:
		return context.DeadlineExceeded
	case ReasonCanceled:
		return context.Canceled
	}
	return r.Reason.condition()
}

// condition is what a status stands for.
func (o *options) condition(status int) error {
	switch {
	case o.accepts(status):
		return nil
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return ErrUnauthorized
	}
	return ErrUnavailable
}

// secrets lists what no text may show.
func (q *query) secrets() []string {
	all := append(q.left, q.token, q.hash)
	for _, values := range q.header {
		for _, value := range values {
			_, credential, _ := strings.Cut(value, " ") // of "Bearer …"
			all = append(all, value, credential)
		}
	}
	for _, values := range cmp.Or(q.asked, q.url).Query() {
		for _, value := range values {
			if len(value) >= 8 { // else it is a word such as an action's
				all = append(all, value)
			}
		}
	}
	return all
}
