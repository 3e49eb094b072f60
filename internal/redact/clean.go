package redact

import (
	"strings"
	"unicode"
)

// Clean makes a peer's text safe to print on one line: no control characters,
// valid UTF-8, at most limit bytes. Secrets are scrubbed before: what Clean
// changes or cuts is no longer found.
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
