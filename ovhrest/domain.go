package ovhrest

import "context"

// DomainFilter narrows Domains down; its zero value takes all.
type DomainFilter struct {
	WhoisOwner string // the id of the owner contact
}

// Domains lists the names of the account's domains, in one request.
func (c *Client) Domains(ctx context.Context, f DomainFilter) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /domain", query: filter("whoisOwner", f.WhoisOwner)})
}

// Domain returns one domain. Its WhoisOwner is the proof of an owner change.
func (c *Client) Domain(ctx context.Context, name string) (Domain, error) {
	return fetch[Domain](ctx, c, request{route: "GET /domain/{serviceName}", args: []string{name}})
}

// DomainEdit is what can be changed in a domain; a field left out stays.
type DomainEdit struct {
	NameServerType     NameServerType `json:"nameServerType,omitzero"`
	TransferLockStatus LockStatus     `json:"transferLockStatus,omitzero"` // locked or unlocked
}

// EditDomain changes a domain and returns it as it is then.
func (c *Client) EditDomain(ctx context.Context, name string, edit DomainEdit) (Domain, error) {
	return fetch[Domain](ctx, c, request{route: "PUT /domain/{serviceName}", args: []string{name}, body: edit})
}

// AuthInfo returns the code that lets a domain be transferred away. The domain
// must be unlocked.
func (c *Client) AuthInfo(ctx context.Context, name string) (Secret, error) {
	return fetch[Secret](ctx, c, request{route: "GET /domain/{serviceName}/authInfo", args: []string{name}})
}

// DomainOptions returns the services that a domain was bought with.
func (c *Client) DomainOptions(ctx context.Context, name string) (ServiceOptions, error) {
	return fetch[ServiceOptions](ctx, c, request{route: "GET /domain/{serviceName}/options", args: []string{name}})
}
