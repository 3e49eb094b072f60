// Package flight lets concurrent callers share one call, such as a login: a
// caller that arrives while it runs waits for it instead of making another one.
// It differs from golang.org/x/sync/singleflight in that the call is not bound
// to any caller. A caller that gives up does not affect the others; when all
// callers have given up, the call is abandoned, at once or after a while: its
// context ends, and its result is not used.
package flight

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Group runs one call at a time. The zero value is ready to use. It must not be
// copied after first use.
type Group[T any] struct {
	mu      sync.Mutex
	current *call[T]
}

// Work describes a call to Do. Have and Keep run under the Group's lock, so
// that no second call begins between a result and the moment it is kept. They
// must not call the Group.
type Work[T any] struct {
	// Have returns the result if there already is one. It may be nil.
	Have func() (T, bool)
	// Run makes the result. Its context has the values of the context of the
	// caller that began the call, but not its cancellation: it ends when the
	// call is given up, or Run has returned.
	Run func(context.Context) (T, error)
	// Keep is called with the result of Run if Run succeeded and the call was
	// not given up, before any caller gets the result; callers get the return
	// value of Keep. It may be nil.
	Keep func(T) T
	// Drop is called with a result of Run that came after the call was given up
	// and that no caller gets, and with the context of Run, which has ended. It
	// may be nil.
	Drop func(context.Context, T)

	// Linger is how long a call continues after all callers have left. A caller
	// that arrives in that time joins it. After that the call is given up; 0
	// gives it up at once.
	Linger time.Duration
	// Life is a context whose end gives up a lingering call. It may be nil.
	Life context.Context
}

// call is one run of Work.Run. All fields except done, and those set before it
// is closed, are guarded by the Group's lock.
type call[T any] struct {
	work    Work[T]
	cancel  context.CancelFunc
	waiting int
	lefts   int    // how many times all callers have left
	rejoin  func() // stops the lingering; nil while a caller is waiting

	done     chan struct{} // closed when the fields below are set
	value    T
	err      error
	panicked any
}

var errExited = errors.New("flight: the call ended its goroutine")

// ErrEnded is the error of callers whose call was given up by Finish.
var ErrEnded = errors.New("flight: the call was given up")

// Do returns the result of w.Have if there is one, or else that of the call in
// progress, or else that of a new call to w.Run. An error of Run is returned to
// all callers that wait; the error of ctx only to the caller whose ctx ends. If
// Run panics, so does Do in each caller.
func (g *Group[T]) Do(ctx context.Context, w Work[T]) (T, error) {
	var zero T
	if err := ctx.Err(); err != nil {
		return zero, err
	}
	c, value, have := g.join(ctx, w)
	if have {
		return value, nil
	}
	select {
	case <-c.done:
		if c.panicked != nil {
			panic(c.panicked)
		}
		return c.value, c.err
	case <-ctx.Done():
		g.leave(c)
		return zero, ctx.Err()
	}
}

// Finish waits for the call in progress, if any, and begins none. If ctx ends
// first, it gives the call up and returns ctx's error; other callers then get
// ErrEnded.
func (g *Group[T]) Finish(ctx context.Context) error {
	g.mu.Lock()
	c := g.current
	if c == nil {
		g.mu.Unlock()
		return nil
	}
	c.enter()
	g.mu.Unlock()
	select {
	case <-c.done:
		return nil
	case <-ctx.Done():
		g.mu.Lock()
		defer g.mu.Unlock()
		g.giveUp(c)
		return ctx.Err()
	}
}

// join returns the result if there is one, or the call to wait for.
func (g *Group[T]) join(ctx context.Context, w Work[T]) (c *call[T], value T, have bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.Have != nil {
		if value, have = w.Have(); have {
			return nil, value, true
		}
	}
	if g.current == nil {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		g.current = &call[T]{work: w, done: make(chan struct{}), cancel: cancel, err: errExited}
		go g.run(ctx, g.current)
	}
	g.current.enter()
	return g.current, value, false
}

func (c *call[T]) enter() {
	c.waiting++
	c.stopLingering()
}

func (c *call[T]) stopLingering() {
	if c.rejoin != nil {
		c.rejoin()
		c.rejoin = nil
	}
}

func (g *Group[T]) run(ctx context.Context, c *call[T]) {
	value, err := c.value, c.err
	defer func() {
		panicked := recover()
		counts := g.end(c, value, err, panicked)
		if !counts && err == nil && panicked == nil && c.work.Drop != nil {
			c.work.Drop(ctx, value)
		}
	}()
	value, err = c.work.Run(ctx)
}

// end passes the outcome to the callers that wait, and reports whether it
// counts.
func (g *Group[T]) end(c *call[T], value T, err error, panicked any) (counts bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.cancel()
	c.stopLingering()
	switch counts = g.current == c; {
	case !counts:
		err = ErrEnded
	case err == nil && panicked == nil && c.work.Keep != nil:
		value = c.work.Keep(value)
	}
	if counts {
		g.current = nil
	}
	c.value, c.err, c.panicked = value, err, panicked
	close(c.done)
	return counts
}

// leave removes a caller from the call, and gives the call up if no caller is
// left, at once or after its Linger.
func (g *Group[T]) leave(c *call[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.waiting--
	switch {
	case c.waiting > 0 || g.current != c:
	case c.work.Linger <= 0:
		g.giveUp(c)
	default:
		g.linger(c)
	}
}

// linger lets a call without callers continue. The lock is held.
func (g *Group[T]) linger(c *call[T]) {
	c.lefts++
	left := c.lefts
	over := func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		if c.waiting == 0 && c.lefts == left { // nobody has come since
			g.giveUp(c)
		}
	}
	timer := time.AfterFunc(c.work.Linger, over)
	c.rejoin = func() { timer.Stop() }
	if c.work.Life != nil {
		stop := context.AfterFunc(c.work.Life, over)
		c.rejoin = func() { timer.Stop(); stop() }
	}
}

// giveUp ends a call. The next caller begins another one, however late this one
// returns. The lock is held.
func (g *Group[T]) giveUp(c *call[T]) {
	if g.current == c {
		g.current = nil
		c.stopLingering()
		c.cancel()
	}
}
