package trade_test

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/hebergo/hebergo/ovhrest/trade"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
)

// storeOf3 is a store with three revisions of a trade, and the trade's folder.
func storeOf3(t *testing.T) (*trade.FileStore, string) {
	t.Helper()
	dir := t.TempDir()
	s, err := trade.NewFileStore(dir)
	require.NoError(t, err)
	for revision := int64(1); revision <= 3; revision++ {
		require.NoError(t, s.Save(t.Context(), someID, fmt.Append(nil, revision), revision))
	}
	return s, filepath.Join(dir, someID)
}

// A revision that was planted, lost or exchanged for something else makes the
// trade unreadable; an older one is not taken in its place.
func TestFileStore_RefusesATamperedFolder(t *testing.T) {
	for name, tamper := range map[string]func(t *testing.T, folder string) error{
		"a revision far ahead": func(_ *testing.T, folder string) error {
			return os.WriteFile(filepath.Join(folder, "00000099.json"), []byte("x"), 0o600)
		},
		"the highest revision there can be": func(_ *testing.T, folder string) error {
			return os.WriteFile(filepath.Join(folder, fmt.Sprintf("%d.json", int64(math.MaxInt64))), []byte("x"), 0o600)
		},
		"a lost revision": func(_ *testing.T, folder string) error { return os.Remove(filepath.Join(folder, "00000002.json")) },
		"a folder as revision": func(_ *testing.T, folder string) error {
			return os.Mkdir(filepath.Join(folder, "00000004.json"), 0o700)
		},
		"a link to a file": func(t *testing.T, folder string) error {
			other := filepath.Join(t.TempDir(), "other")
			require.NoError(t, os.WriteFile(other, []byte("x"), 0o600))
			return os.Symlink(other, filepath.Join(folder, "00000004.json"))
		},
		"a link that leads nowhere": func(_ *testing.T, folder string) error {
			return os.Symlink("nowhere", filepath.Join(folder, "00000004.json"))
		},
		"a folder that is a link": func(t *testing.T, folder string) error {
			other := filepath.Join(t.TempDir(), "other")
			require.NoError(t, os.Rename(folder, other))
			return os.Symlink(other, folder)
		},
		"a huge file": func(_ *testing.T, folder string) error {
			return os.Truncate(filepath.Join(folder, "00000003.json"), 1<<40)
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, folder := storeOf3(t)
			if err := tamper(t, folder); err != nil {
				t.Skip(err) // such as a system without links
			}
			_, _, err := s.Load(t.Context(), someID)
			assert.ErrorIs(t, err, ovhrest.ErrInvalid)
			if name != "a huge file" {
				assert.ErrorIs(t, s.Save(t.Context(), someID, []byte("4"), 4), ovhrest.ErrInvalid)
			}
		})
	}
}

// Names in another spelling, with a sign or with more digits than a number has
// are no revisions.
func TestFileStore_IgnoresOtherNames(t *testing.T) {
	s, folder := storeOf3(t)
	for _, name := range []string{"4.json", "+0000004.json", "-0000004.json", "000000004.json", "00000000.json", "99999999999999999999.json", "٤.json", "00000004.JSON"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte("x"), 0o600))
	}
	data, revision, err := s.Load(t.Context(), someID)
	require.NoError(t, err)
	assert.Equal(t, int64(3), revision)
	assert.Equal(t, "3", string(data))
}

func TestStore_RefusesImpossibleRevisions(t *testing.T) {
	for name, s := range stores(t) {
		for _, revision := range []int64{math.MinInt64, -1, 0, math.MaxInt64} {
			assert.ErrorIs(t, s.Save(t.Context(), someID, []byte("x"), revision), ovhrest.ErrConflict, "%s %d", name, revision)
		}
	}
}

func TestFileStore_EndsWithItsContext(t *testing.T) {
	s, _ := storeOf3(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := s.Load(ctx, someID)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestFileStore_RefusesWhatItWouldNotLoad(t *testing.T) {
	s, _ := storeOf3(t)
	assert.ErrorIs(t, s.Save(t.Context(), someID, make([]byte, 9<<20), 4), ovhrest.ErrInvalid)
}
