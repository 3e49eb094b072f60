package wedos

import (
	"os"

	"github.com/hebergo/hebergo/internal/transport"
)

// LoadConfig reads the environment: WEDOS_LOGIN and WEDOS_PASSWORD, or the
// files that WEDOS_LOGIN_FILE and WEDOS_PASSWORD_FILE name, and WEDOS_URL where
// it is not DefaultURL. All other fields are left to the caller. New never reads
// any of these. A variable that is missing or leads to no file is an ErrInvalid
// that names it, and shows no value.
func LoadConfig() (Config, error) {
	cfg := Config{URL: os.Getenv("WEDOS_URL")}
	var password string
	err := transport.LoadEnv(transport.Variable{Name: "WEDOS_LOGIN", Into: &cfg.Login}, transport.Variable{Name: "WEDOS_PASSWORD", Into: &password})
	if err != nil {
		return Config{}, fieldError(err)
	}
	cfg.Password = NewSecret(password)
	return cfg, nil
}

// LoadWebhookConfig reads WEDOS_WEBHOOK_TOKEN, or the file that
// WEDOS_WEBHOOK_TOKEN_FILE names, as LoadConfig does.
func LoadWebhookConfig() (WebhookConfig, error) {
	var token string
	err := transport.LoadEnv(transport.Variable{Name: "WEDOS_WEBHOOK_TOKEN", Into: &token})
	return WebhookConfig{Token: NewSecret(token)}, fieldError(err)
}
