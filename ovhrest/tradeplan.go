package ovhrest

import (
	"strings"
	"unicode"
)

// TradePlan says what an owner change shall do and what it may cost.
type TradePlan struct {
	Domain string `json:"domain"` // as the API names the service

	// One of the two: the id of a contact, or a contact's data. With data, an
	// equal contact of the account is used, and made only if there is none:
	// contacts can't be deleted. Data that differ from the present owner's in
	// nothing that takes a trade are refused.
	OwnerID int64    `json:"ownerId,omitzero"`
	Owner   *Contact `json:"owner,omitzero"`

	// MaxPrice is the most that the order may cost, tax included, in the one
	// currency that it may cost it in; 0 EUR is an order that has to be free.
	// Without a MaxPrice, AnyPrice has to say that any price will do.
	MaxPrice Money `json:"maxPrice,omitzero"`
	AnyPrice bool  `json:"anyPrice,omitzero"`

	// PaymentMethod is the registered payment method that pays. Default: none,
	// and then only an order that costs nothing is placed and settled.
	PaymentMethod int64 `json:"paymentMethod,omitzero"`

	// WaiveRetraction gives up the right to take the order back. The guide
	// calls it mandatory for a domain name; it is never given up unasked.
	WaiveRetraction bool `json:"waiveRetraction,omitzero"`

	// Configuration holds what the registry asks for besides the owner, such
	// as ACCEPT_CONDITIONS or REASON, by label. Default: nothing.
	Configuration map[string]string `json:"configuration,omitzero"`

	// PlanCode chooses among several trade offers. Default: the only one;
	// several that differ stop the trade.
	PlanCode string `json:"planCode,omitzero"`
}

// validate refuses what nothing should be sent for. priced asks for a limit.
func (p *TradePlan) validate(priced bool) error {
	if err := checkTradeDomain(p.Domain); err != nil {
		return err
	}
	switch {
	case p.OwnerID < 0:
		return invalid("", "OwnerID", "is negative")
	case p.OwnerID == 0 && p.Owner == nil:
		return invalid("", "Owner", "is missing, and OwnerID as well")
	case p.OwnerID != 0 && p.Owner != nil:
		return invalid("", "OwnerID", "can't be used beside Owner")
	case p.PaymentMethod < 0:
		return invalid("", "PaymentMethod", "is negative")
	case !priced:
		return nil
	case p.AnyPrice && p.MaxPrice != (Money{}):
		return invalid("", "AnyPrice", "can't be used beside MaxPrice")
	case p.AnyPrice:
		return nil
	case !p.MaxPrice.IsReal():
		return invalid("", "MaxPrice", "has no currency: name the most that may be paid, or set AnyPrice")
	case p.MaxPrice.Amount.IsNegative():
		return invalid("", "MaxPrice", "is negative")
	case p.MaxPrice.tooLong():
		return invalid("", "MaxPrice", "is an amount that no price is")
	}
	return nil
}

// checkTradeDomain refuses what can't be a domain name, in Unicode or not.
func checkTradeDomain(name string) error {
	if name == "" || len(name) > 253 {
		return invalid("", "Domain", "is empty or too long")
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || strings.ContainsFunc(label, func(r rune) bool {
			return r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || unicode.IsUpper(r)
		}) {
			return invalid("", "Domain", "is not a domain name in lower case")
		}
	}
	if !strings.Contains(name, ".") {
		return invalid("", "Domain", "has no extension")
	}
	return nil
}
