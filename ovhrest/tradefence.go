package ovhrest

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
)

// tradeOrderSlack is how far back the account's orders are listed before a
// trade's own, so that none of those is taken for new.
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
	orders, others, err := u.newOrders(ctx)
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

// listOrders notes which orders the account has before the trade's own.
func (u *turn) listOrders(ctx context.Context) error {
	from := u.now().Add(-tradeOrderSlack)
	ids, err := u.c.OrderIDs(ctx, OrderFilter{From: from})
	if err == nil {
		u.t.KnownOrders, u.t.OrdersFrom = ids, from
	}
	return err
}

// pending fails with ErrBusy while an order for a trade of the domain is paid
// and on its way to the registry: no task tells of it yet. An unpaid one, such
// as an aborted trade leaves behind, is in nobody's way.
func (u *turn) pending(ctx context.Context) error {
	for _, n := range u.t.KnownOrders {
		if n == u.t.Order {
			continue
		}
		match, err := u.matches(ctx, n, u.samePlan)
		if err != nil {
			return err
		}
		if !match {
			continue
		}
		status, err := u.c.OrderStatus(ctx, n)
		if err != nil {
			return err
		}
		if status == OrderChecking || status == OrderDelivering || status == OrderDocumentsRequested {
			return newError("", "order "+id(n)+" for a trade of the domain is in "+string(status), ErrBusy)
		}
	}
	return nil
}

// newOrders lists the orders for the domain's trade to this owner that the
// account has got since, and counts the other new ones.
func (u *turn) newOrders(ctx context.Context) (found []int64, others int, err error) {
	err = u.eachNewOrder(ctx, func(order int64) error {
		ours, err := u.isOurs(ctx, order)
		if ours {
			found = append(found, order)
		} else {
			others++
		}
		return err
	})
	return found, others, err
}

// eachNewOrder calls f for the orders that came since listOrders, but for the
// trade's own.
func (u *turn) eachNewOrder(ctx context.Context, f func(order int64) error) error {
	ids, err := u.c.OrderIDs(ctx, OrderFilter{From: u.t.OrdersFrom})
	if err != nil {
		return err
	}
	for _, n := range ids {
		if slices.Contains(u.t.KnownOrders, n) || n == u.t.Order {
			continue
		}
		if err := f(n); err != nil {
			return err
		}
	}
	return nil
}

// rivals ends the trade if the domain has got another order for a trade, to
// whomever: somebody else's, or that of a checkout which seemed to have come to
// nothing. The domain's tasks show it only when it has been paid for a while.
func (u *turn) rivals(ctx context.Context) (stop bool, err error) {
	if u.t.OrdersFrom.IsZero() { // taken up again by a person
		return false, u.listOrders(ctx)
	}
	var found []int64
	err = u.eachNewOrder(ctx, func(order int64) error {
		match, err := u.matches(ctx, order, u.samePlan)
		if match {
			found = append(found, order)
		}
		return err
	})
	if err != nil {
		return true, err
	}
	if len(found) == 0 {
		return false, u.pending(ctx)
	}
	reason := "the domain has got order " + id(found[0]) + " for a trade"
	if u.t.Order != 0 {
		reason += "; order " + id(u.t.Order) + " stays unpaid"
	}
	return true, u.end(TradeNeedsAttention, reason)
}

// isOurs tells whether an order is for the domain and, as far as the API tells
// it, for the trade's plan and new owner.
func (u *turn) isOurs(ctx context.Context, order int64) (bool, error) {
	return u.matches(ctx, order, u.fits)
}

// matches tells whether an order has a line for the domain that fits.
func (u *turn) matches(ctx context.Context, order int64, fits func(OrderDetailOrder) bool) (bool, error) {
	lines, err := u.tr.orderLines(ctx, order)
	if err != nil {
		return false, err
	}
	for _, line := range lines {
		if !names(line.Domain, u.t.Plan.Domain) && !names(line.Description, u.t.Plan.Domain) {
			continue
		}
		extension, err := u.c.OrderDetailExtension(ctx, order, line.OrderDetailID)
		if errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) || errors.Is(err, ErrRegion) || errors.Is(err, ErrProtocol) {
			return true, nil // the route is beta
		}
		if err != nil {
			return false, err
		}
		if fits(extension.Order) {
			return true, nil
		}
	}
	return false, nil
}

// tradeOrdersKept bounds how many orders' lines a Trader remembers.
const tradeOrdersKept = 1000

// orderLines returns the lines of an order. They don't change, and where many
// trades run at once, each looks at the orders of all others.
func (tr *Trader) orderLines(ctx context.Context, order int64) ([]OrderDetail, error) {
	tr.mu.Lock()
	lines := tr.lines[order]
	tr.mu.Unlock()
	if lines != nil {
		return lines, nil
	}
	ids, err := tr.client.OrderDetailIDs(ctx, order)
	if err != nil {
		return nil, err
	}
	for _, n := range ids {
		line, err := tr.client.OrderDetail(ctx, order, n)
		if err != nil {
			return nil, err
		}
		line.OrderDetailID = n
		lines = append(lines, line)
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if len(tr.lines) >= tradeOrdersKept {
		clear(tr.lines)
	}
	tr.lines[order] = lines
	return lines, nil
}

// fits compares what an order line tells of its plan and owner.
func (u *turn) fits(line OrderDetailOrder) bool {
	if !u.samePlan(line) {
		return false
	}
	for _, c := range line.Configurations {
		if c.Label == ownerContact && !strings.HasSuffix(c.Value, "/"+id(u.t.Contact)) && c.Value != id(u.t.Contact) {
			return false
		}
	}
	return true
}

// samePlan tells whether an order line may be for the trade's plan.
func (u *turn) samePlan(line OrderDetailOrder) bool {
	code, ok := line.Plan.Code.Value()
	return !ok || code == u.t.Offer.PlanCode
}

// names tells whether text holds domain as a word of its own.
func names(text, domain string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(text)), func(word string) bool {
		return strings.Trim(word, "()[],;:'\"") == domain
	})
}
