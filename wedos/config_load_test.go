package wedos_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

func TestLoadConfig(t *testing.T) {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	want := server.Config()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(want.Password.Reveal()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("WEDOS_LOGIN", want.Login)
	t.Setenv("WEDOS_URL", server.URL)
	t.Setenv("WEDOS_PASSWORD", "")
	t.Setenv("WEDOS_PASSWORD_FILE", "")
	if _, err := wedos.LoadConfig(); !errors.Is(err, wedos.ErrInvalid) || !strings.Contains(err.Error(), "WEDOS_PASSWORD") {
		t.Errorf("without WEDOS_PASSWORD: %v", err)
	}
	t.Setenv("WEDOS_PASSWORD_FILE", file)
	cfg, err := wedos.LoadConfig()
	if err != nil {
		t.Fatal(err)
	}
	client, err := wedos.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestLoadWebhookConfig(t *testing.T) {
	t.Setenv("WEDOS_WEBHOOK_TOKEN", "")
	t.Setenv("WEDOS_WEBHOOK_TOKEN_FILE", "")
	if _, err := wedos.LoadWebhookConfig(); !errors.Is(err, wedos.ErrInvalid) || !strings.Contains(err.Error(), "WEDOS_WEBHOOK_TOKEN") {
		t.Errorf("without a token: %v", err)
	}
	t.Setenv("WEDOS_WEBHOOK_TOKEN", "a-token-of-some-length")
	if cfg, err := wedos.LoadWebhookConfig(); err != nil || cfg.Token.Reveal() != "a-token-of-some-length" {
		t.Errorf("%v, %v", cfg.Token, err)
	}
}
