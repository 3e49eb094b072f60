package promprobe

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// contentType is that of Prometheus's text format.
const contentType = "text/plain; version=0.0.4; charset=utf-8"

// text writes Prometheus's text format. A registry and an encoder that are
// made for one answer and thrown away cost more than the probe; this is the
// whole of what one answer needs.
type text struct {
	buf  []byte
	last *family
}

func (t *text) add(f *family, value float64, labels ...string) {
	if f != t.last {
		t.last = f
		t.buf = append(append(append(append(t.buf, "# HELP "...), f.name...), ' '), f.help...)
		t.buf = append(append(append(t.buf, "\n# TYPE "...), f.name...), " gauge\n"...)
	}
	t.buf = append(t.buf, f.name...)
	for i, name := range f.labels {
		separator := byte(',')
		if i == 0 {
			separator = '{'
		}
		t.buf = append(append(append(t.buf, separator), name...), `="`...)
		t.buf = append(appendEscaped(t.buf, labels[i]), '"')
	}
	if len(f.labels) > 0 {
		t.buf = append(t.buf, '}')
	}
	t.buf = append(strconv.AppendFloat(append(t.buf, ' '), value, 'g', -1, 64), '\n')
}

// appendEscaped writes a label's value, which must be UTF-8.
func appendEscaped(buf []byte, value string) []byte {
	for _, r := range value { // a broken byte comes as the replacement rune
		switch r {
		case '\\':
			buf = append(buf, `\\`...)
		case '"':
			buf = append(buf, `\"`...)
		case '\n':
			buf = append(buf, `\n`...)
		default:
			buf = append(buf, string(r)...)
		}
	}
	return buf
}

func sortedKeys[V any](m map[string]V) []string {
	if len(m) == 0 {
		return nil
	}
	return slices.Sorted(maps.Keys(m))
}

// labelName makes a text a label's name.
func labelName(s string) string {
	clean := strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, s)
	if clean == "" || clean[0] >= '0' && clean[0] <= '9' {
		clean = "_" + clean
	}
	return clean
}
