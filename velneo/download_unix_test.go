//go:build linux || darwin

package velneo_test

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

// limitFiles makes files full at 1 MiB, if the environment asks for it.
func limitFiles() {
	if os.Getenv("VELNEO_LIMIT") == "" {
		return
	}
	signal.Ignore(syscall.SIGXFSZ)
	_ = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1 << 20, Max: 1 << 20})
}

// A full disk ends the download with the error of the file. The part stays, and a
// later call continues.
func TestDownloadBackup_DiskFull(t *testing.T) {
	content := noise(3<<20, 1)
	server, c := pair(t, nil)
	requests := 0
	server.SetBackup(`"v1"`, func() io.ReadSeeker { requests++; return serve(content)() })
	file := filepath.Join(t.TempDir(), "b")
	child := exec.Command(os.Args[0], "-test.run=^TestDownloadBackup_Child$")
	child.Env = append(os.Environ(), "VELNEO_CHILD=download", "VELNEO_LIMIT=1", "VELNEO_URL="+server.URL, "VELNEO_LINK="+server.BackupLink().Reveal(), "VELNEO_FILE="+file)
	out, err := child.CombinedOutput()
	require.NoError(t, err, string(out))
	assert.Contains(t, string(out), "ended: velneo: backup download: write "+file+".part: file too large false")
	assert.Equal(t, 1, requests, "a full disk is not retried")
	info, err := os.Stat(file + ".part")
	require.NoError(t, err)
	require.Equal(t, int64(1<<20), info.Size())
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	require.NoError(t, err)
	checkFile(t, file, got, content)
}

// A pipe in the place of the note is not read, for it would never end.
func TestDownloadBackup_NoteThatIsAPipe(t *testing.T) {
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	file := filepath.Join(t.TempDir(), "b")
	require.NoError(t, os.WriteFile(file+".part", content[:10], 0o600))
	require.NoError(t, syscall.Mkfifo(file+".part.json", 0o600))
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	require.NoError(t, err)
	checkFile(t, file, got, content)
}

// Only the owner may read the backup, even if others could read an old part.
func TestDownloadBackup_ModeOfAnOldPart(t *testing.T) {
	server, c := pair(t, nil)
	file := filepath.Join(t.TempDir(), "b")
	require.NoError(t, os.WriteFile(file+".part", []byte("old"), 0o600))
	require.NoError(t, os.Chmod(file+".part", 0o666))
	_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	require.NoError(t, err)
	info, err := os.Stat(file)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())
}

// A hard link leads to somebody's file as well as a symbolic one does.
func TestDownloadBackup_HardLinkedPart(t *testing.T) {
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	note := `{"link":"` + hexSum([]byte(server.BackupLink().Reveal())) + `","etag":"\"v1\"","total":100000}`
	for name, found := range map[string]struct {
		part, note string // the files that have another name
		refused    bool
	}{
		"part":          {".part", ".part.json", true},
		"note alone":    {".part.json", ".part", false},
		"part, no note": {".part", "", true},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			file, victim := filepath.Join(dir, "b"), filepath.Join(dir, "victim")
			foreign := map[string]string{".part": string(noise(50_000, 9)), ".part.json": note}
			require.NoError(t, os.WriteFile(victim, []byte(foreign[found.part]), 0o644))
			require.NoError(t, os.Link(victim, file+found.part))
			if found.note != "" {
				require.NoError(t, os.WriteFile(file+found.note, []byte(foreign[found.note]), 0o600))
			}
			got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
			if found.refused {
				require.ErrorIs(t, err, velneo.ErrInvalid)
				assert.NoFileExists(t, file)
			} else {
				require.NoError(t, err)
				checkFile(t, file, got, content)
			}
			raw, err := os.ReadFile(victim)
			require.NoError(t, err)
			assert.Equal(t, foreign[found.part], string(raw))
			info, err := os.Stat(victim)
			require.NoError(t, err)
			assert.Equal(t, os.FileMode(0o644), info.Mode())
		})
	}
}

func TestDownloadBackup_SomebodyElsesPart(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root gives files away")
	}
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	note := `{"link":"` + hexSum([]byte(server.BackupLink().Reveal())) + `","etag":"\"v1\"","total":50000}`
	for _, suffix := range []string{".part", ".part.json"} {
		t.Run(suffix, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b")
			require.NoError(t, os.WriteFile(file+".part", noise(50_000, 9), 0o600))
			require.NoError(t, os.WriteFile(file+".part.json", []byte(note), 0o600))
			require.NoError(t, os.Chown(file+suffix, 12345, 12345))
			got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
			if suffix == ".part" {
				require.ErrorIs(t, err, velneo.ErrInvalid)
				assert.NoFileExists(t, file)
				return
			}
			require.NoError(t, err)
			checkFile(t, file, got, content)
		})
	}
}

// A pipe in the place of the part, or of the file, is refused and not waited for.
func TestDownloadBackup_Pipes(t *testing.T) {
	server, c := pair(t, nil)
	for _, suffix := range []string{".part", ""} {
		t.Run("b"+suffix, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "b")
			require.NoError(t, syscall.Mkfifo(file+suffix, 0o600))
			_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
			assert.ErrorIs(t, err, velneo.ErrInvalid)
		})
	}
}

// A part that is longer than the backup, by as much as a file system allows, is
// dropped and not read through.
func TestDownloadBackup_HugePart(t *testing.T) {
	content := noise(100_000, 1)
	server, c := pair(t, nil)
	server.SetBackup(`"v1"`, serve(content))
	file := filepath.Join(t.TempDir(), "b")
	require.NoError(t, os.WriteFile(file+".part", nil, 0o600))
	if err := os.Truncate(file+".part", 1<<43); err != nil {
		t.Skip(err)
	}
	note := `{"link":"` + hexSum([]byte(server.BackupLink().Reveal())) + `","etag":"\"v1\"","total":100000}`
	require.NoError(t, os.WriteFile(file+".part.json", []byte(note), 0o600))
	got, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
	require.NoError(t, err)
	checkFile(t, file, got, content)
}
