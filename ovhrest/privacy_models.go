package ovhrest

// ObfuscatedEmail is domain.configurations.ObfuscatedEmail: the address that
// Whois shows instead of a contact's own.
type ObfuscatedEmail struct {
	Status Opt[ObfuscationStatus] `json:"status,omitzero"`
	Type   ContactType            `json:"type"`
	Value  string                 `json:"value"`

	Extra Extra `json:"-"`
}

// ObfuscationStatus is domain.configurations.ObfuscationStatusEnum: whether an
// obfuscated address is in place.
type ObfuscationStatus string

// The values of ObfuscationStatus that the API documents.
const (
	ObfuscationStatusDone ObfuscationStatus = "done"
	ObfuscationStatusTodo ObfuscationStatus = "todo"
)

// ContactType is domain.configurations.ContactTypeEnum: a contact of a domain.
type ContactType string

// The values of ContactType that the API documents.
const (
	ContactTypeAdmin   ContactType = "admin"
	ContactTypeAll     ContactType = "all"
	ContactTypeBilling ContactType = "billing"
	ContactTypeOwner   ContactType = "owner"
	ContactTypeTech    ContactType = "tech"
)

// Optin is domain.configurations.Optin: which fields of a contact Whois may
// show.
type Optin struct {
	Fields []OptinField `json:"fields,omitzero"`
	Type   ContactType  `json:"type"`

	Extra Extra `json:"-"`
}

// OptinField is domain.OptinFieldsEnum: a field that Whois may show.
type OptinField string

// The values of OptinField that the API documents.
const (
	OptinFieldAddress      OptinField = "address"
	OptinFieldCity         OptinField = "city"
	OptinFieldCountry      OptinField = "country"
	OptinFieldEmail        OptinField = "email"
	OptinFieldFax          OptinField = "fax"
	OptinFieldName         OptinField = "name"
	OptinFieldOrganisation OptinField = "organisation"
	OptinFieldPhone        OptinField = "phone"
	OptinFieldProvince     OptinField = "province"
	OptinFieldZip          OptinField = "zip"
)
