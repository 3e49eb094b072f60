package monitor

import (
	"context"
	"sync/atomic"
)

// Sink receives Reports, for a database, a queue, a metrics system. Each Sink
// has a bounded queue and a goroutine of its own, so that a slow one delays
// neither the probes nor the other Sinks: when its queue is full, Reports are
// dropped and counted in SinkStats. Put is never called twice at a time; ctx
// ends when Run's does, or when Shutdown's time is up.
type Sink interface {
	Put(ctx context.Context, r Report) error
}

// SinkFunc is a function as a Sink.
type SinkFunc func(ctx context.Context, r Report) error

// Put calls f.
func (f SinkFunc) Put(ctx context.Context, r Report) error { return f(ctx, r) }

// SinkStats counts what became of a Sink's Reports.
type SinkStats struct {
	Delivered uint64 `json:"delivered"`
	Failed    uint64 `json:"failed"`  // Put returned an error, or panicked
	Dropped   uint64 `json:"dropped"` // the queue was full, or the time to drain it over
	Queued    int    `json:"queued"`
}

// drain carries Reports from a queue to a Sink.
type drain struct {
	sink  Sink
	queue chan Report
	ended chan struct{}

	delivered, failed, dropped atomic.Uint64
}

func newDrain(sink Sink, size int) *drain {
	return &drain{sink: sink, queue: make(chan Report, size), ended: make(chan struct{})}
}

func (d *drain) offer(r Report) {
	select {
	case d.queue <- r:
	default:
		d.dropped.Add(1)
	}
}

func (d *drain) run(ctx context.Context) {
	defer close(d.ended)
	for r := range d.queue {
		switch {
		case ctx.Err() != nil:
			d.dropped.Add(1)
		case d.put(ctx, r):
			d.delivered.Add(1)
		default:
			d.failed.Add(1)
		}
	}
}

func (d *drain) put(ctx context.Context, r Report) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return d.sink.Put(ctx, r) == nil
}

func (d *drain) stats() SinkStats {
	return SinkStats{d.delivered.Load(), d.failed.Load(), d.dropped.Load(), len(d.queue)}
}
