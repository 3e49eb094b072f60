package ovhrest

import "context"

// ExtensionFilter narrows Extensions down; its zero value takes all.
type ExtensionFilter struct {
	Geolocalizations string         // places, with commas
	Thematics        string         // subjects, with commas
	OrderBy          ExtensionOrder // default alphabetical
	OvhSubsidiary    OvhSubsidiary  // counts for trending alone; default FR
}

// Extensions lists the extensions that domains can be ordered in, in one
// request.
func (c *Client) Extensions(ctx context.Context, f ExtensionFilter) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /domain/extensions", query: filter(
		"geolocalizations", f.Geolocalizations, "thematics", f.Thematics, "orderBy", string(f.OrderBy), "ovhSubsidiary", string(f.OvhSubsidiary))})
}

// Extension returns one extension.
func (c *Client) Extension(ctx context.Context, name string) (Extension, error) {
	return fetch[Extension](ctx, c, request{route: "GET /domain/extensions/{name}", args: []string{name}})
}

// RegistryConfigurations returns what the registry of an extension allows.
func (c *Client) RegistryConfigurations(ctx context.Context, extension string) (RegistryConfigurations, error) {
	return fetch[RegistryConfigurations](ctx, c, request{route: "GET /domain/extensions/{name}/registryConfigurations", args: []string{extension}})
}

// ExtensionPricingAttributes tells of each extension whether it is new or has
// become cheaper, in one request; the subsidiary may be empty for FR.
func (c *Client) ExtensionPricingAttributes(ctx context.Context, subsidiary OvhSubsidiary) ([]ExtensionPricingAttributes, error) {
	return fetch[[]ExtensionPricingAttributes](ctx, c, request{route: "GET /domain/extensions/pricingAttributes", query: filter("ovhSubsidiary", string(subsidiary))})
}
