package redact

import (
	"strings"
	"unicode"
)

// Clean makes text from a peer safe to print on one line: no control
// characters, valid UTF-8, at most limit bytes. Secrets must be scrubbed first,
// because they are not found once Clean has changed or cut them.
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
