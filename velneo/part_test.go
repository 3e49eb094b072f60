package velneo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// begun returns the path of a download of which ten bytes are there.
func begun(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "b")
	p, err := openPart(t.Context(), file, "link", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if err := p.begin(`"v1"`, 20); err != nil {
		t.Fatal(err)
	}
	if err := p.copy(strings.NewReader("0123456789")); err != io.ErrUnexpectedEOF {
		t.Fatal(err)
	}
	return file
}

// A call that is cancelled before it has read the part leaves it as it is.
func TestCancelledResumeKeepsThePart(t *testing.T) {
	file := begun(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := openPart(ctx, file, "link", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want context.Canceled", err)
	}
	if raw, err := os.ReadFile(file + ".part"); err != nil || string(raw) != "0123456789" {
		t.Errorf("%q, %v", raw, err)
	}
	p, err := openPart(t.Context(), file, "link", nil)
	if err != nil || p.size != 10 || p.ETag != `"v1"` || p.Total != 20 {
		t.Fatalf("%+v, %v", p, err)
	}
	p.close()
}

// Whatever happens between two of begin's steps, the note never speaks of
// other bytes than those in the file.
func TestBeginEmptiesBeforeItNotes(t *testing.T) {
	file := begun(t)
	p, err := openPart(t.Context(), file, "link", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	p.note = filepath.Join(t.TempDir(), "no", "such", "folder")
	if err := p.begin(`"v2"`, 5); err == nil {
		t.Error("the note was written into nowhere")
	}
	if info, err := p.file.Stat(); err != nil || info.Size() != 0 {
		t.Errorf("%v: bytes of the old backup under a new one's name", err)
	}
}

// A write that fails half-way counts what was written, and keeps the file's
// error apart.
func TestWriteThatFails(t *testing.T) {
	file := begun(t)
	p, err := openPart(t.Context(), file, "link", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = p.file.Close()
	err = p.copy(bytes.NewReader([]byte("0123456789")))
	if !errors.Is(err, ErrProtocol) || !errors.Is(p.failure, os.ErrClosed) || p.size != 10 {
		t.Errorf("%v, %v, %d bytes", err, p.failure, p.size)
	}
}
