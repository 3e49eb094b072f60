package transport

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// again is the policy: only a repeatable operation, and only after a failure
// of the connection or a status that says so.
func again(op Op, resp *Response, failure *Error) bool {
	if !op.Repeatable {
		return false
	}
	if failure != nil {
		return failure.retry
	}
	if op.Retry != nil {
		return op.Retry(resp.Status)
	}
	switch resp.Status {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// newWaits yields 0.25 s to 0.75 s, then one and a half times that, and so on.
func newWaits(most time.Duration) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.MaxInterval = most
	return b
}

// nextWait is what the server asks for, else the next of the growing waits.
func nextWait(waits *backoff.ExponentialBackOff, resp *Response) time.Duration {
	wait := waits.NextBackOff()
	if resp != nil && resp.RetryAfter > 0 {
		return resp.RetryAfter
	}
	return min(wait, waits.MaxInterval)
}

// outlasts reports whether ctx would end before the wait does, so that the
// answer in hand says more than the deadline's error would.
func outlasts(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < wait
}

// Sleep waits, or returns what ended ctx before.
func Sleep(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// ParseRetryAfter reads both forms of the header, seconds and date. It is 0
// for a header that is absent, unreadable or in the past, and a year at most.
func ParseRetryAfter(value string, now time.Time) time.Duration {
	const longest = 365 * 24 * time.Hour
	if value = strings.TrimSpace(value); value == "" {
		return 0
	}
	seconds, err := strconv.ParseInt(value, 10, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) { // then it is the nearest number
		return time.Duration(min(max(seconds, 0), int64(longest/time.Second))) * time.Second
	}
	if at, err := http.ParseTime(value); err == nil {
		return min(max(at.Sub(now), 0), longest)
	}
	return 0
}
