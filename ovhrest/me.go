package ovhrest

import (
	"context"
	"iter"
	"reflect"
)

// Nichandle is nichandle.Nichandle: a customer account. EditMe does not send
// the fields that the API marks read-only.
type Nichandle struct {
	Address                             Opt[string]    `json:"address,omitzero"`
	Area                                Opt[string]    `json:"area,omitzero"`
	BirthCity                           Opt[string]    `json:"birthCity,omitzero"`
	BirthDay                            Opt[string]    `json:"birthDay,omitzero"`
	City                                Opt[string]    `json:"city,omitzero"`
	CompanyNationalIdentificationNumber Opt[string]    `json:"companyNationalIdentificationNumber,omitzero"`
	ComplementaryAddress                Opt[string]    `json:"complementaryAddress,omitzero"`
	CorporationType                     Opt[string]    `json:"corporationType,omitzero"`
	Country                             Country        `json:"country,omitzero"`
	Currency                            Currency       `json:"currency,omitzero" api:"ro"`
	CustomerCode                        Opt[string]    `json:"customerCode,omitzero" api:"ro"`
	DisplayName                         Opt[string]    `json:"displayName,omitzero"`
	Email                               string         `json:"email,omitzero" api:"ro"`
	Fax                                 Opt[string]    `json:"fax,omitzero"`
	Firstname                           Opt[string]    `json:"firstname,omitzero"`
	ItalianSDI                          Opt[string]    `json:"italianSDI,omitzero"`
	KYCValidated                        Opt[bool]      `json:"kycValidated,omitzero" api:"ro"`
	Language                            Opt[Language]  `json:"language,omitzero"`
	Legalform                           LegalForm      `json:"legalform,omitzero"`
	Name                                Opt[string]    `json:"name,omitzero"`
	NationalIdentificationNumber        Opt[string]    `json:"nationalIdentificationNumber,omitzero"`
	Nichandle                           string         `json:"nichandle,omitzero" api:"ro" answer:"key"`
	Organisation                        Opt[string]    `json:"organisation,omitzero"`
	OvhCompany                          OvhCompany     `json:"ovhCompany,omitzero" api:"ro"`
	OvhSubsidiary                       OvhSubsidiary  `json:"ovhSubsidiary,omitzero" api:"ro"`
	Phone                               Opt[string]    `json:"phone,omitzero"`
	PhoneCountry                        Opt[Country]   `json:"phoneCountry,omitzero"`
	PhoneType                           Opt[PhoneType] `json:"phoneType,omitzero"`
	PurposeOfPurchase                   Opt[string]    `json:"purposeOfPurchase,omitzero"`
	Sex                                 Opt[Gender]    `json:"sex,omitzero"`
	SpareEmail                          Opt[string]    `json:"spareEmail,omitzero"`
	State                               NichandleState `json:"state,omitzero" api:"ro"`
	VAT                                 Opt[string]    `json:"vat,omitzero"`
	Zip                                 Opt[string]    `json:"zip,omitzero"`

	Extra Extra `json:"-"`
}

// Currency is nichandle.Currency: an account's currency.
type Currency struct {
	Code   string `json:"code"`
	Symbol string `json:"symbol"`

	Extra Extra `json:"-"`
}

// Country is nichandle.CountryEnum: an ISO 3166 country code in upper case, or
// UNKNOWN.
type Country string

// Language is nichandle.LanguageEnum: a language and country, such as fr_FR.
type Language string

// The values of Language that the API documents.
const (
	LanguageCsCZ Language = "cs_CZ"
	LanguageDeDE Language = "de_DE"
	LanguageEnAU Language = "en_AU"
	LanguageEnCA Language = "en_CA"
	LanguageEnGB Language = "en_GB"
	LanguageEnIE Language = "en_IE"
	LanguageEnUS Language = "en_US"
	LanguageEsES Language = "es_ES"
	LanguageFiFI Language = "fi_FI"
	LanguageFrCA Language = "fr_CA"
	LanguageFrFR Language = "fr_FR"
	LanguageFrMA Language = "fr_MA"
	LanguageFrSN Language = "fr_SN"
	LanguageFrTN Language = "fr_TN"
	LanguageItIT Language = "it_IT"
	LanguageLtLT Language = "lt_LT"
	LanguageNlNL Language = "nl_NL"
	LanguagePlPL Language = "pl_PL"
	LanguagePtPT Language = "pt_PT"
)

// LegalForm is nichandle.LegalFormEnum: the legal form of a contact.
type LegalForm string

// The values of LegalForm that the API documents.
const (
	LegalFormAdministration      LegalForm = "administration"
	LegalFormAssociation         LegalForm = "association"
	LegalFormCorporation         LegalForm = "corporation"
	LegalFormIndividual          LegalForm = "individual"
	LegalFormOther               LegalForm = "other"
	LegalFormPersonalcorporation LegalForm = "personalcorporation"
)

// Gender is nichandle.GenderEnum: a person's gender.
type Gender string

// The values of Gender that the API documents.
const (
	GenderFemale Gender = "female"
	GenderMale   Gender = "male"
)

// PhoneType is nichandle.PhoneTypeEnum: the kind of a telephone number.
type PhoneType string

// The values of PhoneType that the API documents.
const (
	PhoneTypeLandline PhoneType = "landline"
	PhoneTypeMobile   PhoneType = "mobile"
)

// OvhCompany is nichandle.OvhCompanyEnum: the brand that an account belongs to.
type OvhCompany string

// The values of OvhCompany that the API documents.
const (
	OvhCompanyKimsufi    OvhCompany = "kimsufi"
	OvhCompanyOvh        OvhCompany = "ovh"
	OvhCompanySoyoustart OvhCompany = "soyoustart"
)

// OvhSubsidiary is nichandle.OvhSubsidiaryEnum: the OVHcloud company that an
// account is a customer of. The values differ between calls; this is their
// union.
type OvhSubsidiary string

// The values of OvhSubsidiary that the API documents.
const (
	OvhSubsidiaryASIA OvhSubsidiary = "ASIA"
	OvhSubsidiaryAU   OvhSubsidiary = "AU"
	OvhSubsidiaryCA   OvhSubsidiary = "CA"
	OvhSubsidiaryCZ   OvhSubsidiary = "CZ"
	OvhSubsidiaryDE   OvhSubsidiary = "DE"
	OvhSubsidiaryES   OvhSubsidiary = "ES"
	OvhSubsidiaryEU   OvhSubsidiary = "EU"
	OvhSubsidiaryFI   OvhSubsidiary = "FI"
	OvhSubsidiaryFR   OvhSubsidiary = "FR"
	OvhSubsidiaryGB   OvhSubsidiary = "GB"
	OvhSubsidiaryIE   OvhSubsidiary = "IE"
	OvhSubsidiaryIN   OvhSubsidiary = "IN"
	OvhSubsidiaryIT   OvhSubsidiary = "IT"
	OvhSubsidiaryLT   OvhSubsidiary = "LT"
	OvhSubsidiaryMA   OvhSubsidiary = "MA"
	OvhSubsidiaryNL   OvhSubsidiary = "NL"
	OvhSubsidiaryPL   OvhSubsidiary = "PL"
	OvhSubsidiaryPT   OvhSubsidiary = "PT"
	OvhSubsidiaryQC   OvhSubsidiary = "QC"
	OvhSubsidiarySG   OvhSubsidiary = "SG"
	OvhSubsidiarySN   OvhSubsidiary = "SN"
	OvhSubsidiaryTN   OvhSubsidiary = "TN"
	OvhSubsidiaryUS   OvhSubsidiary = "US"
	OvhSubsidiaryWE   OvhSubsidiary = "WE"
	OvhSubsidiaryWS   OvhSubsidiary = "WS"
)

// NichandleState is nichandle.StateEnum: whether an account's data are
// complete.
type NichandleState string

// The values of NichandleState that the API documents.
const (
	NichandleStateComplete   NichandleState = "complete"
	NichandleStateIncomplete NichandleState = "incomplete"
)

// Me returns the account of the credential, with its nic handle, subsidiary and
// currency.
func (c *Client) Me(ctx context.Context) (Nichandle, error) {
	return fetch[Nichandle](ctx, c, request{route: "GET /me"})
}

// EditMe changes the account. Fields that are not set are left unchanged; those
// that the API marks read-only are not sent.
func (c *Client) EditMe(ctx context.Context, edit Nichandle) error {
	return c.do(ctx, request{route: "PUT /me", body: writable(edit)}, nil)
}

// writable returns a copy of model without the fields that are read-only in
// the API (api:"ro"): the API refuses some of them and ignores others.
func writable[T any](model T) T {
	v := reflect.ValueOf(&model).Elem()
	for i := range v.NumField() {
		if v.Type().Field(i).Tag.Get("api") == "ro" {
			v.Field(i).SetZero()
		}
	}
	return model
}

// MeContact is me.contact.Contact: a contact of the account under /me/contact.
// Like a domain contact, it can own domains.
type MeContact struct {
	Address                             MeContactAddress `json:"address,omitzero"`
	BirthCity                           Opt[string]      `json:"birthCity,omitzero"`
	BirthCountry                        Opt[Country]     `json:"birthCountry,omitzero"`
	BirthDay                            Opt[string]      `json:"birthDay,omitzero"` // YYYY-MM-DD
	BirthZip                            Opt[string]      `json:"birthZip,omitzero"`
	CellPhone                           Opt[string]      `json:"cellPhone,omitzero"` // +33.612345678
	CompanyNationalIdentificationNumber Opt[string]      `json:"companyNationalIdentificationNumber,omitzero"`
	Email                               string           `json:"email,omitzero"`
	Fax                                 Opt[string]      `json:"fax,omitzero"` // +33.612345678
	FirstName                           string           `json:"firstName,omitzero"`
	Gender                              Opt[Gender]      `json:"gender,omitzero"`
	ID                                  int64            `json:"id,omitzero" api:"ro"`
	Language                            Language         `json:"language,omitzero"`
	LastName                            string           `json:"lastName,omitzero"`
	LegalForm                           LegalForm        `json:"legalForm,omitzero"`
	NationalIdentificationNumber        Opt[string]      `json:"nationalIdentificationNumber,omitzero"`
	Nationality                         Opt[Country]     `json:"nationality,omitzero"`
	OrganisationName                    Opt[string]      `json:"organisationName,omitzero"`
	OrganisationType                    Opt[string]      `json:"organisationType,omitzero"`
	Phone                               Opt[string]      `json:"phone,omitzero"` // +33.612345678
	SpareEmail                          Opt[string]      `json:"spareEmail,omitzero"`
	VAT                                 Opt[string]      `json:"vat,omitzero"`

	Extra Extra `json:"-"`
}

// MeContactAddress is me.contact.Address: a contact's postal address.
type MeContactAddress struct {
	City         string      `json:"city,omitzero"`
	Country      Country     `json:"country,omitzero"`
	Line1        string      `json:"line1,omitzero"`
	Line2        Opt[string] `json:"line2,omitzero"`
	Line3        Opt[string] `json:"line3,omitzero"`
	OtherDetails Opt[string] `json:"otherDetails,omitzero"`
	Province     Opt[string] `json:"province,omitzero"`
	Zip          Opt[string] `json:"zip,omitzero"`

	Extra Extra `json:"-"`
}

// FieldInformation is me.contact.FieldInformation: whether a field of a contact
// is mandatory or read-only.
type FieldInformation struct {
	FieldName string `json:"fieldName"`
	Mandatory bool   `json:"mandatory"`
	ReadOnly  bool   `json:"readOnly"`

	Extra Extra `json:"-"`
}

// MeContactIDs lists the IDs of the contacts under /me/contact, in one request.
func (c *Client) MeContactIDs(ctx context.Context) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/contact"})
}

// MeContacts returns an iterator over the contacts under /me/contact. It makes
// one request for each contact, several at a time.
func (c *Client) MeContacts(ctx context.Context) iter.Seq2[MeContact, error] {
	return each(ctx, c.MeContactIDs, c.MeContact)
}

// MeContact returns one contact.
func (c *Client) MeContact(ctx context.Context, contactID int64) (MeContact, error) {
	return fetch[MeContact](ctx, c, request{route: "GET /me/contact/{contactId}", args: []string{id(contactID)}})
}

// CreateMeContact creates a contact. The API can't delete it again.
func (c *Client) CreateMeContact(ctx context.Context, contact MeContact) (MeContact, error) {
	return fetch[MeContact](ctx, c, request{route: "POST /me/contact", body: writable(contact)})
}

// EditMeContact changes a contact. Fields that are not set are left unchanged;
// MeContactFields lists those that can't be changed.
func (c *Client) EditMeContact(ctx context.Context, contactID int64, edit MeContact) (MeContact, error) {
	return fetch[MeContact](ctx, c, request{route: "PUT /me/contact/{contactId}", args: []string{id(contactID)}, body: writable(edit)})
}

// MeContactFields lists for each field of a contact whether it is mandatory or
// read-only.
func (c *Client) MeContactFields(ctx context.Context, contactID int64) ([]FieldInformation, error) {
	return fetch[[]FieldInformation](ctx, c, request{route: "GET /me/contact/{contactId}/fields", args: []string{id(contactID)}})
}
