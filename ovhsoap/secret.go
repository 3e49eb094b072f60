package ovhsoap

import "github.com/hebergo/hebergo/internal/redact"

// Secret is a text that must not be seen: a password, a session's id, or a code
// that takes a domain or an order over. It prints as REDACTED under every verb,
// in log/slog, JSON, XML and YAML, also as a field of somebody's structure;
// Reveal is the text.
type Secret = redact.Secret

// NewSecret makes a Secret of a text.
func NewSecret(text string) Secret { return redact.New(text) }
