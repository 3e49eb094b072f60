package schedule

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hebergo/hebergo/monitor"

	"github.com/hebergo/hebergo/internal/redact"
)

// Run probes until ctx ends or Shutdown is called. When ctx ends, Run cancels
// the probes in flight, waits for them and returns ctx's error; after Shutdown
// it returns nil. It leaves no goroutine running, except when OnChange or a
// Sink does not return within a second after its context ended. A Scheduler can
// run only once: a second Run returns ErrClosed.
func (s *Scheduler) Run(ctx context.Context) error {
	if ctx == nil {
		return invalid("run", "", "ctx", "is nil")
	}
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer close(s.ended)
	timer := s.config.Clock.AfterFunc(time.Hour, s.poke)
	defer timer.Stop()
	unhook := context.AfterFunc(ctx, s.poke)
	defer unhook()
	for s.dispatch(ctx, timer) {
		<-s.wake
	}
	s.finish()
	return ctx.Err()
}

func (s *Scheduler) begin(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.ctx != nil {
		return newError("run", "", monitor.ErrClosed, "a scheduler runs once")
	}
	s.ctx, s.cancel = context.WithCancel(ctx)
	s.stats.Started = s.config.Clock.Now().UTC()
	for _, d := range s.sinks {
		go d.run(s.ctx)
	}
	if s.changed != nil { // what has changed is told at the end as well, while there is time
		var telling context.Context
		telling, s.silence = context.WithCancel(context.WithoutCancel(ctx))
		go s.changed.run(telling)
	}
	return nil
}

// dispatch hands out what is due and sets the timer for what is next. It
// returns false when Run is to end.
func (s *Scheduler) dispatch(ctx context.Context, timer Timer) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || ctx.Err() != nil {
		return false
	}
	now := s.now()
	s.checkClock(now)
	for len(s.rest) > 0 && s.rest[0].due <= now {
		s.release(heap.Pop(&s.rest).(*entry))
	}
	s.start()
	if len(s.rest) > 0 {
		timer.Reset(time.Duration(s.rest[0].due - now))
		if s.now()-now > int64(10*time.Millisecond) { // the clock was moved meanwhile: the timer is set too late
			s.poke()
		}
	}
	return true
}

// checkClock plans everything anew when the clock was set back by more than a
// second; otherwise nothing would run until it caught up.
func (s *Scheduler) checkClock(now int64) {
	back := s.seen-now > int64(time.Second)
	if s.seen = now; !back {
		return
	}
	for _, e := range s.rest {
		e.due = nextSlot(now, e.target.Interval, e.phase)
		e.slot = e.due - int64(e.target.Interval)
	}
	heap.Init(&s.rest)
}

// release lets a due entry through to the ready queue, or to its host's.
func (s *Scheduler) release(e *entry) {
	e.stage = waiting
	s.stats.Waiting++
	h := s.hosts[e.host]
	if h == nil {
		h = &host{}
		s.hosts[e.host] = h
	}
	if h.running >= s.config.PerHost && e.host != "" {
		h.waiting.push(e)
		return
	}
	h.running++
	s.ready.push(e)
}

// start gives ready entries to new workers, up to the limit.
func (s *Scheduler) start() {
	for s.workers < s.config.Workers {
		e := s.ready.pop()
		if e == nil {
			return
		}
		s.workers++
		go s.work(e)
	}
}

// work probes e, and whatever is ready after it.
func (s *Scheduler) work(e *entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.retire()
	for ; e != nil; e = s.ready.pop() {
		s.stats.Waiting--
		s.serve(e)
	}
}

// retire ends a worker. One that the program's own functions have ended with
// runtime.Goexit leaves its work to another.
func (s *Scheduler) retire() {
	s.workers--
	s.start()
	if s.workers == 0 {
		s.idle.Broadcast()
	}
}

// serve carries out one probe. It is called with the lock held and gives it
// back while the probe runs.
func (s *Scheduler) serve(e *entry) {
	generation, end := e.generation, int64(0)
	defer func() {
		if e.generation != generation { // changed since: its plan is a new one
			end = 0
		}
		s.leave(e, end)
	}()
	if e.gone || e.off() || s.closed || s.ctx.Err() != nil {
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	e.stage, e.cancel = running, cancel
	t, late := e.target, max(0, time.Duration(s.now()-e.due))
	e.slot = max(e.slot, nextSlot(e.due, t.Interval, e.phase)-int64(t.Interval))
	s.stats.begin(late)
	result, returned := monitor.Result{Target: t.ID, Kind: t.Kind, Reason: monitor.ReasonPanic, Detail: "the runner ended its goroutine"}, false
	defer func() {
		if !returned { // the Runner has ended this goroutine, which is a result as well
			s.take(ctx, e, generation, result, late)
		}
	}()
	result = s.probe(ctx, e, t)
	returned, end = true, s.now()
	if report, told := s.take(ctx, e, generation, result, late); told {
		s.discover(ctx, e, generation, report)
	}
}

// probe runs the probe, and makes a Result of a panic.
func (s *Scheduler) probe(ctx context.Context, e *entry, t monitor.Target) (result monitor.Result) {
	defer func() { s.stats.Running-- }()
	began, generation, compiled := s.config.Clock.Now(), e.generation, e.compiled
	panicked := s.foreign(func() {
		if compiled == nil {
			compiled = s.compile(t)
		}
		if compiled != nil {
			result = compiled.Run(ctx)
		} else {
			result = s.config.Runner.Run(ctx, t)
		}
		s.canary.judge(ctx, &result, began)
	})
	if e.generation == generation {
		e.compiled = compiled
	}
	if panicked != nil {
		result = monitor.Result{Target: t.ID, Kind: t.Kind, At: s.config.Clock.Now(), Reason: monitor.ReasonPanic,
			Detail: redact.Clean(fmt.Sprint("the runner panicked: ", panicked), 200)}
	}
	return result
}

// compile reads a target for all its probes, where the Runner is a Monitor
// itself: a program's own may see each probe. One that can't be compiled, or
// not yet, for its kind is still to be registered, is left to Run.
func (s *Scheduler) compile(t monitor.Target) *monitor.Compiled {
	m, ok := s.config.Runner.(*monitor.Monitor)
	if !ok {
		return nil
	}
	compiled, _ := m.Compile(t)
	return compiled
}

// take judges a result, unless it was overtaken. A Runner that was closed tells
// nothing, except that what was known before no longer holds.
func (s *Scheduler) take(ctx context.Context, e *entry, generation uint32, result monitor.Result, late time.Duration) (report Report, told bool) {
	canceled := result.Reason == monitor.ReasonCanceled
	if e.generation != generation || canceled && (ctx.Err() != nil || e.verdict.status == monitor.StatusUnknown) {
		s.stats.Discarded++
		return Report{}, false
	}
	if report = s.judge(e, result, late); canceled && !report.Changed() {
		s.stats.Discarded++
		return Report{}, false
	}
	s.keep(e, report)
	return report, true
}

// foreign calls a function of the program's without the lock, and returns what
// it panicked with. One that ends its goroutine ends this worker as well, and
// is counted; the lock is held again either way.
func (s *Scheduler) foreign(f func()) (panicked any) {
	s.mu.Unlock()
	returned := false
	defer func() {
		panicked = recover()
		s.mu.Lock()
		if !returned && panicked == nil {
			s.stats.Panics++
		}
	}()
	f()
	returned = true
	return nil
}

// judge counts a result and returns what follows from it.
func (s *Scheduler) judge(e *entry, result monitor.Result, late time.Duration) Report {
	if result.At.IsZero() { // a Runner of the program's own
		result.At = s.config.Clock.Now()
	}
	from := e.verdict.status
	began := e.verdict.add(s.config.Policy, result.Status)
	if began {
		e.since = result.At.UnixNano()
	}
	return Report{Target: e.target, Result: result, From: from, Status: e.verdict.status, Began: began, Late: late, Since: timeOf(e.since)}
}

// keep hands a report on. What the program does with it happens elsewhere.
func (s *Scheduler) keep(e *entry, report Report) {
	e.told = s.now()
	if report.Result.Reason == monitor.ReasonBlind {
		s.stats.Blind++
	}
	if s.config.History != nil {
		s.config.History.Record(report)
	}
	for _, d := range s.sinks {
		d.offer(report)
	}
	if !report.Changed() {
		return
	}
	s.stats.Changes++
	if s.changed != nil {
		s.changed.offer(report)
	}
}

// drains are the queues to the program.
func (s *Scheduler) drains() []*drain {
	if s.changed == nil {
		return s.sinks
	}
	return append(slices.Clip(s.sinks), s.changed)
}

// panicked counts a panic of OnChange.
func (s *Scheduler) panicked() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Panics++
}

// leave sends an entry back to rest, and lets the next of its host through. end
// is when its probe ended, 0 if that does not count: the next scheduled time is the first
// one after that, however long OnChange took, so that who moves the clock when
// he sees a Report skips none.
func (s *Scheduler) leave(e *entry, end int64) {
	e.cancel = nil
	h := s.hosts[e.host]
	if next := h.waiting.pop(); next != nil {
		s.ready.push(next)
	} else if h.running--; h.running == 0 {
		delete(s.hosts, e.host)
	}
	e.stage = resting
	if e.moved {
		e.moved, e.host = false, hostOf(&e.target)
	}
	switch {
	case e.gone:
		delete(s.entries, e.target.ID)
	case !s.closed && s.ctx.Err() == nil:
		if now := s.now(); end == 0 || end > now {
			end = now
		}
		s.plan(e, end)
		if e.again && e.place >= 0 {
			s.hurry(e)
		}
	}
	e.again = false
}

// Shutdown starts no further probes, waits for those in flight and for the
// sinks to receive what is queued, makes Run return, and returns nil. If ctx
// ends first, it cancels what is left and returns ctx's error, after waiting up
// to a second for what is left to return. Calling it twice is not an error. If
// it is called before Run, Run does not start.
func (s *Scheduler) Shutdown(ctx context.Context) error {
	if ctx == nil {
		return invalid("shutdown", "", "ctx", "is nil")
	}
	s.mu.Lock()
	s.closed = true
	started, cancel := s.ctx != nil, s.cancel
	s.mu.Unlock()
	if !started {
		s.retract()
		return nil
	}
	s.poke()
	select {
	case <-s.ended:
		return nil
	case <-ctx.Done():
		cancel()
		select {
		case <-s.ended:
		case <-time.After(time.Second): // an OnChange or a Sink that hangs
		}
		return ctx.Err()
	}
}

// finish waits for the probes, then for the sinks and OnChange. The sinks'
// context ends with the probes'.
func (s *Scheduler) finish() {
	s.mu.Lock()
	s.closed = true
	for s.workers > 0 {
		s.idle.Wait()
	}
	s.mu.Unlock()
	for _, d := range s.drains() {
		close(d.queue)
	}
	for _, d := range s.drains() {
		d.await(s.ctx)
	}
	s.cancel()
	s.retract()
	if s.silence != nil {
		s.silence()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Ended = s.config.Clock.Now().UTC()
}
