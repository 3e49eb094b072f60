package ovhrest

import "github.com/hebergo/hebergo/internal/redact"

// Secret is a text that opens something: a key, an authorisation code, an
// order's password. However it is printed, logged or marshalled it reads
// REDACTED, as part of another value too; Reveal returns it.
type Secret = redact.Secret

// NewSecret returns a text as a secret.
func NewSecret(text string) Secret { return redact.New(text) }

// open returns the field as it is sent, in the clear, and notes its text in
// secrets.
func open(field Opt[Secret], secrets *[]string) Opt[Secret] {
	secret, ok := field.Value()
	if !ok {
		return field
	}
	*secrets = append(*secrets, secret.Reveal())
	return Some(redact.ForWire(secret))
}
