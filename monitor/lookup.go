package monitor

import (
	"slices"
	"sync"
)

// lookups are the functions that find a Target by its ID, in the order in which
// they are asked.
type lookups struct {
	mu  sync.RWMutex
	all []*func(id string) (Target, bool)
}

// AddTargets registers find as a further source of targets, asked after
// Config.Targets and those added before. It is used for the hosting of an
// instance without a URL of its own, and for the targets of a Receiver. A
// Scheduler whose Runner is m adds its own targets from schedule.New until its
// Run or Shutdown returns, so a program needs AddTargets only for targets that
// it schedules itself. find is called from any goroutine and must not block.
// Calling remove undoes it; further calls do nothing.
func (m *Monitor) AddTargets(find func(id string) (Target, bool)) (remove func()) {
	if m == nil || find == nil { // nil where a Runner of the program's own embeds none
		return func() {}
	}
	added := &find
	m.lookups.mu.Lock()
	defer m.lookups.mu.Unlock()
	m.lookups.all = append(m.lookups.all, added)
	return func() {
		m.lookups.mu.Lock()
		defer m.lookups.mu.Unlock()
		m.lookups.all = slices.DeleteFunc(slices.Clone(m.lookups.all), func(f *func(string) (Target, bool)) bool { return f == added })
	}
}

// target finds a Target by its ID.
func (m *Monitor) target(id string) (Target, bool) {
	if t, ok := m.config.Targets(id); ok {
		return t, true
	}
	m.lookups.mu.RLock()
	all := m.lookups.all
	m.lookups.mu.RUnlock()
	for _, find := range all {
		if t, ok := (*find)(id); ok {
			return t, true
		}
	}
	return Target{}, false
}
