package velneo

import (
	"encoding/base64"
	"strings"
	"testing"
)

// A hash whose base64 begins with a slash is no prefix.
func TestPinForms(t *testing.T) {
	for _, first := range []byte{0, 0xff, 0x68} {
		want := [32]byte{first, 1, 2, 31: 3}
		text := base64.StdEncoding.EncodeToString(want[:])
		for _, prefix := range []string{"", "sha256/", "sha256//"} {
			if got, ok := parsePin(prefix + text); !ok || got != want {
				t.Errorf("%s%s: %x, %v", prefix, text, got, ok)
			}
		}
		for _, bad := range []string{text[1:], text + text, "sha1/" + text, "sha256///" + text, text[:40], strings.ToLower(text) + "=", " " + text} {
			if _, ok := parsePin(bad); ok {
				t.Errorf("%q is taken", bad)
			}
		}
	}
}
