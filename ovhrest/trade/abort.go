package trade

import (
	"context"
	"errors"

	"github.com/hebergo/hebergo/ovhrest"
)

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
