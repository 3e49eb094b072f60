package ovhrest

import (
	"context"
	"iter"
)

// ChangeDomainContact starts handing a domain over to other nic handles, one
// task for each role, and returns the tasks' ids. The old and the new holder
// of each role get a mail with a token and answer with AcceptContactChange,
// each with their own credential and their own token. This is not an owner
// change: see package trade.
func (c *Client) ChangeDomainContact(ctx context.Context, domain string, to ContactChangeParams) ([]int64, error) {
	return c.changeContact(ctx, "POST /domain/{serviceName}/changeContact", domain, to)
}

// ChangeZoneContact is ChangeDomainContact for a DNS zone.
func (c *Client) ChangeZoneContact(ctx context.Context, zone string, to ContactChangeParams) ([]int64, error) {
	return c.changeContact(ctx, "POST /domain/zone/{zoneName}/changeContact", zone, to)
}

func (c *Client) changeContact(ctx context.Context, route, name string, to ContactChangeParams) ([]int64, error) {
	if to.ContactAdmin == "" && to.ContactBilling == "" && to.ContactTech == "" {
		return nil, invalid(route, "to", "names nobody")
	}
	return fetch[[]int64](ctx, c, request{route: route, args: []string{name}, body: to})
}

// ContactChangeFilter narrows ContactChanges down; its zero value takes all.
// The API compares each with LIKE.
type ContactChangeFilter struct {
	AskingAccount string
	ToAccount     string
	State         ContactChangeState
}

// ContactChangeIDs lists the contact changes that the account takes part in,
// in one request.
func (c *Client) ContactChangeIDs(ctx context.Context, f ContactChangeFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /me/task/contactChange",
		query: filter("askingAccount", f.AskingAccount, "toAccount", f.ToAccount, "state", string(f.State)),
	})
}

// ContactChanges yields the contact changes that the account takes part in,
// with one request for each and a few of them at once.
func (c *Client) ContactChanges(ctx context.Context, f ContactChangeFilter) iter.Seq2[ContactChange, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.ContactChangeIDs(ctx, f) }, c.ContactChange)
}

// ContactChange returns one contact change.
func (c *Client) ContactChange(ctx context.Context, taskID int64) (ContactChange, error) {
	return fetch[ContactChange](ctx, c, request{route: "GET /me/task/contactChange/{id}", args: []string{id(taskID)}})
}

// Waiting reports whether the change waits for the holders' answers: only then
// can it be accepted or refused.
func (t ContactChange) Waiting() bool { return t.State == ContactChangeStateValidatingByCustomers }

// Over reports whether the change has ended, well or not. A state that this
// package does not know is not an end.
func (t ContactChange) Over() bool {
	switch t.State {
	case ContactChangeStateDone, ContactChangeStateAborted, ContactChangeStateError, ContactChangeStateExpired, ContactChangeStateRefused:
		return true
	}
	return false
}

// AcceptContactChange agrees to a contact change with the token that this
// account's holder got by mail: ParseContactChangeURL reads it. A token works
// once.
func (c *Client) AcceptContactChange(ctx context.Context, taskID int64, token Secret) error {
	return c.answerContactChange(ctx, "POST /me/task/contactChange/{id}/accept", taskID, token)
}

// RefuseContactChange turns a contact change down, which ends it.
func (c *Client) RefuseContactChange(ctx context.Context, taskID int64, token Secret) error {
	return c.answerContactChange(ctx, "POST /me/task/contactChange/{id}/refuse", taskID, token)
}

func (c *Client) answerContactChange(ctx context.Context, route string, taskID int64, token Secret) error {
	if token.IsZero() {
		return invalid(route, "token", "is empty")
	}
	body := struct {
		Token string `json:"token"`
	}{token.Reveal()}
	return c.do(ctx, request{route: route, args: []string{id(taskID)}, body: body, secrets: []string{token.Reveal()}}, nil)
}

// ResendContactChangeEmail sends the account's holder a new mail with a new
// token.
func (c *Client) ResendContactChangeEmail(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/contactChange/{id}/resendEmail", args: []string{id(taskID)}}, nil)
}
