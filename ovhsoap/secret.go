package ovhsoap

import (
	"fmt"
	"io"
	"log/slog"

	"github.com/hebergo/hebergo/internal/transport"
)

// Secret is a text that must not be seen: a password, a session's id, or a code
// that takes a domain or an order over. It prints as REDACTED under every verb,
// in log/slog and in JSON; Reveal is the text.
type Secret struct{ text *string }

// NewSecret makes a Secret of a text.
func NewSecret(text string) Secret { return Secret{&text} }

// Reveal returns the text.
func (s Secret) Reveal() string {
	if s.text == nil {
		return ""
	}
	return *s.text
}

// IsZero reports whether there is no text.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Format writes REDACTED.
func (Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, transport.Redacted) }

// String returns REDACTED.
func (Secret) String() string { return transport.Redacted }

// LogValue is String, for log/slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(transport.Redacted) }

// MarshalText is String, for encoding/json and others.
func (Secret) MarshalText() ([]byte, error) { return []byte(transport.Redacted), nil }
