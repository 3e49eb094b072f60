package ovhrest

// MeContact is me.contact.Contact: a contact of the account under /me/contact.
// It can own domains as a domain contact can.
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

// FieldInformation is me.contact.FieldInformation: what may be done to one
// field of a contact.
type FieldInformation struct {
	FieldName string `json:"fieldName"`
	Mandatory bool   `json:"mandatory"`
	ReadOnly  bool   `json:"readOnly"`

	Extra Extra `json:"-"`
}
