package transport

import (
	"context"
	"errors"
	"io"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"
)

// grace is how long a round trip may take to return after its context has
// ended. One that takes longer counts as hung and is abandoned: some HTTP/2
// frames make net/http block forever, regardless of the context (measured with
// Go 1.26: a WINDOW_UPDATE that overflows the window).
const grace = 250 * time.Millisecond

// errHung is the error of a call that did not return after its context ended.
var errHung = errors.New("the HTTP transport hangs")

// task is a call in its own goroutine; its caller waits for it no longer than
// its context and the grace allow.
type task[T any] struct {
	done chan struct{}
	left atomic.Bool // the caller is gone, or the result is there
	val  T
	err  error

	panicked any
	goexit   bool
}

// begin starts f. If nobody waits for its result any more, drop is called with
// it.
func begin[T any](f func() (T, error), drop func(T)) *task[T] {
	t := &task[T]{done: make(chan struct{})}
	go t.run(f, drop)
	return t
}

func (t *task[T]) run(f func() (T, error), drop func(T)) {
	t.goexit = true
	defer func() {
		if t.panicked = recover(); t.panicked != nil {
			t.goexit = false
		}
		close(t.done)
		if !t.left.CompareAndSwap(false, true) && drop != nil {
			drop(t.val)
		}
	}()
	t.val, t.err = f()
	t.goexit = false
}

// wait returns the result of f, or errHung. A panic of f continues in the
// caller, and so does runtime.Goexit, which a failing test calls in a
// RoundTripper.
func (t *task[T]) wait(ctx context.Context) (T, error) {
	select {
	case <-t.done:
	case <-ctx.Done():
		if !t.late() {
			var none T
			return none, errHung
		}
	}
	if t.panicked != nil {
		panic(t.panicked)
	}
	if t.goexit {
		runtime.Goexit()
	}
	return t.val, t.err
}

// late waits for the grace after the context has ended, and reports whether the
// result came.
func (t *task[T]) late() bool {
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-t.done:
		return true
	case <-timer.C:
	}
	if t.left.CompareAndSwap(false, true) {
		return false
	}
	<-t.done
	return true
}

// guard is a RoundTripper that returns when its request's context ends. It
// calls ended when an abandoned call has returned after all.
type guard struct {
	by    http.RoundTripper
	ended func()
}

func (g guard) RoundTrip(req *http.Request) (*http.Response, error) {
	return g.roundTrip(req.Context(), req)
}

func (g guard) roundTrip(ctx context.Context, req *http.Request) (*http.Response, error) {
	drop := func(resp *http.Response) {
		g.ended()
		if resp != nil && resp.Body != nil {
			_ = resp.Body.Close()
		}
	}
	resp, err := begin(func() (*http.Response, error) { return g.by.RoundTrip(req) }, drop).wait(ctx)
	if resp != nil && resp.Body != nil {
		resp.Body = &guardedBody{ctx: ctx, body: resp.Body, ended: g.ended}
	}
	return resp, err
}

// guardedBody is a body whose reads return when the context ends.
type guardedBody struct {
	ctx   context.Context
	body  io.ReadCloser
	ended func()
	buf   []byte // of the reads, which may continue when their caller is gone
	hung  bool
}

func (b *guardedBody) Read(p []byte) (int, error) {
	if b.hung {
		return 0, errHung
	}
	if b.buf == nil {
		b.buf = make([]byte, 32<<10)
	}
	buf := b.buf[:min(len(p), len(b.buf))]
	n, err := begin(func() (int, error) { return b.body.Read(buf) }, func(int) { b.ended() }).wait(b.ctx)
	b.hung = errors.Is(err, errHung)
	return copy(p, buf[:n]), err
}

// Close waits for a body that hangs no longer than the grace.
func (b *guardedBody) Close() error {
	call := begin(func() (struct{}, error) { return struct{}{}, b.body.Close() }, nil)
	if b.hung || !call.late() {
		return errHung
	}
	return call.err
}
