package ovhrest

import (
	"context"
)

// Extension is domain.extensions.Extension: a domain extension, such as com.
type Extension struct {
	Name string `json:"name"`

	Extra Extra `json:"-"`
}

// ExtensionOrder is domain.extensions.OrderByTypeEnum: the order of Extensions.
type ExtensionOrder string

// The values of ExtensionOrder that the API documents.
const (
	ExtensionOrderAlphabetical ExtensionOrder = "alphabetical"
	ExtensionOrderTrending     ExtensionOrder = "trending"
)

// ExtensionPricingAttributes is domain.extensions.ExtensionsPricingAttributes:
// recent changes of an extension's price.
type ExtensionPricingAttributes struct {
	BrandNew  bool   `json:"brandNew"`
	Name      string `json:"name"`
	PriceDrop bool   `json:"priceDrop"`

	Extra Extra `json:"-"`
}

// RegistryConfigurations is
// domain.extensions.registryConfigurations.RegistryConfigurations: what a
// registry allows.
type RegistryConfigurations struct {
	DNS       DNSRegistryConfiguration       `json:"dns"`
	Domain    DomainRegistryConfiguration    `json:"domain"`
	Lifecycle LifecycleRegistryConfiguration `json:"lifecycle"`

	Extra Extra `json:"-"`
}

// DNSRegistryConfiguration is
// domain.extensions.registryConfigurations.DNSRegistryConfiguration: the
// nameservers that a registry allows.
type DNSRegistryConfiguration struct {
	IsDNSSECSupported bool       `json:"isDNSSECSupported"`
	MaxNumber         Opt[int64] `json:"maxNumber,omitzero"`
	MinNumber         Opt[int64] `json:"minNumber,omitzero"`

	Extra Extra `json:"-"`
}

// DomainRegistryConfiguration is
// domain.extensions.registryConfigurations.DomainRegistryConfiguration: the
// names that a registry allows.
type DomainRegistryConfiguration struct {
	ExtensionType      ExtensionType              `json:"extension_type"`
	IsPremiumSupported bool                       `json:"isPremiumSupported"`
	Label              LabelRegistryConfiguration `json:"label"`

	Extra Extra `json:"-"`
}

// ExtensionType is domain.extensions.registryConfigurations.ExtensionTypeEnum:
// whether an extension belongs to a country.
type ExtensionType string

// The values of ExtensionType that the API documents.
const (
	ExtensionTypeCctld ExtensionType = "cctld"
	ExtensionTypeGtld  ExtensionType = "gtld"
)

// LabelRegistryConfiguration is
// domain.extensions.registryConfigurations.LabelDomainRegistryConfiguration:
// the allowed length of a name.
type LabelRegistryConfiguration struct {
	IsIDNSupported bool       `json:"isIDNSupported"`
	MaxLength      Opt[int64] `json:"maxLength,omitzero"`
	MinLength      Opt[int64] `json:"minLength,omitzero"`

	Extra Extra `json:"-"`
}

// LifecycleRegistryConfiguration is
// domain.extensions.registryConfigurations.LifecycleRegistryConfiguration: the
// periods of a domain's lifecycle.
type LifecycleRegistryConfiguration struct {
	Create   CreateRegistryConfiguration   `json:"create"`
	Order    OrderRegistryConfiguration    `json:"order"`
	Renew    RenewRegistryConfiguration    `json:"renew"`
	Restore  RestoreRegistryConfiguration  `json:"restore"`
	Transfer TransferRegistryConfiguration `json:"transfer"`

	Extra Extra `json:"-"`
}

// CreateRegistryConfiguration is
// domain.extensions.registryConfigurations.CreateLifecycleRegistryConfiguration:
// the periods a domain can be created for.
type CreateRegistryConfiguration struct {
	AllowedPeriodsInMonths []int64 `json:"allowedPeriodsInMonths,omitzero"`

	Extra Extra `json:"-"`
}

// OrderRegistryConfiguration is
// domain.extensions.registryConfigurations.OrderLifecycleRegistryConfiguration:
// the periods a domain can be ordered for.
type OrderRegistryConfiguration struct {
	Active    bool       `json:"active"`
	MaxMonths Opt[int64] `json:"maxMonths,omitzero"`
	MinMonths Opt[int64] `json:"minMonths,omitzero"`

	Extra Extra `json:"-"`
}

// RenewRegistryConfiguration is
// domain.extensions.registryConfigurations.RenewLifecycleRegistryConfiguration:
// the periods a domain can be renewed for.
type RenewRegistryConfiguration struct {
	AllowedPeriodsInMonths []int64    `json:"allowedPeriodsInMonths,omitzero"`
	GracePeriodInDays      Opt[int64] `json:"gracePeriodInDays,omitzero"`

	Extra Extra `json:"-"`
}

// RestoreRegistryConfiguration is
// domain.extensions.registryConfigurations.RestoreLifecycleRegistryConfiguration:
// how long a deleted domain can be restored.
type RestoreRegistryConfiguration struct {
	GracePeriodInDays Opt[int64] `json:"gracePeriodInDays,omitzero"`

	Extra Extra `json:"-"`
}

// TransferRegistryConfiguration is
// domain.extensions.registryConfigurations.TransferLifecycleRegistryConfiguration:
// the effect of a transfer on the expiration date.
type TransferRegistryConfiguration struct {
	AllowedPeriodsInMonths []int64 `json:"allowedPeriodsInMonths,omitzero"`
	IncludeRenew           bool    `json:"includeRenew"`

	Extra Extra `json:"-"`
}

// ExtensionFilter restricts Extensions; its zero value matches all.
type ExtensionFilter struct {
	Geolocalizations string         // places, separated by commas
	Thematics        string         // subjects, separated by commas
	OrderBy          ExtensionOrder // default alphabetical
	OvhSubsidiary    OvhSubsidiary  // used only for trending; default FR
}

// Extensions lists the extensions that can be ordered, in one request.
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

// ExtensionPricingAttributes returns for each extension whether it is new or
// has become cheaper, in one request. An empty subsidiary means FR.
func (c *Client) ExtensionPricingAttributes(ctx context.Context, subsidiary OvhSubsidiary) ([]ExtensionPricingAttributes, error) {
	return fetch[[]ExtensionPricingAttributes](ctx, c, request{route: "GET /domain/extensions/pricingAttributes", query: filter("ovhSubsidiary", string(subsidiary))})
}
