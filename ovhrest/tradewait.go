package ovhrest

import (
	"context"
	"errors"
	"slices"
)

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
	if u.t.OrderStatus != status {
		u.t.OrderStatus = status
		u.event("the order is in " + string(status))
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

// newTrades lists the domain's trades that were not there when it was checked.
// Dates are not compared: a trade that has come since is in the way or ours,
// whatever a clock says.
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
		if task.Function == string(FunctionDomainTrade) {
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
	if u.t.TaskStatus != task.Status {
		u.t.TaskStatus = task.Status
		u.event("the task is in " + string(task.Status))
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
