package ovhrest

import (
	"context"
	"strings"
)

// guardTotal tells why an order of this total must not be placed or paid; ""
// if it may. The comparison is exact.
func (p *TradePlan) guardTotal(total Money) string {
	switch {
	case !total.IsReal():
		return "the price is in " + string(total.Currency) + ", which is no currency"
	case total.Amount.IsNegative():
		return "the price is negative: " + total.String()
	case !p.AnyPrice && total.Currency != p.MaxPrice.Currency:
		return "the price is in another currency: " + total.String() + " where at most " + p.MaxPrice.String() + " are allowed"
	case !p.AnyPrice && total.Amount.GreaterThan(p.MaxPrice.Amount):
		return "the price is " + total.String() + " where at most " + p.MaxPrice.String() + " are allowed"
	case p.PaymentMethod == 0 && !total.Amount.IsZero():
		return "the price is " + total.String() + ", and the plan names no PaymentMethod"
	}
	return ""
}

// guardLine tells why an order with this line must not be placed or paid.
func (p *TradePlan) guardLine(domain string, price Price, currency CurrencyCode) string {
	amount, err := price.Money()
	switch {
	case err != nil:
		return "a line has an unreadable price"
	case amount.Amount.IsNegative():
		return "a line is negative: " + amount.String()
	case amount.Currency != currency:
		return "a line is in another currency: " + amount.String()
	case domain != "" && !strings.HasPrefix(domain, "*") && !strings.EqualFold(domain, p.Domain):
		return "a line is for something else than the domain"
	}
	return ""
}

// twice tells whether two lines say the same: the trade came into the cart
// again after it had been looked at. An item has several lines, but no two of
// one kind and text (marcaudefroy's samples, whose lines name no item).
func twice[L any](lines []L, key func(L) [2]string) bool {
	seen := map[[2]string]bool{}
	for _, line := range lines {
		if seen[key(line)] {
			return true
		}
		seen[key(line)] = true
	}
	return false
}

// guardCheckout reads the total of a dry run, or tells why nothing may be
// ordered.
func guardCheckout(t *Trade, checkout Checkout) (Money, string) {
	total, err := checkout.Prices.WithTax.Money()
	if err != nil {
		return total, "the total can't be read"
	}
	if reason := t.Plan.guardTotal(total); reason != "" {
		return total, reason
	}
	for _, line := range checkout.Details {
		if item, ok := line.CartItemID.Value(); ok && t.Item != 0 && item != t.Item {
			return total, "a line is for an item that the trade did not put into the cart"
		}
		if reason := t.Plan.guardLine(line.Domain, line.TotalPrice, total.Currency); reason != "" {
			return total, reason
		}
	}
	return total, ""
}

// guardOrder tells why an order must not be paid, from the order as the
// service has it: its total, against the quote and the limit, and its lines.
func (u *turn) guardOrder(ctx context.Context) (stop string, err error) {
	order, err := u.c.Order(ctx, u.t.Order)
	if err != nil {
		return "", err
	}
	total, err := order.PriceWithTax.Money()
	if err != nil {
		return "the order's price can't be read", nil
	}
	if !total.Equal(*u.t.Quote) {
		return "the order costs " + total.String() + " where the quote was " + u.t.Quote.String(), nil
	}
	if stop := u.t.Plan.guardTotal(total); stop != "" {
		return stop, nil
	}
	return u.guardLines(ctx, total.Currency)
}

// guardLines tells why an order with these lines must not be paid.
func (u *turn) guardLines(ctx context.Context, currency CurrencyCode) (stop string, err error) {
	lines, err := u.tr.orderLines(ctx, u.t.Order)
	if err != nil {
		return "", err
	}
	for _, line := range lines {
		if stop := u.t.Plan.guardLine(line.Domain, line.TotalPrice, currency); stop != "" {
			return stop, nil
		}
	}
	if twice(lines, func(l OrderDetail) [2]string { return [2]string{l.DetailType.String(), l.Description} }) {
		return "the order holds the trade twice", nil
	}
	return "", nil
}
