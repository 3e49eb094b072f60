// Package redact keeps secrets out of output: a string type that does not
// print, and a search for secrets in text from a peer.
package redact

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"unique"
)

// Redacted is printed in place of a secret.
const Redacted = "REDACTED"

// A Secret is a string that does not print: not with any verb of fmt, not in
// JSON, XML, YAML or log/slog, and not as a field of another struct, whose
// unexported fields fmt reads without calling their methods. Reveal returns the
// text.
//
// Secrets with the same text are equal under ==. The zero value is empty.
type Secret struct {
	// A handle is a pointer, and fmt follows none within a value. Unlike a
	// *string it compares by what it points to.
	text unique.Handle[string]
	wire bool // this copy is marshalled as its text
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

// IsZero reports whether the Secret is empty.
func (s Secret) IsZero() bool { return s.text == unique.Handle[string]{} }

// String returns REDACTED, or "" if the Secret is empty.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return Redacted
}

// GoString returns String, quoted.
func (s Secret) GoString() string { return fmt.Sprintf("%q", s.String()) }

// Format writes String with every verb.
func (s Secret) Format(f fmt.State, verb rune) {
	if verb == 'v' && f.Flag('#') || verb == 'q' {
		_, _ = io.WriteString(f, s.GoString())
		return
	}
	_, _ = io.WriteString(f, s.String())
}

// LogValue returns the same as String, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText returns the same as String: for encoding/json including map keys,
// encoding/xml and the YAML packages. To store a secret, save the result of
// Reveal.
func (s Secret) MarshalText() ([]byte, error) {
	if s.wire {
		return []byte(s.Reveal()), nil
	}
	return []byte(s.String()), nil
}

// ForWire returns a copy that is marshalled as its text, to be used only for
// the body of a request. It is not equal to s.
func ForWire(s Secret) Secret {
	s.wire = true
	return s
}

var errRedacted = errors.New("redact: " + Redacted + " is not a secret but what one prints as")

// UnmarshalText sets the Secret from a configuration or a response. REDACTED is
// an error: it was saved by mistake in place of the result of Reveal.
func (s *Secret) UnmarshalText(text []byte) error {
	if string(text) == Redacted {
		return errRedacted
	}
	*s = New(string(text))
	return nil
}
