package trade

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/ovhrest"
)

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
	if stop, err := u.onlyOurItem(ctx, cart); stop {
		return err
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
// the dry run tells: the list's own "required" is not reliable.
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

// onlyOurItem stops if the cart holds anything else.
func (u *transition) onlyOurItem(ctx context.Context, cart *ovhrest.Cart) (stop bool, err error) {
	if len(cart.Items) == 1 && cart.Items[0] == u.t.Item {
		return false, nil
	}
	return true, u.extraItems(ctx, cart)
}

// extraItems ends the trade, unless it was the trade itself that added twice.
func (u *transition) extraItems(ctx context.Context, cart *ovhrest.Cart) error {
	if u.t.AddedAgain {
		return u.scrap(ctx, cart, "the trade came into the cart twice")
	}
	return u.stop(refuse(EndedByGuard, "the cart does not hold the trade alone"))
}
