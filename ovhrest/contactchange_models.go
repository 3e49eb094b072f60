package ovhrest

import "time"

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
