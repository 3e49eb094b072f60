package ovhrest

import (
	"context"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
	"github.com/hebergo/hebergo/ovhrest/internal/admission"
)

// DefaultRequestsPerMinute is the rate that OVHcloud's staff once called fine
// for one consumer key; the API documents no limit.
const DefaultRequestsPerMinute = 60

// Limiter delays requests before they are sent, including each attempt of a
// retried call. Share one between the clients of a consumer key. A
// golang.org/x/time/rate.Limiter is a Limiter as well.
type Limiter interface {
	// Wait blocks until a request may be sent, or returns ctx's error.
	Wait(ctx context.Context) error
}

// NewLimiter returns a Limiter that allows no more than perMinute requests in
// any minute, the first ones immediately, in the order of the callers. With 0
// or less it allows any number.
//
// The requests of a Client count from when their responses have arrived, so
// that slow requests don't reach the API at the same time. Those of other
// callers of Wait count from when Wait returns. A caller that gives up waiting
// does not count.
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

// Reserve waits until the Limiter allows a request, before the request is made.
// It is for callers that record something just before an unsafe call and must
// not wait for the Limiter in between. A call with the context that Reserve
// returns does not wait for the Limiter again. Make one call with it, and call
// release after that call. If the Client has no time of the API or token to
// sign the request with yet, Reserve requests it too.
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
