package interop_test

import (
	"encoding/hex"
	"testing"

	"github.com/hebergo/hebergo/internal/interop"
	"github.com/hebergo/hebergo/wedos"
)

// What the vendor's own sample loses on the way arrives at PHP byte for byte.
func TestWedos_ValuesArriveUnchangedAtPHP(t *testing.T) {
	addr := interop.Start(t, interop.Program{
		Name: "php", Install: "apt install php-cli php-xml", Probe: []string{"-r", "exit(function_exists('simplexml_load_string') ? 0 : 1);"},
		Args: []string{"-S", "{addr}", "testdata/wedos/wapi.php"},
	})
	for codec, values := range map[wedos.Codec][]string{
		wedos.JSON: {"+ & % ; ž", `"'\`, "a\x00b", "line\nline", "%41%zz", "<a>&amp;</a>", "\u2028😀", "v=DKIM1; p=a+b/c=="},
		wedos.XML:  {"+ & % ; ž", `"'\`, "line\nline", "%41%zz", "<a>&amp;</a>]]>", "\u2028😀", "v=DKIM1; p=a+b/c=="},
	} {
		c, err := wedos.New(wedos.Config{Login: "owner@example.test", Password: wedos.NewSecret("pässword + &"), URL: "http://" + addr, Codec: codec})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for _, want := range values {
			a, err := c.Call(t.Context(), "echo", map[string]any{"v": want})
			if err != nil {
				t.Errorf("%s: %q: %v", codec, want, err)
				continue
			}
			if got, _ := hex.DecodeString(a.Value("hex")); string(got) != want {
				t.Errorf("%s: %q arrived as %q", codec, want, got)
			}
		}
	}
}
