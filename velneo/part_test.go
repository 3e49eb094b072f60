package velneo

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// partial returns the path of a download of which ten bytes are there.
func partial(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "b")
	p, err := openPart(t.Context(), file, "link", nil)
	require.NoError(t, err)
	defer p.close()
	require.NoError(t, p.begin(`"v1"`, 20))
	require.Equal(t, io.ErrUnexpectedEOF, p.copy(strings.NewReader("0123456789")))
	return file
}

// A call that is cancelled before it has read the part leaves it as it is.
func TestPart_CancelledResumeKeepsIt(t *testing.T) {
	file := partial(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := openPart(ctx, file, "link", nil)
	require.ErrorIs(t, err, context.Canceled)
	raw, err := os.ReadFile(file + ".part")
	require.NoError(t, err)
	assert.Equal(t, "0123456789", string(raw))
	p, err := openPart(t.Context(), file, "link", nil)
	require.NoError(t, err)
	assert.Equal(t, int64(10), p.size)
	assert.Equal(t, `"v1"`, p.ETag)
	assert.Equal(t, int64(20), p.Total)
	p.close()
}

// At no moment is there a note of other bytes than those in the file.
func TestPart_IsEmptiedBeforeTheNoteIsWritten(t *testing.T) {
	file := partial(t)
	p, err := openPart(t.Context(), file, "link", nil)
	require.NoError(t, err)
	defer p.close()
	p.note = filepath.Join(t.TempDir(), "no", "such", "folder")
	require.Error(t, p.begin(`"v2"`, 5), "the folder of the note does not exist")
	info, err := p.file.Stat()
	require.NoError(t, err)
	assert.Zero(t, info.Size(), "bytes of the old backup")
}

// A write that fails half-way counts what was written, and keeps the file's
// error apart.
func TestPart_WriteThatFails(t *testing.T) {
	file := partial(t)
	p, err := openPart(t.Context(), file, "link", nil)
	require.NoError(t, err)
	_ = p.file.Close()
	err = p.copy(bytes.NewReader([]byte("0123456789")))
	require.ErrorIs(t, err, ErrProtocol)
	require.ErrorIs(t, p.failure, os.ErrClosed)
	assert.Equal(t, int64(10), p.size)
}
