//go:build linux || darwin

package velneo_test

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// limitFiles makes files full at 1 MiB, if the environment asks for it.
func limitFiles() {
	if os.Getenv("VELNEO_LIMIT") == "" {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20})
}

// A disk that fills up ends the download with the file's error, keeps what is
// there, and a later call goes on.
func TestDiskFull(t *testing.T) {
	content := noise(3<<20, 1)
	server, c := pair(t, nil)
	requests := 0
	server.SetBackup(`"v1"`, func() io.ReadSeeker { requests++; return serve(content)() })
	file := filepath.Join(t.TempDir(), "b")
	child := exec.Command(os.Args[0], "-test.run=^TestChild$")
	child.Env = append(os.Environ(), "VELNEO_CHILD=download", "VELNEO_LIMIT=1", "VELNEO_URL="+server.URL, "VELNEO_LINK="+server.BackupLink(), "VELNEO_FILE="+file)
	out, err := child.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "ended: velneo: backup download: write "+file+".part: file too large false") {
		t.Errorf("%s, %v", out, err)
	}
	if requests != 1 {
		t.Errorf("%d requests: a full disk is no reason to try again", requests)
	}
	if info, err := os.Stat(file + ".part"); err != nil || info.Size() != 1<<20 {
		t.Fatalf("the part: %v, %v", info, err)
	}
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, file, got, content)
}

// A pipe in the place of the note is not read, for it would never end.
func TestNoteThatIsAPipe(t *testing.T) {
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	file := filepath.Join(t.TempDir(), "b")
	if err := errors.Join(os.WriteFile(file+".part", content[:10], 0o600), syscall.Mkfifo(file+".part.json", 0o600)); err != nil {
		t.Fatal(err)
	}
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, file, got, content)
}

// The backup is the owner's alone, even where an old part was not.
func TestOldPartsModeIsNotKept(t *testing.T) {
	server, c := pair(t, nil)
	file := filepath.Join(t.TempDir(), "b")
	if err := errors.Join(os.WriteFile(file+".part", []byte("old"), 0o600), os.Chmod(file+".part", 0o666)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}
