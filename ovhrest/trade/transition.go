package trade

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/hebergo/hebergo/ovhrest"

	"github.com/hebergo/hebergo/internal/redact"
)

// now is the API's time, which several machines agree on and the dates of
// orders can be compared with.
func (tr *Trader) now() time.Time { return tr.client.Now().UTC().Truncate(time.Second) }

// turn is one step in the making.
type transition struct {
	tr      *Trader
	c       service
	t       *Trade
	events  []Event
	changed bool          // t has to be saved
	wait    time.Duration // before the next step; goOn where t moved
}

func (tr *Trader) begin(t Trade) *transition {
	return &transition{tr: tr, c: tr.client, t: &t, wait: poll}
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
	u.wait = atOnce
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
		return invalid("trade", "can't be written as JSON")
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
