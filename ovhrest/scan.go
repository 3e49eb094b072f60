package ovhrest

import (
	"bytes"
	"iter"
)

// maxDepth is how deep an answer may nest: every level of a model is decoded
// by its own method, so that depth costs time squared.
const maxDepth = 64

// tooDeep tells whether b nests deeper than maxDepth.
func tooDeep(b []byte) bool {
	if bytes.Count(b, []byte{'{'})+bytes.Count(b, []byte{'['}) <= maxDepth {
		return false
	}
	depth := 0
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = endOfString(b, i)
		case '{', '[':
			if depth++; depth > maxDepth {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}

// members yields the members of the valid JSON object b: the key as it is
// written, without its quotes, and the value.
func members(b []byte) iter.Seq2[[]byte, []byte] {
	return func(yield func(key, value []byte) bool) {
		i := skipSpace(b, 0)
		if i >= len(b) || b[i] != '{' {
			return
		}
		for i++; ; i++ {
			if i = skipSpace(b, i); i >= len(b) || b[i] != '"' {
				return
			}
			end := endOfString(b, i)
			key := b[i+1 : min(end, len(b))]
			i = skipSpace(b, skipSpace(b, end+1)+1) // past the colon
			end = endOfValue(b, i)
			if i >= len(b) || !yield(key, b[i:end]) {
				return
			}
			if i = skipSpace(b, end); i >= len(b) || b[i] != ',' {
				return
			}
		}
	}
}

// elements yields the elements of the valid JSON list b.
func elements(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		i := skipSpace(b, 0)
		if i >= len(b) || b[i] != '[' {
			return
		}
		for i++; ; i++ {
			if i = skipSpace(b, i); i >= len(b) || b[i] == ']' {
				return
			}
			end := endOfValue(b, i)
			if !yield(b[i:end]) {
				return
			}
			if i = skipSpace(b, end); i >= len(b) || b[i] != ',' {
				return
			}
		}
	}
}

func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\t' || b[i] == '\n' || b[i] == '\r') {
		i++
	}
	return i
}

// endOfString returns the index of the quote that ends the string at i, or
// where b ends.
func endOfString(b []byte, i int) int {
	for i++; i < len(b) && b[i] != '"'; i++ {
		if b[i] == '\\' {
			i++
		}
	}
	return min(i, len(b))
}

// endOfValue returns the index behind the value at i.
func endOfValue(b []byte, i int) int {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			i = endOfString(b, i)
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth < 0 {
				return i
			}
		case ',', ' ', '\t', '\n', '\r':
			if depth == 0 {
				return i
			}
		}
	}
	return min(i, len(b))
}
