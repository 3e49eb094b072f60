package velneo

import (
	"context"
	"crypto/tls"
	"errors"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// Bounds on the time between two requests of WaitForStatus.
const (
	minPollInterval = time.Millisecond
	maxPollInterval = time.Hour
)

const badInterval = "is not between 1 ms and 1 hour"

// WaitOptions are the options of WaitForStatus. A zero field keeps the value of
// earlier options or of Config.
type WaitOptions struct {
	Interval time.Duration // between two requests, from 1 ms to 1 hour; default Config.PollInterval
}

// WaitForStatus requests the server's state until it is target, and returns it.
// It keeps waiting in any other state, because a server may report "running"
// for a while after Stop.
//
// An outage of the service does not end the wait. After ErrUnavailable,
// ErrRateLimited or ErrProtocol it tries again after the interval, or after
// Retry-After if that is longer, but after an hour at most. It returns when ctx
// ends, which should have a deadline, or after a permanent error:
// ErrUnauthorized after one new login, ErrForbidden, ErrNotFound, ErrInvalid,
// ErrTooLarge, a refused certificate, or ErrClosed. If ctx ends, the error
// includes that of the last request.
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
	var last *Error // of the last request, nil if it was answered
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

// isOutage reports whether a later request may succeed.
func isOutage(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok || !e.Is(ErrUnavailable) && !e.Is(ErrRateLimited) && !e.Is(ErrProtocol) {
		return false
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
		e.text += "; last error: " + last.reason()
		e.cause = errors.Join(end, last)
	}
	return e
}
