package monitor

import (
	"context"

	"github.com/hebergo/hebergo/internal/transport"
)

// EnvSecrets is a Config.Secrets that takes a reference for the name of an
// environment variable: its value, or what the file holds that NAME_FILE names.
// One that is not set is an ErrInvalid. Whoever may write targets can thereby
// send any variable of the process to an address of his choice: it is for
// targets of the operator's own.
func EnvSecrets(_ context.Context, reference string) (Secret, error) {
	var secret string
	err := transport.LoadEnv(transport.Variable{Name: reference, Into: &secret})
	if err != nil {
		return Secret{}, newError("secret", "", ErrInvalid, err.Error())
	}
	return NewSecret(secret), nil
}
