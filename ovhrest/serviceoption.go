package ovhrest

import "context"

// OptionableDomains lists the domains that an option can be ordered for, in
// one request; with a whoisOwner, those of that owner contact.
func (c *Client) OptionableDomains(ctx context.Context, whoisOwner string) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /order/cartServiceOption/domain", query: filter("whoisOwner", whoisOwner)})
}

// DomainOptionOffers lists what can be ordered for a domain of the account.
// The owner change is the one of the family "trade".
func (c *Client) DomainOptionOffers(ctx context.Context, domain string) ([]OptionDefinition, error) {
	return fetch[[]OptionDefinition](ctx, c, request{route: "GET /order/cartServiceOption/domain/{serviceName}", args: []string{domain}})
}

// DomainOption is an offer to put into a cart. All fields are required, and
// all but CartID come from DomainOptionOffers as they stand there: a wrong
// Duration is answered with "Service is temporarily unavailable" (python-ovh).
type DomainOption struct {
	CartID      string `json:"cartId"`
	Duration    string `json:"duration"` // ISO 8601, such as P1Y or P0D
	PlanCode    string `json:"planCode"`
	PricingMode string `json:"pricingMode"`
	Quantity    int64  `json:"quantity"` // default 1
}

// AddDomainOption puts an offer for a domain into a cart.
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
