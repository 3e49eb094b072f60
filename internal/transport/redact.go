package transport

import "github.com/hebergo/hebergo/internal/redact"

// Redacted, Scrub and Clean are package redact's.
const Redacted = redact.Redacted

// Scrub is redact.Scrub.
func Scrub(text string, secrets ...string) string { return redact.Scrub(text, secrets...) }

// Clean is redact.Clean.
func Clean(text string, limit int) string { return redact.Clean(text, limit) }
