package ovhrest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// tradeOrderSlack is how far back the account's orders are listed before a
// checkout, so that the list after it can't begin later than its own order.
const tradeOrderSlack = 24 * time.Hour

// recoverCheckout finds out whether there is an order. The cart becomes
// read-only with it, and exactly one new order for the domain has to be there.
//
// Where the cart is still open, the cart is deleted before a new one is begun:
// a checkout that is still on its way, from a worker that has slept for hours,
// finds nothing to order then. Anything that does not fit together is left to
// a person; nothing of it is paid.
func (u *turn) recoverCheckout(ctx context.Context) error {
	cart, err := u.knownCart(ctx)
	if err != nil {
		return err
	}
	orders, others, err := u.newOrders(ctx, u.t.Intent)
	if err != nil {
		return err
	}
	open := cart != nil && !cart.ReadOnly
	switch {
	case len(orders) > 1:
		return u.end(TradeNeedsAttention, "the checkout's answer was lost, and the domain has several new orders")
	case len(orders) == 1 && !open:
		return u.ordered(orders[0], "the order was found, not paid yet")
	case !u.settled():
		return nil
	case len(orders) == 1:
		return u.end(TradeNeedsAttention, "the domain has a new order that is not from the trade's cart")
	case open:
		return u.fence(ctx, cart)
	case u.lostCart(cart, others):
		return u.end(TradeNeedsAttention, "the cart is ordered or gone, but the account has no new order for the domain")
	}
	if u.t.Missed == nil {
		u.t.Missed = u.t.Intent
	}
	return u.restart("the checkout was not carried out")
}

// lostCart tells whether a cart that is not open any more may have become an
// order that does not show: it did if it is read-only. One that is gone did
// not if the trade itself took it away, or if it has expired and the account
// has no new order at all, not even one that was not recognised.
func (u *turn) lostCart(cart *Cart, others int) bool {
	switch {
	case cart != nil:
		return true
	case !u.t.Intent.Fenced.IsZero():
		return false
	}
	return others > 0 || u.now().Before(u.t.CartExpiry)
}

// fence deletes the cart from under an unclear checkout, and begins the wait
// anew. That it will is saved first: a cart that is gone proves something only
// to who took it away.
func (u *turn) fence(ctx context.Context, cart *Cart) error {
	u.t.Intent.Fenced, u.t.Intent.Seen = u.now(), u.now()
	u.event("the cart is deleted, for its checkout left no trace")
	if err := u.save(ctx); err != nil {
		return err
	}
	u.wait = tradeSettleTime
	err := u.c.DeleteCart(ctx, cart.CartID)
	if _, no := saysNo(err); no || errors.Is(err, ErrNotFound) {
		return nil // ordered or gone this very moment: the next step looks
	}
	return err
}

// newOrders lists the account's orders for the domain's trade that were not
// there before a checkout, and counts the other new ones.
func (u *turn) newOrders(ctx context.Context, checkout *TradeIntent) (found []int64, others int, err error) {
	ids, err := u.c.OrderIDs(ctx, OrderFilter{From: checkout.OrdersFrom})
	if err != nil {
		return nil, 0, err
	}
	for _, n := range ids {
		if slices.Contains(checkout.KnownOrders, n) || n == u.t.Order {
			continue
		}
		ours, err := u.isOurs(ctx, n)
		if err != nil {
			return nil, 0, err
		}
		if ours {
			found = append(found, n)
		} else {
			others++
		}
	}
	return found, others, nil
}

// missedOrder ends the trade if the order of an earlier checkout, which seemed
// to have come to nothing, shows after all.
func (u *turn) missedOrder(ctx context.Context) (stop bool, err error) {
	if u.t.Missed == nil {
		return false, nil
	}
	orders, _, err := u.newOrders(ctx, u.t.Missed)
	if err != nil || len(orders) == 0 {
		return err != nil, err
	}
	reason := "the domain has order " + id(orders[0]) + ", which may be from an earlier checkout"
	if u.t.Order != 0 {
		reason += "; order " + id(u.t.Order) + " stays unpaid"
	}
	return true, u.end(TradeNeedsAttention, reason)
}

// isOurs tells whether an order is for the domain and, as far as the API tells
// it, for the trade's plan and new owner.
func (u *turn) isOurs(ctx context.Context, order int64) (bool, error) {
	lines, err := u.c.OrderDetailIDs(ctx, order)
	if err != nil {
		return false, err
	}
	for _, n := range lines {
		line, err := u.c.OrderDetail(ctx, order, n)
		if err != nil {
			return false, err
		}
		if !names(line.Domain, u.t.Plan.Domain) && !names(line.Description, u.t.Plan.Domain) {
			continue
		}
		extension, err := u.c.OrderDetailExtension(ctx, order, n)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrRegion) || errors.Is(err, ErrProtocol) {
			return true, nil // the route is beta
		}
		if err != nil {
			return false, err
		}
		if u.fits(extension.Order) {
			return true, nil
		}
	}
	return false, nil
}

// fits compares what an order line tells of its plan and owner.
func (u *turn) fits(line OrderDetailOrder) bool {
	if code, ok := line.Plan.Code.Value(); ok && code != u.t.Offer.PlanCode {
		return false
	}
	for _, c := range line.Configurations {
		if c.Label == ownerContact && !strings.HasSuffix(c.Value, "/"+id(u.t.Contact)) && c.Value != id(u.t.Contact) {
			return false
		}
	}
	return true
}

// names tells whether text holds domain as a word of its own.
func names(text, domain string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(text)), func(word string) bool {
		return strings.Trim(word, "()[],;:'\"") == domain
	})
}
