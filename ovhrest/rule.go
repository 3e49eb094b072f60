package ovhrest

import (
	"context"
)

// Rule is domain.configuration.rules.Rule: a tree whose nodes are a field with
// its constraints, or several rules under and, or, fields.
type Rule struct {
	And         []Rule        `json:"and,omitzero"`
	Conditions  *Rule         `json:"conditions,omitzero"`
	Constraints []Constraint  `json:"constraints,omitzero"`
	Contexts    []RuleContext `json:"contexts,omitzero"`
	Description Opt[string]   `json:"description,omitzero"`
	Fields      *Rule         `json:"fields,omitzero"`
	Label       Opt[string]   `json:"label,omitzero"`
	Or          []Rule        `json:"or,omitzero"`
	Placeholder Opt[string]   `json:"placeholder,omitzero"`
	Type        Opt[RuleType] `json:"type,omitzero"`

	Extra Extra `json:"-"`
}

// Constraint is domain.configuration.rules.Constraint: a condition that a field
// must meet.
type Constraint struct {
	Conditions *Rule             `json:"conditions,omitzero"`
	Contexts   []RuleContext     `json:"contexts,omitzero"`
	Operator   Opt[RuleOperator] `json:"operator,omitzero"`
	Value      Opt[string]       `json:"value,omitzero"`
	Values     []string          `json:"values,omitzero"`

	Extra Extra `json:"-"`
}

// RuleOperator is domain.configuration.rules.OperatorEnum: the operator of a
// constraint.
type RuleOperator string

// The values of RuleOperator that the API documents.
const (
	RuleOperatorBetween      RuleOperator = "between"
	RuleOperatorContains     RuleOperator = "contains"
	RuleOperatorEmpty        RuleOperator = "empty"
	RuleOperatorEq           RuleOperator = "eq"
	RuleOperatorGt           RuleOperator = "gt"
	RuleOperatorGte          RuleOperator = "gte"
	RuleOperatorLt           RuleOperator = "lt"
	RuleOperatorLte          RuleOperator = "lte"
	RuleOperatorMatch        RuleOperator = "match"
	RuleOperatorMaxlength    RuleOperator = "maxlength"
	RuleOperatorMinlength    RuleOperator = "minlength"
	RuleOperatorNe           RuleOperator = "ne"
	RuleOperatorNotcontains  RuleOperator = "notcontains"
	RuleOperatorNotempty     RuleOperator = "notempty"
	RuleOperatorReadonly     RuleOperator = "readonly"
	RuleOperatorRequired     RuleOperator = "required"
	RuleOperatorShouldbetrue RuleOperator = "shouldbetrue"
)

// RuleContext is domain.configuration.rules.ContextEnum: when a rule applies.
type RuleContext string

// The values of RuleContext that the API documents.
const (
	RuleContextAcceptConditions RuleContext = "accept_conditions"
	RuleContextClaims           RuleContext = "claims"
	RuleContextCreate           RuleContext = "create"
	RuleContextOrder            RuleContext = "order"
	RuleContextPremium          RuleContext = "premium"
	RuleContextProtectedCode    RuleContext = "protected_code"
	RuleContextReason           RuleContext = "reason"
	RuleContextTrade            RuleContext = "trade"
	RuleContextTransfer         RuleContext = "transfer"
	RuleContextUpdate           RuleContext = "update"
)

// RuleType is domain.configuration.rules.TypeEnum: the type of a rule's label.
type RuleType string

// The values of RuleType that the API documents.
const (
	RuleTypeBool        RuleType = "bool"
	RuleTypeContact     RuleType = "contact"
	RuleTypeDateIso8601 RuleType = "date_ISO8601"
	RuleTypeDomain      RuleType = "domain"
	RuleTypeJson        RuleType = "json"
	RuleTypeNumber      RuleType = "number"
	RuleTypeString      RuleType = "string"
	RuleTypeStringList  RuleType = "string[]"
	RuleTypeText        RuleType = "text"
)

// RuleData is domain.configuration.rules.RuleData: the data that
// CheckConfigurationRule checks. For a trade, missing data are taken from the
// domain.
type RuleData struct {
	AdminAccount *Nichandle     `json:"adminAccount,omitzero"`
	Domain       *DomainData    `json:"domain,omitzero"`
	Extras       *RuleExtraData `json:"extras,omitzero"`
	Owner        *Contact       `json:"owner,omitzero"`
	TechAccount  *Nichandle     `json:"techAccount,omitzero"`

	Extra Extra `json:"-"`
}

// RuleExtraData is domain.configuration.rules.RuleExtraData: other data that a
// registry may require.
type RuleExtraData struct {
	AcceptCondition Opt[bool]   `json:"acceptCondition,omitzero"`
	AuthInfo        Opt[Secret] `json:"authInfo,omitzero"`

	Extra Extra `json:"-"`
}

// DomainData is domain.Data: data that a registry may require about the domain.
type DomainData struct {
	Audience     Opt[string] `json:"audience,omitzero"`
	AuthInfo     Opt[Secret] `json:"authInfo,omitzero"`
	IsFor        []IsFor     `json:"isFor,omitzero"`
	OtherPurpose Opt[string] `json:"otherPurpose,omitzero"`
	Reason       Opt[string] `json:"reason,omitzero"`
	Represent    Opt[string] `json:"represent,omitzero"`

	Extra Extra `json:"-"`
}

// IsFor is domain.IsForEnum: the purpose of a domain.
type IsFor string

// The values of IsFor that the API documents.
const (
	IsForCampaignWebsite      IsFor = "campaign_website"
	IsForEducationalWebsite   IsFor = "educational_website"
	IsForEmails               IsFor = "emails"
	IsForInformationWebsite   IsFor = "information_website"
	IsForOtherPurpose         IsFor = "other_purpose"
	IsForRedirectPage         IsFor = "redirect_page"
	IsForTransactionalWebsite IsFor = "transactional_website"
)

// DomainAction is domain.ActionEnum: an action on a domain.
type DomainAction string

// The values of DomainAction that the API documents.
const (
	DomainActionCreate   DomainAction = "create"
	DomainActionTrade    DomainAction = "trade"
	DomainActionTransfer DomainAction = "transfer"
	DomainActionUpdate   DomainAction = "update"
)

// ConfigurationRule returns what the registry of a domain requires for an
// action. For "update" it shows which of the owner's fields are read-only:
// changing one of those requires a trade.
func (c *Client) ConfigurationRule(ctx context.Context, domain string, action DomainAction) (Rule, error) {
	const route = "GET /domain/configurationRule"
	if reason := badDomain(domain); reason != "" {
		return Rule{}, invalid(route, "domain", reason)
	}
	return fetch[Rule](ctx, c, request{route: route, sign: ifAble, query: filter("domain", domain, "action", string(action))})
}

// CheckConfigurationRule checks data against a domain's rules. It changes
// nothing, so it is retried on failure. If the data violate the rules, it
// returns an *Error that matches ErrRule, and Violations lists the fields. For
// a trade, missing data are taken from the domain; for an update, empty data
// check those of the domain too.
func (c *Client) CheckConfigurationRule(ctx context.Context, domain string, action DomainAction, data RuleData) error {
	const route = "POST /domain/configurationRule/check"
	if reason := badDomain(domain); reason != "" {
		return invalid(route, "domain", reason)
	}
	body, secrets := data.wire()
	return c.do(ctx, request{route: route, query: filter("domain", domain, "action", string(action)), body: body, repeat: true, secrets: secrets}, nil)
}

// wire returns the data without the owner's read-only fields, which the check
// refuses, and with their authorisation codes in the clear, which marshal as REDACTED
// otherwise, and the codes.
func (d RuleData) wire() (any, []string) {
	var secrets []string
	if d.Owner != nil {
		owner := writable(*d.Owner)
		d.Owner = &owner
	}
	if d.Domain != nil {
		domain := *d.Domain
		domain.AuthInfo = open(domain.AuthInfo, &secrets)
		d.Domain = &domain
	}
	if d.Extras != nil {
		extras := *d.Extras
		extras.AuthInfo = open(extras.AuthInfo, &secrets)
		d.Extras = &extras
	}
	return d, secrets
}
