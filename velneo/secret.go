package velneo

import "github.com/hebergo/hebergo/internal/redact"

// Secret is a text that prints as REDACTED: with every verb of fmt, in JSON,
// XML and log/slog, and inside other structs. Reveal returns the text. Secrets
// can be compared with ==, and the zero value is the empty text.
//
// API keys, passwords, sessions and backup links are Secrets.
type Secret = redact.Secret

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return redact.New(text) }
