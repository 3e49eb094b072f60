package trade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/internal/admission"
)

// Quote is what QuoteFor returns about an owner change.
type Quote struct {
	Domain string
	Offer  Offer

	// Total is the price, tax included. With it as MaxPrice, the plan allows the
	// trade as long as the prices stay the same. If it is not zero, the plan needs
	// a PaymentMethod as well.
	Total ovhrest.Money

	// Firm reports whether Total comes from a dry run of the checkout: with the
	// new owner if that contact exists, with the present owner if the contact is
	// still to be created. Otherwise Total is that of the cart's summary, because
	// the service refused a dry run with the present owner.
	Firm bool

	Need      Need               // whether a trade is required at all; zero if the present owner's data can't be read
	Contact   int64              // ID of the owner contact that the trade would use, 0 if it would create one
	Contracts []ovhrest.Contract // contracts that the order would be placed under
}

// QuoteFor returns the price of an owner change, and checks what would prevent
// it: missing rights, an operation in progress, the registry's rules, an order
// line that a trade must not have. The plan needs no MaxPrice. QuoteFor creates
// no contact, because contacts can't be deleted, and no order. It deletes the
// cart of its dry run before it returns, even if ctx has ended, and without
// waiting for the Limiter; if that fails, the error says so, and the cart
// expires within an hour. If a trade would be refused permanently, the error is
// an *Error that matches ErrRefused.
func QuoteFor(ctx context.Context, client *ovhrest.Client, plan Plan) (Quote, error) {
	if client == nil {
		return Quote{}, invalid("client", "is nil")
	}
	c := service{client}
	if err := c.offersTrades(ctx); err != nil {
		return Quote{}, err
	}
	if err := plan.validate(false); err != nil {
		return Quote{}, err
	}
	plan.MaxPrice, plan.AnyPrice = ovhrest.Money{}, true
	found, o, err := c.inspect(ctx, c.Me, plan)
	if o != nil || err != nil {
		return Quote{}, notQuoted(plan, o, err)
	}
	q := Quote{Domain: plan.Domain, Offer: found.offer, Contact: plan.OwnerID}
	if q.Need, err = c.needsTrade(ctx, found.domain, found.owner); err != nil && !unreadable(err) {
		return Quote{}, err
	}
	if plan.ShareContact {
		equal, err := c.equalContacts(ctx, found.owner)
		if err != nil {
			return Quote{}, err
		}
		if len(equal) > 0 {
			q.Contact = equal[0]
		}
	}
	r, o, err := c.trialRun(ctx, plan, found, q.Contact)
	q.Total, q.Firm, q.Contracts = r.total, r.firm, r.contracts
	if o != nil || err != nil {
		return q, notQuoted(plan, o, err)
	}
	return q, nil
}

// notQuoted makes an error of what a trade would be refused for.
func notQuoted(plan Plan, o *obstacle, err error) error {
	if err != nil || o == nil {
		return err
	}
	refused := newError(plan.Domain+": "+redact.Clean(o.text, textLimit), ErrRefused)
	refused.Domain, refused.Resume, refused.Ending, refused.cause = plan.Domain, ResumeNever, &o.Ending, o.cause
	return refused
}

// trial is what a dry run came to in a cart that is gone again.
type trial struct {
	quotation
	firm bool
}

// trialRun is the dry run of a trade before anything that lasts is made. With
// contact 0 the present owner stands in for the new one, whom the rules have
// been checked for: that the price does not depend on the person is inferred.
func (c service) trialRun(ctx context.Context, plan Plan, found inspection, contact int64) (r trial, o *obstacle, err error) {
	description := "hebergo/quote/" + newUUID()
	defer func() { err = errors.Join(err, c.deleteCarts(ctx, description)) }()
	cart, err := c.CreateCart(ctx, ovhrest.CartCreation{OvhSubsidiary: found.me.OvhSubsidiary, Description: description, Expire: c.Now().Add(time.Hour).UTC()})
	if err != nil {
		return r, nil, err
	}
	defer func() { err = errors.Join(err, c.deleteCart(ctx, cart.CartID)) }()
	item, err := c.fillForQuote(ctx, plan, found, cart.CartID)
	if err != nil {
		return r, nil, err
	}
	checkout, firm, err := c.dryRunForQuote(ctx, plan, found, cart.CartID, item, contact)
	if err != nil {
		return r, nil, err
	}
	if plan.PaymentMethod == 0 && plan.AnyPrice {
		plan.PaymentMethod = 1 // a quote does not need one
	}
	r.firm, r.contracts = firm, checkout.Contracts
	r.total, r.lines, o, err = plan.guardCheckout(item, checkout)
	if o == nil && err == nil && twice(checkout.Details) {
		o = refuse(EndedByGuard, "the cart does not hold the trade alone")
	}
	return r, o, err
}

// fillForQuote puts the trade into a cart and returns its item.
func (c service) fillForQuote(ctx context.Context, plan Plan, found inspection, cartID string) (int64, error) {
	if err := c.AssignCart(ctx, cartID); err != nil {
		return 0, err
	}
	item, err := c.AddDomainOption(ctx, plan.Domain, ovhrest.DomainOption{
		CartID: cartID, Duration: found.offer.Duration, PlanCode: found.offer.PlanCode, PricingMode: found.offer.PricingMode, Quantity: 1,
	})
	return item.ItemID, err
}

// dryRunForQuote simulates the checkout. firm is false for a mere summary.
func (c service) dryRunForQuote(ctx context.Context, plan Plan, found inspection, cartID string, item, contact int64) (checkout ovhrest.Checkout, firm bool, err error) {
	standIn := contact == 0
	if standIn {
		contact = contactID(found.domain.WhoisOwner)
	}
	wanted, err := c.wanted(ctx, cartID, item, contact, plan.Configuration)
	if err != nil {
		return checkout, false, err
	}
	for _, value := range wanted {
		if _, err = c.AddItemConfiguration(ctx, cartID, item, value); err != nil {
			break
		}
	}
	if err == nil {
		checkout, err = c.SimulateCheckout(ctx, cartID)
	}
	if standIn && refusal(err) != nil {
		checkout, err = c.CartSummary(ctx, cartID)
		return checkout, false, err
	}
	return checkout, true, err
}

// tidying is a context for what has to be deleted again, whatever became of
// the caller's: it has a time of its own and does not wait for the Limiter.
func tidying(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(admission.Grant(context.WithoutCancel(ctx)), sendTime)
}

// deleteCart deletes a cart of a quote.
func (c service) deleteCart(ctx context.Context, cart string) error {
	ctx, cancel := tidying(ctx)
	defer cancel()
	if err := c.DeleteCart(ctx, cart); err != nil && !absent(err) {
		return err
	}
	return nil
}

// deleteCarts deletes what carries a description: a cart whose making was not
// answered.
func (c service) deleteCarts(ctx context.Context, description string) error {
	tidy, cancel := tidying(ctx)
	defer cancel()
	ids, err := c.CartIDs(tidy, description)
	if err != nil {
		return err
	}
	for _, n := range ids {
		if err := c.deleteCart(ctx, n); err != nil {
			return err
		}
	}
	return nil
}

// offersTrades refuses what must not begin: no context, or an endpoint that
// has no trades.
func (c service) offersTrades(ctx context.Context) error {
	if ctx == nil {
		return invalid("ctx", "is nil")
	}
	for _, path := range []string{"/domain/{serviceName}", "/domain/contact", "/order/cartServiceOption/domain/{serviceName}", "/order/cart"} {
		if err := c.CheckOffered(path); err != nil {
			return err
		}
	}
	return nil
}

// unreadable reports whether an error only means that somebody else's contact
// can't be read.
func unreadable(err error) bool {
	var e *ovhrest.Error
	return (errors.Is(err, ovhrest.ErrNotFound) || errors.Is(err, ovhrest.ErrForbidden)) && (!errors.As(err, &e) || !foreign(e) && !refusesKey(e))
}

// inspection is what is known before anything is changed.
type inspection struct {
	me     ovhrest.Nichandle
	domain ovhrest.Domain
	owner  ovhrest.Contact // the new one
	tasks  []int64         // the domain's trades so far
	offer  Offer
	price  ovhrest.Money // of the offer, before tax and reductions
}

// inspect looks at everything that could stand in the way of a trade, and
// changes nothing. An error may be gone another time, an obstacle may not.
func (c service) inspect(ctx context.Context, me func(context.Context) (ovhrest.Nichandle, error), plan Plan) (found inspection, o *obstacle, err error) {
	if err = c.checkCredential(ctx, plan); err != nil {
		return found, nil, err
	}
	if found.me, err = me(ctx); err != nil {
		return found, nil, err
	}
	if found.domain, err = c.Domain(ctx, plan.Domain); err != nil {
		return found, nil, err
	}
	if found.domain.WhoisOwner == "" {
		return found, nil, broken("GET /domain/{serviceName}", "a domain without an owner")
	}
	if admin := found.domain.ContactAdmin.ID; admin != "" && admin != found.me.Nichandle {
		return found, refuse(EndedByCredential, "the account is not the domain's admin contact"), nil
	}
	if found.tasks, o, err = c.runningTasks(ctx, plan.Domain); o != nil || err != nil {
		return found, o, err
	}
	if found.offer, found.price, o, err = c.tradeOffer(ctx, plan); o != nil || err != nil {
		return found, o, err
	}
	o, err = c.checkOwner(ctx, plan, &found)
	return found, o, err
}

// checkOwner finds out who the new owner is, and checks the registry's rules.
func (c service) checkOwner(ctx context.Context, plan Plan, found *inspection) (*obstacle, error) {
	if plan.Owner != nil {
		found.owner = *plan.Owner
	} else {
		var err error
		if found.owner, err = c.DomainContact(ctx, plan.OwnerID); err != nil {
			return nil, err
		}
		if found.owner.ID != plan.OwnerID {
			return nil, broken("GET /domain/contact/{contactId}", "a contact without its id")
		}
	}
	data, err := plan.ruleData(found.owner)
	if err != nil {
		return nil, err
	}
	err = c.CheckConfigurationRule(ctx, plan.Domain, ovhrest.DomainActionTrade, data)
	if o := refusal(err); o != nil {
		return o, nil
	}
	return nil, err
}

// needless returns that no trade is needed, where the registry lets everything
// be edited that differs.
func (c service) needless(ctx context.Context, plan Plan, found inspection) (*obstacle, error) {
	if plan.Owner == nil {
		return nil, nil
	}
	need, err := c.needsTrade(ctx, found.domain, found.owner)
	switch {
	case unreadable(err):
		return nil, nil
	case err != nil:
		return nil, err
	case need.Needed || len(need.Changed) == 0:
		return nil, nil
	}
	o := refuse(EndedByRules, "no trade is needed: EditDomainContact can change what differs, "+strings.Join(need.Changed, ", "))
	o.Fields = need.Changed
	return o, nil
}

// affordable judges the price before anything that lasts is made: an offer that
// costs something by a dry run, whose total has the tax and the reductions.
func (c service) affordable(ctx context.Context, plan Plan, found inspection) (*obstacle, error) {
	if o := plan.guardOffer(found.price); o != nil || found.price.Amount.IsZero() {
		return o, nil
	}
	_, o, err := c.trialRun(ctx, plan, found, plan.OwnerID)
	return o, err
}

// checkCredential refuses a credential that is not valid, or that lacks a call
// which the trade needs: nobody should be left with a contact that can't be
// deleted and a cart. One that seems to lack every call, and could ask
// nevertheless, was not told about.
func (c service) checkCredential(ctx context.Context, plan Plan) error {
	need := plan.access()
	missing, err := c.MissingAccess(ctx, need)
	if err != nil || len(missing) == len(need.Rules) {
		return err
	}
	var rules []string
	for _, rule := range missing {
		if !strings.HasPrefix(rule.Path, "/auth/") { // one of them has just answered, and the other is for other credentials
			rules = append(rules, string(rule.Method)+" "+rule.Path)
		}
	}
	if len(rules) == 0 {
		return nil
	}
	return newError("the credential lacks what the trade needs: "+strings.Join(rules, ", "), ovhrest.ErrForbidden)
}

// access is what this plan's trade needs: Access without what only other
// plans and Abort use.
func (p *Plan) access() ovhrest.Access {
	unused := []string{"POST /domain/" + p.Domain + "/task/*/cancel"}
	if p.OwnerID != 0 {
		unused = append(unused, "POST /domain/contact")
	}
	if p.PaymentMethod != 0 {
		unused = append(unused, "POST /me/order/*/payWithRegisteredPaymentMean")
	} else {
		unused = append(unused, "POST /me/order/*/pay")
	}
	all := Access(p.Domain)
	all.Rules = slices.DeleteFunc(all.Rules, func(r ovhrest.AccessRule) bool {
		return slices.Contains(unused, string(r.Method)+" "+r.Path)
	})
	return all
}

// runningTasks lists the domain's trades so far, and returns the one that keeps
// a new one from beginning. Another operation is over some time: ovhrest.ErrBusy.
func (c service) runningTasks(ctx context.Context, domain string) (trades []int64, o *obstacle, err error) {
	trades, err = c.taskIDs(ctx, domain, ovhrest.TaskFilter{Function: ovhrest.FunctionDomainTrade})
	if err != nil {
		return nil, nil, err
	}
	for _, n := range trades {
		task, err := c.readTask(ctx, domain, n)
		if err != nil {
			return nil, nil, err
		}
		if task.Function == string(ovhrest.FunctionDomainTrade) && task.Status != ovhrest.TaskDone && task.Status != ovhrest.TaskCancelled {
			o := refuse(EndedByConflict, fmt.Sprintf("the domain has a trade already: task %d is in %s", n, task.Status))
			o.Task = n
			return nil, o, nil
		}
	}
	for _, status := range []ovhrest.OperationStatus{ovhrest.TaskTodo, ovhrest.TaskDoing} {
		running, err := c.taskIDs(ctx, domain, ovhrest.TaskFilter{Status: status})
		if err != nil {
			return nil, nil, err
		}
		if len(running) > 0 {
			return nil, nil, newError(fmt.Sprintf("the domain has a running operation, task %d", running[0]), ovhrest.ErrBusy)
		}
	}
	return trades, nil, nil
}

// tradeOffer chooses the offer: by its family, for the description of
// one speaks of a creation, and only if there is no choice to make.
func (c service) tradeOffer(ctx context.Context, plan Plan) (offer Offer, price ovhrest.Money, o *obstacle, err error) {
	offers, err := c.DomainOptionOffers(ctx, plan.Domain)
	if err != nil {
		return offer, price, nil, err
	}
	chosen := false
	for _, each := range offers {
		if each.Family != "trade" || plan.PlanCode != "" && each.PlanCode != plan.PlanCode {
			continue
		}
		for _, p := range each.Prices {
			if !installs(p) {
				continue
			}
			this := Offer{each.PlanCode, p.PricingMode, p.Duration}
			money, err := p.Price.Money()
			if err != nil {
				return offer, price, nil, broken("GET /order/cartServiceOption/domain/{serviceName}", "an offer whose price can't be read")
			}
			if chosen && (this != offer || !money.Equal(price)) {
				text := fmt.Sprintf("there are several trade offers, %s and %s among them: name one as PlanCode", offer.PlanCode, this.PlanCode)
				return offer, price, refuse(EndedByGuard, text), nil
			}
			offer, price, chosen = this, money, true
		}
	}
	if !chosen {
		return offer, price, refuse(EndedByService, "the service offers no trade of the domain"), nil
	}
	return offer, price, nil, nil
}

func installs(p ovhrest.ProductPricing) bool {
	for _, capacity := range p.Capacities {
		if capacity == ovhrest.PricingCapacityInstallation {
			return true
		}
	}
	return false
}
