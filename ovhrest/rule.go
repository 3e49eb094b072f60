package ovhrest

import "context"

// ConfigurationRule returns what the registry of a domain asks for in an
// action. For "update" it says which of the owner's fields are read-only: to
// change one of those takes a trade.
func (c *Client) ConfigurationRule(ctx context.Context, domain string, action DomainAction) (Rule, error) {
	const route = "GET /domain/configurationRule"
	if reason := badDomain(domain); reason != "" {
		return Rule{}, invalid(route, "domain", reason)
	}
	return fetch[Rule](ctx, c, request{route: route, sign: ifAble, query: filter("domain", domain, "action", string(action))})
}

// CheckConfigurationRule checks data against a domain's rules and changes
// nothing, so it is repeated on failure. An *Error with ErrRule lists in
// Violations what does not fit. For a trade, whatever data leaves out is taken
// from the domain as it stands; for an update, empty data check that too.
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
