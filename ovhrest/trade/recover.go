package trade

import (
	"context"
	"slices"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
)

// recover finds out what became of a request whose outcome is not known:
// whoever sent it was killed, or its answer was lost.
//
// A young intention belongs to whoever saved it and may be sending right now;
// it is left alone. A trace of the request counts at once. No trace counts
// only after a look and a long wait for late work, measured on one clock.
func (u *transition) recover(ctx context.Context) error {
	if age := u.now().Sub(u.t.Intent.At); age < ownTime {
		u.wait = waitFor(min(ownTime-age, ownTime))
		return nil
	}
	switch u.t.Intent.Operation {
	case CreateContact:
		return u.recoverContact(ctx)
	case CreateCart:
		return u.recoverCart(ctx)
	case AddItem:
		return u.recoverItem(ctx)
	case Configure:
		return u.recoverConfiguration(ctx)
	case Checkout:
		return u.recoverCheckout(ctx)
	case Pay:
		return u.recoverPayment(ctx)
	}
	return invalid("data", "has an unknown intention")
}

// settled reports whether a request without a trace for that long was surely
// not carried out. If not, it notes the first look and how long to wait.
func (u *transition) settled(within time.Duration) bool {
	in := u.t.Intent
	if in.Seen.IsZero() {
		in.Seen = u.now()
		u.event("no trace of " + string(in.Operation) + " yet")
		u.wait = waitFor(within)
		return false
	}
	if age := u.now().Sub(in.Seen); age < within {
		u.wait = waitFor(min(within-age, within))
		return false
	}
	return true
}

// notDone drops the intention: the phase sends the request anew.
func (u *transition) notDone() error {
	operation := u.t.Intent.Operation
	u.t.Intent = nil
	u.t.AddedAgain = u.t.AddedAgain || operation == AddItem
	u.event(string(operation) + " was not carried out")
	u.wait = noPause
	return nil
}

// recoverContact looks for a contact that says the same and was not there
// before.
func (u *transition) recoverContact(ctx context.Context) error {
	equal, err := u.c.equalContacts(ctx, *u.t.Plan.Owner)
	if err != nil {
		return err
	}
	for _, n := range equal {
		if !slices.Contains(u.t.Intent.Contacts, n) {
			u.t.Intent = nil
			return u.ownerIs(n, "the owner contact was found")
		}
	}
	if !u.settled(settleTime) {
		return nil
	}
	return u.notDone()
}

func (u *transition) recoverCart(ctx context.Context) error {
	cart, err := u.knownCart(ctx)
	if err != nil {
		return err
	}
	if cart != nil {
		u.t.Intent = nil
		return u.to(CartReady, "the cart was found")
	}
	if !u.settled(settleTime) {
		return nil
	}
	return u.notDone()
}

func (u *transition) recoverItem(ctx context.Context) error {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	if len(cart.Items) > 0 {
		return u.adoptItem(ctx, cart)
	}
	if !u.settled(settleTime) {
		return nil
	}
	return u.notDone()
}

func (u *transition) recoverConfiguration(ctx context.Context) error {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	wanted, err := u.c.wanted(ctx, cart.CartID, u.t.Item, u.t.Contact, u.t.Plan.Configuration)
	if err != nil {
		return err
	}
	for _, value := range wanted {
		if value.Label != u.t.Intent.Label {
			continue
		}
		fits, err := u.configured(ctx, cart, value, false)
		if err != nil {
			return err
		}
		if fits {
			u.t.Intent = nil
			return u.to(ItemReady, "the item's "+value.Label+" was found")
		}
	}
	if !u.settled(settleTime) {
		return nil
	}
	return u.notDone()
}

// checkResolved refuses an order that a person has given by mistake.
func (u *transition) checkResolved(ctx context.Context, order int64) error {
	if u.t.check() != nil {
		return invalid("Order", "can't be taken up: the trade has no quote to compare it with")
	}
	if order == 0 {
		return nil
	}
	whose, err := u.whoseOrder(ctx, order)
	if err == nil && whose != orderOfTrade {
		err = invalid("Order", "is not for the domain, the plan and the owner of the trade")
	}
	return err
}

// resolve goes on with what a person has found out.
func (u *transition) resolve(r Resolution) {
	t := u.t
	stopped := t.Stopped
	t.Reason, t.Outcome, t.Stopped, t.Intent, t.Ending = "", "", "", nil, nil
	t.Resumed, t.DeliveredAt, t.DoneAt = u.now(), time.Time{}, time.Time{}
	t.KnownOrders, t.OrdersFrom = nil, time.Time{} // what is there now is no surprise to that person
	switch {
	case r.Order > 0:
		t.Order, t.OrderedAt, t.Phase, t.Payments = r.Order, u.now(), Ordered, 0
	case stopped.ordered():
		t.Phase, t.Payments = stopped, 0
	case stopped == Planned || stopped == Checked:
		t.Phase = stopped
	default:
		t.Phase, t.Item, t.Quote, t.Lines, t.Carts = OwnerReady, 0, nil, nil, 1
	}
	u.event("taken up again")
}

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
	orders, err := u.newOrders(ctx)
	if err != nil {
		return err
	}
	open := cart != nil && !cart.ReadOnly
	switch {
	case len(orders.ofTrade) > 1:
		return u.stop(refuse(EndedByDoubt, "the checkout's answer was lost, and the domain has several new orders").about(orders.ofTrade[0]).attention())
	case len(orders.ofTrade) == 1 && !open:
		return u.ordered(orders.ofTrade[0], "the order was found, not paid yet")
	case !u.settled(settleTime):
		return nil
	case len(orders.ofTrade) == 1:
		return u.stop(refuse(EndedByConflict, "the domain has a new order that is not from the trade's cart").about(orders.ofTrade[0]).attention())
	case open:
		return u.deleteUnclearCart(ctx, cart)
	case u.lostCart(cart, orders.others):
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

// deleteUnclearCart deletes the cart from under an unclear checkout, and begins the wait
// anew. That it will is saved first: a cart that is gone proves something only
// to who took it away.
func (u *transition) deleteUnclearCart(ctx context.Context, cart *ovhrest.Cart) error {
	u.t.Intent.CartDeleted, u.t.Intent.Seen = u.now(), u.now()
	u.event("the cart is deleted, for its checkout left no trace")
	if err := u.save(ctx); err != nil {
		return err
	}
	u.wait = waitFor(settleTime)
	err := u.c.DeleteCart(ctx, cart.CartID)
	if refusal(err) != nil || absent(err) {
		return nil // ordered or gone this very moment: the next step looks
	}
	return err
}
