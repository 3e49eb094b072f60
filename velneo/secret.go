package velneo

import "github.com/hebergo/hebergo/internal/redact"

// A Secret is a text that doesn't print: not under any verb of fmt, not in JSON,
// XML or log/slog, and not as a part of somebody's struct. Reveal returns the
// text, == compares two of them, and the zero value is none.
//
// API keys, passwords, sessions and the links of backups are Secrets.
type Secret = redact.Secret

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return redact.New(text) }
