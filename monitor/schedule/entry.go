package schedule

import (
	"math"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// entry is one target's place in a Scheduler. The scheduler's lock guards it.
// It is kept small: a hundred thousand of them are one process's load.
type entry struct {
	target monitor.Target
	host   string // the machine behind target.URL, a part of that string

	due   int64  // when it is to be probed next, in Unix nanoseconds
	slot  int64  // the last time of its grid that was served, or that it began with
	since int64  // when the verdict's status began, 0 for never
	told  int64  // when its latest result came, 0 for never
	given int64  // when it was given or changed: a result is to be expected from then on
	phase uint64 // the hash of its ID; modulo the interval, its place in the grid

	compiled *monitor.Compiled // target, nil before its first probe and where it can't be

	next       *entry // behind it in a fifo
	cancel     func() // ends the probe that runs
	generation uint32 // counts changes from outside: a result of an earlier one is dropped
	missed     uint32
	place      int32 // in the heap, -1 outside
	stage      stage
	paused     bool // by Pause, whatever the target says
	again      bool // RunNow came while it was running
	gone       bool // removed while busy: forgotten once its probe ended
	moved      bool // host is that of an earlier target, which the probe is counted under

	verdict verdict
}

// off reports whether it is not to be probed.
func (e *entry) off() bool { return e.paused || e.target.Disabled }

// stage is where an entry is between two rests in the heap.
type stage uint8

const (
	resting stage = iota // in the heap, or paused
	waiting              // due, and held back by a limit
	running
)

// fifo is a queue without storage of its own.
type fifo struct{ head, tail *entry }

func (q *fifo) push(e *entry) {
	e.next = nil
	if q.tail == nil {
		q.head = e
	} else {
		q.tail.next = e
	}
	q.tail = e
}

func (q *fifo) pop() *entry {
	e := q.head
	if e == nil {
		return nil
	}
	if q.head = e.next; q.head == nil {
		q.tail = nil
	}
	e.next = nil
	return e
}

// dueHeap orders entries by the time they are due; container/heap drives it.
type dueHeap []*entry

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].due < h[j].due }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = int32(i), int32(j)
}

// Push is for container/heap.
func (h *dueHeap) Push(x any) {
	e := x.(*entry)
	e.place = int32(len(*h))
	*h = append(*h, e)
}

// Pop is for container/heap.
func (h *dueHeap) Pop() any {
	last := len(*h) - 1
	e := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	e.place = -1
	return e
}

// nextSlot is the first scheduled time after now on the grid of interval and
// phase. It depends on nothing else, so a restart keeps every target's times. A
// time beyond an int64 is at its end, never in the past.
func nextSlot(now int64, interval time.Duration, phase uint64) int64 {
	step := int64(interval)
	since := (now - int64(phase%uint64(step))) % step
	if since < 0 { // the grid's first time is still to come
		since += step
	}
	if left := step - since; left < math.MaxInt64-now {
		return now + left
	}
	return math.MaxInt64
}

// spread hashes an ID. FNV-1a, and a finalizer so that IDs which differ in
// their last digit lie far apart on the grid.
func spread(id string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(id) {
		h = (h ^ uint64(id[i])) * 1099511628211
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}
