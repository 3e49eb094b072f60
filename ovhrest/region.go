package ovhrest

import (
	"strings"

	"github.com/ovh/go-ovh/ovh"
)

// DefaultEndpoint is the endpoint of a Config that names none.
const DefaultEndpoint = "ovh-eu"

// place is one endpoint: where it is, where its OAuth2 tokens come from, and
// which paths it lacks (compared with copies of each region's own schemas).
type place struct {
	url, tokenURL string
	lacks         []string
}

var (
	usLacks  = []string{"/domain", "/me/task/domain", "/me/task/contactChange", "/order/cartServiceOption/domain", "/me/order/{orderId}/details/{orderDetailId}/extension"}
	ecoLacks = []string{"/order/cart", "/order/cartServiceOption", "/domain/contact", "/me/task/domain"}

	endpoints = map[string]place{
		"ovh-eu":        {ovh.OvhEU, "https://www.ovh.com/auth/oauth2/token", nil},
		"ovh-ca":        {ovh.OvhCA, "https://ca.ovh.com/auth/oauth2/token", nil},
		"ovh-us":        {ovh.OvhUS, "https://us.ovhcloud.com/auth/oauth2/token", usLacks},
		"kimsufi-eu":    {ovh.KimsufiEU, "", ecoLacks},
		"kimsufi-ca":    {ovh.KimsufiCA, "", ecoLacks},
		"soyoustart-eu": {ovh.SoyoustartEU, "", ecoLacks},
		"soyoustart-ca": {ovh.SoyoustartCA, "", ecoLacks},
	}
)

// checkRegion refuses a path that the endpoint is known to lack.
func checkRegion(endpoint, route, path string) error {
	for _, lacking := range endpoints[endpoint].lacks {
		if path == lacking || strings.HasPrefix(path, lacking+"/") {
			e := invalid(route, "Endpoint", endpoint+" does not offer this call")
			e.add(ErrRegion)
			return e
		}
	}
	return nil
}
