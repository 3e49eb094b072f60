package trade_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

const someID = "0b0e7b9a-1c1d-4e1f-8a2b-3c4d5e6f7a8b"

func stores(t *testing.T) map[string]trade.Store {
	files, err := trade.NewFileStore(filepath.Join(t.TempDir(), "made", "on", "demand"))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]trade.Store{"memory": trade.NewMemoryStore(), "file": files}
}

func TestStoreComparesAndSwaps(t *testing.T) {
	for name, s := range stores(t) {
		ctx := t.Context()
		if _, _, err := s.Load(ctx, someID); !errors.Is(err, ovhrest.ErrNotFound) {
			t.Errorf("%s: %v, want ErrNotFound", name, err)
		}
		for revision, want := range map[int64]error{0: ovhrest.ErrConflict, 2: ovhrest.ErrConflict, -1: ovhrest.ErrConflict} {
			if err := s.Save(ctx, someID, []byte("x"), revision); !errors.Is(err, want) {
				t.Errorf("%s: revision %d first: %v", name, revision, err)
			}
		}
		for revision := int64(1); revision <= 3; revision++ {
			if err := s.Save(ctx, someID, fmt.Append(nil, revision), revision); err != nil {
				t.Fatal(name, err)
			}
		}
		for _, stale := range []int64{1, 2, 3, 5} {
			if err := s.Save(ctx, someID, []byte("stale"), stale); !errors.Is(err, ovhrest.ErrConflict) {
				t.Errorf("%s: revision %d again: %v", name, stale, err)
			}
		}
		if data, revision, err := s.Load(ctx, someID); err != nil || revision != 3 || string(data) != "3" {
			t.Errorf("%s: %q, %d, %v", name, data, revision, err)
		}
	}
}

// Of many that save the same revision, through many stores on one folder, one
// wins each time.
func TestStoreHasOneWinner(t *testing.T) {
	for name, s := range stores(t) {
		for revision := int64(1); revision <= 20; revision++ {
			var won atomic.Int32
			var wg sync.WaitGroup
			for n := range 8 {
				wg.Go(func() {
					switch err := s.Save(t.Context(), someID, fmt.Append(nil, n), revision); {
					case err == nil:
						won.Add(1)
					case !errors.Is(err, ovhrest.ErrConflict):
						t.Error(name, err)
					}
				})
			}
			wg.Wait()
			if won.Load() != 1 {
				t.Fatalf("%s: revision %d has %d winners", name, revision, won.Load())
			}
		}
	}
}

func TestStoreKeepsItsOwnCopy(t *testing.T) {
	s := trade.NewMemoryStore()
	data := []byte("abc")
	if err := s.Save(t.Context(), someID, data, 1); err != nil {
		t.Fatal(err)
	}
	data[0] = 'x'
	got, _, _ := s.Load(t.Context(), someID)
	got[1] = 'x'
	if again, _, _ := s.Load(t.Context(), someID); string(again) != "abc" {
		t.Errorf("%q", again)
	}
}

// What a killed process leaves behind is not taken for a revision, and nobody
// else can read a trade.
func TestFileStoreOnDisk(t *testing.T) {
	dir := t.TempDir()
	s, err := trade.NewFileStore(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), someID, []byte("whole"), 1); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".new-123", "00000002.json.new", "notes.txt", "x.json"} {
		if err := os.WriteFile(filepath.Join(dir, someID, name), []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if data, revision, err := s.Load(t.Context(), someID); err != nil || revision != 1 || string(data) != "whole" {
		t.Errorf("%q, %d, %v", data, revision, err)
	}
	if err := s.Save(t.Context(), someID, []byte("next"), 2); err != nil {
		t.Error(err)
	}
	if ids, err := s.List(t.Context()); err != nil || len(ids) != 1 || ids[0] != someID {
		t.Errorf("%v, %v", ids, err)
	}
	info, err := os.Stat(filepath.Join(dir, someID, "00000002.json"))
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	entries, _ := os.ReadDir(filepath.Join(dir, someID))
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".new-") && e.Name() != ".new-123" {
			t.Errorf("%s is left", e.Name())
		}
	}
}

func TestFileStoreRefusesIDsThatLeaveIt(t *testing.T) {
	if _, err := trade.NewFileStore(""); !errors.Is(err, ovhrest.ErrInvalid) {
		t.Error(err)
	}
	dir := t.TempDir()
	s, _ := trade.NewFileStore(filepath.Join(dir, "store"))
	for _, id := range []string{"", "..", "../../x", strings.Repeat("/", 36), strings.Repeat(".", 36), someID + "/", "C:" + someID[2:]} {
		if _, _, err := s.Load(t.Context(), id); !errors.Is(err, ovhrest.ErrInvalid) {
			t.Errorf("load %q: %v", id, err)
		}
		if err := s.Save(t.Context(), id, nil, 1); !errors.Is(err, ovhrest.ErrInvalid) {
			t.Errorf("save %q: %v", id, err)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 {
		t.Errorf("%v was made", entries)
	}
}

// A folder that can't be written is an error of its own, not a conflict.
func TestFileStoreOnAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := trade.NewFileStore(file)
	if err := s.Save(t.Context(), someID, []byte("x"), 1); err == nil || errors.Is(err, ovhrest.ErrConflict) {
		t.Error(err)
	}
}

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
