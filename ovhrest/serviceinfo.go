package ovhrest

import "context"

// ServiceInfos returns the contract behind a domain: contacts, dates, renewal.
func (c *Client) ServiceInfos(ctx context.Context, domain string) (Service, error) {
	return fetch[Service](ctx, c, request{route: "GET /domain/{serviceName}/serviceInfos", args: []string{domain}})
}

// EditServiceInfos changes how a domain is renewed, which is all that can be
// changed there. It is answered with 400 and ErrBusy just after a delivery.
func (c *Client) EditServiceInfos(ctx context.Context, domain string, renew RenewType) error {
	body := struct {
		Renew RenewType `json:"renew"`
	}{renew}
	return c.do(ctx, request{route: "PUT /domain/{serviceName}/serviceInfos", args: []string{domain}, body: body}, nil)
}

// ServiceFilter narrows ServiceIDs down; its zero value takes all.
type ServiceFilter struct {
	ResourceName string // such as a domain
	Routes       string // of the API, with commas: "/domain/{serviceName}"
	OrderBy      string
	Sort         string
}

// ServiceIDs lists the account's services of every kind, in one request (beta
// in the API).
func (c *Client) ServiceIDs(ctx context.Context, f ServiceFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /services",
		query: filter("resourceName", f.ResourceName, "routes", f.Routes, "orderBy", f.OrderBy, "sort", f.Sort),
	})
}
