// Package flight lets many callers share one call, such as a login: whoever
// comes while it runs waits for it instead of making another one. It differs
// from golang.org/x/sync/singleflight in that the call belongs to none of its
// callers. One that gives up leaves and takes nothing from the others; when all
// have left, the call's context ends and its result counts for nobody.
package flight

import (
	"context"
	"errors"
	"sync"
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
	// caller that began the call, but not its end: it ends when all callers have
	// left, or Run has returned.
	Run func(context.Context) (T, error)
	// Keep is called with Run's result if Run did not fail and somebody still
	// waits, before any caller gets it; they get what it returns. It may be nil.
	Keep func(T) T
}

// call is one run of Work.Run.
type call[T any] struct {
	done     chan struct{} // closed when the fields below waiting are set
	cancel   context.CancelFunc
	waiting  int // guarded by the Group's lock
	value    T
	err      error
	panicked any
}

var errExited = errors.New("flight: the call ended its goroutine")

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
		g.current = &call[T]{done: make(chan struct{}), cancel: cancel, err: errExited}
		go g.run(ctx, g.current, w)
	}
	g.current.waiting++
	return g.current, value, false
}

func (g *Group[T]) run(ctx context.Context, c *call[T], w Work[T]) {
	value, err := c.value, c.err
	defer func() { g.end(c, w, value, err, recover()) }()
	value, err = w.Run(ctx)
}

// end hands the outcome to those who wait.
func (g *Group[T]) end(c *call[T], w Work[T], value T, err error, panicked any) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.cancel()
	counts := g.current == c
	if counts {
		g.current = nil
	}
	if counts && err == nil && panicked == nil && w.Keep != nil {
		value = w.Keep(value)
	}
	c.value, c.err, c.panicked = value, err, panicked
	close(c.done)
}

// leave ends a call that nobody waits for any more. The next caller begins
// another one, however late this one ends.
func (g *Group[T]) leave(c *call[T]) {
	g.mu.Lock()
	defer g.mu.Unlock()
	c.waiting--
	if c.waiting == 0 && g.current == c {
		g.current = nil
		c.cancel()
	}
}
