package ovhrest

import (
	"context"
	"iter"
)

// TaskFilter narrows DomainTasks down; its zero value takes all.
type TaskFilter struct {
	Function OperationFunction // the API compares with LIKE, so compare Task.Function again
	Status   OperationStatus
	Type     OperationType
}

// DomainTaskIDs lists the tasks of a domain, in one request.
func (c *Client) DomainTaskIDs(ctx context.Context, domain string, f TaskFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /domain/{serviceName}/task", args: []string{domain},
		query: filter("function", string(f.Function), "status", string(f.Status), "type", string(f.Type)),
	})
}

// DomainTasks yields the tasks of a domain, with one request for each and a few
// of them at once.
func (c *Client) DomainTasks(ctx context.Context, domain string, f TaskFilter) iter.Seq2[Task, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.DomainTaskIDs(ctx, domain, f) },
		func(ctx context.Context, id int64) (Task, error) { return c.DomainTask(ctx, domain, id) })
}

// DomainTask returns one task of a domain.
func (c *Client) DomainTask(ctx context.Context, domain string, taskID int64) (Task, error) {
	return fetch[Task](ctx, c, request{route: "GET /domain/{serviceName}/task/{id}", args: []string{domain, id(taskID)}})
}

// AccelerateDomainTask asks for a task to be worked on now; see
// Task.CanAccelerate.
func (c *Client) AccelerateDomainTask(ctx context.Context, domain string, taskID int64) error {
	return c.do(ctx, request{route: "POST /domain/{serviceName}/task/{id}/accelerate", args: []string{domain, id(taskID)}}, nil)
}

// CancelDomainTask gives a task up; see Task.CanCancel.
func (c *Client) CancelDomainTask(ctx context.Context, domain string, taskID int64) error {
	return c.do(ctx, request{route: "POST /domain/{serviceName}/task/{id}/cancel", args: []string{domain, id(taskID)}}, nil)
}

// RelaunchDomainTask tries a failed task again; see Task.CanRelaunch.
func (c *Client) RelaunchDomainTask(ctx context.Context, domain string, taskID int64) error {
	return c.do(ctx, request{route: "POST /domain/{serviceName}/task/{id}/relaunch", args: []string{domain, id(taskID)}}, nil)
}
