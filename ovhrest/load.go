package ovhrest

import (
	"strings"

	"github.com/ovh/go-ovh/ovh"
)

// LoadConfig reads go-ovh's configuration: the environment variables
// OVH_ENDPOINT, OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET, OVH_CONSUMER_KEY,
// OVH_CLIENT_ID, OVH_CLIENT_SECRET and OVH_ACCESS_TOKEN, then the files
// ./ovh.conf, ~/.ovh.conf and /etc/ovh.conf. The first one that has a value is
// used. endpoint is a name such as "ovh-eu", or a URL; if it is empty, the
// configuration's is used.
//
// New does not read any of these. go-ovh does not support OAuth2 for a custom
// URL; set URL, TokenURL, ClientID and ClientSecret in the Config instead.
func LoadConfig(endpoint string) (Config, error) {
	lib, err := ovh.NewEndpointClient(endpoint)
	if err != nil {
		return Config{}, newError("", "go-ovh's configuration: "+loadReason(err), ErrInvalid)
	}
	cfg := Config{
		AppKey: lib.AppKey, AppSecret: NewSecret(lib.AppSecret), ConsumerKey: NewSecret(lib.ConsumerKey),
		ClientID: lib.ClientID, ClientSecret: NewSecret(lib.ClientSecret), AccessToken: NewSecret(lib.AccessToken),
	}
	for name, place := range endpoints {
		if place.url == lib.Endpoint() {
			cfg.Endpoint = name
			return cfg, nil
		}
	}
	cfg.URL = lib.Endpoint()
	return cfg, nil
}

// loadReason is go-ovh's own text where it is known to quote no file: an
// error of its parser repeats the line, which may hold a key.
func loadReason(err error) string {
	for _, known := range []string{
		"endpoint name cannot have", "can't use multiple authentication methods", "missing authentication information",
		"invalid oauth2 config", "invalid authentication config", "unknown endpoint", "oauth2 authentication is not compatible",
	} {
		if strings.HasPrefix(err.Error(), known) {
			return known
		}
	}
	return "can't be read"
}
