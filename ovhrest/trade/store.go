package trade

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hebergo/hebergo/ovhrest"
)

// Store keeps trades between steps and processes. Its guarantees keep two
// workers from ordering twice:
//
//   - Save is a compare-and-swap: it stores data as revision only if the latest
//     revision is the one before it (0: none is stored). Otherwise it changes
//     nothing and fails with ovhrest.ErrConflict. If several processes may use
//     the store, this must hold between them.
//   - Data stored by Save survive a crash.
//   - Load returns the latest revision, or fails with ovhrest.ErrNotFound.
//
// In SQL, Save is an INSERT into a table with the key (id, revision).
type Store interface {
	Load(ctx context.Context, id string) (data []byte, revision int64, err error)
	Save(ctx context.Context, id string, data []byte, revision int64) error
}

// MemoryStore is a Store in memory, for tests and for trades that somebody
// supervises. Its trades are lost when the process ends. It is safe for
// concurrent use.
type MemoryStore struct {
	mu     sync.Mutex
	trades map[string]stored
}

type stored struct {
	data     []byte
	revision int64
}

// NewMemoryStore returns an empty store.
func NewMemoryStore() *MemoryStore { return &MemoryStore{trades: map[string]stored{}} }

// Load returns the latest revision of a trade.
func (s *MemoryStore) Load(_ context.Context, id string) ([]byte, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.trades[id]
	if !ok {
		return nil, 0, noTrade(id)
	}
	return slices.Clone(t.data), t.revision, nil
}

// Save stores the next revision of a trade.
func (s *MemoryStore) Save(_ context.Context, id string, data []byte, revision int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if revision < 1 || s.trades[id].revision != revision-1 {
		return revisionTaken(id, revision)
	}
	s.trades[id] = stored{slices.Clone(data), revision}
	return nil
}

// List returns the IDs of all trades, sorted.
func (s *MemoryStore) List(context.Context) ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.trades)), nil
}

func noTrade(id string) error { return newError(shortID(id)+" is not stored", ovhrest.ErrNotFound) }

func revisionTaken(id string, revision int64) error {
	text := fmt.Sprintf("%s has another revision %d already: somebody else is moving it", shortID(id), revision)
	return newError(text, ovhrest.ErrConflict)
}

// checkID refuses what is not an id of Start's: an id becomes part of
// a file's name and of a cart's description.
func checkID(id string) error {
	if len(id) != 36 || strings.Trim(id, "0123456789abcdef-") != "" {
		return invalid("id", "is not a trade's id")
	}
	return nil
}

// shortID bounds what an error repeats of an id.
func shortID(id string) string {
	if checkID(id) != nil {
		return "a malformed id"
	}
	return id
}
