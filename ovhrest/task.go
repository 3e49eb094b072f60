package ovhrest

import (
	"context"
	"iter"
	"time"
)

// Task is domain.Task: an operation on a domain at its registry. The Function
// of an owner change is DomainTrade.
type Task struct {
	CanAccelerate bool            `json:"canAccelerate"`
	CanCancel     bool            `json:"canCancel"`
	CanRelaunch   bool            `json:"canRelaunch"`
	Comment       Opt[string]     `json:"comment,omitzero"`
	CreationDate  time.Time       `json:"creationDate,omitzero"`
	Domain        Opt[string]     `json:"domain,omitzero"`
	DoneDate      Opt[time.Time]  `json:"doneDate,omitzero"`
	Function      string          `json:"function" answer:"key"` // compare it again: the filter of DomainTasks uses LIKE
	ID            int64           `json:"id"`
	LastUpdate    time.Time       `json:"lastUpdate,omitzero"`
	Status        OperationStatus `json:"status" answer:"key"`
	TodoDate      time.Time       `json:"todoDate,omitzero"` // when it is processed next
	Type          OperationType   `json:"type"`

	Extra Extra `json:"-"`
}

// OperationStatus is domain.OperationStatusEnum: the status of a task.
type OperationStatus string

// The values of OperationStatus that the API documents.
const (
	TaskCancelled OperationStatus = "cancelled"
	TaskDoing     OperationStatus = "doing"
	TaskDone      OperationStatus = "done"
	TaskError     OperationStatus = "error"
	TaskProblem   OperationStatus = "problem"
	TaskTodo      OperationStatus = "todo"
)

// OperationType is domain.OperationTypeEnum: whether a task is about a domain
// or a pack.
type OperationType string

// The values of OperationType that the API documents.
const (
	TaskTypeAlldom OperationType = "alldom"
	TaskTypeDomain OperationType = "domain"
)

// OperationFunction is domain.OperationFunctionEnum: what a task does.
type OperationFunction string

// The values of OperationFunction that the API documents.
const (
	FunctionContactControl                OperationFunction = "ContactControl"
	FunctionContactControlAcknowledge     OperationFunction = "ContactControlAcknowledge"
	FunctionContactControlCorrect         OperationFunction = "ContactControlCorrect"
	FunctionContactControlNotify          OperationFunction = "ContactControlNotify"
	FunctionDNSAnycastActivate            OperationFunction = "DnsAnycastActivate"
	FunctionDNSAnycastDeactivate          OperationFunction = "DnsAnycastDeactivate"
	FunctionDNSSECDisable                 OperationFunction = "DnssecDisable"
	FunctionDNSSECEnable                  OperationFunction = "DnssecEnable"
	FunctionDNSSECResigning               OperationFunction = "DnssecResigning"
	FunctionDNSSECRollKSK                 OperationFunction = "DnssecRollKsk"
	FunctionDNSSECRollZSK                 OperationFunction = "DnssecRollZsk"
	FunctionDomainAfterMarket             OperationFunction = "DomainAfterMarket"
	FunctionDomainContactControl          OperationFunction = "DomainContactControl"
	FunctionDomainContactUpdate           OperationFunction = "DomainContactUpdate"
	FunctionDomainControl                 OperationFunction = "DomainControl"
	FunctionDomainCreate                  OperationFunction = "DomainCreate"
	FunctionDomainDelete                  OperationFunction = "DomainDelete"
	FunctionDomainDNSUpdate               OperationFunction = "DomainDnsUpdate"
	FunctionDomainDSUpdate                OperationFunction = "DomainDsUpdate"
	FunctionDomainEmailRedirectionsCreate OperationFunction = "DomainEmailRedirectionsCreate"
	FunctionDomainEmailRedirectionsDelete OperationFunction = "DomainEmailRedirectionsDelete"
	FunctionDomainHold                    OperationFunction = "DomainHold"
	FunctionDomainHostCreate              OperationFunction = "DomainHostCreate"
	FunctionDomainHostDelete              OperationFunction = "DomainHostDelete"
	FunctionDomainHostUpdate              OperationFunction = "DomainHostUpdate"
	FunctionDomainIncomingTransfer        OperationFunction = "DomainIncomingTransfer"
	FunctionDomainLock                    OperationFunction = "DomainLock"
	FunctionDomainOutgoingTransfer        OperationFunction = "DomainOutgoingTransfer"
	FunctionDomainRegistryDelete          OperationFunction = "DomainRegistryDelete"
	FunctionDomainRenew                   OperationFunction = "DomainRenew"
	FunctionDomainResourceDelete          OperationFunction = "DomainResourceDelete"
	FunctionDomainRestore                 OperationFunction = "DomainRestore"
	FunctionDomainTrade                   OperationFunction = "DomainTrade"
	FunctionDomainUnhold                  OperationFunction = "DomainUnhold"
	FunctionDomainUnlock                  OperationFunction = "DomainUnlock"
	FunctionZoneImport                    OperationFunction = "ZoneImport"
)

// OperationAction is domain.OperationActionEnum: an action on a task.
type OperationAction string

// The values of OperationAction that the API documents.
const (
	OperationActionCanCancel   OperationAction = "canCancel"
	OperationActionCanCorrect  OperationAction = "canCorrect"
	OperationActionCanRelaunch OperationAction = "canRelaunch"
	OperationActionCanReset    OperationAction = "canReset"
)

// TaskArgument is nichandle.DomainTaskArgument: a value that a task needs.
type TaskArgument struct {
	AcceptedFormats []DocumentFormat `json:"acceptedFormats,omitzero"`
	AcceptedValues  []string         `json:"acceptedValues,omitzero"`
	Description     Opt[string]      `json:"description,omitzero"`
	Fields          []ContactField   `json:"fields,omitzero"`
	Key             string           `json:"key" answer:"key"`
	MaximumSize     Opt[int64]       `json:"maximumSize,omitzero"`
	MinimumSize     Opt[int64]       `json:"minimumSize,omitzero"`
	ReadOnly        bool             `json:"readOnly"`
	Template        Opt[string]      `json:"template,omitzero"`
	Type            string           `json:"type"`
	Value           Opt[string]      `json:"value,omitzero"`

	Extra Extra `json:"-"`
}

// DocumentFormat is domain.DocumentFormatsEnum: a file format that an argument
// accepts.
type DocumentFormat string

// The values of DocumentFormat that the API documents.
const (
	DocumentFormatGif  DocumentFormat = "gif"
	DocumentFormatJpeg DocumentFormat = "jpeg"
	DocumentFormatJpg  DocumentFormat = "jpg"
	DocumentFormatPDF  DocumentFormat = "pdf"
	DocumentFormatPng  DocumentFormat = "png"
)

// ContactField is xander.ContactFieldEnum: a field of a contact.
type ContactField string

// The values of ContactField that the API documents.
const (
	ContactFieldAddressCity                         ContactField = "address.city"
	ContactFieldAddressCountry                      ContactField = "address.country"
	ContactFieldAddressLine1                        ContactField = "address.line1"
	ContactFieldAddressLine2                        ContactField = "address.line2"
	ContactFieldAddressLine3                        ContactField = "address.line3"
	ContactFieldAddressOtherDetails                 ContactField = "address.otherDetails"
	ContactFieldAddressProvince                     ContactField = "address.province"
	ContactFieldAddressZip                          ContactField = "address.zip"
	ContactFieldBirthCity                           ContactField = "birthCity"
	ContactFieldBirthCountry                        ContactField = "birthCountry"
	ContactFieldBirthDay                            ContactField = "birthDay"
	ContactFieldBirthZip                            ContactField = "birthZip"
	ContactFieldCellPhone                           ContactField = "cellPhone"
	ContactFieldCompanyNationalIdentificationNumber ContactField = "companyNationalIdentificationNumber"
	ContactFieldEmail                               ContactField = "email"
	ContactFieldFax                                 ContactField = "fax"
	ContactFieldFirstName                           ContactField = "firstName"
	ContactFieldGender                              ContactField = "gender"
	ContactFieldLanguage                            ContactField = "language"
	ContactFieldLastName                            ContactField = "lastName"
	ContactFieldLegalForm                           ContactField = "legalForm"
	ContactFieldNationalIdentificationNumber        ContactField = "nationalIdentificationNumber"
	ContactFieldNationality                         ContactField = "nationality"
	ContactFieldOrganisationName                    ContactField = "organisationName"
	ContactFieldOrganisationType                    ContactField = "organisationType"
	ContactFieldPhone                               ContactField = "phone"
	ContactFieldSpareEmail                          ContactField = "spareEmail"
	ContactFieldVAT                                 ContactField = "vat"
)

// TaskProgress is nichandle.DomainTaskProgressBar: the progress of a task, by
// step.
type TaskProgress struct {
	CurrentStep      OperationStep     `json:"currentStep"`
	ExpectedDoneDate Opt[time.Time]    `json:"expectedDoneDate,omitzero"`
	FollowUpSteps    []OperationStep   `json:"followUpSteps,omitzero"`
	LastUpdateDate   Opt[time.Time]    `json:"lastUpdateDate,omitzero"`
	Progress         int64             `json:"progress"` // percent
	TaskActions      []OperationAction `json:"taskActions,omitzero"`
	TaskStatus       OperationStatus   `json:"taskStatus" answer:"key"`

	Extra Extra `json:"-"`
}

// OperationStep is domain.OperationStep: one step of a task.
type OperationStep struct {
	Description       string `json:"description"`
	ExecutionDuration int64  `json:"executionDuration"`
	Step              string `json:"step"`

	Extra Extra `json:"-"`
}

// TaskFilter restricts DomainTasks; its zero value matches all.
type TaskFilter struct {
	Function OperationFunction // the API compares with LIKE, so compare Task.Function again
	Status   OperationStatus
	Type     OperationType
}

// DomainTaskIDs lists the IDs of the tasks of a domain, in one request. The list
// is nil only where the API answered null instead of a list.
func (c *Client) DomainTaskIDs(ctx context.Context, domain string, f TaskFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /domain/{serviceName}/task", args: []string{domain},
		query: filter("function", string(f.Function), "status", string(f.Status), "type", string(f.Type)),
	})
}

// DomainTasks returns an iterator over the tasks of a domain. It makes one
// request for each task, several at a time.
func (c *Client) DomainTasks(ctx context.Context, domain string, f TaskFilter) iter.Seq2[Task, error] {
	return each(ctx,
		func(ctx context.Context) ([]int64, error) { return c.DomainTaskIDs(ctx, domain, f) },
		func(ctx context.Context, id int64) (Task, error) { return c.DomainTask(ctx, domain, id) })
}

// DomainTask returns one task of a domain.
func (c *Client) DomainTask(ctx context.Context, domain string, taskID int64) (Task, error) {
	return fetch[Task](ctx, c, request{route: "GET /domain/{serviceName}/task/{id}", args: []string{domain, id(taskID)}})
}

// AccelerateDomainTask requests that a task be run immediately; see
// Task.CanAccelerate.
func (c *Client) AccelerateDomainTask(ctx context.Context, domain string, taskID int64) error {
	return c.do(ctx, request{route: "POST /domain/{serviceName}/task/{id}/accelerate", args: []string{domain, id(taskID)}}, nil)
}

// CancelDomainTask cancels a task; see Task.CanCancel.
func (c *Client) CancelDomainTask(ctx context.Context, domain string, taskID int64) error {
	return c.do(ctx, request{route: "POST /domain/{serviceName}/task/{id}/cancel", args: []string{domain, id(taskID)}}, nil)
}

// RelaunchDomainTask runs a failed task again; see Task.CanRelaunch.
func (c *Client) RelaunchDomainTask(ctx context.Context, domain string, taskID int64) error {
	return c.do(ctx, request{route: "POST /domain/{serviceName}/task/{id}/relaunch", args: []string{domain, id(taskID)}}, nil)
}

// MeTaskFilter restricts MeTasks; its zero value matches all.
type MeTaskFilter struct {
	TaskFilter
	Domain string // the API compares with LIKE
}

// MeTaskIDs lists the IDs of the tasks of all the account's domains, in one
// request. They are the same tasks as those of DomainTaskIDs, under a path that
// also has arguments.
func (c *Client) MeTaskIDs(ctx context.Context, f MeTaskFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{route: "GET /me/task/domain", query: filter(
		"domain", f.Domain, "function", string(f.Function), "status", string(f.Status), "type", string(f.Type))})
}

// MeTasks returns an iterator over the tasks of all the account's domains. It
// makes one request for each task, several at a time.
func (c *Client) MeTasks(ctx context.Context, f MeTaskFilter) iter.Seq2[Task, error] {
	return each(ctx, func(ctx context.Context) ([]int64, error) { return c.MeTaskIDs(ctx, f) }, c.MeTask)
}

// MeTask returns one task.
func (c *Client) MeTask(ctx context.Context, taskID int64) (Task, error) {
	return fetch[Task](ctx, c, request{route: "GET /me/task/domain/{id}", args: []string{id(taskID)}})
}

// AccelerateMeTask is like AccelerateDomainTask, without the domain's name.
func (c *Client) AccelerateMeTask(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/domain/{id}/accelerate", args: []string{id(taskID)}}, nil)
}

// CancelMeTask is like CancelDomainTask, without the domain's name.
func (c *Client) CancelMeTask(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/domain/{id}/cancel", args: []string{id(taskID)}}, nil)
}

// RelaunchMeTask is like RelaunchDomainTask, without the domain's name.
func (c *Client) RelaunchMeTask(ctx context.Context, taskID int64) error {
	return c.do(ctx, request{route: "POST /me/task/domain/{id}/relaunch", args: []string{id(taskID)}}, nil)
}

// TaskArgumentKeys lists the keys of the values that a task needs, in one
// request.
func (c *Client) TaskArgumentKeys(ctx context.Context, taskID int64) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /me/task/domain/{id}/argument", args: []string{id(taskID)}})
}

// TaskArguments returns an iterator over the values that a task needs. It makes
// one request for each value, several at a time.
func (c *Client) TaskArguments(ctx context.Context, taskID int64) iter.Seq2[TaskArgument, error] {
	return each(ctx,
		func(ctx context.Context) ([]string, error) { return c.TaskArgumentKeys(ctx, taskID) },
		func(ctx context.Context, key string) (TaskArgument, error) { return c.TaskArgument(ctx, taskID, key) })
}

// TaskArgument returns one value that a task needs.
func (c *Client) TaskArgument(ctx context.Context, taskID int64, key string) (TaskArgument, error) {
	return fetch[TaskArgument](ctx, c, request{route: "GET /me/task/domain/{id}/argument/{key}", args: []string{id(taskID), key}})
}

// EditTaskArgument sets a value that a task needs; relaunch the task
// afterwards. TaskArgument shows the format of the value: a contact's path, a
// text or a file.
func (c *Client) EditTaskArgument(ctx context.Context, taskID int64, key, value string) error {
	body := struct {
		Value string `json:"value"`
	}{value}
	return c.do(ctx, request{route: "PUT /me/task/domain/{id}/argument/{key}", args: []string{id(taskID), key}, body: body}, nil)
}

// TaskProgress returns the progress of a task, by step.
func (c *Client) TaskProgress(ctx context.Context, taskID int64) (TaskProgress, error) {
	return fetch[TaskProgress](ctx, c, request{route: "GET /me/task/domain/{id}/progressbar", args: []string{id(taskID)}})
}
