package ovhrest

import (
	"context"
)

// OptionDefinition is order.cart.GenericOptionDefinition: an offer for an
// existing service, such as the trade of a domain.
type OptionDefinition struct {
	Exclusive   bool             `json:"exclusive"`
	Family      string           `json:"family" answer:"key"`
	Mandatory   bool             `json:"mandatory"`
	PlanCode    string           `json:"planCode" answer:"key"`
	Prices      []ProductPricing `json:"prices,omitzero"`
	ProductName string           `json:"productName"`
	ProductType ProductType      `json:"productType"`

	Extra Extra `json:"-"`
}

// ProductPricing is order.cart.GenericProductPricing: one price of an offer.
// AddDomainOption requires its Duration unchanged.
type ProductPricing struct {
	Capacities      []PricingCapacity `json:"capacities,omitzero"`
	Description     string            `json:"description"`
	Duration        string            `json:"duration" answer:"key"` // ISO 8601, such as P1Y or P0D
	Interval        int64             `json:"interval"`
	MaximumQuantity Opt[int64]        `json:"maximumQuantity,omitzero"`
	MaximumRepeat   Opt[int64]        `json:"maximumRepeat,omitzero"`
	MinimumQuantity int64             `json:"minimumQuantity"`
	MinimumRepeat   int64             `json:"minimumRepeat"`
	Price           Price             `json:"price"`
	PriceInUcents   int64             `json:"priceInUcents"` // 1699000000 is 16.99
	PricingMode     string            `json:"pricingMode" answer:"key"`
	PricingType     PricingType       `json:"pricingType"`

	Extra Extra `json:"-"`
}

// PricingCapacity is order.cart.GenericProductPricingCapacitiesEnum: the use
// that a price is for.
type PricingCapacity string

// The values of PricingCapacity that the API documents.
const (
	PricingCapacityConsumption  PricingCapacity = "consumption"
	PricingCapacityDetach       PricingCapacity = "detach"
	PricingCapacityDowngrade    PricingCapacity = "downgrade"
	PricingCapacityDynamic      PricingCapacity = "dynamic"
	PricingCapacityInstallation PricingCapacity = "installation"
	PricingCapacityRenew        PricingCapacity = "renew"
	PricingCapacityUpgrade      PricingCapacity = "upgrade"
)

// PricingType is order.cart.GenericProductPricingTypeEnum: how a price is
// charged.
type PricingType string

// The values of PricingType that the API documents.
const (
	PricingTypeConsumption PricingType = "consumption"
	PricingTypePurchase    PricingType = "purchase"
	PricingTypeRental      PricingType = "rental"
)

// ProductType is order.cart.GenericProductTypeEnum: the kind of product of an
// offer.
type ProductType string

// The values of ProductType that the API documents.
const (
	ProductTypeCloudService           ProductType = "cloud_service"
	ProductTypeDelivery               ProductType = "delivery"
	ProductTypeDeposit                ProductType = "deposit"
	ProductTypeDomain                 ProductType = "domain"
	ProductTypeImplementationServices ProductType = "implementation_services"
	ProductTypeSaasLicense            ProductType = "saas_license"
	ProductTypeShipping               ProductType = "shipping"
	ProductTypeStorage                ProductType = "storage"
)

// OptionableDomains lists the domains that an option can be ordered for, in one
// request. If whoisOwner is not empty, only the domains of that owner contact
// are listed.
func (c *Client) OptionableDomains(ctx context.Context, whoisOwner string) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /order/cartServiceOption/domain", query: filter("whoisOwner", whoisOwner)})
}

// DomainOptionOffers lists the offers that can be ordered for a domain of the
// account. The offer for an owner change is the one of the family "trade".
func (c *Client) DomainOptionOffers(ctx context.Context, domain string) ([]OptionDefinition, error) {
	return fetch[[]OptionDefinition](ctx, c, request{route: "GET /order/cartServiceOption/domain/{serviceName}", args: []string{domain}})
}

// DomainOption is an offer to add to a cart. All fields are required, and all
// but CartID must be copied from DomainOptionOffers unchanged: a wrong Duration
// is answered with "Service is temporarily unavailable" (python-ovh).
type DomainOption struct {
	CartID      string `json:"cartId"`
	Duration    string `json:"duration"` // ISO 8601, such as P1Y or P0D
	PlanCode    string `json:"planCode"`
	PricingMode string `json:"pricingMode"`
	Quantity    int64  `json:"quantity"` // default 1
}

// AddDomainOption adds an offer for a domain to a cart.
func (c *Client) AddDomainOption(ctx context.Context, domain string, option DomainOption) (Item, error) {
	const route = "POST /order/cartServiceOption/domain/{serviceName}"
	if option.Quantity == 0 {
		option.Quantity = 1
	}
	for _, f := range []struct{ name, value string }{
		{"CartID", option.CartID}, {"Duration", option.Duration}, {"PlanCode", option.PlanCode}, {"PricingMode", option.PricingMode},
	} {
		if f.value == "" {
			return Item{}, invalid(route, f.name, "is empty")
		}
	}
	return fetch[Item](ctx, c, request{route: route, args: []string{domain}, body: option})
}
