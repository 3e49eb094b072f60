// Package redact keeps secrets out of what people read: a type that doesn't
// print, and a search for secrets in texts that a peer wrote.
package redact

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"unique"
)

// Redacted stands where a secret would.
const Redacted = "REDACTED"

// A Secret is text that doesn't print: not under any verb of fmt, not in JSON,
// XML, YAML or log/slog, and not as part of somebody's struct, whose unexported
// fields fmt reads without asking their methods. Reveal returns the text.
//
// Secrets of the same text are equal under ==. The zero value is no text.
type Secret struct {
	// A handle is a pointer, and fmt follows none within a value. Unlike a
	// *string it compares by what it points to.
	text unique.Handle[string]
	wire bool // this copy is marshalled as what it is
}

// New returns text as a Secret.
func New(text string) Secret {
	if text == "" {
		return Secret{}
	}
	return Secret{text: unique.Make(text)}
}

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.IsZero() {
		return ""
	}
	return s.text.Value()
}

// IsZero reports whether there is no text.
func (s Secret) IsZero() bool { return s.text == unique.Handle[string]{} }

// String returns REDACTED, or nothing where there is no text.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return Redacted
}

// GoString is String, quoted.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// Format writes String under every verb.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') || verb == 'q' {
		_, _ = io.WriteString(f, s.GoString())
		return
	}
	_, _ = io.WriteString(f, s.String())
}

// LogValue is String, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText is String: for encoding/json, its map keys among it, encoding/xml
// and the YAML packages. What has to keep a secret saves Reveal.
func (s Secret) MarshalText() ([]byte, error) {
	if s.wire {
		return []byte(s.Reveal()), nil
	}
	return []byte(s.String()), nil
}

// ForWire returns a copy that is marshalled as its text: for the body of a
// request, and nothing that lives longer. It is not equal to s.
func ForWire(s Secret) Secret {
	s.wire = true
	return s
}

var errRedacted = errors.New("redact: " + Redacted + " is not a secret but what one prints as")

// UnmarshalText takes the text of a configuration or an answer. REDACTED is
// refused: it is what was saved where Reveal was meant.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == Redacted {
		return errRedacted
	}
	*s = New(string(text))
	return nil
}
