package ovhrest

import (
	"encoding/json"
	"log/slog"
	"maps"

	"github.com/hebergo/hebergo/internal/transport"
)

// Secret is a text that opens something: a key, an authorisation code, an
// order's password. However it is printed, logged or marshalled it reads
// REDACTED; Reveal returns it.
type Secret struct{ text string }

// NewSecret keeps a text as a secret.
func NewSecret(text string) Secret { return Secret{text} }

// Reveal returns the text.
func (s Secret) Reveal() string { return s.text }

// IsZero tells whether there is no text.
func (s Secret) IsZero() bool { return s.text == "" }

// String is REDACTED, or empty where there is no text.
func (s Secret) String() string {
	if s.text == "" {
		return ""
	}
	return transport.Redacted
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// LogValue is String, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON is String, for encoding/json.
func (s Secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.String()) }

// UnmarshalJSON reads a text.
func (s *Secret) UnmarshalJSON(b []byte) error { return json.Unmarshal(b, &s.text) }

// reveal moves a secret field into a copy of extra, where it is written in the
// clear, and notes it in secrets.
func reveal(extra *Extra, name string, field *Opt[Secret], secrets []string) []string {
	secret, ok := field.Value()
	if !ok {
		return secrets
	}
	text, err := json.Marshal(secret.text)
	if err != nil {
		return secrets
	}
	clear := Extra{name: text}
	maps.Copy(clear, *extra)
	*extra, *field = clear, Opt[Secret]{}
	return append(secrets, secret.text)
}
