package transport_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/internal/transport"
)

func TestLoadEnv(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for name, c := range map[string]struct{ value, file, want, fails string }{
		"set":          {value: " as it is ", want: " as it is "},
		"in a file":    {file: write("secret", "in a file\n"), want: "in a file"},
		"both":         {value: "itself", file: "/nowhere", want: "itself"},
		"neither":      {fails: "SOME_KEY is not set, and neither is SOME_KEY_FILE"},
		"no such file": {file: filepath.Join(dir, "none"), fails: "SOME_KEY_FILE can't be read: open " + filepath.Join(dir, "none") + ": "},
		"empty file":   {file: write("empty", " \n"), fails: "SOME_KEY_FILE names a file that is empty"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("SOME_KEY", c.value)
			t.Setenv("SOME_KEY_FILE", c.file)
			var got string
			err := transport.LoadEnv(transport.Variable{Name: "SOME_KEY", Into: &got})
			if got != c.want || (err == nil) != (c.fails == "") || err != nil && !strings.HasPrefix(err.Error(), c.fails) {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
}
