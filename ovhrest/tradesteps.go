package ovhrest

import (
	"context"
	"strconv"
	"strings"
)

// step makes one transition: an unclear request first, then an abort, then
// what the phase calls for.
func (u *turn) step(ctx context.Context) error {
	if err := u.c.signer.sync(ctx); err != nil {
		return failed(routeTime, err)
	}
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
	if stop == "" && u.t.Plan.Owner != nil {
		need, err := u.c.needsTrade(ctx, found.domain, found.owner)
		if err != nil && !unreadable(err) {
			return err
		}
		if err == nil && !need.Needed && len(need.Changed) > 0 {
			stop = "no trade is needed: EditDomainContact can change what differs, " + strings.Join(need.Changed, ", ")
		}
	}
	if stop != "" {
		return u.end(TradeRefused, stop)
	}
	u.t.Account, u.t.Subsidiary = found.me.Nichandle, found.me.OvhSubsidiary
	u.t.OldOwner, u.t.KnownTasks, u.t.Offer = found.domain.WhoisOwner, found.tasks, &found.offer
	if err := u.listOrders(ctx); err != nil {
		return err
	}
	if err := u.pending(ctx); err != nil {
		return err
	}
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
