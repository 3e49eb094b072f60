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

// follow adds to ends where the spellings end that text has at start.
func (s spellings) follow(text string, start int, ends []int) []int {
	for _, form := range s {
		if len(form) > len(text)-start {
			continue
		}
		head := text[start : start+len(form)]
		if head != form && (!isEscape(form) || !strings.EqualFold(head, form)) {
			continue
		}
		if end := start + len(form); !slices.Contains(ends, end) {
			ends = append(ends, end)
		}
	}
	return ends
}

func isEscape(form string) bool {
	return len(form) > 1 && (form[0] == '%' || form[0] == '&' || form[0] == '\\')
}

// ascii holds the spellings of the characters that most secrets are made of:
// to find them takes 20 µs each, and a signature of each request is a new secret.
var ascii = sync.OnceValue(func() *[utf8.RuneSelf]spellings {
	var all [utf8.RuneSelf]spellings
	for char := range all {
		all[char] = findSpellings(string(rune(char)))
	}
	return &all
})

// spell returns the spellings of one character.
func spell(char string) spellings {
	if len(char) == 1 && char[0] < utf8.RuneSelf {
		return ascii()[char[0]]
	}
	return findSpellings(char)
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

func upper(b byte) byte {
	if 'a' <= b && b <= 'z' {
		return b - ('a' - 'A')
	}
	return b
}
