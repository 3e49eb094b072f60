package velneo_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestLoadConfig(t *testing.T) {
	server := velneotest.NewServer()
	defer server.Close()
	want := server.Config()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(want.APIKey.Reveal()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("VELNEO_EMAIL", want.Email)
	t.Setenv("VELNEO_URL", server.URL)
	t.Setenv("VELNEO_API_KEY", "")
	t.Setenv("VELNEO_API_KEY_FILE", "")
	if _, err := velneo.LoadConfig(); !errors.Is(err, velneo.ErrInvalid) || !strings.Contains(err.Error(), "VELNEO_API_KEY") {
		t.Errorf("without VELNEO_API_KEY: %v", err)
	}
	t.Setenv("VELNEO_API_KEY_FILE", file)
	cfg, err := velneo.LoadConfig()
	if err != nil {
		t.Fatal(err)
	}
	client, err := velneo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if err := func() error { _, err := client.Login(t.Context()); return err }(); err != nil {
		t.Error(err)
	}
}
