package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// TradeQuote is what an owner change would cost and take.
type TradeQuote struct {
	Domain string
	Offer  TradeOffer
	Total  Money // tax included if Firm, before tax if not

	// Firm says that Total comes from a dry run of the checkout with this very
	// owner. That takes a contact that exists; for an owner who would have to
	// be made first, Total is the offer's price and the owner was checked
	// against the registry's rules alone.
	Firm bool

	Need      TradeNeed  // whether it takes a trade at all; zero if the present owner's data can't be read
	Contact   int64      // the owner contact that exists already, 0 if it would be made
	Contracts []Contract // that the order would be placed under; if Firm
}

// QuoteTrade tells what an owner change would cost, and finds out what would
// stand in its way: rights, a running operation, the registry's rules. The
// plan needs no MaxPrice. It makes no contact and no order, and the cart of
// its dry run is deleted before it returns; should that fail, the error says
// so, and the cart ends by itself within the hour.
func (c *Client) QuoteTrade(ctx context.Context, plan TradePlan) (TradeQuote, error) {
	if err := c.offersTrades(ctx); err != nil {
		return TradeQuote{}, err
	}
	if err := plan.validate(false); err != nil {
		return TradeQuote{}, err
	}
	found, stop, err := c.inspect(ctx, c.Me, plan)
	if err != nil {
		return TradeQuote{}, err
	}
	if stop != "" {
		return TradeQuote{}, newError("", "trade of "+plan.Domain+": "+stop, ErrTradeRefused)
	}
	q := TradeQuote{Domain: plan.Domain, Offer: found.offer, Total: found.price, Contact: plan.OwnerID}
	if q.Need, err = c.needsTrade(ctx, found.domain, found.owner); err != nil && !unreadable(err) {
		return TradeQuote{}, err
	}
	if q.Contact == 0 {
		if q.Contact, err = c.equalContact(ctx, found.owner); err != nil || q.Contact == 0 {
			return q, err
		}
	}
	return q, c.firmQuote(ctx, &q, found, plan)
}

// firmQuote is the dry run in a cart of its own.
func (c *Client) firmQuote(ctx context.Context, q *TradeQuote, found inspection, plan TradePlan) (err error) {
	t := newTrade(plan, c.signer.now())
	t.Offer, t.Contact = &found.offer, q.Contact
	description := "hebergo/quote/" + t.ID
	defer func() { err = errors.Join(err, c.deleteCarts(ctx, description)) }()
	cart, err := c.CreateCart(ctx, CartCreation{OvhSubsidiary: found.me.OvhSubsidiary, Description: description, Expire: c.signer.now().Add(time.Hour).UTC()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.deleteCart(ctx, cart.CartID)) }()
	if err := c.AssignCart(ctx, cart.CartID); err != nil {
		return err
	}
	item, err := c.AddDomainOption(ctx, plan.Domain, DomainOption{
		CartID: cart.CartID, Duration: found.offer.Duration, PlanCode: found.offer.PlanCode, PricingMode: found.offer.PricingMode, Quantity: 1,
	})
	if err != nil {
		return err
	}
	t.Item = item.ItemID
	u := &turn{c: c, t: &t}
	wanted, err := u.wanted(ctx, &cart)
	if err != nil {
		return err
	}
	for _, value := range wanted {
		if _, err := c.AddItemConfiguration(ctx, cart.CartID, item.ItemID, value); err != nil {
			return err
		}
	}
	checkout, err := c.SimulateCheckout(ctx, cart.CartID)
	if err != nil {
		return err
	}
	if q.Total, err = checkout.Prices.WithTax.Money(); err != nil {
		return err
	}
	q.Firm, q.Contracts = true, checkout.Contracts
	return nil
}

// deleteCart deletes a cart even where ctx has ended meanwhile.
func (c *Client) deleteCart(ctx context.Context, cart string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tradeSendTime)
	defer cancel()
	if err := c.DeleteCart(ctx, cart); err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	return nil
}

// deleteCarts deletes what carries a description: a cart whose making was not
// answered.
func (c *Client) deleteCarts(ctx context.Context, description string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tradeSendTime)
	defer cancel()
	ids, err := c.CartIDs(ctx, description)
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
func (c *Client) offersTrades(ctx context.Context) error {
	if ctx == nil {
		return invalid("", "ctx", "is nil")
	}
	for _, path := range []string{"/domain/{serviceName}", "/domain/contact", "/order/cartServiceOption/domain/{serviceName}", "/order/cart"} {
		if err := checkRegion(c.config.Endpoint, "", path); err != nil {
			return err
		}
	}
	return nil
}

// unreadable tells whether an error only means that somebody else's contact
// can't be read.
func unreadable(err error) bool { return errors.Is(err, ErrNotFound) || errors.Is(err, ErrForbidden) }

// inspection is what is known before anything is changed.
type inspection struct {
	me     Nichandle
	domain Domain
	owner  Contact // the new one
	tasks  []int64 // the domain's trades so far
	offer  TradeOffer
	price  Money // of the offer, before tax
}

// inspect looks at everything that could stand in the way of a trade. stop is
// the reason why there can be none; an error may be gone another time.
func (c *Client) inspect(ctx context.Context, me func(context.Context) (Nichandle, error), plan TradePlan) (found inspection, stop string, err error) {
	if c.kind == consumer {
		if stop, err := c.checkCredential(ctx); stop != "" || err != nil {
			return found, stop, err
		}
	}
	if found.me, err = me(ctx); err != nil {
		return found, "", err
	}
	if found.domain, err = c.Domain(ctx, plan.Domain); err != nil {
		return found, "", err
	}
	if admin := found.domain.ContactAdmin.ID; admin != "" && admin != found.me.Nichandle {
		return found, "the account is not the domain's admin contact", nil
	}
	if found.tasks, stop, err = c.runningTasks(ctx, plan.Domain); stop != "" || err != nil {
		return found, stop, err
	}
	if found.offer, found.price, stop, err = c.tradeOffer(ctx, plan); stop != "" || err != nil {
		return found, stop, err
	}
	if plan.Owner != nil {
		found.owner = *plan.Owner
	} else if found.owner, err = c.DomainContact(ctx, plan.OwnerID); err != nil {
		return found, "", err
	}
	owner := found.owner
	return found, "", c.CheckConfigurationRule(ctx, plan.Domain, DomainActionTrade, RuleData{Owner: &owner})
}

func (c *Client) checkCredential(ctx context.Context) (stop string, err error) {
	if c.kind != consumer { // tokens have no credential of that kind (inferred)
		_, err := c.AuthDetails(ctx)
		return "", err
	}
	credential, err := c.CurrentCredential(ctx)
	if err != nil {
		return "", err
	}
	if credential.Status != CredentialValidated {
		return "", newError("GET /auth/currentCredential", "the consumer key is "+string(credential.Status), ErrUnauthorized, ErrCredential)
	}
	if end, ok := credential.Expiration.Value(); ok && !end.After(c.signer.now()) {
		return "", newError("GET /auth/currentCredential", "the consumer key has expired", ErrUnauthorized, ErrCredential)
	}
	return "", nil
}

// runningTasks lists the domain's trades so far, and tells whether anything
// keeps a new one from beginning. Another operation is over some time: ErrBusy.
func (c *Client) runningTasks(ctx context.Context, domain string) (trades []int64, stop string, err error) {
	trades, err = c.DomainTaskIDs(ctx, domain, TaskFilter{Function: FunctionDomainTrade})
	if err != nil {
		return nil, "", err
	}
	for _, n := range trades {
		task, err := c.DomainTask(ctx, domain, n)
		if err != nil {
			return nil, "", err
		}
		if task.Function == string(FunctionDomainTrade) && task.Status != TaskDone && task.Status != TaskCancelled {
			return nil, fmt.Sprintf("the domain has a trade already: task %d is in %s", n, task.Status), nil
		}
	}
	for _, status := range []OperationStatus{TaskTodo, TaskDoing} {
		running, err := c.DomainTaskIDs(ctx, domain, TaskFilter{Status: status})
		if err != nil {
			return nil, "", err
		}
		if len(running) > 0 {
			return nil, "", newError("", fmt.Sprintf("the domain has a running operation, task %d", running[0]), ErrBusy)
		}
	}
	return trades, "", nil
}

// tradeOffer chooses the trade's offer: by its family, for the description of
// one speaks of a creation, and only if there is no choice to make.
func (c *Client) tradeOffer(ctx context.Context, plan TradePlan) (offer TradeOffer, price Money, stop string, err error) {
	offers, err := c.DomainOptionOffers(ctx, plan.Domain)
	if err != nil {
		return offer, price, "", err
	}
	chosen := false
	for _, o := range offers {
		if o.Family != "trade" || plan.PlanCode != "" && o.PlanCode != plan.PlanCode {
			continue
		}
		for _, p := range o.Prices {
			if !installs(p) {
				continue
			}
			this := TradeOffer{o.PlanCode, p.PricingMode, p.Duration}
			money, err := p.Price.Money()
			if err != nil {
				return offer, price, "the offer's price can't be read", nil
			}
			if chosen && (this != offer || !money.Equal(price)) {
				return offer, price, fmt.Sprintf("there are several trade offers, %s and %s among them: name one as PlanCode", offer.PlanCode, this.PlanCode), nil
			}
			offer, price, chosen = this, money, true
		}
	}
	if !chosen {
		return offer, price, "the service offers no trade of the domain", nil
	}
	return offer, price, "", nil
}

func installs(p ProductPricing) bool {
	for _, capacity := range p.Capacities {
		if capacity == PricingCapacityInstallation {
			return true
		}
	}
	return false
}
