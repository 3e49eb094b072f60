package promprobe

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/hebergo/hebergo/monitor"
)

// Catalog is a set of targets that can be replaced while handlers use it. The
// zero value is empty and ready to use. It is safe for concurrent use.
type Catalog struct {
	mu   sync.RWMutex
	list []monitor.Target
	byID map[string]int // places in list
}

// Replace sets the targets of the catalog. Invalid targets, and the second of
// two with the same ID, are left out and named in the joined error; the others
// are still accepted.
func (c *Catalog) Replace(targets []monitor.Target) error {
	var failed []error
	list, byID := make([]monitor.Target, 0, len(targets)), make(map[string]int, len(targets))
	for _, t := range targets {
		err := t.Validate()
		if _, twice := byID[t.ID]; err == nil && twice {
			err = invalid("catalog", t.ID, "ID", "is there twice")
		}
		if err != nil {
			failed = append(failed, err)
			continue
		}
		list, byID[t.ID] = append(list, t), 0
	}
	slices.SortFunc(list, func(a, b monitor.Target) int { return strings.Compare(a.ID, b.ID) })
	for i, t := range list {
		byID[t.ID] = i
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list, c.byID = list, byID
	return errors.Join(failed...)
}

// Lookup returns the target with that ID; ok is false if there is none or it is
// disabled.
func (c *Catalog) Lookup(id string) (t monitor.Target, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	i, ok := c.byID[id]
	if !ok || c.list[i].Disabled {
		return t, false
	}
	return c.list[i], true
}

// List returns all targets, sorted by ID.
func (c *Catalog) List() []monitor.Target {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.Clone(c.list)
}
