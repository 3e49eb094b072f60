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

// again implements the retry policy: only a repeatable operation is retried,
// and only after a connection failure or a status that asks for it.
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

// newWaits returns a backoff that begins with 0.25 s to 0.75 s and grows by a
// factor of 1.5.
func newWaits(most time.Duration) *backoff.ExponentialBackOff {
	b := backoff.NewExponentialBackOff()
	b.MaxInterval = most
	return b
}

// nextWait returns the wait that the server asked for, or else the next
// backoff.
func nextWait(waits *backoff.ExponentialBackOff, resp *Response) time.Duration {
	wait := waits.NextBackOff()
	if resp != nil && resp.RetryAfter > 0 {
		return resp.RetryAfter
	}
	return min(wait, waits.MaxInterval)
}

// outlasts reports whether ctx would end before the wait does, in which case
// the error at hand says more than that of the deadline.
func outlasts(ctx context.Context, wait time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < wait
}

// Sleep waits for the duration, or returns the error of ctx when it ends first.
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

// ParseRetryAfter parses both forms of the header, seconds and date. It returns
// 0 if the header is absent, invalid or in the past, and at most a year.
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
