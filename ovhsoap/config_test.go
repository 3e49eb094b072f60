package ovhsoap_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

func TestLoadConfig(t *testing.T) {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	want := server.Config()
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte(want.Password.Reveal()+"\n"), 0o600))
	t.Setenv("OVHSOAP_NIC", want.Nic)
	t.Setenv("OVHSOAP_URL", server.URL)
	t.Setenv("OVHSOAP_PASSWORD", "")
	t.Setenv("OVHSOAP_PASSWORD_FILE", "")
	if _, err := ovhsoap.LoadConfig(); !errors.Is(err, ovhsoap.ErrInvalid) || !strings.Contains(err.Error(), "OVHSOAP_PASSWORD") {
		t.Errorf("without OVHSOAP_PASSWORD: %v", err)
	}
	t.Setenv("OVHSOAP_PASSWORD_FILE", file)
	cfg, err := ovhsoap.LoadConfig()
	require.NoError(t, err)
	client, err := ovhsoap.New(cfg)
	require.NoError(t, err)
	defer client.Close()
	assert.NoError(t, client.Do(t.Context(), func(*ovhsoap.Session) error { return nil }))
}
