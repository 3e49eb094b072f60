package trade

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/ovhrest"
)

// now is the API's time, which several machines agree on and the dates of
// orders can be compared with.
func (tr *Trader) now() time.Time { return tr.client.Now().UTC().Truncate(time.Second) }

// transition is one step under way.
type transition struct {
	tr      *Trader
	c       service
	t       *Trade
	events  []Event
	changed bool  // t has to be saved
	wait    pause // before the next step; none where t moved
}

func (tr *Trader) begin(t Trade) *transition {
	return &transition{tr: tr, c: tr.client, t: &t, wait: nextPoll}
}

func (u *transition) now() time.Time { return u.tr.now() }

// textLimit bounds what people are told, in bytes: it repeats words of the
// registry's and the service's.
const textLimit = 2000

// event notes what happened, and that it has to be saved.
func (u *transition) event(text string) {
	text = redact.Clean(text, textLimit)
	u.changed = true
	u.events = append(u.events, Event{
		At: u.now(), Trade: u.t.ID, Domain: u.t.Plan.Domain, Phase: u.t.Phase, Text: text, Quote: u.t.Quote, Order: u.t.Order, Task: u.t.Task,
	})
}

// to moves the trade to a phase.
func (u *transition) to(phase Phase, text string) error {
	u.t.Phase = phase
	u.event(text)
	u.wait = noPause
	return nil
}

// stop ends the trade because of an obstacle.
func (u *transition) stop(o *obstacle) error {
	outcome := o.outcome
	if outcome == "" {
		outcome = Refused
	}
	if outcome == NeedsAttention {
		u.t.Stopped = u.t.Phase
	}
	ending := o.Ending
	u.t.Ending = &ending
	return u.end(outcome, o.text)
}

// end moves the trade towards a terminal phase; carts are tidied up first.
func (u *transition) end(outcome Phase, reason string) error {
	u.t.Outcome, u.t.Reason = outcome, redact.Clean(reason, textLimit)
	return u.to(Closing, string(outcome)+": "+reason)
}

// save stores the next revision. What has happened is stored even where ctx
// has ended meanwhile.
func (u *transition) save(ctx context.Context) error {
	u.t.Revision++
	u.t.Updated = u.now()
	data, err := json.Marshal(u.t)
	if err != nil {
		return invalid("data", "can't be written as JSON")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTime)
	defer cancel()
	if err := u.tr.config.Store.Save(ctx, u.t.ID, data, u.t.Revision); err != nil {
		return storeError(err)
	}
	u.changed = false
	return nil
}

// storeError keeps a Store's error as the cause of ours.
func storeError(err error) error {
	if isKnown(err) {
		return err
	}
	e := newError("the Store failed: " + err.Error())
	e.cause = err
	return e
}

// once carries out a request that must not be sent twice: the intention is
// saved first, and stays where the outcome is not known. The caller applies
// the result of a success; the step saves it.
func (u *transition) once(ctx context.Context, intent Intent, send func(context.Context) error) error {
	reserved, release, err := u.c.Reserve(ctx) // before the intention, which a long queue would outlast
	if err != nil {
		return err
	}
	defer release()
	if err := ctx.Err(); err != nil {
		return interruptedBy(err)
	}
	intent.At = u.now()
	u.t.Intent = &intent
	if err := u.save(ctx); err != nil {
		return err
	}
	if u.now().Sub(intent.At) > sendTime { // this process slept: somebody else may have taken over
		return newError("the intention is too old to be acted on", ovhrest.ErrBusy)
	}
	sendCtx, cancel := context.WithTimeout(reserved, sendTime)
	defer cancel()
	err = send(sendCtx)
	if errors.Is(err, ovhrest.ErrAmbiguous) {
		return err
	}
	if e := new(ovhrest.Error); errors.As(err, &e) && foreign(e) && !e.Is(ovhrest.ErrRateLimited) { // whoever answered, the request may have passed
		return &Error{conditions: []error{ovhrest.ErrAmbiguous}, cause: err}
	}
	u.t.Intent = nil
	u.changed = true
	return err
}

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
	case u.t.Phase == Closing: // whatever else is open
	case u.t.Intent != nil:
		return u.recover(ctx)
	case u.t.Aborting:
		return u.abort(ctx)
	}
	return u.t.Phase.state().step(u, ctx) // never nil: Parse lets no other phase through
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
	if err := u.checkOlderOrders(ctx); err != nil {
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

// abort undoes what can be undone.
func (u *transition) abort(ctx context.Context) error {
	switch {
	case !u.t.Phase.ordered():
		return u.stop(u.aborted("aborted before anything was ordered"))
	case u.t.Phase == Running:
		return u.abortTask(ctx)
	case u.t.Phase == Paid:
		return u.awaitTask(ctx)
	}
	status, err := u.c.OrderStatus(ctx, u.t.Order)
	if err != nil {
		return err
	}
	switch stateOf(status) {
	case orderUnpaid:
		return u.stop(u.aborted("aborted; order " + id(u.t.Order) + " is left unpaid and lapses"))
	case orderUnclear:
		return nil
	case orderOver:
		return u.orderOver()
	}
	return u.to(Paid, "the order is paid already")
}

// abortTask cancels the task; a later look sees what came of it. Cancelling
// twice does no harm, so it needs no intention.
func (u *transition) abortTask(ctx context.Context) error {
	task, err := u.c.readTask(ctx, u.t.Plan.Domain, u.t.Task)
	if absent(err) {
		return u.awaitHolders(ctx)
	}
	if err != nil {
		return err
	}
	if task.Status != ovhrest.TaskTodo && task.Status != ovhrest.TaskDoing {
		return u.awaitHolders(ctx)
	}
	if !task.CanCancel {
		u.t.Aborting = false
		u.event("the trade can't be cancelled any more")
		return nil
	}
	err = u.c.CancelDomainTask(ctx, u.t.Plan.Domain, u.t.Task)
	if errors.Is(err, ovhrest.ErrInvalid) || errors.Is(err, ovhrest.ErrConflict) { // the next look shows why
		return nil
	}
	return err
}

func (u *transition) aborted(text string) *obstacle {
	o := refuse(EndedByAbort, text).about(u.t.Order)
	o.outcome = Cancelled
	return o
}
