package velneo_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestLoadConfig(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	want := server.Config()
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte(want.APIKey.Reveal()+"\n"), 0o600))
	t.Setenv("VELNEO_EMAIL", want.Email)
	t.Setenv("VELNEO_URL", server.URL)
	t.Setenv("VELNEO_API_KEY", "")
	t.Setenv("VELNEO_API_KEY_FILE", "")
	_, err := velneo.LoadConfig()
	require.ErrorIs(t, err, velneo.ErrInvalid)
	require.ErrorContains(t, err, "VELNEO_API_KEY")
	t.Setenv("VELNEO_API_KEY_FILE", file)
	cfg, err := velneo.LoadConfig()
	require.NoError(t, err)
	assert.Equal(t, want, cfg)
	_, err = newClient(t, cfg).Login(t.Context())
	require.NoError(t, err)
}
