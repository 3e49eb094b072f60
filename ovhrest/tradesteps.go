package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// step makes one transition: an unclear request first, then an abort, then
// what the phase calls for.
func (u *turn) step(ctx context.Context) error {
	if err := u.sameAccount(ctx); err != nil {
		return err
	}
	switch {
	case u.t.Phase == TradeClosing:
		return u.close(ctx)
	case u.t.Intent != nil:
		return u.recover(ctx)
	case u.t.Aborting:
		return u.abort(ctx)
	}
	return u.advance(ctx)
}

func (u *turn) advance(ctx context.Context) error {
	switch u.t.Phase {
	case TradePlanned:
		return u.check(ctx)
	case TradeChecked:
		return u.findOwner(ctx)
	case TradeOwnerReady:
		return u.makeCart(ctx)
	case TradeCartReady:
		return u.fillCart(ctx)
	case TradeItemReady:
		return u.configure(ctx)
	case TradeConfigured:
		return u.quote(ctx)
	case TradeQuoted:
		return u.order(ctx)
	case TradeOrdered:
		return u.pay(ctx)
	case TradePaid:
		return u.awaitTask(ctx)
	default: // TradeRunning: ParseTrade knows no other
		return u.awaitHolders(ctx)
	}
}

// sameAccount refuses to go on with another account's credential: it would
// find neither cart nor order, and place a second one.
func (u *turn) sameAccount(ctx context.Context) error {
	if u.t.Account == "" {
		return nil
	}
	me, err := u.tr.me(ctx)
	if err != nil {
		return err
	}
	if me.Nichandle != u.t.Account {
		return invalid("", "client", "belongs to another account than the trade")
	}
	return nil
}

// me asks once who the client's account is.
func (tr *Trader) me(ctx context.Context) (Nichandle, error) {
	tr.mu.Lock()
	known := tr.account
	tr.mu.Unlock()
	if known != nil {
		return *known, nil
	}
	me, err := tr.client.Me(ctx)
	if err != nil {
		return me, err
	}
	if me.Nichandle == "" || me.OvhSubsidiary == "" {
		return me, broken("GET /me", "the account has no name or no subsidiary")
	}
	tr.mu.Lock()
	tr.account = &me
	tr.mu.Unlock()
	return me, nil
}

// check looks at everything that could stand in the way, and changes nothing.
func (u *turn) check(ctx context.Context) error {
	found, stop, err := u.c.inspect(ctx, u.tr.me, u.t.Plan)
	if reason, no := saysNo(err); no {
		return u.end(TradeRefused, reason)
	}
	if err != nil {
		return err
	}
	if stop == "" { // before tax; the dry run's total is judged again
		stop = u.t.Plan.guardTotal(found.price)
	}
	if stop != "" {
		return u.end(TradeRefused, stop)
	}
	u.t.Account, u.t.Subsidiary = found.me.Nichandle, found.me.OvhSubsidiary
	u.t.OldOwner, u.t.KnownTasks, u.t.Offer = found.domain.WhoisOwner, found.tasks, &found.offer
	return u.to(TradeChecked, "rights, domain, offer and rules are fine")
}

// findOwner finds or makes the owner contact.
func (u *turn) findOwner(ctx context.Context) error {
	if u.t.Plan.OwnerID != 0 {
		return u.ownerIs(u.t.Plan.OwnerID, "the owner contact was given")
	}
	id, err := u.c.equalContact(ctx, *u.t.Plan.Owner)
	if err != nil {
		return err
	}
	if id != 0 {
		return u.ownerIs(id, "an equal owner contact exists")
	}
	var made Contact
	err = u.once(ctx, TradeIntent{Operation: TradeCreateContact}, func(ctx context.Context) error {
		var err error
		made, err = u.c.CreateDomainContact(ctx, *u.t.Plan.Owner)
		return err
	})
	if reason, no := saysNo(err); no {
		return u.end(TradeRefused, reason)
	}
	if err != nil {
		return err
	}
	return u.ownerIs(made.ID, "the owner contact was made")
}

func (u *turn) ownerIs(id int64, text string) error {
	if id <= 0 {
		return u.end(TradeNeedsAttention, "the service gave a contact without an id")
	}
	u.t.Contact = id
	if strconv.FormatInt(id, 10) == u.t.OldOwner {
		u.t.NewOwner = u.t.OldOwner
		return u.end(TradeDone, "the domain has this owner already: nothing was ordered")
	}
	return u.to(TradeOwnerReady, text)
}

// makeCart begins a cart. One that was made but not noted is found again by
// its description when the next step looks for it.
func (u *turn) makeCart(ctx context.Context) error {
	if u.t.Carts >= tradeMaxCarts {
		return u.end(TradeNeedsAttention, fmt.Sprintf("%d carts came to nothing", u.t.Carts))
	}
	expire := u.now().Add(tradeCartLife)
	u.t.Carts++
	u.t.CartExpiry = expire
	var cart Cart
	err := u.once(ctx, TradeIntent{Operation: TradeCreateCart}, func(ctx context.Context) error {
		var err error
		cart, err = u.c.CreateCart(ctx, CartCreation{OvhSubsidiary: u.t.Subsidiary, Description: u.t.description(), Expire: expire})
		return err
	})
	if reason, no := saysNo(err); no {
		return u.end(TradeRefused, reason)
	}
	if err != nil {
		return err
	}
	u.tr.remember(u.t.ID, cart.CartID)
	return u.to(TradeCartReady, "a cart was made")
}

// fillCart assigns the cart, which the guide leaves out and the checkout
// needs, and puts the trade into it. A cart that an earlier step has assigned
// may be refused here; the dry run judges.
func (u *turn) fillCart(ctx context.Context) error {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	if err := u.c.AssignCart(ctx, cart.CartID); err != nil {
		if _, no := saysNo(err); !no {
			return err
		}
	}
	if len(cart.Items) > 0 {
		return u.adoptItem(ctx, cart)
	}
	var item Item
	offer := u.t.Offer
	err = u.once(ctx, TradeIntent{Operation: TradeAddItem}, func(ctx context.Context) error {
		var err error
		item, err = u.c.AddDomainOption(ctx, u.t.Plan.Domain, DomainOption{
			CartID: cart.CartID, Duration: offer.Duration, PlanCode: offer.PlanCode, PricingMode: offer.PricingMode, Quantity: 1,
		})
		return err
	})
	if reason, no := saysNo(err); no {
		return u.end(TradeRefused, reason)
	}
	if err != nil {
		return err
	}
	u.t.Item = item.ItemID
	return u.to(TradeItemReady, "the trade is in the cart")
}

// adoptItem takes over the one item of the cart if it is ours.
func (u *turn) adoptItem(ctx context.Context, cart *Cart) error {
	if len(cart.Items) > 1 {
		return u.end(TradeRefused, "the cart has items that the trade did not put there")
	}
	item, err := u.c.CartItem(ctx, cart.CartID, cart.Items[0])
	if err != nil {
		return err
	}
	if code, ok := item.Settings.PlanCode.Value(); ok && code != u.t.Offer.PlanCode || item.Duration.Or(u.t.Offer.Duration) != u.t.Offer.Duration {
		return u.end(TradeRefused, "the cart has an item that the trade did not put there")
	}
	u.t.Item, u.t.Intent = item.ItemID, nil
	return u.to(TradeItemReady, "the trade was found in the cart")
}

// configure gives the item one value a step: posting a label twice would make
// the checkout fail, so what stands under it is deleted first.
func (u *turn) configure(ctx context.Context) error {
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	if stop, err := u.onlyOurItem(cart); stop {
		return err
	}
	wanted, err := u.wanted(ctx, cart)
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
		err = u.once(ctx, TradeIntent{Operation: TradeConfigure, Label: value.Label}, func(ctx context.Context) error {
			_, err := u.c.AddItemConfiguration(ctx, cart.CartID, u.t.Item, value)
			return err
		})
		if reason, no := saysNo(err); no {
			return u.end(TradeRefused, reason)
		}
		if err != nil {
			return err
		}
		return u.to(TradeItemReady, "the item knows its "+value.Label)
	}
	return u.to(TradeConfigured, "the item is complete")
}

// wanted is the owner and what the plan gives besides. Whether more is needed,
// the dry run tells: the list's own "required" is not reliable.
func (u *turn) wanted(ctx context.Context, cart *Cart) ([]ItemConfigurationCreation, error) {
	required, err := u.c.RequiredConfiguration(ctx, cart.CartID, u.t.Item)
	if err != nil {
		return nil, err
	}
	path := "/me/contact"
	for _, r := range required {
		if r.Label == ownerContact && r.Type == "/domain/contact" {
			path = r.Type
		}
	}
	list := []ItemConfigurationCreation{{Label: ownerContact, Value: path + "/" + id(u.t.Contact)}}
	for label, value := range u.t.Plan.Configuration {
		list = append(list, ItemConfigurationCreation{Label: label, Value: value})
	}
	slices.SortFunc(list, func(a, b ItemConfigurationCreation) int { return strings.Compare(a.Label, b.Label) })
	return list, nil
}

const ownerContact = "OWNER_CONTACT"

// configured tells whether the item has exactly this value under its label. If
// tidy, everything else under the label is deleted.
func (u *turn) configured(ctx context.Context, cart *Cart, want ItemConfigurationCreation, tidy bool) (bool, error) {
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

// onlyOurItem ends the trade if the cart holds anything else.
func (u *turn) onlyOurItem(cart *Cart) (stop bool, err error) {
	if len(cart.Items) == 1 && cart.Items[0] == u.t.Item {
		return false, nil
	}
	return true, u.end(TradeRefused, "the cart does not hold the trade alone")
}

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
	if stop, err := u.onlyOurItem(cart); stop {
		return total, nil, true, err
	}
	checkout, err := u.c.SimulateCheckout(ctx, cart.CartID)
	if reason, no := saysNo(err); no {
		if strings.Contains(reason, "duplicated") { // a late answer to a configuration: begin anew
			return total, nil, true, u.restart("a value was set twice")
		}
		return total, nil, true, u.end(TradeRefused, reason)
	}
	if err != nil {
		return total, nil, true, err
	}
	total, reason := guardCheckout(u.t, checkout)
	if reason != "" {
		return total, nil, true, u.end(TradeRefused, reason)
	}
	return total, checkout.Contracts, false, nil
}

// order is the checkout, after one more dry run that has to come to the same.
func (u *turn) order(ctx context.Context) error {
	total, _, stop, err := u.dryRun(ctx)
	if stop || err != nil {
		return err
	}
	if !total.Equal(*u.t.Quote) {
		return u.end(TradeRefused, "the quote changed from "+u.t.Quote.String()+" to "+total.String())
	}
	cart, err := u.cart(ctx)
	if err != nil || cart == nil {
		return err
	}
	known, err := u.c.OrderIDs(ctx, OrderFilter{From: u.now().Add(-tradeOrderSlack)})
	if err != nil {
		return err
	}
	var checkout Checkout
	err = u.once(ctx, TradeIntent{Operation: TradeCheckout, KnownOrders: known}, func(ctx context.Context) error {
		var err error
		checkout, err = u.c.ExecuteCheckout(ctx, cart.CartID, CheckoutParams{WaiveRetractationPeriod: u.t.Plan.WaiveRetraction})
		if err == nil && checkout.OrderID.Or(0) <= 0 {
			return newError("POST /order/cart/{cartId}/checkout", "the answer names no order", ErrProtocol, ErrAmbiguous)
		}
		return err
	})
	if reason, no := saysNo(err); no {
		return u.end(TradeRefused, reason)
	}
	if err != nil {
		return err
	}
	return u.ordered(checkout.OrderID.Or(0), "ordered, not paid yet")
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

// awaitTask waits until the paid order has become a task of the registry. The
// domain's trades from before do not count.
func (u *turn) awaitTask(ctx context.Context) error {
	status, err := u.c.OrderStatus(ctx, u.t.Order)
	if err != nil {
		return err
	}
	if over, err := u.orderOver(status); over {
		return err
	}
	tasks, err := u.newTrades(ctx)
	if err != nil {
		return err
	}
	switch {
	case len(tasks) > 1:
		return u.end(TradeNeedsAttention, "the domain has several new trades")
	case len(tasks) == 1:
		u.t.Task, u.t.TaskAt = tasks[0].ID, tasks[0].CreationDate
		if u.t.TaskAt.IsZero() {
			u.t.TaskAt = u.now()
		}
		return u.to(TradeRunning, "both holders are asked by mail")
	case status == OrderDelivered && u.now().Sub(u.t.OrderedAt) > tradeTaskTime:
		return u.end(TradeNeedsAttention, "the order was delivered, but the domain has no new trade")
	}
	return nil
}

// newTrades lists the domain's trades that were not there before the order.
func (u *turn) newTrades(ctx context.Context) ([]Task, error) {
	ids, err := u.c.DomainTaskIDs(ctx, u.t.Plan.Domain, TaskFilter{Function: FunctionDomainTrade})
	if err != nil {
		return nil, err
	}
	var found []Task
	for _, n := range ids {
		if slices.Contains(u.t.KnownTasks, n) {
			continue
		}
		task, err := u.c.DomainTask(ctx, u.t.Plan.Domain, n)
		if err != nil {
			return nil, err
		}
		if task.Function == string(FunctionDomainTrade) && !older(task.CreationDate, u.t.Created) {
			found = append(found, task)
		}
	}
	return found, nil
}

// awaitHolders follows the task to its end.
func (u *turn) awaitHolders(ctx context.Context) error {
	task, err := u.c.DomainTask(ctx, u.t.Plan.Domain, u.t.Task)
	if err != nil {
		return err
	}
	switch comment := task.Comment.Or(""); task.Status {
	case TaskDone:
		return u.prove(ctx)
	case TaskError, TaskProblem:
		return u.end(TradeNeedsAttention, "the registry's task "+id(task.ID)+" is in "+string(task.Status)+": "+comment)
	case TaskCancelled:
		switch {
		case u.t.Aborting:
			return u.end(TradeCancelled, "the task was cancelled")
		case u.now().Sub(u.t.TaskAt) >= tradeMailTime:
			return u.end(TradeExpired, "the mails were not answered in 14 days")
		}
		return u.end(TradeRefused, "the task was cancelled, presumably by a holder's answer: "+comment)
	}
	return nil
}

// prove looks whether the domain has another owner: without that, a task that
// is done proves nothing.
func (u *turn) prove(ctx context.Context) error {
	domain, err := u.c.Domain(ctx, u.t.Plan.Domain)
	if err != nil {
		return err
	}
	switch {
	case domain.WhoisOwner != "" && domain.WhoisOwner != u.t.OldOwner:
		u.t.NewOwner = domain.WhoisOwner
		return u.end(TradeDone, "the owner is contact "+domain.WhoisOwner+", no longer "+u.t.OldOwner)
	case u.t.DoneAt.IsZero():
		u.t.DoneAt = u.now()
		u.event("the task is done; the owner is still the old one")
		u.wait = poll
	case u.now().Sub(u.t.DoneAt) > tradeProofTime:
		return u.end(TradeNeedsAttention, "the task is done, but the owner has not changed")
	}
	return nil
}

// close deletes what carts are left and ends the trade. A cart that can't be
// deleted is ordered, or ends by itself.
func (u *turn) close(ctx context.Context) error {
	if u.t.Carts > 0 {
		carts, err := u.carts(ctx)
		if err != nil {
			return err
		}
		for _, cart := range carts {
			if cart.ReadOnly {
				continue
			}
			if err := u.c.DeleteCart(ctx, cart.CartID); err != nil && !errors.Is(err, ErrNotFound) {
				if _, no := saysNo(err); !no {
					return err
				}
			}
		}
	}
	u.tr.forget(u.t.ID)
	return u.to(u.t.Outcome, u.t.Reason)
}

// abort undoes what can be undone.
func (u *turn) abort(ctx context.Context) error {
	switch {
	case !u.t.Phase.ordered():
		return u.end(TradeCancelled, "aborted before anything was ordered")
	case u.t.Phase == TradeRunning:
		return u.abortTask(ctx)
	case u.t.Phase == TradePaid:
		return u.awaitTask(ctx)
	}
	status, err := u.c.OrderStatus(ctx, u.t.Order)
	if err != nil {
		return err
	}
	if status == OrderNotPaid {
		return u.end(TradeCancelled, "aborted; order "+id(u.t.Order)+" is left unpaid and lapses")
	}
	if over, err := u.orderOver(status); over {
		return err
	}
	return u.to(TradePaid, "the order is paid already")
}

// abortTask cancels the task; the next look sees what came of it. Cancelling
// twice does no harm, so it needs no intention.
func (u *turn) abortTask(ctx context.Context) error {
	task, err := u.c.DomainTask(ctx, u.t.Plan.Domain, u.t.Task)
	if err != nil {
		return err
	}
	if task.Status != TaskTodo && task.Status != TaskDoing {
		return u.awaitHolders(ctx)
	}
	if !task.CanCancel {
		u.t.Aborting = false
		u.event("the trade can't be cancelled any more")
		return nil
	}
	err = u.c.CancelDomainTask(ctx, u.t.Plan.Domain, u.t.Task)
	if _, no := saysNo(err); no || err == nil {
		u.wait = goOn
		return nil
	}
	return err
}
