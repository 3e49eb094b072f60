package redact

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// shortSecret is the length in characters below which a secret is hidden
	// only where it is a whole value, such as "x" or =x: a password of one
	// letter occurs in most words.
	shortSecret = 4
	// partOfSecret is how many leading characters of a longer secret are hidden
	// where the rest is missing, since peers truncate what they repeat.
	partOfSecret = 12
)

// Scrub returns text from a peer with each of the secrets replaced by Redacted.
func Scrub(text string, secrets ...string) string { return NewScrubber(secrets...).Scrub(text) }

// A Scrubber finds a set of secrets in text from a peer, however they are
// encoded: each character plain, percent-encoded, as an HTML entity, escaped as
// in JSON, or as UTF-8 decoded as Latin-1 (or Windows-1252), in any mixture and
// up to two layers deep. It is safe for concurrent use.
type Scrubber struct {
	secrets []secret
	starts  pairs // that a spelling of some secret begins with
}

type secret struct {
	chars []char
	short bool
}

// pairs is a set of two consecutive bytes, ignoring the case of letters, with
// which most positions of a text can be skipped. Some pairs share a bit.
type pairs [64]uint64

func pairBit(a, b byte) (word int, bit uint64) {
	n := uint(lower(a))<<5 ^ uint(lower(b))
	return int(n >> 6 & 63), 1 << (n & 63)
}

// add adds the pair of a followed by b.
func (p *pairs) add(a, b byte) {
	word, bit := pairBit(a, b)
	p[word] |= bit
}

// addSecret adds the first bytes of the spellings of a secret.
func (p *pairs) addSecret(chars []char) {
	for _, s := range chars[0] {
		for _, form := range s.forms {
			switch {
			case len(form) > 1:
				p.add(form[0], form[1])
			case len(chars) == 1:
				for b := range 256 {
					p.add(form[0], byte(b))
				}
			default:
				for _, next := range chars[1] {
					p.add(form[0], next.first)
				}
			}
		}
	}
}

// at reports whether a pair of the set may stand at i, or its first byte at the
// end.
func (p *pairs) at(text string, i int) bool {
	if i+1 == len(text) {
		return true
	}
	word, bit := pairBit(text[i], text[i+1])
	return p[word]&bit != 0
}

// NewScrubber returns a Scrubber of the secrets, ignoring empty ones.
func NewScrubber(secrets ...string) *Scrubber {
	s := &Scrubber{}
	for _, text := range secrets {
		if text == "" {
			continue
		}
		one := secret{chars: make([]char, 0, len(text)), short: utf8.RuneCountInString(text) < shortSecret}
		for i, r := range text {
			plain := string(r)
			if r == utf8.RuneError { // a byte that is not UTF-8
				_, size := utf8.DecodeRuneInString(text[i:])
				plain = text[i : i+size]
			}
			one.chars = append(one.chars, spell(plain))
		}
		s.secrets = append(s.secrets, one)
		s.starts.addSecret(one.chars)
	}
	// The longest first: one may begin with another.
	slices.SortStableFunc(s.secrets, func(a, b secret) int { return cmp.Compare(len(b.chars), len(a.chars)) })
	return s
}

// Scrub returns text with each secret replaced by Redacted.
func (s *Scrubber) Scrub(text string) string {
	out, _ := s.scrub(text, math.MaxInt)
	return out
}

// Absent reports whether a quick check shows that none of the secrets is in
// text; it costs less than a Scrubber. If the check is not conclusive, it
// returns false.
func Absent(text string, secrets ...string) bool {
	for i := range len(text) {
		if c := text[i]; c >= utf8.RuneSelf || strings.IndexByte(`%&\?+`, c) >= 0 { // else each character stands for itself
			return false
		}
	}
	for _, secret := range secrets {
		if secret != "" && strings.Contains(text, secret[:min(len(secret), partOfSecret)]) {
			return false
		}
	}
	return true
}

// Line scrubs text and returns it as one line of at most limit bytes. It reads
// no more of text than it needs.
func (s *Scrubber) Line(text string, limit int) string {
	for enough := 4 * limit; ; enough *= 8 {
		out, whole := s.scrub(text, enough)
		line := Clean(out, limit)
		if whole || len(line) > limit {
			return line
		}
	}
}

// scrub ends when it has enough bytes, and reports whether they are all.
func (s *Scrubber) scrub(text string, enough int) (scrubbed string, whole bool) {
	var out strings.Builder
	var now, next ends
	done, removed := 0, 0
	for i := 0; i < len(text); {
		if i-removed > enough {
			return out.String() + text[done:i], false
		}
		n := 0
		if s.starts.at(text, i) {
			n = s.match(text, i, &now, &next)
		}
		if n == 0 {
			i++
			continue
		}
		out.WriteString(text[done:i])
		out.WriteString(Redacted)
		i += n
		removed += n - len(Redacted)
		done = i
	}
	if done == 0 {
		return text, true
	}
	out.WriteString(text[done:])
	return out.String(), true
}

// match returns how many bytes of text the longest of the secrets takes that
// begin at i: one secret may begin as another does, which is there in part only.
func (s *Scrubber) match(text string, i int, now, next *ends) int {
	longest := 0
	for _, one := range s.secrets {
		n, whole := one.match(text[i:], now, next)
		if n > longest && (whole || !one.short) && (!one.short || standsAlone(text[:i], text[i+n:])) {
			longest = n
		}
	}
	return longest
}

// match returns how many bytes the secret takes at the beginning of text, or as
// much of it as partOfSecret asks for. One spelling may begin with another, so it
// follows all of them at once. now and next are for it to work with.
func (s secret) match(text string, now, next *ends) (n int, whole bool) {
	now.begin(0)
	now.add(0)
	for i, char := range s.chars {
		next.begin(slices.Min(now.places))
		for _, end := range now.places {
			if end < len(text) {
				char.follow(text, end, next)
			}
		}
		if len(next.places) == 0 {
			if i < partOfSecret {
				return 0, false
			}
			return slices.Max(now.places), false
		}
		now, next = next, now
	}
	return slices.Max(now.places), true
}

// standsAlone reports whether the text between before and after is a whole
// value.
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
