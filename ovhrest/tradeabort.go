package ovhrest

import "context"

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
	switch status {
	case OrderNotPaid:
		return u.end(TradeCancelled, "aborted; order "+id(u.t.Order)+" is left unpaid and lapses")
	case OrderUnknown:
		return nil
	}
	if over, err := u.orderOver(status); over {
		return err
	}
	return u.to(TradePaid, "the order is paid already")
}

// abortTask cancels the task; a later look sees what came of it. Cancelling
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
	if _, no := saysNo(err); no { // the next look tells why
		return nil
	}
	return err
}
