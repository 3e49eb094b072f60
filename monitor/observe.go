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

// Attempt is one HTTP request of a probe and what came of it, as
// Config.OnAttempt gets it. Operation is "probe" and the Target's kind, such as
// "probe server_manager". Number is 1 for the first request to an address, one
// more for each redirect. Duration ends with the answer's last byte, or with
// its header where it is a redirect that is followed. Condition is nil for such
// a redirect and for a status that the Target accepts, ErrUnauthorized for the
// others of 401 and 403, and else what Result.Err matches, or the context's
// error; what the answer's body says is the Result's business. Failure is set
// where no complete answer came, or a redirect is refused. Code and RequestID
// are empty, Wait is zero. It holds no URL and no secrets.
type Attempt = transport.Attempt

// OperationFrom returns the operation that a probe's request is for, from the
// context of OnAttempt or of Config.Resolver's Dial; "" for somebody else's.
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
