package transport

import (
	"net/url"
	"strings"
	"unicode"
)

// Redacted stands where a secret would.
const Redacted = "REDACTED"

// Scrub takes the secrets out of a text that a peer wrote, plain or
// percent-encoded.
func Scrub(text string, secrets ...string) string {
	for _, s := range secrets {
		if s == "" {
			continue
		}
		text = strings.ReplaceAll(text, s, Redacted)
		if escaped := url.QueryEscape(s); escaped != s {
			text = strings.ReplaceAll(text, escaped, Redacted)
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
