package ovhrest

import (
	"context"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// DefaultRequestsPerMinute is what OVHcloud's staff once called fine for one
// consumer key; the API documents no limit.
const DefaultRequestsPerMinute = 60

// Limiter holds requests back before they are sent, each attempt of a repeated
// call included. Share one between the clients of one consumer key.
// golang.org/x/time/rate.Limiter is one as well.
type Limiter interface {
	// Wait returns when a request may be sent, or with ctx's error.
	Wait(ctx context.Context) error
}

// admission marks the context of a request that has waited for the Limiter
// beforehand.
type admission struct{}

func admitted(ctx context.Context) context.Context {
	return context.WithValue(ctx, admission{}, true)
}

// NewLimiter allows no more than perMinute requests in any minute, the first
// of them at once. 0 or less allows any number.
func NewLimiter(perMinute int) Limiter {
	return &windowLimiter{sent: make([]time.Time, max(perMinute, 0))}
}

// windowLimiter remembers when the last requests were let through.
type windowLimiter struct {
	mu   sync.Mutex
	sent []time.Time // a ring; next is the oldest
	next int
}

// Wait takes the oldest place and waits until it is a minute old. A caller
// that gives up leaves its place used: the limit holds rather than being exact.
func (l *windowLimiter) Wait(ctx context.Context) error {
	if len(l.sent) == 0 {
		return nil
	}
	wait := l.take(time.Now())
	if wait <= 0 {
		return nil
	}
	return transport.Sleep(ctx, wait)
}

func (l *windowLimiter) take(now time.Time) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	at := now
	if oldest := l.sent[l.next]; !oldest.IsZero() && oldest.Add(time.Minute).After(now) {
		at = oldest.Add(time.Minute)
	}
	l.sent[l.next] = at
	l.next = (l.next + 1) % len(l.sent)
	return at.Sub(now)
}
