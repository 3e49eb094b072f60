package velneo

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseVersion(t *testing.T) {
	for text, late := range map[string]bool{"7": false, "7.9": false, "7.11.99": false, "6.99": false, "7.12": true, "7.12.0": true, "7.12.0.17": true, "7.100": true, "8": true} {
		t.Run(text, func(t *testing.T) {
			v, ok := parseVersion(text)
			require.True(t, ok)
			assert.Equal(t, late, v.atLeast(instanceIDs()))
		})
	}
	for _, text := range []string{"", ".", "7.", ".7", "7..1", "-7", "+7", "7,12", "7.12 ", "7.1e1", "7.99999999999", "７.12", "0x7"} {
		t.Run(text, func(t *testing.T) {
			_, ok := parseVersion(text)
			assert.False(t, ok)
		})
	}
}
