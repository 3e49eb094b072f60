package ovhrest

import (
	"context"
	"iter"
)

// MeTaskFilter narrows MeTasks down; its zero value takes all.
type MeTaskFilter struct {
	TaskFilter
	Domain string // compared with LIKE
}

// MeTaskIDs lists the tasks of all the account's domains, in one request. They
// are the tasks of DomainTaskIDs under another path, which has arguments.
func (c *Client) MeTaskIDs(ctx context.Context, f MeTaskFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/task/domain", query: filter(
		"domain", f.Domain, "function", string(f.Function), "status", string(f.Status), "type", string(f.Type))})
}

// MeTasks yields the tasks of all the account's domains, with one request for
// each and a few of them at once.
func (c *Client) MeTasks(ctx context.Context, f MeTaskFilter) iter.Seq2[Task, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.MeTaskIDs(ctx, f) }, c.MeTask)
}

// MeTask returns one task.
func (c *Client) MeTask(ctx context.Context, taskID int64) (Task, error) {
	return fetch[Task](ctx, c, request{route: "GET /me/task/domain/{id}", args: []string{id(taskID)}})
}

// AccelerateMeTask is AccelerateDomainTask without the domain's name.
func (c *Client) AccelerateMeTask(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/domain/{id}/accelerate", args: []string{id(taskID)}}, nil)
}

// CancelMeTask is CancelDomainTask without the domain's name.
func (c *Client) CancelMeTask(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/domain/{id}/cancel", args: []string{id(taskID)}}, nil)
}

// RelaunchMeTask is RelaunchDomainTask without the domain's name.
func (c *Client) RelaunchMeTask(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/domain/{id}/relaunch", args: []string{id(taskID)}}, nil)
}

// TaskArgumentKeys lists the values that a task waits for, in one request.
func (c *Client) TaskArgumentKeys(ctx context.Context, taskID int64) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /me/task/domain/{id}/argument", args: []string{id(taskID)}})
}

// TaskArguments yields the values that a task waits for, with one request for
// each and a few of them at once.
func (c *Client) TaskArguments(ctx context.Context, taskID int64) iter.Seq2[TaskArgument, error] {
	return each(ctx,
		func(ctx context.Context) ([]string, error) { return c.TaskArgumentKeys(ctx, taskID) },
		func(ctx context.Context, key string) (TaskArgument, error) { return c.TaskArgument(ctx, taskID, key) })
}

// TaskArgument returns one value that a task waits for.
func (c *Client) TaskArgument(ctx context.Context, taskID int64, key string) (TaskArgument, error) {
	return fetch[TaskArgument](ctx, c, request{route: "GET /me/task/domain/{id}/argument/{key}", args: []string{id(taskID), key}})
}

// EditTaskArgument gives a task a value that it waits for; relaunch the task
// then. The value's form is in TaskArgument: a contact's path, a text, a file.
func (c *Client) EditTaskArgument(ctx context.Context, taskID int64, key, value string) error {
	body := struct {
		Value string `json:"value"`
	}{value}
	return c.do(ctx, request{route: "PUT /me/task/domain/{id}/argument/{key}", args: []string{id(taskID), key}, body: body}, nil)
}

// TaskProgress returns how far a task is, step by step.
func (c *Client) TaskProgress(ctx context.Context, taskID int64) (TaskProgress, error) {
	return fetch[TaskProgress](ctx, c, request{route: "GET /me/task/domain/{id}/progressbar", args: []string{id(taskID)}})
}
