package ovhrest

import (
	"context"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
	"github.com/hebergo/hebergo/ovhrest/internal/admission"
)

// DefaultRequestsPerMinute is what OVHcloud's staff once called fine for one
// consumer key; the API documents no limit.
const DefaultRequestsPerMinute = 60

// Limiter holds requests back before they are sent, each attempt of a retried
// call included. Share one between the clients of one consumer key.
// golang.org/x/time/rate.Limiter is one as well.
type Limiter interface {
	// Wait returns when a request may be sent, or with ctx's error.
	Wait(ctx context.Context) error
}

// NewLimiter allows no more than perMinute requests in any minute, the first
// of them at once, first come first served. 0 or less allows any number.
//
// The requests of a Client count from when their answer is there, so that slow
// ones don't meet at the API; those of another caller of Wait count from when
// Wait returns. A caller that gives up waiting costs nothing.
func NewLimiter(perMinute int) Limiter {
	l := &windowLimiter{head: make(lane, 1), free: make(chan time.Time, max(perMinute, 0))}
	for range cap(l.free) {
		l.free <- time.Time{}
	}
	return l
}

// lane is a mutex that a context can leave the queue of.
type lane chan struct{}

func (l lane) take(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l lane) leave() { <-l }

// windowLimiter has a place for each request of a minute. A place that is left
// can be taken again a minute later.
type windowLimiter struct {
	head lane           // of those who wait, the first
	free chan time.Time // when each place that nobody holds can be taken, the earliest first
	next *time.Time     // the earliest, once somebody has waited for it; of the head
}

// Wait takes a place and leaves it at once.
func (l *windowLimiter) Wait(ctx context.Context) error {
	leave, err := l.take(ctx)
	if err == nil {
		leave()
	}
	return err
}

// take waits for a place, and returns how to leave it.
func (l *windowLimiter) take(ctx context.Context) (leave func(), err error) {
	if err := ctx.Err(); err != nil || cap(l.free) == 0 {
		return func() {}, err
	}
	if err := l.head.take(ctx); err != nil {
		return nil, err
	}
	defer l.head.leave()
	if l.next == nil {
		select {
		case at := <-l.free:
			l.next = &at
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	if wait := time.Until(*l.next); wait > 0 {
		if err := transport.Sleep(ctx, wait); err != nil {
			return nil, err
		}
	}
	l.next = nil
	return sync.OnceFunc(func() { l.free <- time.Now().Add(time.Minute) }), nil
}

// take waits until a request may be sent, and returns what to call when it is
// over. A Limiter other than this package's needs no such call.
func take(ctx context.Context, l Limiter) (leave func(), err error) {
	if own, ok := l.(*windowLimiter); ok {
		return own.take(ctx)
	}
	return func() {}, l.Wait(ctx)
}

// slot is what one exchange holds of the Limiter, one attempt at a time.
type slot struct{ release func() }

// take leaves the place of the last attempt and waits for another one, unless
// the request was let through beforehand.
func (p *slot) take(ctx context.Context, l Limiter) (err error) {
	p.leave()
	if !admission.Granted(ctx) {
		p.release, err = take(ctx, l)
	}
	return err
}

func (p *slot) leave() {
	if p.release != nil {
		p.release()
		p.release = nil
	}
}

// Reserve waits until the Limiter lets a request through, before the request
// is made: for a caller that notes something down right before an unsafe call
// and must not wait in a queue in between. What is called with the context that
// Reserve returns does not wait for the Limiter again; make one call with it,
// and call release when that call is over. Reserve also gets what the request
// is signed with, the API's time or a token, if the Client has none yet.
func (c *Client) Reserve(ctx context.Context) (reserved context.Context, release func(), err error) {
	if ctx == nil {
		return nil, nil, invalid("", "ctx", "is nil")
	}
	if _, err := c.signer.ready(ctx); err != nil { // whoever holds a place can't wait for another
		return nil, nil, failed("", err)
	}
	release, err = take(ctx, c.config.Limiter)
	if err != nil {
		return nil, nil, failed("", err)
	}
	return admission.Grant(ctx), release, nil
}
