package wedos

import (
	"cmp"
	"context"
)

// Contact is a person or an organisation at a registry. Which fields are
// required depends on the top-level domain; WAPI names a missing one (2217 to
// 2241). For fields that only some registries require and that are not listed
// here, use Client.Call.
type Contact struct {
	ID            string `wapi:"cname,omitempty"` // .cz: chosen by the caller; otherwise assigned by WEDOS
	FirstName     string `wapi:"fname,omitempty"`
	LastName      string `wapi:"lname,omitempty"`
	Company       string `wapi:"company,omitempty"`
	Street        string `wapi:"addr_street,omitempty"`
	City          string `wapi:"addr_city,omitempty"`
	ZIP           string `wapi:"addr_zip,omitempty"`
	State         string `wapi:"addr_state,omitempty"`
	Country       string `wapi:"addr_country,omitempty"` // ISO 3166, lower case
	Phone         string `wapi:"phone,omitempty"`        // +420 123456789
	Fax           string `wapi:"fax,omitempty"`
	Email         string `wapi:"email,omitempty"` // WEDOS checks that the mailbox exists
	Email2        string `wapi:"email2,omitempty"`
	CompanyNumber string `wapi:"ic,omitempty"`
	TaxNumber     string `wapi:"dic,omitempty"`
	IdentType     string `wapi:"ident_type,omitempty"` // ico, op, birthday, passport, …
}

// ContactDetail is a contact as the registry shows it. The registry hides some
// fields: all but the id can be empty.
type ContactDetail struct {
	Answer
	ContactID string `wapi:"contact_id,required"`
	Status    string `wapi:"status"`
	Name      string `wapi:"name"`
	Contact   Contact
}

// contactKey names a contact.
type contactKey struct {
	TLD      string   `wapi:"tld"`
	ID       string   `wapi:"cname,omitempty"`
	AuthInfo Secret   `wapi:"auth_info,omitempty"`
	Contact  *Contact `wapi:"contact,omitempty"`
}

func (k contactKey) check(command string) error {
	return cmp.Or(
		checkTLD(command, k.TLD), checkWord(command, "cname", k.ID),
		checkText(command, "auth_info", k.AuthInfo.Reveal()), checkTexts(command, k.Contact),
	)
}

// ContactCheck reports whether a contact id is free. It is retried.
func (c *Client) ContactCheck(ctx context.Context, tld, id string) (bool, error) {
	const command = "contact-check"
	key := contactKey{TLD: tld, ID: id}
	if err := key.check(command); err != nil {
		return false, err
	}
	p, err := c.do(ctx, command, key)
	_, free, err := p.negative(err, between(3231, 3236))
	return free, err
}

// ContactInfoOptions are the options of ContactInfo.
type ContactInfoOptions struct {
	AuthInfo Secret // reveals hidden fields
}

// ContactInfo returns a contact; ErrNotFound (3229) if it does not exist. It is
// retried.
func (c *Client) ContactInfo(ctx context.Context, tld, id string, options ContactInfoOptions) (*ContactDetail, error) {
	const command = "contact-info"
	key := contactKey{TLD: tld, ID: id, AuthInfo: options.AuthInfo}
	if err := key.check(command); err != nil {
		return nil, err
	}
	out := &ContactDetail{}
	p, err := c.do(ctx, command, key)
	if err == nil {
		err = p.object("contact", out, &out.Contact)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

// ContactCreated is the result of ContactCreate.
type ContactCreated struct {
	Answer
	ID string `wapi:"cname,required"` // empty while pending (see Answer.Pending) and for a test call
}

// ContactCreate creates a contact. It is never retried: after ErrAmbiguous,
// call Settle. A successful answer without the contact's id is both ErrProtocol
// and ErrAmbiguous.
func (c *Client) ContactCreate(ctx context.Context, tld string, contact Contact) (*ContactCreated, error) {
	const command = "contact-create"
	if err := cmp.Or(checkTLD(command, tld), checkTexts(command, &contact)); err != nil {
		return nil, err
	}
	out := &ContactCreated{}
	p, err := c.do(ctx, command, contactKey{TLD: tld, Contact: &contact})
	if err == nil {
		err = p.fields(out)
	}
	if err != nil {
		return nil, err
	}
	out.Answer = *p.Answer
	return out, nil
}

// ContactUpdateOptions are the options of ContactUpdate.
type ContactUpdateOptions struct {
	AuthInfo Secret
}

// ContactUpdate replaces all fields of a contact except its names, which WAPI
// ignores; fields left empty are cleared. It is never retried.
func (c *Client) ContactUpdate(ctx context.Context, tld, id string, contact Contact, options ContactUpdateOptions) (*Answer, error) {
	return c.contactCommand(ctx, "contact-update", contactKey{tld, id, options.AuthInfo, &contact})
}

// ContactTransfer transfers a .cz contact to WEDOS. It is never retried.
func (c *Client) ContactTransfer(ctx context.Context, tld, id string, authInfo Secret) (*Answer, error) {
	return c.contactCommand(ctx, "contact-transfer", contactKey{TLD: tld, ID: id, AuthInfo: authInfo})
}

// ContactSendAuthInfo has the transfer password of a contact sent by e-mail. It
// is never retried.
func (c *Client) ContactSendAuthInfo(ctx context.Context, tld, id string) (*Answer, error) {
	return c.contactCommand(ctx, "contact-send-auth-info", contactKey{TLD: tld, ID: id})
}

func (c *Client) contactCommand(ctx context.Context, command string, key contactKey) (*Answer, error) {
	if err := key.check(command); err != nil {
		return nil, err
	}
	return c.answer(ctx, command, key)
}
