//go:build unix

package trade_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
)

// Nobody writes into the pipe, and Load does not wait for it.
func TestFileStore_RefusesAPipe(t *testing.T) {
	for _, name := range []string{"00000003.json", "00000004.json"} {
		s, folder := storeOf3(t)
		path := filepath.Join(folder, name)
		_ = os.Remove(path)
		require.NoError(t, syscall.Mkfifo(path, 0o600))
		_, _, err := s.Load(t.Context(), someID)
		assert.ErrorIs(t, err, ovhrest.ErrInvalid)
	}
}
