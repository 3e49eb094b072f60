package ovhrest

import (
	"context"
)

// Contact is domain.Contact: a person or organisation that can own domains. It
// can be changed but never deleted.
type Contact struct {
	AccreditationCountry                Opt[Country]    `json:"accreditationCountry,omitzero"`
	AccreditationID                     Opt[string]     `json:"accreditationId,omitzero"`
	AccreditationOrganism               Opt[string]     `json:"accreditationOrganism,omitzero"`
	AccreditationYear                   Opt[int64]      `json:"accreditationYear,omitzero"`
	Address                             *ContactAddress `json:"address,omitzero"`
	BirthCity                           Opt[string]     `json:"birthCity,omitzero"`
	BirthCountry                        Opt[Country]    `json:"birthCountry,omitzero"`
	BirthDay                            Opt[string]     `json:"birthDay,omitzero"` // YYYY-MM-DD
	BirthZip                            Opt[string]     `json:"birthZip,omitzero"`
	CellPhone                           Opt[string]     `json:"cellPhone,omitzero"` // +33.612345678
	CompanyNationalIdentificationNumber Opt[string]     `json:"companyNationalIdentificationNumber,omitzero"`
	Email                               Opt[string]     `json:"email,omitzero"`
	EnterpriseID                        Opt[string]     `json:"enterpriseId,omitzero"`
	Fax                                 Opt[string]     `json:"fax,omitzero"`
	FirstName                           Opt[string]     `json:"firstName,omitzero"`
	Gender                              Opt[Gender]     `json:"gender,omitzero"`
	ID                                  int64           `json:"id,omitzero" api:"ro"`
	INSEE                               Opt[string]     `json:"insee,omitzero"`
	Language                            Opt[Language]   `json:"language,omitzero"`
	LastName                            Opt[string]     `json:"lastName,omitzero"`
	LegalForm                           Opt[LegalForm]  `json:"legalForm,omitzero"`
	LegalFormCategory                   Opt[string]     `json:"legalFormCategory,omitzero"`
	NationalIdentificationNumber        Opt[string]     `json:"nationalIdentificationNumber,omitzero"`
	Nationality                         Opt[Country]    `json:"nationality,omitzero"`
	OrganisationAccountable             Opt[string]     `json:"organisationAccountable,omitzero"`
	OrganisationFunding                 Opt[string]     `json:"organisationFunding,omitzero"`
	OrganisationFundingOther            Opt[string]     `json:"organisationFundingOther,omitzero"`
	OrganisationName                    Opt[string]     `json:"organisationName,omitzero"`
	OrganisationRole                    Opt[string]     `json:"organisationRole,omitzero"`
	OrganisationRoleOther               Opt[string]     `json:"organisationRoleOther,omitzero"`
	OrganisationStaffStatus             Opt[string]     `json:"organisationStaffStatus,omitzero"`
	OrganisationStaffStatusOther        Opt[string]     `json:"organisationStaffStatusOther,omitzero"`
	OrganisationType                    Opt[string]     `json:"organisationType,omitzero"`
	OrganisationTypeOther               Opt[string]     `json:"organisationTypeOther,omitzero"`
	Phone                               Opt[string]     `json:"phone,omitzero"` // +33.612345678
	RegistrantDocumentType              Opt[string]     `json:"registrantDocumentType,omitzero"`
	RegistrantDocumentTypeOther         Opt[string]     `json:"registrantDocumentTypeOther,omitzero"`
	RoleInOrganisation                  Opt[string]     `json:"roleInOrganisation,omitzero"`
	TrademarkID                         Opt[string]     `json:"trademarkId,omitzero"`
	VAT                                 Opt[string]     `json:"vat,omitzero"`
	Website                             Opt[string]     `json:"website,omitzero"`

	Extra Extra `json:"-"`
}

// ContactAddress is domain.ContactAddress: a contact's postal address.
type ContactAddress struct {
	City         Opt[string]  `json:"city,omitzero"`
	Country      Opt[Country] `json:"country,omitzero"`
	Line1        Opt[string]  `json:"line1,omitzero"`
	Line2        Opt[string]  `json:"line2,omitzero"`
	Line3        Opt[string]  `json:"line3,omitzero"`
	OtherDetails Opt[string]  `json:"otherDetails,omitzero"`
	Province     Opt[string]  `json:"province,omitzero"`
	Zip          Opt[string]  `json:"zip,omitzero"`

	Extra Extra `json:"-"`
}

// DomainContacts lists the contacts that can own domains. It makes one request,
// because the API returns complete contacts here.
func (c *Client) DomainContacts(ctx context.Context) ([]Contact, error) {
	return fetch[[]Contact](ctx, c, request{route: "GET /domain/contact"})
}

// DomainContact returns one contact.
func (c *Client) DomainContact(ctx context.Context, contactID int64) (Contact, error) {
	return fetch[Contact](ctx, c, request{route: "GET /domain/contact/{contactId}", args: []string{id(contactID)}})
}

// CreateDomainContact creates a contact. The API can't delete contacts, so look
// for an equal one first. The required fields depend on the extension: see
// ConfigurationRule.
func (c *Client) CreateDomainContact(ctx context.Context, contact Contact) (Contact, error) {
	return fetch[Contact](ctx, c, request{route: "POST /domain/contact", body: writable(contact)})
}

// EditDomainContact changes a contact. Fields that are not set are left
// unchanged. The fields that identify the owner can't be changed while the
// contact owns a domain: that requires a trade.
func (c *Client) EditDomainContact(ctx context.Context, contactID int64, edit Contact) (Contact, error) {
	return fetch[Contact](ctx, c, request{route: "PUT /domain/contact/{contactId}", args: []string{id(contactID)}, body: writable(edit)})
}
