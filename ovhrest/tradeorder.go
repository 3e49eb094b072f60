package ovhrest

import (
	"context"
	"errors"
	"strings"
)

// quote is the dry run, its guards and the contracts.
func (u *turn) quote(ctx context.Context) error {
	total, contracts, stop, err := u.dryRun(ctx)
	if stop || err != nil {
		return err
	}
	u.t.Quote, u.t.QuotedAt = &total, u.now()
	if err := u.accept(ctx, contracts); err != nil {
		if ctx.Err() != nil {
			return err
		}
		return u.end(TradeRefused, "the contracts were not accepted: "+err.Error())
	}
	return u.to(TradeQuoted, "the order will cost "+total.String())
}

func (u *turn) accept(ctx context.Context, contracts []Contract) error {
	switch {
	case len(contracts) == 0:
		return nil
	case u.tr.config.Contracts == nil:
		return errors.New("the TraderConfig has no Contracts callback")
	}
	return u.tr.config.Contracts(ctx, *u.t, contracts)
}

// dryRun simulates the checkout of a cart that holds our item alone. stop says
// that the trade has moved elsewhere.
func (u *turn) dryRun(ctx context.Context) (total Money, contracts []Contract, stop bool, err error) {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return total, nil, true, err
	}
	if stop, err := u.onlyOurItem(ctx, cart); stop {
		return total, nil, true, err
	}
	checkout, err := u.c.SimulateCheckout(ctx, cart.CartID)
	if reason, no := saysNo(err); no {
		return total, nil, true, u.cartRefused(ctx, cart, reason)
	}
	if err != nil {
		return total, nil, true, err
	}
	if twice(checkout.Details, func(l CheckoutDetail) [2]string { return [2]string{l.DetailType.String(), l.Description} }) {
		return total, nil, true, u.extraItems(ctx, cart)
	}
	total, reason := guardCheckout(u.t, checkout)
	if reason != "" {
		return total, nil, true, u.end(TradeRefused, reason)
	}
	return total, checkout.Contracts, false, nil
}

// cartRefused ends the trade, unless it was its own late work that spoilt the
// cart: a value that came in twice.
func (u *turn) cartRefused(ctx context.Context, cart *Cart, reason string) error {
	if strings.Contains(reason, "duplicated") {
		return u.scrap(ctx, cart, "a value was set twice")
	}
	return u.end(TradeRefused, reason)
}

// order is the checkout, after one more dry run that has to come to the same.
func (u *turn) order(ctx context.Context) error {
	total, _, stop, err := u.dryRun(ctx)
	if stop || err != nil {
		return err
	}
	if others, err := u.newTrades(ctx); err != nil || len(others) > 0 {
		return u.overtaken(err)
	}
	if !total.Equal(*u.t.Quote) {
		return u.end(TradeRefused, "the quote changed from "+u.t.Quote.String()+" to "+total.String())
	}
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	if stop, err := u.rivals(ctx); stop || err != nil {
		return err
	}
	var checkout Checkout
	err = u.once(ctx, TradeIntent{Operation: TradeCheckout}, func(ctx context.Context) error {
		var err error
		checkout, err = u.c.ExecuteCheckout(ctx, cart.CartID, CheckoutParams{WaiveRetractationPeriod: u.t.Plan.WaiveRetraction})
		if err == nil && checkout.OrderID.Or(0) <= 0 {
			return newError("POST /order/cart/{cartId}/checkout", "the answer names no order", ErrProtocol, ErrAmbiguous)
		}
		return err
	})
	if reason, no := saysNo(err); no {
		return u.cartRefused(ctx, cart, reason)
	}
	if err != nil {
		return err
	}
	return u.ordered(checkout.OrderID.Or(0), "ordered, not paid yet")
}

// overtaken ends the trade because the domain has got another one meanwhile,
// from another order. An unpaid order of ours is left to lapse.
func (u *turn) overtaken(err error) error {
	switch {
	case err != nil:
		return err
	case u.t.Order != 0:
		return u.end(TradeNeedsAttention, "another trade of the domain has begun; order "+id(u.t.Order)+" stays unpaid")
	}
	return u.end(TradeRefused, "another trade of the domain has begun")
}

func (u *turn) ordered(order int64, text string) error {
	u.t.Order, u.t.OrderedAt, u.t.Intent = order, u.now(), nil
	return u.to(TradeOrdered, text)
}

// pay checks the order as it was really placed, and pays it.
func (u *turn) pay(ctx context.Context) error {
	status, err := u.c.OrderStatus(ctx, u.t.Order)
	if err != nil {
		return err
	}
	if over, err := u.orderOver(status); over {
		return err
	}
	if status != OrderNotPaid && status != OrderUnknown {
		return u.to(TradePaid, "the order is paid")
	}
	if others, err := u.newTrades(ctx); err != nil || len(others) > 0 {
		return u.overtaken(err)
	}
	if stop, err := u.rivals(ctx); stop || err != nil {
		return err
	}
	stop, err := u.guardOrder(ctx)
	if stop != "" {
		return u.end(TradeNeedsAttention, stop+"; order "+id(u.t.Order)+" stays unpaid")
	}
	if err != nil || status == OrderUnknown {
		return err
	}
	if u.t.Payments >= tradeMaxPays {
		return u.end(TradeNeedsAttention, "the payment came to nothing several times")
	}
	u.t.Payments++
	err = u.once(ctx, TradeIntent{Operation: TradePay}, u.sendPayment)
	if err != nil && u.t.Intent == nil { // surely not carried out
		u.t.Payments--
	}
	if reason, no := saysNo(err); no || errors.Is(err, ErrForbidden) {
		if reason == "" {
			reason = err.Error()
		}
		return u.end(TradeNeedsAttention, "the payment was refused: "+reason+"; order "+id(u.t.Order)+" stays unpaid")
	}
	if err != nil {
		return err
	}
	return u.to(TradePaid, "paid")
}

func (u *turn) sendPayment(ctx context.Context) error {
	if u.t.Plan.PaymentMethod != 0 {
		return u.c.PayOrder(ctx, u.t.Order, u.t.Plan.PaymentMethod)
	}
	return u.c.PayOrderWithRegisteredMean(ctx, u.t.Order, ReusablePaymentMeanFidelityAccount, 0)
}

// orderOver ends the trade with a cancelled order.
func (u *turn) orderOver(status OrderStatus) (over bool, err error) {
	if status != OrderCancelled && status != OrderCancelling {
		return false, nil
	}
	return true, u.end(TradeCancelled, "order "+id(u.t.Order)+" was cancelled")
}
