package velneo

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// Bounds on the time between two questions of WaitForStatus.
const (
	minPollInterval = time.Millisecond
	maxPollInterval = time.Hour
)

const badInterval = "is not between 1 ms and 1 hour"

// WaitOptions are the options of one WaitForStatus. A field that is zero leaves
// what earlier options or Config say.
type WaitOptions struct {
	Interval time.Duration // between two questions, from 1 ms to 1 hour; default Config.PollInterval
}

// WaitForStatus asks for the server's state again and again until it is target,
// and returns it. Only the target counts: a server that was just told to stop
// may go on answering "running" for a while.
//
// An outage of the service does not end the wait: after no answer, a server
// error, ErrRateLimited or an answer that is not the service's the next
// question follows in its time, or after Retry-After where that is longer, but
// within an hour. What ends it is ctx, which should have a deadline, or an answer
// that another question won't change: ErrUnauthorized after one new login,
// ErrForbidden, ErrNotFound, ErrInvalid, a certificate that is refused, or a
// closed Client. The error of a ctx that ends tells what the last question met.
func (c *Client) WaitForStatus(ctx context.Context, target Status, options ...WaitOptions) (VServer, error) {
	if target != StatusRunning && target != StatusStopped {
		return VServer{}, invalid(askingStatus, "target", "is neither running nor stopped")
	}
	interval := c.config.PollInterval
	for _, o := range options {
		if o.Interval != 0 {
			interval = o.Interval
		}
	}
	if interval < minPollInterval || interval > maxPollInterval {
		return VServer{}, invalid(askingStatus, "Interval", badInterval)
	}
	return c.wait(ctx, target, interval)
}

const askingStatus = "GET vserver"

func (c *Client) wait(ctx context.Context, target Status, interval time.Duration) (VServer, error) {
	var last *Error // what the last question met, if it was a failure
	for {
		v, err := c.VServer(ctx)
		if err == nil && v.Status == target {
			return v, nil
		}
		if err != nil && (ctx == nil || ctx.Err() == nil && !isOutage(err)) {
			return VServer{}, err
		}
		if ctx.Err() != nil {
			return VServer{}, unfinished(ctx.Err(), last)
		}
		pause := interval
		if last, _ = errors.AsType[*Error](err); last != nil {
			pause = max(interval, min(last.RetryAfter, maxPollInterval))
		}
		if err := transport.Sleep(ctx, pause); err != nil {
			return VServer{}, unfinished(err, last)
		}
	}
}

// isOutage reports whether a later question may be answered.
func isOutage(err error) bool {
	for _, final := range []error{ErrUnauthorized, ErrForbidden, ErrNotFound, ErrInvalid, ErrClosed} {
		if errors.Is(err, final) {
			return false
		}
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return false
	}
	t, ok := errors.AsType[*transport.Error](err)
	return !ok || !strings.HasPrefix(t.Error(), tlsPrefix) // the pins' own errors
}

// unfinished is the error of a wait whose context ended.
func unfinished(end error, last *Error) error {
	e := failed(askingStatus, end)
	if last != nil {
		e.text += "; the last question: " + last.reason()
		e.cause = errors.Join(end, last)
	}
	return e
}
