package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
)

// FileStore is a Store of plain files that several processes may share. A
// trade has a folder of its own with one file for each revision, such as
// 00000012.json, readable by its owner alone.
//
// A revision is written beside its place, flushed to the disk, and then linked
// to its name, which fails if the name is taken: this is the compare-and-swap,
// and it holds between processes without a lock that a killed one could leave
// behind. Revisions are never changed or deleted, for a name that is free
// again could be taken by a worker that has slept; so the folder is the
// trade's history as well. A file system without hard links is refused by the
// first Save.
type FileStore struct{ dir string }

// NewFileStore returns a store in the folder dir, which the first Save makes.
func NewFileStore(dir string) (*FileStore, error) {
	if dir == "" {
		return nil, invalid("", "dir", "is empty")
	}
	return &FileStore{filepath.Clean(dir)}, nil
}

// Load returns the latest revision of a trade.
func (s *FileStore) Load(_ context.Context, id string) ([]byte, int64, error) {
	if err := checkTradeID(id); err != nil {
		return nil, 0, err
	}
	revision, err := s.latest(id)
	if err != nil {
		return nil, 0, err
	}
	if revision == 0 {
		return nil, 0, noTrade(id)
	}
	data, err := os.ReadFile(s.file(id, revision))
	if err != nil {
		return nil, 0, fmt.Errorf("ovhrest: stored trade %s: %w", id, err)
	}
	return data, revision, nil
}

// Save stores the next revision of a trade.
func (s *FileStore) Save(_ context.Context, id string, data []byte, revision int64) error {
	if err := checkTradeID(id); err != nil {
		return err
	}
	latest, err := s.latest(id)
	if err != nil {
		return err
	}
	if latest != revision-1 {
		return overtaken(id, revision)
	}
	err = s.write(id, data, revision)
	if errors.Is(err, fs.ErrExist) {
		return overtaken(id, revision)
	}
	if err != nil {
		return fmt.Errorf("ovhrest: trade %s can't be stored: %w", id, err)
	}
	return nil
}

// List returns the ids of all trades, sorted.
func (s *FileStore) List(context.Context) ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("ovhrest: stored trades: %w", err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && checkTradeID(e.Name()) == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}

// latest is the highest revision that has a file, 0 if there is none.
func (s *FileStore) latest(id string) (int64, error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, id))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("ovhrest: stored trade %s: %w", id, err)
	}
	var latest int64
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), ".json")
		if n, err := strconv.ParseInt(digits, 10, 64); ok && err == nil {
			latest = max(latest, n)
		}
	}
	return latest, nil
}

func (s *FileStore) file(id string, revision int64) string {
	return filepath.Join(s.dir, id, fmt.Sprintf("%08d.json", revision))
}

func (s *FileStore) write(id string, data []byte, revision int64) error {
	folder := filepath.Join(s.dir, id)
	if err := makeFolder(folder); err != nil {
		return err
	}
	temp, err := os.CreateTemp(folder, ".new-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.Write(data)
	if err == nil {
		err = temp.Sync()
	}
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	if err := os.Link(temp.Name(), s.file(id, revision)); err != nil {
		return err
	}
	return errors.Join(syncFolder(folder), syncFolder(s.dir))
}

// makeFolder is os.MkdirAll with names that last: a revision is lost with the
// folder that it is in.
func makeFolder(path string) error {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(path)
	if parent != path {
		if err := makeFolder(parent); err != nil {
			return err
		}
	}
	if err := os.Mkdir(path, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}

// syncFolder makes a new name last. Windows has no such call and needs none.
func syncFolder(path string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
