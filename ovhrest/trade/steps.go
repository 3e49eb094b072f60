package trade

import (
	"context"

	"github.com/hebergo/hebergo/ovhrest"
)

// step makes one transition: an unclear request first, then an abort, then
// what the phase calls for.
func (u *transition) step(ctx context.Context) error {
	if err := u.c.SyncClock(ctx); err != nil {
		return err
	}
	if err := u.sameAccount(ctx); err != nil {
		return err
	}
	switch {
	case u.t.Phase == Closing:
		return u.close(ctx)
	case u.t.Intent != nil:
		return u.recover(ctx)
	case u.t.Aborting:
		return u.abort(ctx)
	}
	return u.advance(ctx)
}

func (u *transition) advance(ctx context.Context) error {
	switch u.t.Phase {
	case Planned:
		return u.check(ctx)
	case Checked:
		return u.findOwner(ctx)
	case OwnerReady:
		return u.makeCart(ctx)
	case CartReady:
		return u.fillCart(ctx)
	case ItemReady:
		return u.configure(ctx)
	case Configured:
		return u.quote(ctx)
	case Quoted:
		return u.order(ctx)
	case Ordered:
		return u.pay(ctx)
	case Paid:
		return u.awaitTask(ctx)
	default: // Running: Parse knows no other
		return u.awaitHolders(ctx)
	}
}

// sameAccount refuses to go on with another account's credential: it would
// find neither cart nor order, and place a second one.
func (u *transition) sameAccount(ctx context.Context) error {
	if u.t.Account == "" {
		return nil
	}
	me, err := u.tr.me(ctx)
	if err != nil {
		return err
	}
	if me.Nichandle != u.t.Account {
		return invalid("client", "belongs to another account than the trade")
	}
	return nil
}

// me asks once who the client's account is.
func (tr *Trader) me(ctx context.Context) (ovhrest.Nichandle, error) {
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

// check looks at everything that could stand in the way, and changes nothing
// that lasts.
func (u *transition) check(ctx context.Context) error {
	found, o, err := u.c.inspect(ctx, u.tr.me, u.t.Plan)
	if err != nil {
		return err
	}
	if o == nil {
		o, err = u.c.needless(ctx, u.t.Plan, found)
	}
	if o != nil || err != nil {
		return u.stopOr(o, err)
	}
	u.t.Account, u.t.Subsidiary = found.me.Nichandle, found.me.OvhSubsidiary
	u.t.OldOwner, u.t.KnownTasks, u.t.Offer = found.domain.WhoisOwner, found.tasks, &found.offer
	if err := u.listOrders(ctx); err != nil {
		return err
	}
	if err := u.pending(ctx); err != nil {
		return err
	}
	if o, err = u.c.affordable(ctx, u.t.Plan, found); o != nil || err != nil {
		return u.stopOr(o, err)
	}
	return u.to(Checked, "rights, domain, offer and rules are fine")
}

// stopOr ends the trade because of o, unless there is an error.
func (u *transition) stopOr(o *obstacle, err error) error {
	if err != nil {
		return err
	}
	return u.stop(o)
}

// findOwner finds or makes the owner contact.
func (u *transition) findOwner(ctx context.Context) error {
	if u.t.Plan.OwnerID != 0 {
		return u.ownerIs(u.t.Plan.OwnerID, "the owner contact was given")
	}
	equal, err := u.c.equalContacts(ctx, *u.t.Plan.Owner)
	if err != nil {
		return err
	}
	for _, n := range equal {
		if id(n) == u.t.OldOwner {
			return u.ownerIs(n, "the domain's owner says this already")
		}
	}
	if u.t.Plan.ShareContact && len(equal) > 0 {
		return u.ownerIs(equal[0], "an equal owner contact exists")
	}
	var made ovhrest.Contact
	err = u.once(ctx, Intent{Operation: CreateContact, Contacts: equal}, func(ctx context.Context) error {
		var err error
		made, err = u.c.CreateDomainContact(ctx, *u.t.Plan.Owner)
		if err == nil && made.ID <= 0 {
			return newError("POST /domain/contact: the answer names no contact", ovhrest.ErrProtocol, ovhrest.ErrAmbiguous)
		}
		return err
	})
	if o := refusal(err); o != nil {
		return u.stop(o)
	}
	if err != nil {
		return err
	}
	return u.ownerIs(made.ID, "the owner contact was made")
}

func (u *transition) ownerIs(contact int64, text string) error {
	u.t.Contact = contact
	if id(contact) == u.t.OldOwner {
		u.t.NewOwner = u.t.OldOwner
		return u.end(Done, "the domain has this owner already: nothing was ordered")
	}
	return u.to(OwnerReady, text)
}
