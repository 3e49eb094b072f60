package trade

import (
	"context"
	"slices"

	"github.com/hebergo/hebergo/ovhrest"
)

// awaitTask waits until the paid order has become a task of the registry. The
// domain's trades from before do not count.
func (u *transition) awaitTask(ctx context.Context) error {
	status, err := u.c.OrderStatus(ctx, u.t.Order)
	if err != nil {
		return err
	}
	if stateOf(status) == orderOver {
		return u.orderOver()
	}
	tasks, err := u.newTrades(ctx)
	if err != nil {
		return err
	}
	u.noteStatus(status)
	switch {
	case len(tasks) > 1:
		o := refuse(EndedByDoubt, "the domain has several new trades").about(u.t.Order)
		o.Task = tasks[0].ID
		return u.stop(o.attention())
	case len(tasks) == 1:
		u.t.Task, u.t.TaskAt = tasks[0].ID, tasks[0].CreationDate
		if u.t.TaskAt.IsZero() {
			u.t.TaskAt = u.now()
		}
		return u.to(Running, "both holders are asked by mail")
	}
	if o := u.overdue(stateOf(status)); o != nil {
		return u.stop(o)
	}
	return nil
}

// noteStatus notes a status that the order did not have at the last look.
func (u *transition) noteStatus(status ovhrest.OrderStatus) {
	if u.t.OrderStatus == status {
		return
	}
	u.t.OrderStatus = status
	u.event("the order is in " + string(status))
	if status == ovhrest.OrderDelivered && u.t.DeliveredAt.IsZero() {
		u.t.DeliveredAt = u.now()
	}
}

// overdue returns what a paid order without a task ends by.
func (u *transition) overdue(state orderState) *obstacle {
	switch {
	case state == orderUnpaid && u.expired(state):
		return u.neverPaid()
	case state == orderDelivered && u.since(u.t.DeliveredAt) > taskTime:
		return refuse(EndedByTime, "the order was delivered, but the domain has no new trade").about(u.t.Order).attention()
	case u.since(u.t.OrderedAt) > orderTime:
		return refuse(EndedByTime, "order "+id(u.t.Order)+" has led to no trade in 30 days").about(u.t.Order).attention()
	}
	return nil
}

// newTrades lists the domain's trades that were not there when it was checked.
// Dates are not compared: a trade that has come since is in the way or ours,
// whatever a clock says.
func (u *transition) newTrades(ctx context.Context) ([]ovhrest.Task, error) {
	ids, err := u.c.taskIDs(ctx, u.t.Plan.Domain, ovhrest.TaskFilter{Function: ovhrest.FunctionDomainTrade})
	if err != nil {
		return nil, err
	}
	var found []ovhrest.Task
	for _, n := range ids {
		if slices.Contains(u.t.KnownTasks, n) {
			continue
		}
		task, err := u.c.readTask(ctx, u.t.Plan.Domain, n)
		if err != nil {
			return nil, err
		}
		if task.Function == string(ovhrest.FunctionDomainTrade) {
			found = append(found, task)
		}
	}
	return found, nil
}

// readTask returns a task, and no answer that is not this task's.
func (c service) readTask(ctx context.Context, domain string, n int64) (ovhrest.Task, error) {
	task, err := c.DomainTask(ctx, domain, n)
	if err == nil && (task.ID != n || task.Function == "" || task.Status == "") {
		return task, broken("GET /domain/{serviceName}/task/{id}", "a task without its id, function or status")
	}
	return task, err
}

// awaitHolders follows the task to its end. A task that the API no longer has
// is judged by the domain's owner.
func (u *transition) awaitHolders(ctx context.Context) error {
	task, err := u.c.readTask(ctx, u.t.Plan.Domain, u.t.Task)
	if absent(err) {
		return u.prove(ctx, "is gone")
	}
	if err != nil {
		return err
	}
	if u.t.TaskStatus != task.Status {
		u.t.TaskStatus = task.Status
		u.event("the task is in " + string(task.Status))
	}
	switch comment := task.Comment.Or(""); task.Status {
	case ovhrest.TaskDone:
		return u.prove(ctx, "is done")
	case ovhrest.TaskError, ovhrest.TaskProblem:
		return u.stop(u.taskEnded(EndedByRegistry, "the registry's task "+id(task.ID)+" is in "+string(task.Status)+": "+comment).attention())
	case ovhrest.TaskCancelled:
		return u.stop(u.taskCancelled(comment))
	}
	if u.since(u.t.TaskAt) > taskLife {
		return u.stop(u.taskEnded(EndedByTime, "the registry's task "+id(task.ID)+" has been in "+string(task.Status)+" for too long").attention())
	}
	return nil
}

// taskEnded makes an obstacle of the trade's task.
func (u *transition) taskEnded(by Party, text string) *obstacle {
	o := refuse(by, text).about(u.t.Order)
	o.Task = u.t.Task
	return o
}

func (u *transition) taskCancelled(comment string) *obstacle {
	switch {
	case u.t.Aborting:
		o := u.taskEnded(EndedByAbort, "the task was cancelled")
		o.outcome = Cancelled
		return o
	case u.now().Sub(u.t.TaskAt) >= mailTime:
		o := u.taskEnded(EndedByHolder, "the mails were not answered in 14 days")
		o.outcome = Expired
		return o
	}
	return u.taskEnded(EndedByHolder, "the task was cancelled, presumably by a holder's answer: "+comment)
}

// prove looks whether the domain has another owner: without that, a task that
// is done proves nothing.
func (u *transition) prove(ctx context.Context, how string) error {
	domain, err := u.c.Domain(ctx, u.t.Plan.Domain)
	if err != nil {
		return err
	}
	switch {
	case domain.WhoisOwner == "":
		return broken("GET /domain/{serviceName}", "a domain without an owner")
	case domain.WhoisOwner != u.t.OldOwner:
		u.t.NewOwner = domain.WhoisOwner
		return u.end(Done, "the owner is contact "+domain.WhoisOwner+", no longer "+u.t.OldOwner)
	case u.t.DoneAt.IsZero():
		u.t.DoneAt = u.now()
		u.event("the task " + how + "; the owner is still the old one")
		u.wait = nextPoll
	case u.now().Sub(u.t.DoneAt) > proofTime:
		return u.stop(u.taskEnded(EndedByRegistry, "the task "+how+", but the owner has not changed").attention())
	}
	return nil
}

// close deletes what carts are left and ends the trade. A cart that can't be
// deleted is ordered, or ends by itself.
func (u *transition) close(ctx context.Context) error {
	if u.t.Carts > 0 {
		carts, err := u.carts(ctx)
		if err != nil {
			return err
		}
		for _, cart := range carts {
			if cart.ReadOnly {
				continue
			}
			if err := u.c.DeleteCart(ctx, cart.CartID); err != nil && !absent(err) && refusal(err) == nil {
				return err
			}
		}
	}
	u.tr.forget(u.t.ID)
	return u.to(u.t.Outcome, u.t.Reason)
}
