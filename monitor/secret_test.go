package monitor_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/hebergo/hebergo/monitor"
)

func TestEnvSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("from a file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("SHOP_TOKEN", "itself")
	t.Setenv("ERP_TOKEN_FILE", file)
	for name, want := range map[string]string{"SHOP_TOKEN": "itself", "ERP_TOKEN": "from a file"} {
		if got, err := monitor.EnvSecrets(t.Context(), name); got.Reveal() != want || err != nil {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for _, name := range []string{"NO_SUCH_TOKEN", "", "A=B"} {
		if got, err := monitor.EnvSecrets(t.Context(), name); !got.IsZero() || !errors.Is(err, monitor.ErrInvalid) {
			t.Errorf("%q: %q, %v", name, got, err)
		}
	}
}
