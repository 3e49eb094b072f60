// Package flight lets many callers share one call, such as a login: whoever
// comes while it runs waits for it instead of making another one. It differs
// from golang.org/x/sync/singleflight in that the call belongs to none of its
// callers. One that gives up leaves and takes nothing from the others; when all
// have left, the call is given up, at once or after a while: its context ends,
// and its result counts for nobody.
package flight

import (
	"context"
	"errors"
	"sync"
	"time"
)

// Group runs one call at a time. The zero value is ready to use. It must not be
// copied after its first use.
type Group[T any] struct {
	mu      sync.Mutex
	current *call[T]
}

// Work is what Do is asked for. Have and Keep run under the Group's lock, so
// that no second call begins between a result and the moment it is kept. They
// must not call the Group.
type Work[T any] struct {
	// Have returns the result if it is there already. It may be nil.
	Have func() (T, bool)
	// Run makes the result. Its context has the values of the context of the
	// caller that began the call, but not its end: it ends when the call is given
	// up, or Run has returned.
	Run func(context.Context) (T, error)
	// Keep is called with Run's result if Run did not fail and the call was not
	// given up, before any caller gets it; they get what it returns. It may be nil.
	Keep func(T) T
	// Drop is called with a result of Run that came after the call was given up,
	// so that nobody else gets it, and with Run's context, which has ended. It may
	// be nil.
	Drop func(context.Context, T)

	// Linger is how long a call goes on that all callers have left. Who comes in
	// that time joins it. At its end the call is given up; 0 gives it up at once.
	Linger time.Duration
	// Life gives up a lingering call when it ends. It may be nil.
	Life context.Context
}

// call is one run of Work.Run. All but done, and what done announces, is guarded
// by the Group's lock.
type call[T any] struct {
	work    Work[T]
	cancel  context.CancelFunc
	waiting int
	lefts   int    // how often all have left
	rejoin  func() // ends the lingering; nil while somebody waits

	done     chan struct{} // closed when the fields below are set
	value    T
	err      error
	panicked any
}

var errExited = errors.New("flight: the call ended its goroutine")

// ErrEnded is what callers get whose call was given up by Finish.
var ErrEnded = errors.New("flight: the call was given up")

// Do returns the result that w.Have has, or else that of the call under way, or
// else of a call to w.Run that it begins. An error of Run goes to all who wait;
// ctx's error to the one whose ctx ends. If Run panics, so does Do in each
// caller.
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

// Finish waits for the call under way, if there is one, and begins none. Where
// ctx ends first, it gives the call up and returns ctx's error; other callers
// get ErrEnded then.
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

// join returns the result that is there, or the call to wait for.
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

// end hands the outcome to those who wait, and reports whether it counts.
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

// leave takes a caller from the call, and gives up one that nobody waits for any
// more, now or after its Linger.
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

// linger lets a call go on that nobody waits for. The lock is held.
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
// ends. The lock is held.
func (g *Group[T]) giveUp(c *call[T]) {
	if g.current == c {
		g.current = nil
		c.stopLingering()
		c.cancel()
	}
}
