package schedule

import (
	"context"
	"sync/atomic"
	"time"
)

// Sink receives Reports, for a database, a queue or a metrics system. Each Sink
// has its own bounded queue and goroutine, so that a slow one delays neither
// the probes nor the other Sinks: when its queue is full, Reports are dropped
// and counted in SinkStats. Put is never called concurrently. ctx ends when
// Run's does, or when Shutdown's ctx does, and a Put that does not return
// within a second after that is left running.
type Sink interface {
	Put(ctx context.Context, r Report) error
}

// SinkFunc is an adapter to use a function as a Sink.
type SinkFunc func(ctx context.Context, r Report) error

// Put calls f.
func (f SinkFunc) Put(ctx context.Context, r Report) error { return f(ctx, r) }

// SinkStats counts the Reports of a Sink by outcome.
type SinkStats struct {
	Delivered uint64 `json:"delivered"`
	Failed    uint64 `json:"failed"`  // Put returned an error, or panicked
	Dropped   uint64 `json:"dropped"` // the queue was full, or the time to drain it was over
	Queued    int    `json:"queued"`
}

// patience is how long the end waits for a Sink or an OnChange whose context
// has ended.
const patience = time.Second

// drain carries Reports from a queue to a Sink.
type drain struct {
	sink     Sink
	panicked func() // told of a panic and of a call that ended its goroutine
	queue    chan Report
	ended    chan struct{}

	delivered, failed, dropped atomic.Uint64
}

func newDrain(sink Sink, size int, panicked func()) *drain {
	return &drain{sink: sink, panicked: panicked, queue: make(chan Report, size), ended: make(chan struct{})}
}

func (d *drain) offer(r Report) {
	select {
	case d.queue <- r:
	default:
		d.dropped.Add(1)
	}
}

// run empties the queue. A Sink that ends its goroutine gets another one.
func (d *drain) run(ctx context.Context) {
	done := false
	defer func() {
		if done {
			close(d.ended)
		} else {
			go d.run(ctx)
		}
	}()
	for r := range d.queue {
		if ctx.Err() != nil {
			d.dropped.Add(1)
			continue
		}
		d.put(ctx, r)
	}
	done = true
}

func (d *drain) put(ctx context.Context, r Report) {
	returned, err := false, error(nil)
	defer func() {
		_ = recover()
		switch {
		case !returned:
			d.failed.Add(1)
			d.panicked()
		case err != nil:
			d.failed.Add(1)
		default:
			d.delivered.Add(1)
		}
	}()
	err = d.sink.Put(ctx, r)
	returned = true
}

// await waits until all is handed over, or for a moment after ctx has ended.
func (d *drain) await(ctx context.Context) {
	select {
	case <-d.ended:
		return
	case <-ctx.Done():
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-d.ended:
	case <-timer.C:
	}
}

func (d *drain) stats() SinkStats {
	return SinkStats{d.delivered.Load(), d.failed.Load(), d.dropped.Load(), len(d.queue)}
}
