package trade

import (
	"context"

	"github.com/hebergo/hebergo/ovhrest"
)

// remember keeps a cart's id for this process. It is not stored: whoever has
// it could use the cart.
func (tr *Trader) remember(trade, cart string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.carts[trade] = cart
}

func (tr *Trader) forget(trade string) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	delete(tr.carts, trade)
}

func (tr *Trader) remembered(trade string) string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.carts[trade]
}

// readCart returns a cart, and no answer that is not this cart's.
func (u *transition) readCart(ctx context.Context, cartID string) (ovhrest.Cart, error) {
	cart, err := u.c.Cart(ctx, cartID)
	if err == nil && cart.CartID != cartID {
		return cart, broken("GET /order/cart/{cartId}", "a cart without its id")
	}
	return cart, err
}

// carts finds the trade's carts by their description, whoever made them.
func (u *transition) carts(ctx context.Context) ([]ovhrest.Cart, error) {
	ids, err := u.c.CartIDs(ctx, u.t.description())
	if err != nil {
		return nil, err
	}
	var list []ovhrest.Cart
	for _, n := range ids {
		cart, err := u.readCart(ctx, n)
		if absent(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if cart.Description == u.t.description() {
			list = append(list, cart)
		}
	}
	return list, nil
}

// cart returns the trade's cart, found again if need be. Where there is none
// any more, a new one is begun and the result is nil; an ordered one, in a
// phase where nothing has been ordered, ends the trade.
func (u *transition) cart(ctx context.Context) (*ovhrest.Cart, error) {
	cart, err := u.knownCart(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case cart == nil:
		return nil, u.restart("the cart is gone")
	case cart.ReadOnly:
		return nil, u.stop(refuse(EndedByDoubt, "the cart was ordered, but not by this trade").attention())
	}
	return cart, nil
}

// knownCart returns the cart that this process remembers, else the one with
// the trade's description. Of several, which late answers can leave behind,
// all but the first are deleted.
func (u *transition) knownCart(ctx context.Context) (*ovhrest.Cart, error) {
	if known := u.tr.remembered(u.t.ID); known != "" {
		cart, err := u.readCart(ctx, known)
		if err == nil {
			return &cart, nil
		}
		if !absent(err) {
			return nil, err
		}
		u.tr.forget(u.t.ID)
	}
	carts, err := u.carts(ctx)
	if err != nil || len(carts) == 0 {
		return nil, err
	}
	keep := carts[0]
	for _, cart := range carts[1:] {
		spare := cart
		if cart.ReadOnly || len(cart.Items) > len(keep.Items) && !keep.ReadOnly {
			keep, spare = cart, keep
		}
		if err := u.c.DeleteCart(ctx, spare.CartID); err != nil {
			return nil, err
		}
	}
	u.tr.remember(u.t.ID, keep.CartID)
	return &keep, nil
}

// restart goes back to where a new cart is begun. Nothing has been ordered.
func (u *transition) restart(reason string) error {
	u.tr.forget(u.t.ID)
	u.t.Item, u.t.Quote, u.t.Lines, u.t.Intent, u.t.AddedAgain = 0, nil, nil, nil, false
	return u.to(OwnerReady, reason+": a new cart is needed")
}

// scrap deletes a cart that a late answer has spoilt, and begins a new one.
func (u *transition) scrap(ctx context.Context, cart *ovhrest.Cart, reason string) error {
	if err := u.c.DeleteCart(ctx, cart.CartID); err != nil && !absent(err) {
		return err
	}
	return u.restart(reason)
}
