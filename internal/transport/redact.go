package transport

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// Redacted stands where a secret would.
const Redacted = "REDACTED"

// Scrub takes the secrets out of a text that a peer wrote, plain or
// percent-encoded. Longer ones go first: one may begin with another.
func Scrub(text string, secrets ...string) string {
	secrets = slices.SortedFunc(slices.Values(secrets), func(a, b string) int { return len(b) - len(a) })
	for _, s := range secrets {
		if s == "" {
			break
		}
		for _, form := range []string{s, url.QueryEscape(s), url.PathEscape(s)} {
			text = strings.ReplaceAll(text, form, Redacted)
		}
	}
	return text
}

// Clean makes a peer's text safe to print on one line: no control characters,
// valid UTF-8, at most limit bytes.
func Clean(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(text, "?"))
	if len(text) > limit {
		text = strings.ToValidUTF8(text[:limit], "") + "…"
	}
	return strings.TrimSpace(text)
}
