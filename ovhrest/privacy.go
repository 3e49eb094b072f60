package ovhrest

import "context"

// ObfuscatedEmails lists the addresses that Whois shows for a domain's
// contacts.
func (c *Client) ObfuscatedEmails(ctx context.Context, domain string) ([]ObfuscatedEmail, error) {
	return fetch[[]ObfuscatedEmail](ctx, c, request{route: "GET /domain/{serviceName}/configurations/obfuscatedEmails", args: []string{domain}})
}

type contactsBody struct {
	Contacts []ContactType `json:"contacts"`
}

// EditObfuscatedEmails hides the addresses of these contacts and of no others.
func (c *Client) EditObfuscatedEmails(ctx context.Context, domain string, contacts []ContactType) ([]ObfuscatedEmail, error) {
	body := contactsBody{append([]ContactType{}, contacts...)}
	return fetch[[]ObfuscatedEmail](ctx, c, request{route: "PUT /domain/{serviceName}/configurations/obfuscatedEmails", args: []string{domain}, body: body})
}

// RefreshObfuscatedEmails replaces the hidden addresses of these contacts.
func (c *Client) RefreshObfuscatedEmails(ctx context.Context, domain string, contacts []ContactType) error {
	body := contactsBody{append([]ContactType{}, contacts...)}
	return c.do(ctx, request{route: "POST /domain/{serviceName}/configurations/obfuscatedEmails/refresh", args: []string{domain}, body: body}, nil)
}

// Optins lists which fields of a domain's contacts Whois may show.
func (c *Client) Optins(ctx context.Context, domain string) ([]Optin, error) {
	return fetch[[]Optin](ctx, c, request{route: "GET /domain/{serviceName}/configurations/optin", args: []string{domain}})
}

// EditOptins sets which fields of a domain's contacts Whois may show.
func (c *Client) EditOptins(ctx context.Context, domain string, optins []Optin) ([]Optin, error) {
	body := struct {
		Optin []Optin `json:"optin"`
	}{append([]Optin{}, optins...)}
	return fetch[[]Optin](ctx, c, request{route: "PUT /domain/{serviceName}/configurations/optin", args: []string{domain}, body: body})
}
