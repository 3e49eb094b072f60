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

// grace is how long a round trip may take to end after its context. One that
// takes longer counts as hung and is left behind: net/http locks itself up for
// good over some frames of HTTP/2, whatever the context says (measured with
// Go 1.26: a WINDOW_UPDATE that overflows the window).
const grace = 250 * time.Millisecond

// errHung is what becomes of a call that did not end with its context.
var errHung = errors.New("the HTTP transport hangs")

// task is a call on a goroutine of its own, which a caller waits for no longer
// than its context and the grace allow.
type task[T any] struct {
	done chan struct{}
	left atomic.Bool // the caller is gone, or the result is there
	val  T
	err  error

	panicked any
	goexit   bool
}

// begin starts f. Where nobody waits for its result any more, drop gets it.
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

// wait returns what f did, or errHung. A panic of f continues in the caller, and
// so does runtime.Goexit, by which a test within a RoundTripper ends.
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

// late waits for the rest of a call whose context has ended, and reports
// whether it came.
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

// RoundTrip is rt.RoundTrip for who can't trust it to end: it returns when ctx
// ends, and so do Read and Close of the answer's body. req carries ctx or a
// context below it. What hangs is left behind with a goroutine.
func RoundTrip(ctx context.Context, rt http.RoundTripper, req *http.Request) (*http.Response, error) {
	return guard{rt, func() {}}.roundTrip(ctx, req)
}

// guard is a RoundTripper that ends with its request's context. It calls ended
// when a call that was left behind has ended after all.
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

// guardedBody is a body whose reads end with the context.
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
