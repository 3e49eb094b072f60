package velneo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"os"
)

// part is an incomplete backup: a file, the checksum of its content, and beside
// it a note of what it is a part of.
type part struct {
	origin
	file     *os.File
	note     string // the path of the note
	hash     hash.Hash
	buf      []byte
	size     int64 // bytes in the file, all of them hashed
	high     int64 // the maximum of size
	reported int64 // the last size that progress was called with
	ours     bool  // the file is locked and still a part
	progress func(done, total int64)

	stale   bool  // the server does not continue this part
	failure error // of the file
}

// origin is the content of the note. It is written after the file was emptied
// and before the first byte, so a process that is killed at any moment leaves no
// note of other bytes.
type origin struct {
	Link  string `json:"link"` // the link's SHA-256: the link itself opens the backup
	ETag  string `json:"etag"` // a strong one, else there is no note
	Total int64  `json:"total"`
}

// openPart opens what an earlier call with the same link left, or starts a new
// part.
func openPart(ctx context.Context, file, link string, progress func(done, total int64)) (*part, error) {
	if info, err := os.Stat(file); file == "" || err == nil && !info.Mode().IsRegular() {
		return nil, invalid(downloading, "file", "is not a file's path")
	}
	f, err := os.OpenFile(file+".part", os.O_RDWR|os.O_CREATE|openFlags, 0o600)
	if err != nil {
		return nil, local(err)
	}
	sum := sha256.Sum256([]byte(link))
	p := &part{
		origin: origin{Link: hex.EncodeToString(sum[:]), Total: -1},
		file:   f, note: file + ".part.json", hash: sha256.New(), buf: make([]byte, 128<<10), reported: -1, progress: progress,
	}
	if err = p.claim(); err == nil {
		err = p.resume(ctx)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// claim locks the file against other calls. The call that held the lock before
// may have renamed the file.
func (p *part) claim() error {
	if !lock(p.file) {
		return busy()
	}
	if err := p.named(); errors.Is(err, os.ErrNotExist) {
		return busy()
	} else if err != nil {
		return err
	}
	if info, err := p.file.Stat(); err != nil {
		return local(err)
	} else if !ownFile(info) {
		return invalid(downloading, "file", "has a .part with a second name (hard link) or another owner")
	}
	_ = p.file.Chmod(0o600) // of an old part; not every file system has modes
	p.ours = true
	return nil
}

// named returns an error unless the part's name is that of the open file. It may
// be a symbolic link, or have been given to another file.
func (p *part) named() error {
	ours, err := p.file.Stat()
	if err != nil {
		return local(err)
	}
	found, err := os.Lstat(p.file.Name())
	switch {
	case err != nil:
		return local(err)
	case !found.Mode().IsRegular():
		return invalid(downloading, "file", "has a .part that is not a regular file")
	case !os.SameFile(ours, found):
		return busy()
	}
	return nil
}

func busy() error {
	return &Error{Operation: downloading, text: "another download writes this file", conditions: []error{ErrBusy}}
}

// resume hashes the bytes that are there, or drops them if they can't be used.
func (p *part) resume(ctx context.Context) error {
	info, err := p.file.Stat()
	if err != nil {
		return local(err)
	}
	was := readNote(p.note)
	if was.Link != p.Link || strongETag(was.ETag) == "" || info.Size() == 0 || was.Total >= 0 && info.Size() > was.Total {
		if err := p.reset(); err != nil {
			return local(err)
		}
		return nil
	}
	p.origin = was
	for {
		if err := ctx.Err(); err != nil {
			return failed(downloading, err)
		}
		n, err := p.file.Read(p.buf)
		p.hash.Write(p.buf[:n])
		p.size += int64(n)
		if err == io.EOF {
			p.high = p.size
			return nil
		}
		if err != nil {
			return local(err)
		}
	}
}

// maxNote bounds a note: a digest, a number and an ETag of maxETag bytes, each of
// which may be escaped.
const maxNote = 8 << 10

// readNote returns the note, or the zero origin if there is no usable one. It may
// have been put there by somebody else, or be a pipe, which would never end.
func readNote(path string) (was origin) {
	if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
		return origin{}
	}
	note, err := os.OpenFile(path, os.O_RDONLY|openFlags, 0)
	if err != nil {
		return origin{}
	}
	defer func() { _ = note.Close() }()
	info, err := note.Stat()
	if err != nil || !info.Mode().IsRegular() || !ownFile(info) {
		return origin{}
	}
	raw, err := io.ReadAll(io.LimitReader(note, maxNote+1))
	if err != nil || len(raw) > maxNote || json.Unmarshal(raw, &was) != nil || was.Total < -1 {
		return origin{}
	}
	return was
}

// reset empties the part.
func (p *part) reset() error { return p.begin("", -1) }

// begin empties the part and writes down what it will be a part of.
func (p *part) begin(etag string, total int64) error {
	p.ETag, p.Total, p.size, p.stale = etag, total, 0, false
	p.hash.Reset()
	if err := p.file.Truncate(0); err != nil {
		return err
	}
	if _, err := p.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	if err := os.Remove(p.note); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if etag == "" {
		return nil
	}
	return p.writeNote()
}

// writeNote creates the file, so it never writes through a link.
func (p *part) writeNote() error {
	raw, err := json.Marshal(p.origin)
	if err != nil {
		return err
	}
	note, err := os.OpenFile(p.note, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = note.Write(raw)
	return errors.Join(err, note.Close())
}

// copy appends a body up to its end, which must be the file's.
func (p *part) copy(body io.Reader) error {
	p.report(1)
	for {
		n, err := body.Read(p.buf)
		if n > 0 {
			if p.Total >= 0 && p.size+int64(n) > p.Total {
				p.stale = true
				return protocol("the answer is longer than it said")
			}
			if err := p.append(p.buf[:n]); err != nil {
				return p.fail(err)
			}
			p.report(1 << 20)
		}
		switch {
		case err == io.EOF && p.size < p.Total:
			return io.ErrUnexpectedEOF
		case err == io.EOF:
			p.Total = p.size
			return nil
		case err != nil:
			return err
		}
	}
}

func (p *part) append(b []byte) error {
	n, err := p.file.Write(b)
	p.hash.Write(b[:n])
	p.size += int64(n)
	p.high = max(p.high, p.size)
	return err
}

// fail keeps an error of the file apart from those of the connection.
func (p *part) fail(err error) error {
	p.failure = err
	return protocol("the file can't be written")
}

// complete reports whether nothing is missing. The process may have ended before
// it could rename the part.
func (p *part) complete() bool { return p.Total >= 0 && p.size == p.Total }

// report calls progress if the size has grown by at least step bytes.
func (p *part) report(step int64) {
	if p.progress != nil && p.size >= p.reported+step {
		p.reported = p.size
		p.progress(p.size, p.Total)
	}
}

// finish renames the part. The bytes are on the disk before the name is, so not
// even a power failure leaves an incomplete file under that name.
func (p *part) finish(file string) (Download, error) {
	p.report(1)
	if err := p.named(); err != nil && !errors.Is(err, os.ErrNotExist) { // Rename reports that
		return Download{}, err
	}
	name := p.file.Name()
	err := p.file.Sync()
	if err == nil && !renamesOpen {
		err = p.file.Close()
	}
	if err == nil {
		err = os.Rename(name, file)
	}
	if err != nil {
		return Download{}, local(err)
	}
	p.ours = false
	_ = os.Remove(p.note) // without its part it is useless
	return Download{Size: p.size, SHA256: hex.EncodeToString(p.hash.Sum(nil))}, nil
}

// close removes an empty part and its note. The size of the file counts, because
// it may not have been read yet.
func (p *part) close() {
	info, err := p.file.Stat()
	empty := p.ours && err == nil && info.Size() == 0 && p.named() == nil
	if empty {
		_ = os.Remove(p.note)
	}
	if empty && renamesOpen {
		_ = os.Remove(p.file.Name()) // while it is locked
	}
	_ = p.file.Close()
	if empty && !renamesOpen {
		_ = os.Remove(p.file.Name())
	}
}
