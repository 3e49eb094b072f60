package ovhrest

import "context"

// DomainContacts lists the contacts that domains can belong to. It is one
// request: the API answers with whole contacts here.
func (c *Client) DomainContacts(ctx context.Context) ([]Contact, error) {
	return fetch[[]Contact](ctx, c, request{route: "GET /domain/contact"})
}

// DomainContact returns one contact.
func (c *Client) DomainContact(ctx context.Context, contactID int64) (Contact, error) {
	return fetch[Contact](ctx, c, request{route: "GET /domain/contact/{contactId}", args: []string{id(contactID)}})
}

// CreateDomainContact creates a contact. The API can't delete one again, so
// look for an equal one first. What a contact needs depends on the extension:
// see ConfigurationRule.
func (c *Client) CreateDomainContact(ctx context.Context, contact Contact) (Contact, error) {
	return fetch[Contact](ctx, c, request{route: "POST /domain/contact", body: writable(contact)})
}

// EditDomainContact changes a contact. Fields left out stay as they are. The
// fields that make an owner can't be changed while a domain belongs to the
// contact: that takes a trade.
func (c *Client) EditDomainContact(ctx context.Context, contactID int64, edit Contact) (Contact, error) {
	return fetch[Contact](ctx, c, request{route: "PUT /domain/contact/{contactId}", args: []string{id(contactID)}, body: writable(edit)})
}
