package trade

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
)

// orderSlack is how far back the account's orders are listed before a
// trade's own, so that none of those is taken for new.
const orderSlack = 24 * time.Hour

// orderState is what an order's status comes to for a trade.
type orderState int

const (
	orderUnclear   orderState = iota // unknown, or a status that this package does not know
	orderUnpaid                      // it can be paid still
	orderPaid                        // and on its way to the registry
	orderDelivered                   // passed on
	orderOver                        // cancelled
)

// stateOf reads a status. One that is new to this package is not taken for
// paid, nor for anything else.
func stateOf(status ovhrest.OrderStatus) orderState {
	switch status {
	case ovhrest.OrderNotPaid:
		return orderUnpaid
	case ovhrest.OrderChecking, ovhrest.OrderDelivering, ovhrest.OrderDocumentsRequested:
		return orderPaid
	case ovhrest.OrderDelivered:
		return orderDelivered
	case ovhrest.OrderCancelled, ovhrest.OrderCancelling:
		return orderOver
	}
	return orderUnclear
}

// ownership is whose an order is.
type ownership int

const (
	orderOfOthers ownership = iota // no line is for a trade of the domain
	orderOfDomain                  // it is for a trade of the domain, to another owner
	orderOfTrade                   // it fits this trade's plan and owner, as far as the API shows
)

// whoseOrder answers whose an order is, from its lines and what they were in
// the cart. What the API does not show counts as the trade's.
func (u *transition) whoseOrder(ctx context.Context, order int64) (ownership, error) {
	lines, err := u.tr.orderLines(ctx, order)
	if err != nil {
		return orderOfOthers, err
	}
	if len(lines) == 0 { // they are not there yet, and could be for the domain
		return orderOfOthers, broken("GET /me/order/{orderId}/details", "an order without lines")
	}
	whose := orderOfOthers
	for _, line := range lines {
		if !names(line.Domain, u.t.Plan.Domain) && !names(line.Description, u.t.Plan.Domain) {
			continue
		}
		item, err := u.lineOf(ctx, order, line.OrderDetailID)
		switch {
		case err != nil:
			return orderOfOthers, err
		case !item.known:
			return orderOfTrade, nil
		case !u.samePlan(item.OrderDetailOrder):
			continue
		case u.sameOwner(item.OrderDetailOrder):
			return orderOfTrade, nil
		}
		whose = orderOfDomain
	}
	return whose, nil
}

// orderedItem is what a line of an order was in the cart, if the API shows it.
type orderedItem struct {
	ovhrest.OrderDetailOrder
	known bool
}

// lineOf asks what a line was in the cart. The route is beta: where it does
// not exist, that is an answer.
func (u *transition) lineOf(ctx context.Context, order, line int64) (orderedItem, error) {
	extension, err := u.c.OrderDetailExtension(ctx, order, line)
	var e *ovhrest.Error
	switch {
	case err == nil:
		return orderedItem{extension.Order, true}, nil
	case errors.Is(err, ovhrest.ErrRegion), errors.Is(err, ovhrest.ErrNotFound) && errors.As(err, &e) && !foreign(e):
		return orderedItem{}, nil
	}
	return orderedItem{}, err
}

// sameOwner reports whether an order line may be for the trade's new owner.
func (u *transition) sameOwner(line ovhrest.OrderDetailOrder) bool {
	for _, c := range line.Configurations {
		if c.Label == ownerContact && !strings.HasSuffix(c.Value, "/"+id(u.t.Contact)) && c.Value != id(u.t.Contact) {
			return false
		}
	}
	return true
}

// samePlan reports whether an order line may be for the trade's plan.
func (u *transition) samePlan(line ovhrest.OrderDetailOrder) bool {
	code, ok := line.Plan.Code.Value()
	return !ok || code == u.t.Offer.PlanCode
}

// names reports whether text holds domain as a word of its own.
func names(text, domain string) bool {
	return slices.ContainsFunc(strings.Fields(strings.ToLower(text)), func(word string) bool {
		return strings.Trim(word, "()[],;:.!?'\"") == domain
	})
}

// ordersKept bounds how many orders' lines a Trader remembers.
const ordersKept = 1000

// orderLines returns the lines of an order. They don't change, and where many
// trades run at once, each looks at the orders of all others.
func (tr *Trader) orderLines(ctx context.Context, order int64) ([]ovhrest.OrderDetail, error) {
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
		if line.Domain == "" && line.Description == "" {
			return nil, broken("GET /me/order/{orderId}/details/{orderDetailId}", "a line that names nothing")
		}
		line.OrderDetailID = n
		lines = append(lines, line)
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if len(tr.lines) >= ordersKept {
		clear(tr.lines)
	}
	tr.lines[order] = lines
	return lines, nil
}

// closedKept bounds how many orders a Trader remembers as closed.
const closedKept = 200_000

// openState returns an order's state. Orders that are over for good are asked
// about once for each Trader: an account may have thousands.
func (tr *Trader) openState(ctx context.Context, order int64) (orderState, error) {
	tr.mu.Lock()
	closed, known := tr.closed[order]
	tr.mu.Unlock()
	if known {
		return closed, nil
	}
	status, err := tr.client.OrderStatus(ctx, order)
	if absent(err) {
		return tr.withoutStatus(ctx, order)
	}
	if err != nil {
		return orderUnclear, err
	}
	state := stateOf(status)
	if state == orderDelivered || status == ovhrest.OrderCancelled {
		tr.noteClosed(order, state)
	}
	return state, nil
}

// withoutStatus returns the state of an order whose status does not exist: it is
// over only if the order does not exist either, deleted since it was listed. That
// is not remembered, for the order may only not be there yet.
func (tr *Trader) withoutStatus(ctx context.Context, order int64) (orderState, error) {
	_, err := tr.client.Order(ctx, order)
	if absent(err) {
		return orderOver, nil
	}
	return orderUnclear, err
}

func (tr *Trader) noteClosed(order int64, state orderState) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	if len(tr.closed) >= closedKept {
		clear(tr.closed)
	}
	tr.closed[order] = state
}

// lapsed reports whether an unpaid order can't be paid any more.
func (tr *Trader) lapsed(ctx context.Context, order int64) (bool, error) {
	details, err := tr.client.Order(ctx, order)
	if err != nil {
		return false, err
	}
	expiry, ok := details.ExpirationDate.Value()
	if !ok || details.OrderID != order || tr.now().Before(expiry) {
		return false, nil
	}
	tr.noteClosed(order, orderOver)
	return true, nil
}

// orderIDs lists the account's orders, and refuses an ID that none has: a trade
// without an order would take 0 for its own.
func (c service) orderIDs(ctx context.Context, f ovhrest.OrderFilter) ([]int64, error) {
	ids, err := c.OrderIDs(ctx, f)
	return checkIDs("GET /me/order", ids, err)
}

// taskIDs is the same for the domain's tasks.
func (c service) taskIDs(ctx context.Context, domain string, f ovhrest.TaskFilter) ([]int64, error) {
	ids, err := c.DomainTaskIDs(ctx, domain, f)
	return checkIDs("GET /domain/{serviceName}/task", ids, err)
}

// checkIDs refuses null, which does not say that there is nothing, and IDs that
// are not positive.
func checkIDs(route string, ids []int64, err error) ([]int64, error) {
	switch {
	case err != nil:
		return nil, err
	case ids == nil:
		return nil, broken(route, "no list")
	case slices.ContainsFunc(ids, func(n int64) bool { return n <= 0 }):
		return nil, broken(route, "an entry without its ID")
	}
	return ids, nil
}

// listOrders notes which orders the account has before the trade's own: the
// recent ones, and of the older ones, however old, those for the domain that
// are open or may still be paid.
func (u *transition) listOrders(ctx context.Context) error {
	from := u.now().Add(-orderSlack)
	recent, err := u.c.orderIDs(ctx, ovhrest.OrderFilter{From: from})
	if err != nil {
		return err
	}
	all, err := u.c.orderIDs(ctx, ovhrest.OrderFilter{})
	if err != nil {
		return err
	}
	known := slices.Clone(recent)
	for _, order := range slices.Backward(all) {
		if slices.Contains(recent, order) {
			continue
		}
		counts, err := u.isOpenForDomain(ctx, order)
		if err != nil {
			return err
		}
		if counts {
			known = append(known, order)
		}
	}
	u.t.KnownOrders, u.t.OrdersFrom = known, from
	return nil
}

// isOpenForDomain reports whether an older order is for a trade of the domain and
// not over.
func (u *transition) isOpenForDomain(ctx context.Context, order int64) (bool, error) {
	state, err := u.tr.openState(ctx, order)
	if err != nil || state == orderOver || state == orderDelivered {
		return false, err
	}
	if state == orderUnpaid {
		if lapsed, err := u.tr.lapsed(ctx, order); lapsed || err != nil {
			return false, err
		}
	}
	whose, err := u.whoseOrder(ctx, order)
	return whose != orderOfOthers, err
}

// checkOlderOrders fails with ovhrest.ErrBusy while an order for a trade of the
// domain is paid and on its way to the registry: no task shows it yet. An unpaid
// one, such as an aborted trade leaves behind, is in nobody's way.
func (u *transition) checkOlderOrders(ctx context.Context) error {
	for _, order := range u.t.KnownOrders {
		if order == u.t.Order {
			continue
		}
		state, err := u.tr.openState(ctx, order)
		if err != nil {
			return err
		}
		if state != orderPaid && state != orderUnclear {
			continue
		}
		whose, err := u.whoseOrder(ctx, order)
		if err != nil {
			return err
		}
		if whose != orderOfOthers {
			return newError("order "+id(order)+" for a trade of the domain is open", ovhrest.ErrBusy)
		}
	}
	return nil
}

// newOrders is what came since listOrders, but for the trade's own order.
type newOrders struct {
	ofTrade  []int64 // that fit this trade
	ofDomain []int64 // for a trade of the domain, whoever the new owner is: those of the trade among them
	others   int     // how many do not fit this trade
}

func (u *transition) newOrders(ctx context.Context) (newOrders, error) {
	var found newOrders
	ids, err := u.c.orderIDs(ctx, ovhrest.OrderFilter{From: u.t.OrdersFrom})
	if err != nil {
		return found, err
	}
	for _, order := range ids {
		if slices.Contains(u.t.KnownOrders, order) || order == u.t.Order {
			continue
		}
		whose, err := u.whoseOrder(ctx, order)
		if err != nil {
			return found, err
		}
		if whose != orderOfOthers {
			found.ofDomain = append(found.ofDomain, order)
		}
		if whose == orderOfTrade {
			found.ofTrade = append(found.ofTrade, order)
		} else {
			found.others++
		}
	}
	return found, nil
}

// otherOrder returns the order for a trade of the domain that has come meanwhile,
// whoever the new owner is: somebody else's, or that of a checkout which seemed
// to have come to nothing. The domain's tasks show it only when it has been paid
// for a while. It fails with ovhrest.ErrBusy while an older one is under way.
func (u *transition) otherOrder(ctx context.Context) (*obstacle, error) {
	if u.t.OrdersFrom.IsZero() { // taken up again by a person
		if err := u.listOrders(ctx); err != nil {
			return nil, err
		}
		u.changed = true // what comes from now on is new, also to a step that waits
		return nil, u.checkOlderOrders(ctx)
	}
	orders, err := u.newOrders(ctx)
	if err != nil {
		return nil, err
	}
	if len(orders.ofDomain) == 0 {
		return nil, u.checkOlderOrders(ctx)
	}
	found := orders.ofDomain[len(orders.ofDomain)-1]
	reason := "the domain has got order " + id(found) + " for a trade"
	if u.t.Order != 0 {
		reason += "; order " + id(u.t.Order) + " stays unpaid"
	}
	return refuse(EndedByConflict, reason).about(found).attention(), nil
}
