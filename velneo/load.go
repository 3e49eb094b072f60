package velneo

import (
	"os"

	"github.com/hebergo/hebergo/internal/transport"
)

// LoadConfig reads the environment: VELNEO_EMAIL and VELNEO_API_KEY, or the
// files that VELNEO_EMAIL_FILE and VELNEO_API_KEY_FILE name, and VELNEO_URL where
// it is not DefaultURL. All other fields are left to the caller. New never reads
// any of these. A variable that is missing or leads to no file is an ErrInvalid
// that names it, and shows no value.
func LoadConfig() (Config, error) {
	cfg := Config{URL: os.Getenv("VELNEO_URL")}
	var key string
	err := transport.LoadEnv(transport.Variable{Name: "VELNEO_EMAIL", Into: &cfg.Email}, transport.Variable{Name: "VELNEO_API_KEY", Into: &key})
	if err != nil {
		return Config{}, fieldError(err)
	}
	cfg.APIKey = NewSecret(key)
	return cfg, nil
}
