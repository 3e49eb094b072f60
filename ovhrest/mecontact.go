package ovhrest

import (
	"context"
	"iter"
)

// MeContactIDs lists the contacts under /me/contact, in one request.
func (c *Client) MeContactIDs(ctx context.Context) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/contact"})
}

// MeContacts yields the contacts under /me/contact, with one request for each
// and a few of them at once.
func (c *Client) MeContacts(ctx context.Context) iter.Seq2[MeContact, error] {
	return each(ctx, c.MeContactIDs, c.MeContact)
}

// MeContact returns one contact.
func (c *Client) MeContact(ctx context.Context, contactID int64) (MeContact, error) {
	return fetch[MeContact](ctx, c, request{route: "GET /me/contact/{contactId}", args: []string{id(contactID)}})
}

// CreateMeContact creates a contact. The API can't delete one again.
func (c *Client) CreateMeContact(ctx context.Context, contact MeContact) (MeContact, error) {
	return fetch[MeContact](ctx, c, request{route: "POST /me/contact", body: writable(contact)})
}

// EditMeContact changes a contact. Fields left out stay as they are;
// MeContactFields tells which can't be changed.
func (c *Client) EditMeContact(ctx context.Context, contactID int64, edit MeContact) (MeContact, error) {
	return fetch[MeContact](ctx, c, request{route: "PUT /me/contact/{contactId}", args: []string{id(contactID)}, body: writable(edit)})
}

// MeContactFields lists which fields of a contact are mandatory or read-only.
func (c *Client) MeContactFields(ctx context.Context, contactID int64) ([]FieldInformation, error) {
	return fetch[[]FieldInformation](ctx, c, request{route: "GET /me/contact/{contactId}/fields", args: []string{id(contactID)}})
}
