package velneo

import (
	"os"

	"github.com/hebergo/hebergo/internal/transport"
)

// LoadConfig reads the environment: VELNEO_EMAIL and VELNEO_API_KEY, or the
// files that VELNEO_EMAIL_FILE and VELNEO_API_KEY_FILE name, and VELNEO_URL if
// it is not DefaultURL. All other fields are zero. New does not read the
// environment. A variable that is missing, or names a file that can't be read,
// is an ErrInvalid with the name of the variable and without its value.
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
