package trade

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode"

	"github.com/hebergo/hebergo/ovhrest"
)

// Plan says what an owner change shall do and what it may cost.
type Plan struct {
	Domain string `json:"domain"` // as the API names the service

	// One of the two: the id of a contact, or a contact's data. With data, the
	// domain gets a contact of its own, as the vendor's guide has it, so that a
	// later edit touches no other domain; it can't be deleted again. Data that
	// differ from the present owner's in nothing that takes a trade are
	// refused, and data that equal them need no trade: it is done.
	OwnerID int64            `json:"ownerId,omitzero"`
	Owner   *ovhrest.Contact `json:"owner,omitzero"`

	// ShareContact uses a contact of the account that says exactly what Owner
	// says, if there is one: domains then share it, and an edit of it changes
	// all of them. Default: a contact of the domain's own.
	ShareContact bool `json:"shareContact,omitzero"`

	// MaxPrice is the most that the order may cost, tax included, in the one
	// currency that it may cost it in; 0 EUR is an order that has to be free.
	// Without a MaxPrice, AnyPrice has to say that any price will do.
	MaxPrice ovhrest.Money `json:"maxPrice,omitzero"`
	AnyPrice bool          `json:"anyPrice,omitzero"`

	// PaymentMethod is the registered payment method that pays. Default: none,
	// and then only an order that costs nothing is placed and settled.
	PaymentMethod int64 `json:"paymentMethod,omitzero"`

	// WaiveRetraction gives up the right to take the order back. The guide
	// calls it mandatory for a domain name; it is never given up unasked.
	WaiveRetraction bool `json:"waiveRetraction,omitzero"`

	// Configuration holds what the registry asks for besides the owner, such
	// as ACCEPT_CONDITIONS or REASON, by label. REASON, ACCEPT_CONDITIONS and
	// DOMAIN_CONFIG (a JSON object) are also sent along where the rules are
	// checked (inferred from the names of the check's fields). The values are
	// stored in the clear. Default: nothing.
	Configuration map[string]string `json:"configuration,omitzero"`

	// PlanCode chooses among several trade offers. Default: the only one;
	// several that differ stop the trade.
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
