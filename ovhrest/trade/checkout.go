package trade

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/ovhrest"
)

// quotation is what a dry run came to.
type quotation struct {
	total     ovhrest.Money
	lines     []Line
	contracts []ovhrest.Contract
}

// quote is the dry run, its guards and the contracts.
func (u *transition) quote(ctx context.Context) error {
	q, err := u.dryRun(ctx)
	if q == nil || err != nil {
		return err
	}
	u.t.Quote, u.t.Lines, u.t.QuotedAt = &q.total, q.lines, u.now()
	if err := u.accept(ctx, q.contracts); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return u.stop(refuse(EndedByContracts, "the contracts were not accepted: "+err.Error()))
	}
	return u.to(Quoted, "the order will cost "+q.total.String())
}

func (u *transition) accept(ctx context.Context, contracts []ovhrest.Contract) error {
	switch {
	case len(contracts) == 0:
		return nil
	case u.tr.config.Contracts == nil:
		return errors.New("the Config has no Contracts callback")
	}
	return u.tr.config.Contracts(ctx, *u.t, contracts)
}

// dryRun simulates the checkout of a cart that holds our item alone. It returns
// nil where the trade has moved elsewhere.
func (u *transition) dryRun(ctx context.Context) (*quotation, error) {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return nil, err
	}
	if !u.holdsOnlyItsItem(cart) {
		return nil, u.extraItems(ctx, cart)
	}
	checkout, err := u.c.SimulateCheckout(ctx, cart.CartID)
	if o := refusal(err); o != nil {
		return nil, u.cartRefused(ctx, cart, o)
	}
	if err != nil {
		return nil, err
	}
	if twice(checkout.Details) {
		return nil, u.extraItems(ctx, cart)
	}
	total, lines, o, err := u.t.Plan.guardCheckout(u.t.Item, checkout)
	if o != nil || err != nil {
		return nil, u.stopOr(o, err)
	}
	return &quotation{total, lines, checkout.Contracts}, nil
}

// cartRefused ends the trade, unless it was its own late work that spoilt the
// cart: a value that came in twice.
func (u *transition) cartRefused(ctx context.Context, cart *ovhrest.Cart, o *obstacle) error {
	if strings.Contains(o.text, "duplicated") {
		return u.replaceCart(ctx, cart, "a value was set twice")
	}
	return u.stop(o)
}

// order is the checkout, after one more dry run that has to come to the same.
func (u *transition) order(ctx context.Context) error {
	q, err := u.dryRun(ctx)
	if q == nil || err != nil {
		return err
	}
	if others, err := u.newTrades(ctx); err != nil || len(others) > 0 {
		return u.stopForOtherTrade(others, err)
	}
	if !q.total.Equal(*u.t.Quote) {
		return u.stop(differs(q.total, *u.t.Quote, "the quote changed from "+u.t.Quote.String()+" to "+q.total.String()))
	}
	if o := compareLines(u.t.Lines, q.lines, u.t.Plan.Domain); o != nil {
		o.text = "the quote changed: " + o.text
		return u.stop(o)
	}
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	if o, err := u.otherOrder(ctx); o != nil || err != nil {
		return u.stopOr(o, err)
	}
	return u.sendCheckout(ctx, cart)
}

func (u *transition) sendCheckout(ctx context.Context, cart *ovhrest.Cart) error {
	var checkout ovhrest.Checkout
	err := u.once(ctx, Intent{Operation: Checkout}, func(ctx context.Context) error {
		var err error
		checkout, err = u.c.ExecuteCheckout(ctx, cart.CartID, ovhrest.CheckoutParams{WaiveRetractationPeriod: u.t.Plan.WaiveRetraction})
		if err == nil && checkout.OrderID.Or(0) <= 0 {
			return newError("POST /order/cart/{cartId}/checkout: the answer names no order", ovhrest.ErrProtocol, ovhrest.ErrAmbiguous)
		}
		return err
	})
	if o := refusal(err); o != nil {
		return u.cartRefused(ctx, cart, o)
	}
	if err != nil {
		return err
	}
	return u.ordered(checkout.OrderID.Or(0), "ordered, not paid yet")
}

// stopForOtherTrade ends the trade because the domain has got another one meanwhile,
// from another order. An unpaid order of ours is left to lapse.
func (u *transition) stopForOtherTrade(others []ovhrest.Task, err error) error {
	if err != nil {
		return err
	}
	o := refuse(EndedByConflict, "another trade of the domain has begun")
	if u.t.Order != 0 {
		o = u.leftUnpaid(o)
	}
	o.Task = slices.MaxFunc(others, func(a, b ovhrest.Task) int { return a.CreationDate.Compare(b.CreationDate) }).ID
	return u.stop(o)
}

func (u *transition) ordered(order int64, text string) error {
	u.t.Order, u.t.OrderedAt, u.t.Intent = order, u.now(), nil
	return u.to(Ordered, text)
}
