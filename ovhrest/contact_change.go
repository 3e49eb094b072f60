package ovhrest

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ContactChange is nichandle.contactChange.Task: the procedure that hands a
// service to other nic handles.
type ContactChange struct {
	AskingAccount Opt[string]         `json:"askingAccount,omitzero"`
	ContactTypes  []ContactChangeType `json:"contactTypes,omitzero"`
	DateDone      Opt[time.Time]      `json:"dateDone,omitzero"`
	DateRequest   time.Time           `json:"dateRequest,omitzero"`
	FromAccount   string              `json:"fromAccount"`
	ID            int64               `json:"id"`
	ServiceDomain Opt[string]         `json:"serviceDomain,omitzero"`
	State         ContactChangeState  `json:"state" answer:"key"`
	ToAccount     string              `json:"toAccount"`

	Extra Extra `json:"-"`
}

// ContactChangeState is nichandle.changeContact.TaskStateEnum: how far a
// contact change is.
type ContactChangeState string

// The values of ContactChangeState that the API documents.
const (
	ContactChangeStateAborted               ContactChangeState = "aborted"
	ContactChangeStateCheckValidity         ContactChangeState = "checkValidity"
	ContactChangeStateDoing                 ContactChangeState = "doing"
	ContactChangeStateDone                  ContactChangeState = "done"
	ContactChangeStateError                 ContactChangeState = "error"
	ContactChangeStateExpired               ContactChangeState = "expired"
	ContactChangeStateRefused               ContactChangeState = "refused"
	ContactChangeStateTodo                  ContactChangeState = "todo"
	ContactChangeStateValidatingByCustomers ContactChangeState = "validatingByCustomers"
)

// ContactChangeType is nichandle.changeContact.ContactTypeEnum: a role that a
// contact change hands over.
type ContactChangeType string

// The values of ContactChangeType that the API documents.
const (
	ContactChangeTypeContactAdmin   ContactChangeType = "contactAdmin"
	ContactChangeTypeContactBilling ContactChangeType = "contactBilling"
	ContactChangeTypeContactTech    ContactChangeType = "contactTech"
)

// ContactChangeParams is services.changeContact: the new nic handles; one left
// empty stays as it is.
type ContactChangeParams struct {
	ContactAdmin   string `json:"contactAdmin,omitzero"`
	ContactBilling string `json:"contactBilling,omitzero"`
	ContactTech    string `json:"contactTech,omitzero"`

	Extra Extra `json:"-"`
}

// ChangeDomainContact starts handing a domain over to other nic handles, one
// task for each role, and returns the task IDs. The old and the new holder
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

// AcceptContactChange accepts a contact change with the token that this account's
// holder got by mail: ParseContactChangeURL reads it. A token works
// once.
func (c *Client) AcceptContactChange(ctx context.Context, taskID int64, token Secret) error {
	return c.answerContactChange(ctx, "POST /me/task/contactChange/{id}/accept", taskID, token)
}

// RefuseContactChange refuses a contact change, which ends it.
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

// ContactChangeToken is what a contact change's mail asks its reader to open.
type ContactChangeToken struct {
	TaskID int64
	Token  Secret
}

// tokenLength is how long a contact change's token is.
const tokenLength = 32

// ParseContactChangeURL reads the address in a contact change's mail, which is
// of the shape
//
//	https://www.ovh.com/manager/#/useraccount/contacts/{id}?tab=REQUESTS&token={32 letters and digits}
//
// The host is not looked at: the token goes to the API alone. Addresses of
// another kind, such as those of an owner change's mails, which no API route
// takes, give an *Error with ErrInvalid; it does not repeat the address.
func ParseContactChangeURL(raw string) (ContactChangeToken, error) {
	u, err := url.Parse(strings.TrimSpace(raw))
	if err != nil || u.Scheme != "https" || u.Host == "" {
		return ContactChangeToken{}, invalid("", "raw", "is not an https address")
	}
	path, query, _ := strings.Cut(u.Fragment, "?")
	before, last, _ := cutLast(strings.TrimRight(path, "/"))
	task, err := strconv.ParseInt(last, 10, 64)
	if err != nil || task <= 0 || !strings.HasSuffix(before, "/contacts") {
		return ContactChangeToken{}, invalid("", "raw", "is not the address of a contact change")
	}
	values, err := url.ParseQuery(query)
	if err != nil || len(values["token"]) != 1 || !isToken(values.Get("token")) {
		return ContactChangeToken{}, invalid("", "raw", "holds no token of a contact change")
	}
	return ContactChangeToken{task, NewSecret(values.Get("token"))}, nil
}

func cutLast(path string) (before, last string, found bool) {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return "", path, false
	}
	return path[:i], path[i+1:], true
}

func isToken(s string) bool {
	return len(s) == tokenLength && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
}
