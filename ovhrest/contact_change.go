package ovhrest

import (
	"context"
	"iter"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// ContactChange is nichandle.contactChange.Task: the transfer of a service's
// contact roles to other nic handles.
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

// ContactChangeState is nichandle.changeContact.TaskStateEnum: the state of a
// contact change.
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
// contact change transfers.
type ContactChangeType string

// The values of ContactChangeType that the API documents.
const (
	ContactChangeTypeContactAdmin   ContactChangeType = "contactAdmin"
	ContactChangeTypeContactBilling ContactChangeType = "contactBilling"
	ContactChangeTypeContactTech    ContactChangeType = "contactTech"
)

// ContactChangeParams is services.changeContact: the new nic handles. The roles
// whose field is empty are left unchanged.
type ContactChangeParams struct {
	ContactAdmin   string `json:"contactAdmin,omitzero"`
	ContactBilling string `json:"contactBilling,omitzero"`
	ContactTech    string `json:"contactTech,omitzero"`

	Extra Extra `json:"-"`
}

// ChangeDomainContact starts to transfer the contact roles of a domain to other
// nic handles, with one task for each role, and returns the task IDs. The old
// and the new holder of each role receive a mail with a token, and answer with
// AcceptContactChange, each with their own credential and token. This does not
// change the owner: see package trade.
func (c *Client) ChangeDomainContact(ctx context.Context, domain string, to ContactChangeParams) ([]int64, error) {
	return c.changeContact(ctx, "POST /domain/{serviceName}/changeContact", domain, to)
}

// ChangeZoneContact is like ChangeDomainContact, for a DNS zone.
func (c *Client) ChangeZoneContact(ctx context.Context, zone string, to ContactChangeParams) ([]int64, error) {
	return c.changeContact(ctx, "POST /domain/zone/{zoneName}/changeContact", zone, to)
}

func (c *Client) changeContact(ctx context.Context, route, name string, to ContactChangeParams) ([]int64, error) {
	if to.ContactAdmin == "" && to.ContactBilling == "" && to.ContactTech == "" {
		return nil, invalid(route, "to", "names nobody")
	}
	return fetch[[]int64](ctx, c, request{route: route, args: []string{name}, body: to})
}

// ContactChangeFilter restricts ContactChanges; its zero value matches all. The
// API compares each field with LIKE.
type ContactChangeFilter struct {
	AskingAccount string
	ToAccount     string
	State         ContactChangeState
}

// ContactChangeIDs lists the IDs of the contact changes that the account takes
// part in, in one request.
func (c *Client) ContactChangeIDs(ctx context.Context, f ContactChangeFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /me/task/contactChange",
		query: filter("askingAccount", f.AskingAccount, "toAccount", f.ToAccount, "state", string(f.State)),
	})
}

// ContactChanges returns an iterator over the contact changes that the account
// takes part in. It makes one request for each, several at a time.
func (c *Client) ContactChanges(ctx context.Context, f ContactChangeFilter) iter.Seq2[ContactChange, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.ContactChangeIDs(ctx, f) }, c.ContactChange)
}

// ContactChange returns one contact change.
func (c *Client) ContactChange(ctx context.Context, taskID int64) (ContactChange, error) {
	return fetch[ContactChange](ctx, c, request{route: "GET /me/task/contactChange/{id}", args: []string{id(taskID)}})
}

// Waiting reports whether the contact change is waiting for the holders'
// answers. Only then can it be accepted or refused.
func (t ContactChange) Waiting() bool { return t.State == ContactChangeStateValidatingByCustomers }

// Over reports whether the contact change has ended, successfully or not. It
// returns false for a state that this package does not know.
func (t ContactChange) Over() bool {
	switch t.State {
	case ContactChangeStateDone, ContactChangeStateAborted, ContactChangeStateError, ContactChangeStateExpired, ContactChangeStateRefused:
		return true
	}
	return false
}

// AcceptContactChange accepts a contact change with the token that this
// account's holder received by mail; see ParseContactChangeURL. A token works
// once.
func (c *Client) AcceptContactChange(ctx context.Context, taskID int64, token Secret) error {
	return c.answerContactChange(ctx, "POST /me/task/contactChange/{id}/accept", taskID, token)
}

// RefuseContactChange refuses and thereby ends a contact change.
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

// ResendContactChangeEmail sends a new mail with a new token to the account's
// holder.
func (c *Client) ResendContactChangeEmail(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/contactChange/{id}/resendEmail", args: []string{id(taskID)}}, nil)
}

// ContactChangeToken is the content of the URL in a contact change's mail.
type ContactChangeToken struct {
	TaskID int64
	Token  Secret
}

// tokenLength is how long a contact change's token is.
const tokenLength = 32

// ParseContactChangeURL parses the URL in a contact change's mail, which has
// the form
//
//	https://www.ovh.com/manager/#/useraccount/contacts/{id}?tab=REQUESTS&token={32 letters and digits}
//
// The host is not checked, because the token is sent only to the API. For other
// URLs, such as those in the mails of an owner change, which no API route
// accepts, it returns an *Error that matches ErrInvalid and does not contain
// the URL.
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
