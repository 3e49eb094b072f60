package redact

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"
)

// spellings are the ways in which one character is written.
// Those of more than one byte match in upper and lower case alike.
type spellings []string

// char is a character of a secret: its spellings by the byte they begin with.
type char []startingWith

type startingWith struct {
	first byte
	forms spellings
}

func newChar(all spellings) char {
	var c char
	for _, form := range all {
		at := slices.IndexFunc(c, func(s startingWith) bool { return s.first == form[0] })
		if at < 0 {
			at, c = len(c), append(c, startingWith{first: form[0]})
		}
		c[at].forms = append(c[at].forms, form)
	}
	return c
}

// follow adds to ends where the spellings end that text has at start. Escapes
// begin with no letter, so that the first byte is the same in either case.
func (c char) follow(text string, start int, ends *ends) {
	for _, s := range c {
		if s.first != text[start] {
			continue
		}
		for _, form := range s.forms {
			if len(form) == 1 || matches(text[start:], form) {
				ends.add(start + len(form))
			}
		}
		return
	}
}

// matches reports whether text begins with a form of more than one byte.
func matches(text, form string) bool {
	if len(form) > len(text) {
		return false
	}
	if !isEscape(form) {
		return text[:len(form)] == form
	}
	for i := 1; i < len(form); i++ { // strings.EqualFold goes through all of it
		if text[i] != form[i] && lower(text[i]) != lower(form[i]) {
			return false
		}
	}
	return true
}

// ends is a set of positions in a text, all within one range.
type ends struct {
	places []int
	seen   []uint32 // by place, from base on: the round in which it was added
	round  uint32
	base   int
}

func (e *ends) add(place int) {
	for place-e.base >= len(e.seen) {
		e.seen = append(e.seen, 0)
	}
	if e.seen[place-e.base] != e.round {
		e.seen[place-e.base] = e.round
		e.places = append(e.places, place)
	}
}

// begin empties the set, for places from base on.
func (e *ends) begin(base int) {
	if e.round++; e.round == 0 {
		clear(e.seen)
		e.round = 1
	}
	e.places, e.base = e.places[:0], base
}

func isEscape(form string) bool {
	return len(form) > 1 && (form[0] == '%' || form[0] == '&' || form[0] == '\\')
}

// ascii holds the spellings of the characters that most secrets are made of:
// to find them takes 20 µs each, and a signature of each request is a new secret.
var ascii = sync.OnceValue(func() *[utf8.RuneSelf]char {
	var all [utf8.RuneSelf]char
	for r := range all {
		all[r] = newChar(findSpellings(string(rune(r))))
	}
	return &all
})

// spell returns the spellings of one character.
func spell(text string) char {
	if len(text) == 1 && text[0] < utf8.RuneSelf {
		return ascii()[text[0]]
	}
	return newChar(findSpellings(text))
}

func findSpellings(char string) spellings {
	once := append(spellOnce(char), misread(char)...)
	var all spellings
	for _, form := range once {
		all = append(all, form)
		if isEscape(form) || form == "+" && char == " " { // is escaped once more: %2526, &amp;quot;, \\u0026
			for _, again := range spellOnce(form[:1]) {
				all = append(all, strings.ReplaceAll(form, form[:1], again))
			}
			all = append(all, url.QueryEscape(form)) // a form's body around JSON or XML: %5C%22, %26%2334%3B
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// entities are the names that HTML and XML writers use.
var entities = map[string][]string{
	"&": {"&amp;"}, "<": {"&lt;"}, ">": {"&gt;"}, `"`: {"&quot;"}, "'": {"&apos;"}, " ": {"&nbsp;"},
}

func spellOnce(char string) spellings {
	forms := spellings{char, url.QueryEscape(char), url.PathEscape(char), percent(char)}
	forms = append(forms, entities[char]...)
	if r, _ := utf8.DecodeRuneInString(char); r != utf8.RuneError {
		for _, width := range []string{"%d", "%02d", "%03d", "%04d"} {
			forms = append(forms, "&#"+fmt.Sprintf(width, r)+";")
		}
		for _, width := range []string{"%x", "%02x", "%04x"} {
			forms = append(forms, "&#x"+fmt.Sprintf(width, r)+";")
		}
		forms = append(forms, unicodeEscape(r))
	}
	if len(char) == 1 {
		forms = append(forms, fmt.Sprintf(`\x%02x`, char[0]))
	}
	if strings.ContainsAny(char, `"\/'&`) {
		forms = append(forms, `\`+char)
	}
	return forms
}

// unicodeEscape is what JSON writers make of r that write ASCII alone.
func unicodeEscape(r rune) string {
	if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
		return fmt.Sprintf(`\u%04x\u%04x`, high, low)
	}
	return fmt.Sprintf(`\u%04x`, r)
}

func percent(char string) string {
	var b strings.Builder
	for i := range len(char) {
		fmt.Fprintf(&b, "%%%02X", char[i])
	}
	return b.String()
}

// misread returns what becomes of a character whose UTF-8 is read as if it were
// Latin-1 or Windows-1252, of one that is sent in those instead, and of one that
// somebody replaced.
func misread(char string) spellings {
	r, size := utf8.DecodeRuneInString(char)
	if r < utf8.RuneSelf || size == 1 {
		return nil
	}
	forms := spellings{"?", "\ufffd", strings.Repeat("?", size), strings.Repeat("\ufffd", size)}
	if r < 0x100 {
		forms = append(forms, string([]byte{byte(r)}), percent(string([]byte{byte(r)})))
	}
	latin1, windows := make([]rune, size), make([]rune, size)
	for i := range size {
		latin1[i], windows[i] = rune(char[i]), windows1252(char[i])
	}
	return append(append(forms, spellEach(latin1)...), spellEach(windows)...)
}

// spellEach returns chars plain and with each of them escaped in the same way.
func spellEach(chars []rune) spellings {
	var percented, decimal, hex, escaped strings.Builder
	for _, r := range chars {
		percented.WriteString(percent(string(r)))
		escaped.WriteString(unicodeEscape(r))
		fmt.Fprintf(&decimal, "&#%d;", r)
		fmt.Fprintf(&hex, "&#x%x;", r)
	}
	return spellings{string(chars), percented.String(), decimal.String(), hex.String(), escaped.String()}
}

// high1252 is what Windows-1252 has where Latin-1 has control characters.
var high1252 = []rune("€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ")

func windows1252(b byte) rune {
	if b >= 0x80 && b < 0xa0 {
		return high1252[b-0x80]
	}
	return rune(b)
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
