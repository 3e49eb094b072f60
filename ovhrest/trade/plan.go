package trade

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"github.com/hebergo/hebergo/ovhrest"
)

// Plan describes an owner change and what it may cost.
type Plan struct {
	Domain string `json:"domain"` // name of the domain, as in the API

	// Exactly one of the two must be set: the ID of a contact, or the data of a
	// contact. With data, a new contact is created for the domain alone, as in the
	// vendor's guide, so that a later edit affects no other domain; the contact
	// can't be deleted again. Data are refused if their differences from the
	// present owner's do not require a trade. Data equal to the present owner's
	// need no trade: it ends as Done.
	OwnerID int64            `json:"ownerId,omitzero"`
	Owner   *ovhrest.Contact `json:"owner,omitzero"`

	// ShareContact uses an existing contact of the account whose data are exactly
	// those of Owner, if there is one. Domains then share that contact, and
	// editing it changes all of them. Default: a new contact for the domain.
	ShareContact bool `json:"shareContact,omitzero"`

	// MaxPrice is the maximum price of the order, tax included, and the only
	// currency allowed; 0 EUR means that the order must be free. Without MaxPrice,
	// AnyPrice must be set, which allows any price.
	MaxPrice ovhrest.Money `json:"maxPrice,omitzero"`
	AnyPrice bool          `json:"anyPrice,omitzero"`

	// PaymentMethod is the ID of the registered payment method to pay with.
	// Default: none; then only a free order is placed and paid.
	PaymentMethod int64 `json:"paymentMethod,omitzero"`

	// WaiveRetraction waives the right of retraction. The guide calls it mandatory
	// for a domain name; it is never waived unless this is set.
	WaiveRetraction bool `json:"waiveRetraction,omitzero"`

	// Configuration holds what the registry requires besides the owner, such as
	// ACCEPT_CONDITIONS or REASON, by label. REASON, ACCEPT_CONDITIONS and
	// DOMAIN_CONFIG (a JSON object) are also sent when the rules are checked
	// (inferred from the names of the check's fields). The values are stored
	// unencrypted. Default: nothing.
	Configuration map[string]string `json:"configuration,omitzero"`

	// PlanCode selects one of several trade offers. Default: the only one; the
	// trade stops if there are several different ones.
	PlanCode string `json:"planCode,omitzero"`
}

// validate refuses what nothing should be sent for. priced asks for a limit.
func (p *Plan) validate(priced bool) error {
	if err := checkDomain(p.Domain); err != nil {
		return err
	}
	if _, err := p.ruleData(ovhrest.Contact{}); err != nil {
		return err
	}
	switch {
	case p.OwnerID < 0:
		return invalid("OwnerID", "is negative")
	case p.OwnerID == 0 && p.Owner == nil:
		return invalid("Owner", "is missing, and OwnerID as well")
	case p.OwnerID != 0 && p.Owner != nil:
		return invalid("OwnerID", "can't be used beside Owner")
	case p.PaymentMethod < 0:
		return invalid("PaymentMethod", "is negative")
	case p.ShareContact && p.Owner == nil:
		return invalid("ShareContact", "needs Owner")
	case p.Configuration[ownerContact] != "":
		return invalid("Configuration", "can't set "+ownerContact+": the plan's owner does")
	case !priced:
		return nil
	case p.AnyPrice && p.MaxPrice != (ovhrest.Money{}):
		return invalid("AnyPrice", "can't be used beside MaxPrice")
	case p.AnyPrice:
		return nil
	case !p.MaxPrice.IsReal():
		return invalid("MaxPrice", "has no currency: name the most that may be paid, or set AnyPrice")
	case p.MaxPrice.Amount.IsNegative():
		return invalid("MaxPrice", "is negative")
	case tooLong(p.MaxPrice):
		return invalid("MaxPrice", "is an amount that no price can be")
	}
	return nil
}

// ruleData is what the registry's rules are checked with: the owner, and what
// the plan's Configuration says that the check has a field for. The service
// takes the rest from the domain as it stands.
func (p *Plan) ruleData(owner ovhrest.Contact) (ovhrest.RuleData, error) {
	data := ovhrest.RuleData{Owner: &owner}
	var domain ovhrest.DomainData
	if text := p.Configuration["DOMAIN_CONFIG"]; text != "" {
		if err := json.Unmarshal([]byte(text), &domain); err != nil {
			return data, invalid("Configuration", "has a DOMAIN_CONFIG that is not a JSON object")
		}
		data.Domain = &domain
	}
	if reason := p.Configuration["REASON"]; reason != "" {
		domain.Reason = ovhrest.Some(reason)
		data.Domain = &domain
	}
	if text, ok := p.Configuration["ACCEPT_CONDITIONS"]; ok {
		accept, err := strconv.ParseBool(text)
		if err != nil {
			return data, invalid("Configuration", "has an ACCEPT_CONDITIONS that is neither true nor false")
		}
		data.Extras = &ovhrest.RuleExtraData{AcceptCondition: ovhrest.Some(accept)}
	}
	return data, nil
}

// checkDomain refuses what can't be a domain name, in Unicode or not.
func checkDomain(name string) error {
	if name == "" || len(name) > 253 {
		return invalid("Domain", "is empty or too long")
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || unicode.IsUpper(r)
		}) {
			return invalid("Domain", "is not a domain name in lower case")
		}
	}
	if !strings.Contains(name, ".") {
		return invalid("Domain", "has no extension")
	}
	return nil
}
