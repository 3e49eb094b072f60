package interop_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/hebergo/hebergo/internal/interop"
	"github.com/hebergo/hebergo/velneo"
)

// A name that breaks careless quoting goes through PHP's json_decode and back.
func TestVelneo_PHPReadsTheSame(t *testing.T) {
	url := velneoPHP(t)
	for _, dialect := range []velneo.Dialect{velneo.StrictJSON, velneo.SingleQuoted} {
		for _, asMethod := range []bool{false, true} {
			c, err := velneo.New(velneo.Config{
				URL: url, Email: "luis@example.com", APIKey: velneo.NewSecret("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), Dialect: dialect, RealVerbs: asMethod,
			})
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			if v, err := c.VServer(t.Context()); err != nil || v.Status != velneo.StatusRunning {
				t.Fatal(v, err)
			}
			for _, name := range []string{`O'Brien "x" ñ`, `\`, `'`, `"`, `\u0027`, "a+b%20&c=d", "你好 😀", `{'a': "b"}`} {
				velneoRoundTrip(t, c, name, dialect)
			}
		}
	}
}

func velneoRoundTrip(t *testing.T, c *velneo.Client, name string, dialect velneo.Dialect) {
	t.Helper()
	user := velneo.User{Username: "luis", Password: velneo.NewSecret(name), FullName: name, Group: "agents", IsSupervisor: velneo.No}
	if _, err := c.PutUser(t.Context(), user); err != nil {
		t.Fatal(name, err)
	}
	var got struct {
		User   map[string]string
		Hex    string
		Strict bool
	}
	if err := c.Do(t.Context(), "GET", "user", nil, &got); err != nil {
		t.Fatal(name, err)
	}
	if got.User["fullname"] != name || got.User["password"] != name || got.User["isSupervisor"] != "no" || got.Hex != fmt.Sprintf("%x", name) {
		t.Errorf("%s: %q became %q, %s", dialect, name, got.User, got.Hex)
	}
	if got.Strict != (dialect == velneo.StrictJSON) {
		t.Errorf("%s: strict JSON to PHP: %v", dialect, got.Strict)
	}
}

// A signature made with another key is refused by PHP's sha1 too, so that its
// agreement above means something.
func TestVelneo_PHPRefusesAnotherKey(t *testing.T) {
	c, err := velneo.New(velneo.Config{URL: velneoPHP(t), Email: "luis@example.com", APIKey: velneo.NewSecret("another")})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Login(t.Context()); !errors.Is(err, velneo.ErrUnauthorized) {
		t.Errorf("%v, want ErrUnauthorized", err)
	}
}

// velneoPHP serves testdata/velneo/service.php until the test ends.
func velneoPHP(t *testing.T) string {
	t.Helper()
	return "http://" + interop.Start(t, interop.Program{
		Name: "php", Install: "apt install php-cli", Args: []string{"-n", "-S", "{addr}", "testdata/velneo/service.php"},
		Env: []string{"VELNEO_STATE=" + filepath.Join(t.TempDir(), "state.json")},
	}) + "/v1"
}
