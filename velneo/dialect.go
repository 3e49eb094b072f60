package velneo

import (
	"bytes"
	"encoding/json"
	"strings"
)

// Dialect is the syntax in which the params of a call are written.
type Dialect string

// The two dialects.
const (
	// StrictJSON is JSON in which ' is written \u0027, so that a server that
	// turns single quotes into double ones reads the same.
	StrictJSON Dialect = "strict"
	// SingleQuoted is the form of the vendor guide's curl samples,
	// {'name': 'value'}, with both quotes escaped inside a value.
	SingleQuoted Dialect = "single-quoted"
)

// quote writes a text as JSON without the escapes that only HTML needs.
func quote(text string) []byte {
	if !strings.ContainsFunc(text, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		return []byte(`"` + text + `"`)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(text) // a string can't fail
	return bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
}

// write turns compact JSON into the dialect. A quote inside a value becomes a
// \u escape in both: the only form that is read alike by a JSON parser and by a
// server that replaces single quotes by double ones first.
func (d Dialect) write(compact []byte) []byte {
	if d != SingleQuoted {
		return bytes.ReplaceAll(compact, []byte(`'`), []byte(`\u0027`))
	}
	out := make([]byte, 0, len(compact)+len(compact)/4)
	inside := false
	for i := 0; i < len(compact); i++ {
		switch c := compact[i]; {
		case c == '"':
			inside = !inside
			out = append(out, '\'')
		case c == '\'':
			out = append(out, `\u0027`...)
		case c == '\\' && compact[i+1] == '"':
			i++
			out = append(out, `\u0022`...)
		case c == '\\':
			i++
			out = append(out, c, compact[i])
		case !inside && (c == ':' || c == ','):
			out = append(out, c, ' ')
		default:
			out = append(out, c)
		}
	}
	return out
}
