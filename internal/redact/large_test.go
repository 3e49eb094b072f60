package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/internal/redact"
)

// A peer may choose a text of the largest size, made of what secrets and their
// spellings begin with: finding them takes seconds and no memory, whatever it is.
func TestScrub_LargeText(t *testing.T) {
	const size = 256 << 10
	s := redact.NewScrubber("aaaaaaaaaaab", "0123456789abcdef0123456789abcdef01234567", "key-hush-0f1e2d3c", strings.Repeat("é", 40), `pass"hush'&`, "%2")
	for _, unit := range []string{"a", "%", "&", `\`, "%2", "%25", "&#0", "&#37;", "the quick brown fox, ", "é", "?", "%61", `\u00`, "%2561", "0123456789abcde "} {
		t.Run(unit, func(t *testing.T) {
			text := strings.Repeat(unit, size/len(unit))
			allocs := testing.AllocsPerRun(1, func() { s.Line(text, 200) })
			assert.Less(t, allocs, 100.0)
			if scrubbed := s.Scrub(text); len(scrubbed) > len(text)*4 {
				t.Errorf("%d bytes became %d", len(text), len(scrubbed))
			}
		})
	}
}

// Line looks at the beginning of a text and shows what one sees of the whole.
func TestLine_EqualsCleanOfTheWhole(t *testing.T) {
	const secret = "0123456789-secret"
	s := redact.NewScrubber(secret, "ab")
	for _, unit := range []string{"x", "é", "€", "\xff", "\xe2\x82", " ", "\n", secret, "=ab,", secret[:14] + " ", "\\u00e9", "\x00a"} {
		for _, n := range []int{1, 30, 90, 1000, 20000} {
			for lead := range 4 {
				text := strings.Repeat("-", lead) + strings.Repeat(unit, n) + secret
				t.Run(fmt.Sprintf("%q/%d/%d", unit, n, lead), func(t *testing.T) {
					for _, limit := range []int{10, 100} {
						assert.Equal(t, redact.Clean(s.Scrub(text), limit), s.Line(text, limit))
					}
				})
			}
		}
	}
}

// Absent never contradicts Scrub.
func FuzzAbsent(f *testing.F) {
	for _, seed := range [][2]string{{"a secret here", "secret"}, {"a%73ecret", "secret"}, {"??", "éé"}, {"a+b", "a b"}, {"0123456789ab", "0123456789abcdef"}, {"x", ""}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, secret string) {
		if redact.Absent(text, secret) && redact.Scrub(text, secret) != text {
			t.Errorf("%q in %q", secret, text)
		}
	})
}
