package ovhrest

// NewAccountAndToken is nichandle.NewAccountAndToken: a new account and a
// consumer key for it.
type NewAccountAndToken struct {
	ConsumerKey   Opt[Secret] `json:"consumerKey,omitzero"`
	OvhIdentifier string      `json:"ovhIdentifier" answer:"key"`

	Extra Extra `json:"-"`
}

// CreationRules is nichandle.CreationRules: what each field of a new account
// must look like.
type CreationRules struct {
	Address                             CreationRule `json:"address"`
	Area                                CreationRule `json:"area"`
	BirthCity                           CreationRule `json:"birthCity"`
	BirthDay                            CreationRule `json:"birthDay"`
	City                                CreationRule `json:"city"`
	CompanyNationalIdentificationNumber CreationRule `json:"companyNationalIdentificationNumber"`
	CorporationType                     CreationRule `json:"corporationType"`
	Country                             CreationRule `json:"country"`
	Email                               CreationRule `json:"email"`
	Fax                                 CreationRule `json:"fax"`
	Firstname                           CreationRule `json:"firstname"`
	ItalianSDI                          CreationRule `json:"italianSDI"`
	Language                            CreationRule `json:"language"`
	Legalform                           CreationRule `json:"legalform"`
	Name                                CreationRule `json:"name"`
	NationalIdentificationNumber        CreationRule `json:"nationalIdentificationNumber"`
	Organisation                        CreationRule `json:"organisation"`
	OvhCompany                          CreationRule `json:"ovhCompany"`
	OvhSubsidiary                       CreationRule `json:"ovhSubsidiary"`
	Phone                               CreationRule `json:"phone"`
	PhoneCountry                        CreationRule `json:"phoneCountry"`
	PhoneType                           CreationRule `json:"phoneType"`
	PurposeOfPurchase                   CreationRule `json:"purposeOfPurchase"`
	Sex                                 CreationRule `json:"sex"`
	SpareEmail                          CreationRule `json:"spareEmail"`
	VAT                                 CreationRule `json:"vat"`
	Zip                                 CreationRule `json:"zip"`

	Extra Extra `json:"-"`
}

// CreationRule is nichandle.CreationRule: what one field of an account must
// look like.
type CreationRule struct {
	DefaultValue      Opt[string] `json:"defaultValue,omitzero"`
	Examples          []string    `json:"examples,omitzero"`
	FieldName         Opt[string] `json:"fieldName,omitzero"`
	In                []string    `json:"in,omitzero"`
	Mandatory         bool        `json:"mandatory"`
	MaxLength         Opt[int64]  `json:"maxLength,omitzero"`
	MinLength         Opt[int64]  `json:"minLength,omitzero"`
	Prefix            Opt[string] `json:"prefix,omitzero"`
	RegularExpression Opt[string] `json:"regularExpression,omitzero"`

	Extra Extra `json:"-"`
}

// CreationRulesAction is nichandle.CreationRulesActionEnum: what the rules are
// asked for.
type CreationRulesAction string

// The values of CreationRulesAction that the API documents.
const (
	CreationRulesActionCreate CreationRulesAction = "create"
	CreationRulesActionUpdate CreationRulesAction = "update"
)
