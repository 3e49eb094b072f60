package monitor

import (
	"bytes"
	"encoding/json"
	"unicode/utf8"
)

// A list is gone through where it lies in the answer, so that what a peer sends
// takes the memory of what is kept of it, and not a multiple of its commas.

// extent returns the length of the object or list that data begins with. ok is
// false where it does not end. It checks brackets and texts, and no more.
func extent(data []byte) (n int, ok bool) {
	depth, inText := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inText && c == '\\':
			i++
		case c == '"':
			inText = !inText
		case inText:
		case c == '{' || c == '[':
			depth++
		case c == '}' || c == ']':
			if depth--; depth == 0 {
				return i + 1, true
			}
		}
	}
	return 0, false
}

// find returns the first valid JSON object or list in an answer that begins
// with one of the characters and pleases. PHP likes to print warnings first,
// and those may hold brackets too.
func find(body []byte, begins string, pleases func(value []byte) bool) bool {
	for range maxStarts {
		i := bytes.IndexAny(body, begins)
		if i < 0 {
			return false
		}
		body = body[i:]
		if n, ok := extent(body); ok && json.Valid(body[:n]) && pleases(body[:n]) {
			return true
		}
		body = body[1:]
	}
	return false
}

// each calls f for the members of a valid object, or with an empty key for
// those of a valid list, until it returns false. ok is false where data is
// neither.
func each(data []byte, f func(key, value []byte) bool) (ok bool) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || data[0] != '{' && data[0] != '[' {
		return false
	}
	object, rest := data[0] == '{', data[1:len(data)-1]
	for {
		rest = bytes.TrimLeft(rest, " \t\r\n,")
		if len(rest) == 0 {
			return true
		}
		var key []byte
		if object {
			n := scalarLen(rest)
			key, rest = rest[:n], bytes.TrimLeft(rest[n:], " \t\r\n:")
		}
		n, nested := 0, rest[0] == '{' || rest[0] == '['
		if nested {
			n, _ = extent(rest)
		} else {
			n = scalarLen(rest)
		}
		if !f(key, rest[:n]) {
			return true
		}
		rest = rest[n:]
	}
}

// scalarLen is the length of the text, number or word that data begins with.
func scalarLen(data []byte) int {
	if data[0] != '"' {
		if n := bytes.IndexAny(data, " \t\r\n,:"); n >= 0 {
			return n
		}
		return len(data)
	}
	for i := 1; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(data)
}

// member returns the value of an object's member, the last one of that name as
// encoding/json has it.
func member(object []byte, name string) (value []byte, found bool) {
	each(object, func(key, v []byte) bool {
		if is(key, name) {
			value, found = v, true
		}
		return true
	})
	return value, found
}

// is reports whether a key, in its quotes, is that name.
func is(key []byte, name string) bool {
	if bytes.IndexByte(key, '\\') < 0 {
		return len(key) == len(name)+2 && string(key[1:len(key)-1]) == name
	}
	return unquoted(key) == name
}

// unquoted is the text of a key or value in quotes, empty where it is none.
func unquoted(quoted []byte) (text string) {
	if len(quoted) == 0 {
		return ""
	}
	if n := len(quoted); n >= 2 && quoted[0] == '"' && bytes.IndexByte(quoted, '\\') < 0 && utf8.Valid(quoted) {
		return string(quoted[1 : n-1])
	}
	if json.Unmarshal(quoted, &text) != nil {
		return ""
	}
	return text
}
