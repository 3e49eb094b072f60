package monitor

import "sync"

// strays counts, by target, the probes that continue after their time is up, so
// that a Probe that ignores its context holds one goroutine per target and not
// one more per probe.
type strays struct {
	mu    sync.Mutex
	count map[string]int
}

func (s *strays) has(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count[id] > 0
}

func (s *strays) watch(id string) *ending { return &ending{strays: s, id: id} }

// ending is the end of one probe: whichever of its two sides comes first
// decides whether it was a stray.
type ending struct {
	strays              *strays
	id                  string
	finished, abandoned bool // under strays.mu
}

// abandon is called by who waited for the probe.
func (e *ending) abandon() {
	e.strays.mu.Lock()
	defer e.strays.mu.Unlock()
	if e.finished {
		return
	}
	if e.strays.count == nil {
		e.strays.count = make(map[string]int)
	}
	e.abandoned = true
	e.strays.count[e.id]++
}

// finish is called by the probe itself.
func (e *ending) finish() {
	e.strays.mu.Lock()
	defer e.strays.mu.Unlock()
	e.finished = true
	if !e.abandoned {
		return
	}
	if e.strays.count[e.id]--; e.strays.count[e.id] == 0 {
		delete(e.strays.count, e.id)
	}
}
