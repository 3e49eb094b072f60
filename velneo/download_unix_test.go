//go:build linux || darwin

package velneo_test

import (
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
