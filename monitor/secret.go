package monitor

import (
	"context"
	"errors"
	"strings"
	"unicode"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// Secret is a string that does not print: it shows as REDACTED with every verb
// of fmt, in JSON, XML and log/slog, and inside other structs. Reveal returns
// the text. Tokens and API keys are Secrets; a Target holds the name of one.
type Secret = redact.Secret

// NewSecret returns text as a Secret.
func NewSecret(text string) Secret { return redact.New(text) }

// EnvSecrets is a Config.Secrets that takes a reference as the name of an
// environment variable and returns its value, or the contents of the file named
// by NAME_FILE. A variable that is not set is ErrInvalid. Anyone who can write
// targets can send any variable of the process to an address of their choice,
// so use it only for targets written by the operator.
func EnvSecrets(_ context.Context, reference string) (Secret, error) {
	var secret string
	err := transport.LoadEnv(transport.Variable{Name: reference, Into: &secret})
	if err != nil {
		return Secret{}, newError("secret", "", ErrInvalid, err.Error())
	}
	return NewSecret(secret), nil
}

// secret resolves a Target's reference. ok is false when it leads nowhere, and
// res then says so.
func (m *Monitor) secret(ctx context.Context, t Target, res *Result) (secret string, ok bool) {
	if t.Secret == "" {
		return "", true
	}
	secret, err := m.resolve(ctx, t.Secret)
	switch {
	case ctx.Err() != nil:
		res.ended(ctx, "resolving the secret")
	case err != nil:
		res.misconfigured("Secret", "could not be resolved")
	case secret == "":
		res.misconfigured("Secret", "resolves to nothing")
	case strings.ContainsFunc(secret, unicode.IsControl):
		res.misconfigured("Secret", "resolves to a text with control characters, such as a line's end")
	default:
		return secret, true
	}
	return "", false
}

// resolve asks the program's resolver. What it panics with may quote the
// secret, so that is an error like any other.
func (m *Monitor) resolve(ctx context.Context, reference string) (secret string, err error) {
	defer func() {
		if recover() != nil {
			secret, err = "", errors.New("the resolver panicked")
		}
	}()
	found, err := m.config.Secrets(ctx, reference)
	return found.Reveal(), err
}
