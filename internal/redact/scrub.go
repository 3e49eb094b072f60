package redact

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// shortSecret is the length in characters below which a secret is hidden
	// only where it stands as a value, such as "x" or =x: a password of one
	// letter is part of every other word.
	shortSecret = 4
	// partOfSecret is how many leading characters of a longer secret are hidden
	// where the rest is missing: peers cut what they repeat.
	partOfSecret = 12
)

// Scrub takes the secrets out of a text that a peer wrote.
func Scrub(text string, secrets ...string) string { return NewScrubber(secrets...).Scrub(text) }

// A Scrubber finds a set of secrets in a peer's text, however they are spelled
// there: each character plain, percent-encoded, as an HTML entity, escaped as in
// JSON, or as UTF-8 that was read as Latin-1 (or Windows-1252), in any mixture
// and up to two layers deep. It is safe for concurrent use.
type Scrubber struct {
	secrets []secret
	starts  [256]bool // the bytes that a spelling of some secret begins with
}

type secret struct {
	chars []spellings
	short bool
}

// NewScrubber returns a Scrubber of the secrets that are not empty.
func NewScrubber(secrets ...string) *Scrubber {
	s := &Scrubber{}
	for _, text := range secrets {
		if text == "" {
			continue
		}
		one := secret{chars: make([]spellings, 0, len(text)), short: utf8.RuneCountInString(text) < shortSecret}
		for i, r := range text {
			plain := string(r)
			if r == utf8.RuneError { // a byte that is not UTF-8
				_, size := utf8.DecodeRuneInString(text[i:])
				plain = text[i : i+size]
			}
			one.chars = append(one.chars, spell(plain))
		}
		s.secrets = append(s.secrets, one)
		for _, form := range one.chars[0] {
			s.starts[lower(form[0])], s.starts[upper(form[0])] = true, true
		}
	}
	// The longest first: one may begin with another.
	slices.SortStableFunc(s.secrets, func(a, b secret) int { return cmp.Compare(len(b.chars), len(a.chars)) })
	return s
}

// Scrub returns text with Redacted in the place of each secret.
func (s *Scrubber) Scrub(text string) string {
	var out strings.Builder
	done := 0
	for i := 0; i < len(text); {
		n := 0
		if s.starts[text[i]] {
			n = s.match(text, i)
		}
		if n == 0 {
			i++
			continue
		}
		out.WriteString(text[done:i])
		out.WriteString(Redacted)
		i += n
		done = i
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

// Line scrubs text and makes one line of at most limit bytes of it.
func (s *Scrubber) Line(text string, limit int) string { return Clean(s.Scrub(text), limit) }

// match returns how many bytes of text the longest of the secrets takes that
// begin at i: one secret may begin as another does, which is there in part only.
func (s *Scrubber) match(text string, i int) int {
	longest := 0
	for _, one := range s.secrets {
		n, whole := one.match(text[i:])
		if n > longest && (whole || !one.short) && (!one.short || standsAlone(text[:i], text[i+n:])) {
			longest = n
		}
	}
	return longest
}

// match returns how many bytes the secret takes at the beginning of text, or as
// much of it as partOfSecret asks for. One spelling may begin with another, so it
// follows all of them at once.
func (s secret) match(text string) (n int, whole bool) {
	ends := []int{0}
	for i, char := range s.chars {
		var next []int
		for _, end := range ends {
			next = char.follow(text, end, next)
		}
		if len(next) == 0 {
			if i < partOfSecret {
				return 0, false
			}
			return slices.Max(ends), false
		}
		ends = next
	}
	return slices.Max(ends), true
}

// standsAlone reports whether what is between before and after is a value by
// itself.
func standsAlone(before, after string) bool {
	if before != "" && !strings.ContainsAny(before[len(before)-1:], `"'=:>(/`) &&
		!strings.HasSuffix(before, ": ") && !strings.HasSuffix(before, "= ") &&
		!strings.HasSuffix(before, "&quot;") && !strings.HasSuffix(before, "&#039;") {
		return false
	}
	if before == "" && strings.HasPrefix(after, " ") {
		return false
	}
	next, _ := utf8.DecodeRuneInString(after)
	return after == "" || !unicode.IsLetter(next) && !unicode.IsDigit(next)
}
