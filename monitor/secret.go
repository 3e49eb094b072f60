package monitor

import "github.com/hebergo/hebergo/internal/redact"

// Secret is a text that doesn't print: it is REDACTED under every verb of fmt,
// in JSON, XML and log/slog, and inside of other structs. Reveal returns the
// text. Tokens and API keys are Secrets; a Target holds the name of one.
type Secret = redact.Secret

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return redact.New(text) }
