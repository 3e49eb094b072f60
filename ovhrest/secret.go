package ovhrest

import (
	"encoding/json"
	"log/slog"

	"github.com/hebergo/hebergo/internal/transport"
)

// Secret is a text that opens something: a key, an authorisation code, an
// order's password. However it is printed, logged or marshalled it reads
// REDACTED; Reveal returns it.
type Secret struct {
	text *string // behind a pointer, so that fmt shows no more of a struct with a Secret inside
	sent bool    // this copy is on its way to the API
}

// NewSecret keeps a text as a secret.
func NewSecret(text string) Secret { return Secret{text: &text} }

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero tells whether there is no text.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String is REDACTED, or empty where there is no text.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return transport.Redacted
}

// GoString is String.
func (s Secret) GoString() string { return s.String() }

// LogValue is String, for log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalJSON is String, for encoding/json.
func (s Secret) MarshalJSON() ([]byte, error) {
	if s.sent {
		return json.Marshal(s.Reveal())
	}
	return json.Marshal(s.String())
}

// UnmarshalJSON reads a text.
func (s *Secret) UnmarshalJSON(b []byte) error {
	var text string
	err := json.Unmarshal(b, &text)
	*s = NewSecret(text)
	return err
}

// open returns the field as it is sent, in the clear, and notes its text in
// secrets.
func open(field Opt[Secret], secrets *[]string) Opt[Secret] {
	secret, ok := field.Value()
	if !ok {
		return field
	}
	*secrets = append(*secrets, secret.Reveal())
	secret.sent = true
	return Some(secret)
}
