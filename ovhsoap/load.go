package ovhsoap

import (
	"os"

	"github.com/hebergo/hebergo/internal/transport"
)

// LoadConfig reads the environment: OVHSOAP_NIC and OVHSOAP_PASSWORD, or the
// files that OVHSOAP_NIC_FILE and OVHSOAP_PASSWORD_FILE name, and OVHSOAP_URL
// where it is not DefaultURL. All other fields are left to the caller. New never
// reads any of these. A variable that is missing or leads to no file is an
// ErrInvalid that names it, and shows no value.
func LoadConfig() (Config, error) {
	cfg := Config{URL: os.Getenv("OVHSOAP_URL")}
	var password string
	err := transport.LoadEnv(transport.Variable{Name: "OVHSOAP_NIC", Into: &cfg.Nic}, transport.Variable{Name: "OVHSOAP_PASSWORD", Into: &password})
	if err != nil {
		return Config{}, fieldError(err)
	}
	cfg.Password = NewSecret(password)
	return cfg, nil
}
