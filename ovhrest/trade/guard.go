package trade

import (
	"context"
	"fmt"
	"strings"

	"github.com/hebergo/hebergo/ovhrest"

	"github.com/shopspring/decimal"
)

// guardTotal returns what keeps an order of this total from being placed or
// paid. The comparison is exact.
func (p *Plan) guardTotal(total ovhrest.Money) *obstacle {
	if o := p.guardCurrency(total); o != nil {
		return o
	}
	switch {
	case !p.AnyPrice && total.Amount.GreaterThan(p.MaxPrice.Amount):
		return p.priced(total, "the price is "+total.String()+" where at most "+p.MaxPrice.String()+" are allowed")
	case p.PaymentMethod == 0 && !total.Amount.IsZero():
		return p.priced(total, "the price is "+total.String()+", and the plan names no PaymentMethod")
	}
	return nil
}

// guardCurrency is the part of guardTotal that no tax and no reduction changes.
func (p *Plan) guardCurrency(total ovhrest.Money) *obstacle {
	switch {
	case !total.IsReal():
		return p.priced(total, "the price is in "+string(total.Currency)+", which is not a currency")
	case total.Amount.IsNegative():
		return p.priced(total, "the price is negative: "+total.String())
	case !p.AnyPrice && total.Currency != p.MaxPrice.Currency:
		return p.priced(total, "the price is in another currency: "+total.String()+" where at most "+p.MaxPrice.String()+" are allowed")
	}
	return nil
}

// guardOffer judges the offer's price, which is before tax and reductions:
// only by what those can't change.
func (p *Plan) guardOffer(price ovhrest.Money) *obstacle {
	paying := p.AnyPrice || p.MaxPrice.Amount.IsPositive()
	if paying && p.PaymentMethod == 0 && !price.Amount.IsZero() {
		return p.guardTotal(price)
	}
	return p.guardCurrency(price)
}

// priced makes an obstacle of a price, with its numbers.
func (p *Plan) priced(price ovhrest.Money, text string) *obstacle {
	o := refuse(EndedByPrice, text)
	o.Price = &price
	if !p.AnyPrice {
		limit := p.MaxPrice
		o.Limit = &limit
	}
	return o
}

// differs makes an obstacle of a price that is not the quote any more.
func differs(price, quote ovhrest.Money, text string) *obstacle {
	o := refuse(EndedByPrice, text)
	o.Price, o.Limit = &price, &quote
	return o
}

// guardLine returns what keeps an order with this line from being placed.
func (p *Plan) guardLine(line Line, currency ovhrest.CurrencyCode) *obstacle {
	switch {
	case line.Price.Amount.IsNegative():
		return p.guarded("a line is negative: ", line)
	case line.Price.Currency != currency:
		return p.guarded("a line is in another currency: ", line)
	case line.Domain != "" && !line.placeholder() && !strings.EqualFold(line.Domain, p.Domain):
		return p.guarded("a line is for something else than the domain: ", line)
	}
	return nil
}

func (p *Plan) guarded(text string, line Line) *obstacle {
	o := refuse(EndedByGuard, text+line.Price.String())
	o.Price = &line.Price
	return o
}

// placeholder reports whether the service has not named the line's domain yet.
func (l Line) placeholder() bool { return strings.HasPrefix(l.Domain, "*") }

// same reports whether l, of a dry run, and the line of an order are for the
// same at the same price. A type that one of them lacks is not compared, and
// the order may name the domain where the dry run had none. The descriptions
// are not compared: whether both calls word them alike is not documented.
func (l Line) same(ordered Line, domain string) bool {
	named := strings.EqualFold(l.Domain, ordered.Domain) || l.placeholder() && strings.EqualFold(ordered.Domain, domain)
	typed := l.Type == "" || ordered.Type == "" || l.Type == ordered.Type
	return named && typed && l.Quantity == ordered.Quantity && l.Price.Equal(ordered.Price)
}

// compareLines returns how an order's lines differ from the dry run's: every
// line of one has to be a line of the other.
func compareLines(quoted, ordered []Line, domain string) *obstacle {
	left := append([]Line(nil), quoted...)
next:
	for _, line := range ordered {
		for n := range left {
			if left[n].same(line, domain) {
				left = append(left[:n], left[n+1:]...)
				continue next
			}
		}
		o := refuse(EndedByGuard, fmt.Sprintf("the order has a line that the dry run did not have: %d of %q for %s", line.Quantity, line.Domain, line.Price))
		o.Price = &line.Price
		return o
	}
	if len(left) > 0 {
		o := refuse(EndedByGuard, fmt.Sprintf("the order lacks a line of the dry run: %d of %q for %s", left[0].Quantity, left[0].Domain, left[0].Price))
		o.Price = &left[0].Price
		return o
	}
	return nil
}

// twice reports whether two lines say the same: the trade came into the cart
// again after it had been looked at. An item has several lines, but no two of
// one kind and text (marcaudefroy's samples, whose lines name no item).
func twice(lines []ovhrest.CheckoutDetail) bool {
	seen := map[[2]string]bool{}
	for _, line := range lines {
		key := [2]string{line.DetailType.String(), line.Description}
		if seen[key] {
			return true
		}
		seen[key] = true
	}
	return false
}

// checkoutLines returns what a dry run's lines are compared by.
func checkoutLines(checkout ovhrest.Checkout) ([]Line, error) {
	var lines []Line
	for _, d := range checkout.Details {
		price, err := d.TotalPrice.Money()
		if err != nil {
			return nil, broken("GET /order/cart/{cartId}/checkout", "a line without a price")
		}
		lines = append(lines, Line{d.Domain, d.DetailType.Or(""), d.Quantity, price})
	}
	return lines, nil
}

// orderLine returns what an order's line is compared by.
func orderLine(d ovhrest.OrderDetail) (Line, error) {
	const route = "GET /me/order/{orderId}/details/{orderDetailId}"
	price, err := d.TotalPrice.Money()
	if err != nil {
		return Line{}, broken(route, "a line without a price")
	}
	quantity, err := decimal.NewFromString(d.Quantity)
	if err != nil || len(d.Quantity) > 20 || !quantity.IsInteger() || !quantity.BigInt().IsInt64() {
		return Line{}, broken(route, "a line without a quantity")
	}
	return Line{d.Domain, d.DetailType.Or(""), quantity.IntPart(), price}, nil
}

// maxLines is more than a trade's order has, and bounds what is stored.
const maxLines = 100

// guardCheckout reads the total and the lines of a dry run, and returns what
// keeps it from being ordered. item is the trade's item in the cart.
func (p *Plan) guardCheckout(item int64, checkout ovhrest.Checkout) (ovhrest.Money, []Line, *obstacle, error) {
	total, err := checkout.Prices.WithTax.Money()
	if err != nil {
		return total, nil, nil, broken("GET /order/cart/{cartId}/checkout", "a total that can't be read")
	}
	lines, err := checkoutLines(checkout)
	if err != nil {
		return total, nil, nil, err
	}
	if o := p.guardTotal(total); o != nil {
		return total, lines, o, nil
	}
	if len(lines) > maxLines {
		return total, lines, refuse(EndedByGuard, fmt.Sprintf("the dry run has %d lines", len(lines))), nil
	}
	for n, line := range lines {
		if of, ok := checkout.Details[n].CartItemID.Value(); ok && of != item {
			return total, lines, p.guarded("a line is for an item that the trade did not put into the cart: ", line), nil
		}
		if o := p.guardLine(line, total.Currency); o != nil {
			return total, lines, o, nil
		}
	}
	return total, lines, nil, nil
}

// guardOrder returns what keeps an order from being paid, from the order as the
// service has it: its total, against the quote and the limit, and its lines,
// one by one against the dry run's.
func (u *transition) guardOrder(ctx context.Context) (*obstacle, error) {
	order, err := u.c.Order(ctx, u.t.Order)
	if err != nil {
		return nil, err
	}
	total, err := order.PriceWithTax.Money()
	if err != nil || order.OrderID != u.t.Order {
		return nil, broken("GET /me/order/{orderId}", "an order without its price or its id")
	}
	u.t.OrderExpiry = order.ExpirationDate.Or(u.t.OrderExpiry)
	if !total.Equal(*u.t.Quote) {
		return differs(total, *u.t.Quote, "the order costs "+total.String()+" where the quote was "+u.t.Quote.String()), nil
	}
	if o := u.t.Plan.guardTotal(total); o != nil {
		return o, nil
	}
	return u.guardLines(ctx, total.Currency)
}

// guardLines compares an order's lines with the dry run's. A line that costs
// something has to be of the offer's plan, as far as the API names the plan.
func (u *transition) guardLines(ctx context.Context, currency ovhrest.CurrencyCode) (*obstacle, error) {
	details, err := u.tr.orderLines(ctx, u.t.Order)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, detail := range details {
		line, err := orderLine(detail)
		if err != nil {
			return nil, err
		}
		if o := u.t.Plan.guardLine(line, currency); o != nil {
			return o, nil
		}
		lines = append(lines, line)
	}
	if o := compareLines(u.t.Lines, lines, u.t.Plan.Domain); o != nil {
		return o, nil
	}
	for n, detail := range details {
		if lines[n].Price.Amount.IsZero() {
			continue
		}
		plan, err := u.lineOf(ctx, u.t.Order, detail.OrderDetailID)
		if err != nil {
			return nil, err
		}
		if plan.known && !u.samePlan(plan.OrderDetailOrder) {
			return u.t.Plan.guarded("a line is of another plan, "+plan.Plan.Code.Or("")+": ", lines[n]), nil
		}
	}
	return nil, nil
}
