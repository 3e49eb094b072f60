package trade

import (
	"context"
	"fmt"
	"slices"
	"strings"

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

// replaceCart deletes a cart that a late answer has spoilt, and begins a new one.
func (u *transition) replaceCart(ctx context.Context, cart *ovhrest.Cart, reason string) error {
	if err := u.c.DeleteCart(ctx, cart.CartID); err != nil && !absent(err) {
		return err
	}
	return u.restart(reason)
}

// makeCart begins a cart. One that was made but not noted is found again by
// its description when the next step looks for it.
func (u *transition) makeCart(ctx context.Context) error {
	if u.t.Carts >= maxCarts {
		return u.stop(refuse(EndedByService, fmt.Sprintf("%d carts came to nothing", u.t.Carts)).attention())
	}
	expire := u.now().Add(cartLife)
	u.t.Carts++
	u.t.CartExpiry = expire
	var cart ovhrest.Cart
	err := u.once(ctx, Intent{Operation: CreateCart}, func(ctx context.Context) error {
		var err error
		cart, err = u.c.CreateCart(ctx, ovhrest.CartCreation{OvhSubsidiary: u.t.Subsidiary, Description: u.t.description(), Expire: expire})
		if err == nil && cart.CartID == "" {
			return newError("POST /order/cart: the answer names no cart", ovhrest.ErrProtocol, ovhrest.ErrAmbiguous)
		}
		return err
	})
	if err != nil && u.t.Intent == nil { // surely not carried out
		u.t.Carts--
	}
	if o := refusal(err); o != nil {
		return u.stop(o)
	}
	if err != nil {
		return err
	}
	u.tr.remember(u.t.ID, cart.CartID)
	return u.to(CartReady, "a cart was made")
}

// fillCart assigns the cart, which the guide leaves out and the checkout
// needs, and puts the trade into it. A cart that an earlier step has assigned
// may be refused here; the dry run judges.
func (u *transition) fillCart(ctx context.Context) error {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	if err := u.c.AssignCart(ctx, cart.CartID); err != nil && refusal(err) == nil {
		return err
	}
	if len(cart.Items) > 0 {
		return u.adoptItem(ctx, cart)
	}
	var item ovhrest.Item
	offer := u.t.Offer
	err = u.once(ctx, Intent{Operation: AddItem}, func(ctx context.Context) error {
		var err error
		item, err = u.c.AddDomainOption(ctx, u.t.Plan.Domain, ovhrest.DomainOption{
			CartID: cart.CartID, Duration: offer.Duration, PlanCode: offer.PlanCode, PricingMode: offer.PricingMode, Quantity: 1,
		})
		if err == nil && item.ItemID <= 0 {
			return newError("POST /order/cartServiceOption/domain/{serviceName}: the answer names no item", ovhrest.ErrProtocol, ovhrest.ErrAmbiguous)
		}
		return err
	})
	if o := refusal(err); o != nil {
		return u.stop(o)
	}
	if err != nil {
		return err
	}
	u.t.Item = item.ItemID
	return u.to(ItemReady, "the trade is in the cart")
}

// adoptItem takes over the one item of the cart if it is ours.
func (u *transition) adoptItem(ctx context.Context, cart *ovhrest.Cart) error {
	if len(cart.Items) > 1 {
		return u.extraItems(ctx, cart)
	}
	item, err := u.c.CartItem(ctx, cart.CartID, cart.Items[0])
	if err != nil {
		return err
	}
	if item.ItemID != cart.Items[0] {
		return broken("GET /order/cart/{cartId}/item/{itemId}", "an item without its id")
	}
	if code, ok := item.Settings.PlanCode.Value(); ok && code != u.t.Offer.PlanCode || item.Duration.Or(u.t.Offer.Duration) != u.t.Offer.Duration {
		return u.stop(refuse(EndedByGuard, "the cart has an item that the trade did not put there"))
	}
	u.t.Item, u.t.Intent = item.ItemID, nil
	return u.to(ItemReady, "the trade was found in the cart")
}

// configure gives the item one value a step: posting a label twice would make
// the checkout fail, so what stands under it is deleted first.
func (u *transition) configure(ctx context.Context) error {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	if !u.holdsOnlyItsItem(cart) {
		return u.extraItems(ctx, cart)
	}
	wanted, err := u.c.wanted(ctx, cart.CartID, u.t.Item, u.t.Contact, u.t.Plan.Configuration)
	if err != nil {
		return err
	}
	for _, value := range wanted {
		fits, err := u.configured(ctx, cart, value, true)
		if err != nil {
			return err
		}
		if fits {
			continue
		}
		err = u.once(ctx, Intent{Operation: Configure, Label: value.Label}, func(ctx context.Context) error {
			_, err := u.c.AddItemConfiguration(ctx, cart.CartID, u.t.Item, value)
			return err
		})
		if o := refusal(err); o != nil {
			return u.stop(o)
		}
		if err != nil {
			return err
		}
		return u.to(ItemReady, "the item knows its "+value.Label)
	}
	return u.to(Configured, "the item is complete")
}

// wanted is the owner and what the plan gives besides. Whether more is needed,
// the dry run shows: the list's own "required" is not reliable.
func (c service) wanted(ctx context.Context, cartID string, item, contact int64, besides map[string]string) ([]ovhrest.ItemConfigurationCreation, error) {
	required, err := c.RequiredConfiguration(ctx, cartID, item)
	if err != nil {
		return nil, err
	}
	path := "/me/contact"
	for _, r := range required {
		if r.Label == ownerContact && r.Type == "/domain/contact" {
			path = r.Type
		}
	}
	list := []ovhrest.ItemConfigurationCreation{{Label: ownerContact, Value: path + "/" + id(contact)}}
	for label, value := range besides {
		list = append(list, ovhrest.ItemConfigurationCreation{Label: label, Value: value})
	}
	slices.SortFunc(list, func(a, b ovhrest.ItemConfigurationCreation) int { return strings.Compare(a.Label, b.Label) })
	return list, nil
}

const ownerContact = "OWNER_CONTACT"

// configured reports whether the item has exactly this value under its label. If
// tidy, everything else under the label is deleted.
func (u *transition) configured(ctx context.Context, cart *ovhrest.Cart, want ovhrest.ItemConfigurationCreation, tidy bool) (bool, error) {
	ids, err := u.c.ItemConfigurationIDs(ctx, cart.CartID, u.t.Item, want.Label)
	if err != nil {
		return false, err
	}
	fits := false
	for _, n := range ids {
		have, err := u.c.ItemConfiguration(ctx, cart.CartID, u.t.Item, n)
		if err != nil {
			return false, err
		}
		if have.Label != want.Label {
			continue
		}
		if !fits && have.Value == want.Value {
			fits = true
			continue
		}
		if tidy {
			if err := u.c.DeleteItemConfiguration(ctx, cart.CartID, u.t.Item, n); err != nil {
				return false, err
			}
		}
	}
	return fits, nil
}

// holdsOnlyItsItem reports whether the cart holds the trade's item and no other.
func (u *transition) holdsOnlyItsItem(cart *ovhrest.Cart) bool {
	return len(cart.Items) == 1 && cart.Items[0] == u.t.Item
}

// extraItems ends the trade, unless it was the trade itself that added twice.
func (u *transition) extraItems(ctx context.Context, cart *ovhrest.Cart) error {
	if u.t.AddedAgain {
		return u.replaceCart(ctx, cart, "the trade came into the cart twice")
	}
	return u.stop(refuse(EndedByGuard, "the cart does not hold the trade alone"))
}
