package main

import (
	"os"
	"slices"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/wedos"
)

// credentials reads the environment. What is not set at all is switched off;
// what is set by half is a mistake.
func (s *settings) credentials() error {
	s.monitor.Secrets = monitor.EnvSecrets
	if anySet("WEDOS_LOGIN", "WEDOS_PASSWORD", "WEDOS_PASSWORD_FILE") {
		config, err := wedos.LoadConfig()
		if err != nil {
			return err
		}
		config.IPv4Only = true
		s.wapi = &config
	}
	config, err := ovhrest.LoadConfig("")
	switch {
	case err == nil:
		s.ovh = &config
	case anySet("OVH_APPLICATION_KEY", "OVH_APPLICATION_SECRET", "OVH_CONSUMER_KEY", "OVH_CLIENT_ID", "OVH_CLIENT_SECRET", "OVH_ACCESS_TOKEN"):
		return err
	}
	return nil
}

func anySet(names ...string) bool {
	return slices.ContainsFunc(names, func(name string) bool { return os.Getenv(name) != "" })
}
