package trade

import (
	"context"

	"github.com/hebergo/hebergo/ovhrest"
)

// recoverCheckout finds out whether there is an order. The cart becomes
// read-only with it, and exactly one new order for the domain has to be there.
//
// Where the cart is still open, the cart is deleted before a new one is begun:
// a checkout that is still on its way, from a worker that has slept for hours,
// finds nothing to order then. Anything that does not fit together is left to
// a person; nothing of it is paid.
func (u *transition) recoverCheckout(ctx context.Context) error {
	cart, err := u.knownCart(ctx)
	if err != nil {
		return err
	}
	orders, others, err := u.newOrders(ctx)
	if err != nil {
		return err
	}
	open := cart != nil && !cart.ReadOnly
	switch {
	case len(orders) > 1:
		return u.stop(refuse(EndedByDoubt, "the checkout's answer was lost, and the domain has several new orders").about(orders[0]).attention())
	case len(orders) == 1 && !open:
		return u.ordered(orders[0], "the order was found, not paid yet")
	case !u.settled(settleTime):
		return nil
	case len(orders) == 1:
		return u.stop(refuse(EndedByConflict, "the domain has a new order that is not from the trade's cart").about(orders[0]).attention())
	case open:
		return u.deleteUnclearCart(ctx, cart)
	case u.lostCart(cart, others):
		return u.stop(refuse(EndedByDoubt, "the cart is ordered or gone, but the account has no new order for the domain").attention())
	}
	return u.restart("the checkout was not carried out")
}

// lostCart reports whether a cart that is not open any more may have become an
// order that does not show: it did if it is read-only. One that is gone did
// not if the trade itself took it away, or if it has expired and the account
// has no new order at all, not even one that was not recognised.
func (u *transition) lostCart(cart *ovhrest.Cart, others int) bool {
	switch {
	case cart != nil:
		return true
	case !u.t.Intent.CartDeleted.IsZero():
		return false
	}
	return others > 0 || u.now().Before(u.t.CartExpiry)
}

// fence deletes the cart from under an unclear checkout, and begins the wait
// anew. That it will is saved first: a cart that is gone proves something only
// to who took it away.
func (u *transition) deleteUnclearCart(ctx context.Context, cart *ovhrest.Cart) error {
	u.t.Intent.CartDeleted, u.t.Intent.Seen = u.now(), u.now()
	u.event("the cart is deleted, for its checkout left no trace")
	if err := u.save(ctx); err != nil {
		return err
	}
	u.wait = settleTime
	err := u.c.DeleteCart(ctx, cart.CartID)
	if refusal(err) != nil || absent(err) {
		return nil // ordered or gone this very moment: the next step looks
	}
	return err
}
