package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/wedos"
)

// credentials reads the environment. What is not set at all is switched off;
// what is set by half is a mistake.
func (s *settings) credentials(env func(string) string) error {
	s.monitor.Secrets = func(_ context.Context, name string) (string, error) {
		if secret := env(name); secret != "" {
			return secret, nil
		}
		return "", fmt.Errorf("%s is not set", name)
	}
	login, password := env("WEDOS_LOGIN"), env("WEDOS_PASSWORD")
	switch {
	case login != "" && password == "":
		return errors.New("WEDOS_LOGIN is set, but WEDOS_PASSWORD is not")
	case login == "" && password != "":
		return errors.New("WEDOS_PASSWORD is set, but WEDOS_LOGIN is not")
	case login != "":
		s.wapi = &wedos.Config{Login: login, Password: password, IPv4Only: true}
	}
	config, err := ovhrest.LoadConfig("")
	if err == nil {
		s.ovh = &config
		return nil
	}
	for _, name := range []string{"OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY", "OVH_CLIENT_ID", "OVH_CLIENT_SECRET", "OVH_ACCESS_TOKEN"} {
		if env(name) != "" {
			return err
		}
	}
	return nil
}
