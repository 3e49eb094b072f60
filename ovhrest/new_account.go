package ovhrest

import (
	"context"
)

// NewAccountAndToken is nichandle.NewAccountAndToken: a new account and a
// consumer key for it.
type NewAccountAndToken struct {
	ConsumerKey   Opt[Secret] `json:"consumerKey,omitzero"`
	OvhIdentifier string      `json:"ovhIdentifier" answer:"key"`

	Extra Extra `json:"-"`
}

// CreationRules is nichandle.CreationRules: the rules for each field of a new
// account.
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

// CreationRule is nichandle.CreationRule: the rule for one field of an account.
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

// CreationRulesAction is nichandle.CreationRulesActionEnum: the action that the
// rules apply to.
type CreationRulesAction string

// The values of CreationRulesAction that the API documents.
const (
	CreationRulesActionCreate CreationRulesAction = "create"
	CreationRulesActionUpdate CreationRulesAction = "update"
)

// NewAccount holds the data of a new account. Which other fields are needed
// depends on the required ones: see AccountRules.
type NewAccount struct {
	Address                             string        `json:"address,omitzero"`
	Area                                string        `json:"area,omitzero"`
	BirthCity                           string        `json:"birthCity,omitzero"`
	BirthDay                            string        `json:"birthDay,omitzero"`
	City                                string        `json:"city,omitzero"`
	CompanyNationalIdentificationNumber string        `json:"companyNationalIdentificationNumber,omitzero"`
	CorporationType                     string        `json:"corporationType,omitzero"`
	Country                             Country       `json:"country,omitzero"` // required
	Email                               string        `json:"email,omitzero"`   // required
	Fax                                 string        `json:"fax,omitzero"`
	Firstname                           string        `json:"firstname,omitzero"`
	ItalianSDI                          string        `json:"italianSDI,omitzero"`
	Language                            Language      `json:"language,omitzero"`
	Legalform                           LegalForm     `json:"legalform,omitzero"` // required
	Name                                string        `json:"name,omitzero"`
	NationalIdentificationNumber        string        `json:"nationalIdentificationNumber,omitzero"`
	Organisation                        string        `json:"organisation,omitzero"`
	OvhCompany                          OvhCompany    `json:"ovhCompany,omitzero"`    // required
	OvhSubsidiary                       OvhSubsidiary `json:"ovhSubsidiary,omitzero"` // required
	Phone                               string        `json:"phone,omitzero"`
	PhoneCountry                        Country       `json:"phoneCountry,omitzero"`
	PhoneType                           PhoneType     `json:"phoneType,omitzero"`
	PurposeOfPurchase                   string        `json:"purposeOfPurchase,omitzero"`
	Sex                                 Gender        `json:"sex,omitzero"`
	SpareEmail                          string        `json:"spareEmail,omitzero"`
	VAT                                 string        `json:"vat,omitzero"`
	Zip                                 string        `json:"zip,omitzero"`
}

// CreateAccount creates an account. It needs no credential and is never
// retried. If the Config has an AppKey, the account is returned with a consumer
// key.
func (c *Client) CreateAccount(ctx context.Context, account NewAccount) (NewAccountAndToken, error) {
	const route = "POST /newAccount"
	kind := AccountKind{account.Country, account.Legalform, account.OvhCompany, account.OvhSubsidiary}
	if field := kind.missing(); field != "" {
		return NewAccountAndToken{}, invalid(route, field, "is empty")
	}
	if account.Email == "" {
		return NewAccountAndToken{}, invalid(route, "Email", "is empty")
	}
	return fetch[NewAccountAndToken](ctx, c, request{route: route, body: account, sign: never})
}

// AccountKind is what the rules for a new account depend on. All fields are
// required.
type AccountKind struct {
	Country       Country
	Legalform     LegalForm
	OvhCompany    OvhCompany
	OvhSubsidiary OvhSubsidiary
}

func (k AccountKind) missing() string {
	switch {
	case k.Country == "":
		return "Country"
	case k.Legalform == "":
		return "Legalform"
	case k.OvhCompany == "":
		return "OvhCompany"
	case k.OvhSubsidiary == "":
		return "OvhSubsidiary"
	}
	return ""
}

// CreationRules returns the rules for each field of a new account, in the API's
// older format. It needs no credential.
func (c *Client) CreationRules(ctx context.Context, kind AccountKind) (CreationRules, error) {
	const route = "GET /newAccount/creationRules"
	if field := kind.missing(); field != "" {
		return CreationRules{}, invalid(route, field, "is empty")
	}
	return fetch[CreationRules](ctx, c, request{route: route, sign: never, query: filter(
		"country", string(kind.Country), "legalform", string(kind.Legalform), "ovhCompany", string(kind.OvhCompany), "ovhSubsidiary", string(kind.OvhSubsidiary))})
}

// AccountRules returns the rules for each field of a new account or of an edit,
// given the fields filled in so far. It needs no credential. It changes
// nothing, so it is retried on failure.
func (c *Client) AccountRules(ctx context.Context, action CreationRulesAction, filledIn NewAccount) ([]CreationRule, error) {
	body := struct {
		NewAccount
		Action CreationRulesAction `json:"action,omitzero"`
	}{filledIn, action}
	return fetch[[]CreationRule](ctx, c, request{route: "POST /newAccount/rules", body: body, sign: never, repeat: true})
}

// NewAccountAreas lists the areas of a country.
func (c *Client) NewAccountAreas(ctx context.Context, country Country) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /newAccount/area", sign: never, query: filter("country", string(country))})
}

// NewAccountContracts lists the contracts that apply to a new account.
func (c *Client) NewAccountContracts(ctx context.Context, company OvhCompany, subsidiary OvhSubsidiary) ([]Contract, error) {
	return fetch[[]Contract](ctx, c, request{route: "GET /newAccount/contracts", sign: never, query: filter("company", string(company), "subsidiary", string(subsidiary))})
}

// NewAccountCorporationTypes lists the company types of a country.
func (c *Client) NewAccountCorporationTypes(ctx context.Context, country Country) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /newAccount/corporationType", sign: never, query: filter("country", string(country))})
}

// NewAccountCountries lists the countries that a subsidiary accepts accounts
// from.
func (c *Client) NewAccountCountries(ctx context.Context, company OvhCompany, subsidiary OvhSubsidiary) ([]Country, error) {
	return fetch[[]Country](ctx, c, request{route: "GET /newAccount/countries", sign: never, query: filter("ovhCompany", string(company), "ovhSubsidiary", string(subsidiary))})
}

// NewAccountLegalForms lists the legal forms of a country.
func (c *Client) NewAccountLegalForms(ctx context.Context, country Country) ([]LegalForm, error) {
	return fetch[[]LegalForm](ctx, c, request{route: "GET /newAccount/legalform", sign: never, query: filter("country", string(country))})
}
