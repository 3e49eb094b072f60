package trade

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
)

// maxFile bounds a stored trade; real ones have some kilobytes.
const maxFile = 8 << 20

// FileStore is a Store of plain files that several processes may share. Each
// trade has its own folder with one file for each revision, such as
// 00000012.json, readable only by its owner.
//
// A revision is written to a temporary file, flushed to disk, and then linked
// to its name, which fails if the name exists. This is the compare-and-swap; it
// works between processes without a lock, which a killed process could leave
// behind. Revisions are never changed or deleted, because a worker that was
// suspended could take a name that is free again. The folder is therefore also
// the history of the trade. On a file system without hard links the first Save
// fails.
//
// The contents of a trade's folder are not trusted. Revisions are numbered from
// 1 without gaps. If one is missing, is not a plain file (a pipe, a link, a
// folder), or is longer than 8 MiB, Load and Save fail with ovhrest.ErrInvalid
// rather than continue from another revision, which could order a second time.
// Files whose names are not those of revisions are ignored. Anybody who can
// write to the folder can still replace a trade; restrict it to the account
// that runs the trades.
type FileStore struct{ dir string }

// NewFileStore returns a store in the folder dir, which the first Save creates.
func NewFileStore(dir string) (*FileStore, error) {
	if dir == "" {
		return nil, invalid("dir", "is empty")
	}
	return &FileStore{filepath.Clean(dir)}, nil
}

// Load returns the latest revision of a trade.
func (s *FileStore) Load(ctx context.Context, id string) ([]byte, int64, error) {
	if err := checkID(id); err != nil {
		return nil, 0, err
	}
	revision, err := s.latest(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	if revision == 0 {
		return nil, 0, noTrade(id)
	}
	data, err := readPlainFile(s.file(id, revision))
	if err != nil {
		return nil, 0, fileError(id+" can't be read", err)
	}
	return data, revision, nil
}

// Save stores the next revision of a trade. It fails with ovhrest.ErrInvalid if
// data is longer than 8 MiB, which Load would not return.
func (s *FileStore) Save(ctx context.Context, id string, data []byte, revision int64) error {
	if err := checkID(id); err != nil {
		return err
	}
	if len(data) > maxFile {
		return invalid("data", "is too long to be stored")
	}
	latest, err := s.latest(ctx, id)
	if err != nil {
		return err
	}
	if revision < 1 || latest != revision-1 {
		return revisionTaken(id, revision)
	}
	err = s.write(id, data, revision)
	if errors.Is(err, fs.ErrExist) {
		return revisionTaken(id, revision)
	}
	if err != nil {
		return fileError(id+" can't be stored", err)
	}
	return nil
}

// List returns the IDs of all trades, sorted.
func (s *FileStore) List(context.Context) ([]string, error) {
	entries, err := os.ReadDir(s.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fileError("the folder can't be listed", err)
	}
	var ids []string
	for _, e := range entries {
		if e.IsDir() && checkID(e.Name()) == nil {
			ids = append(ids, e.Name())
		}
	}
	return ids, nil
}

// fileError makes an Error of one of the file system's.
func fileError(text string, err error) error {
	if isKnown(err) {
		return err
	}
	e := newError(text + ": " + err.Error())
	e.cause = err
	return e
}

// latest is the highest revision, 0 if there is none. Names are unique, so that
// as many revisions as the highest one's number are all of them. A listing that
// others write into meanwhile can miss one: it is read again before it counts.
func (s *FileStore) latest(ctx context.Context, id string) (int64, error) {
	folder := filepath.Join(s.dir, id)
	var highest, count int64
	for range 4 {
		err := checkFolder(folder)
		if errors.Is(err, fs.ErrNotExist) {
			return 0, nil
		}
		if err == nil {
			highest, count, err = countRevisions(ctx, folder)
		}
		if err != nil {
			return 0, fileError(id+" can't be read", err)
		}
		if count == highest {
			return highest, nil
		}
	}
	return 0, invalid("data", fmt.Sprintf("has revision %d, but only %d of the revisions up to it", highest, count))
}

// countRevisions returns the highest revision of a folder and how many there are.
func countRevisions(ctx context.Context, folder string) (highest, count int64, err error) {
	d, err := os.Open(folder)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = d.Close() }()
	for {
		if err := ctx.Err(); err != nil {
			return 0, 0, interruptedBy(err)
		}
		entries, err := d.ReadDir(1000)
		for _, e := range entries {
			n, ok := revisionOf(e.Name())
			switch {
			case !ok:
				continue
			case !e.Type().IsRegular():
				return 0, 0, invalid("data", "has a revision that is not a plain file: "+e.Name())
			}
			highest, count = max(highest, n), count+1
		}
		if errors.Is(err, io.EOF) {
			return highest, count, nil
		}
		if err != nil {
			return 0, 0, err
		}
	}
}

// revisionOf reads a revision's name, in the one spelling that Save writes.
func revisionOf(name string) (int64, bool) {
	digits, ok := strings.CutSuffix(name, ".json")
	if !ok || len(digits) > 19 {
		return 0, false
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil && n > 0 && name == revisionName(n)
}

func revisionName(revision int64) string { return fmt.Sprintf("%08d.json", revision) }

func (s *FileStore) file(id string, revision int64) string {
	return filepath.Join(s.dir, id, revisionName(revision))
}

// checkFolder refuses a trade's folder that is none, such as a link elsewhere.
func checkFolder(path string) error {
	info, err := os.Lstat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return invalid("data", "is stored in something that is not a folder: "+filepath.Base(path))
	}
	return nil
}

// readPlainFile reads a file that is neither a link nor a pipe, up to the
// bound. It is looked at before it is opened and afterwards, and opening does
// not wait for a pipe's writer.
func readPlainFile(path string) ([]byte, error) {
	before, err := os.Lstat(path)
	if err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !before.Mode().IsRegular() || !info.Mode().IsRegular() || !os.SameFile(before, info) {
		return nil, invalid("data", "has a revision that is not a plain file: "+filepath.Base(path))
	}
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		return nil, invalid("data", "has a revision that is too long: "+filepath.Base(path))
	}
	return data, err
}

func (s *FileStore) write(id string, data []byte, revision int64) error {
	folder := filepath.Join(s.dir, id)
	if err := makeFolder(folder); err != nil {
		return err
	}
	if err := checkFolder(folder); err != nil {
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
