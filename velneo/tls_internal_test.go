package velneo

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// The base64 of a hash may begin with a slash, which is not part of the prefix.
func TestParsePin_Forms(t *testing.T) {
	for _, first := range []byte{0, 0xff, 0x68} {
		want := [32]byte{first, 1, 2, 31: 3}
		text := base64.StdEncoding.EncodeToString(want[:])
		for _, prefix := range []string{"", "sha256/", "sha256//"} {
			t.Run(prefix+text, func(t *testing.T) {
				got, ok := parsePin(prefix + text)
				assert.True(t, ok, prefix+text)
				assert.Equal(t, want, got)
			})
		}
		for _, bad := range []string{text[1:], text + text, "sha1/" + text, "sha256///" + text, text[:40], strings.ToLower(text) + "=", " " + text} {
			t.Run(bad, func(t *testing.T) {
				_, ok := parsePin(bad)
				assert.False(t, ok, bad)
			})
		}
	}
}
