package ovhrest

import (
	"context"
	"time"
)

// Domain is domain.DomainServiceWithIAM: a domain of the account,
// domain.DomainService with its IAM data.
type Domain struct {
	ContactAdmin               ContactSummary    `json:"contactAdmin"`
	ContactBilling             ContactSummary    `json:"contactBilling"`
	ContactOwner               ContactSummary    `json:"contactOwner"`
	ContactTech                ContactSummary    `json:"contactTech"`
	DNSSECState                DNSSECState       `json:"dnssecState"`
	DNSSECSupported            bool              `json:"dnssecSupported"`
	Domain                     string            `json:"domain" answer:"key"`
	ExpirationDate             time.Time         `json:"expirationDate,omitzero"`
	GlueRecordIPv6Supported    bool              `json:"glueRecordIpv6Supported"`
	GlueRecordMultiIPSupported bool              `json:"glueRecordMultiIpSupported"`
	HostSupported              bool              `json:"hostSupported"`
	IAM                        *ResourceMetadata `json:"iam,omitzero"`
	LastUpdate                 time.Time         `json:"lastUpdate,omitzero"`
	NameServerType             NameServerType    `json:"nameServerType"`
	NameServers                []NameServer      `json:"nameServers,omitzero"`
	Offer                      DomainOffer       `json:"offer"`
	OwoSupported               bool              `json:"owoSupported"`
	ParentService              *ParentService    `json:"parentService,omitzero"`
	RenewalDate                time.Time         `json:"renewalDate,omitzero"`
	RenewalState               RenewalState      `json:"renewalState"`
	ServiceID                  int64             `json:"serviceId"`
	State                      DomainState       `json:"state"`
	SuspensionState            SuspensionState   `json:"suspensionState"`
	TransferLockStatus         LockStatus        `json:"transferLockStatus"`
	WhoisOwner                 string            `json:"whoisOwner" answer:"key"` // ID of the owner contact: after a trade, the new one

	Extra Extra `json:"-"`
}

// ContactSummary is domain.ContactSummary: the ID of a contact.
type ContactSummary struct {
	ID string `json:"id"`

	Extra Extra `json:"-"`
}

// NameServer is domain.nameServer.NameServer: a nameserver of a domain.
type NameServer struct {
	ID             int64          `json:"id"`
	IPv4           Opt[string]    `json:"ipv4,omitzero"`
	IPv6           Opt[string]    `json:"ipv6,omitzero"`
	NameServer     string         `json:"nameServer"`
	NameServerType NameServerType `json:"nameServerType"`

	Extra Extra `json:"-"`
}

// NameServerType is domain.nameServer.NameServerTypeEnum: who operates a
// domain's nameservers.
type NameServerType string

// The values of NameServerType that the API documents.
const (
	NameServerTypeAnycast   NameServerType = "anycast"
	NameServerTypeDedicated NameServerType = "dedicated"
	NameServerTypeEmpty     NameServerType = "empty"
	NameServerTypeExternal  NameServerType = "external"
	NameServerTypeHold      NameServerType = "hold"
	NameServerTypeHosted    NameServerType = "hosted"
	NameServerTypeHosting   NameServerType = "hosting"
	NameServerTypeMixed     NameServerType = "mixed"
	NameServerTypeParking   NameServerType = "parking"
)

// ParentService is domain.ParentService: the pack that a domain belongs to.
type ParentService struct {
	Name string            `json:"name"`
	Type ParentServiceType `json:"type"`

	Extra Extra `json:"-"`
}

// ParentServiceType is domain.ParentServiceTypeEnum: the kind of a parent
// service.
type ParentServiceType string

// The values of ParentServiceType that the API documents.
const (
	ParentServiceTypeAllDom ParentServiceType = "/allDom"
)

// DNSSECState is domain.DnssecStateEnum: whether a domain is signed.
type DNSSECState string

// The values of DNSSECState that the API documents.
const (
	DNSSECStateDisabled     DNSSECState = "disabled"
	DNSSECStateEnabled      DNSSECState = "enabled"
	DNSSECStateNotSupported DNSSECState = "not_supported"
)

// DomainOffer is domain.OfferEnum: the offer a domain was bought under.
type DomainOffer string

// The values of DomainOffer that the API documents.
const (
	DomainOfferDiamond  DomainOffer = "diamond"
	DomainOfferGold     DomainOffer = "gold"
	DomainOfferPlatinum DomainOffer = "platinum"
)

// RenewalState is domain.RenewalStateEnum: how a domain will be renewed.
type RenewalState string

// The values of RenewalState that the API documents.
const (
	RenewalStateAutomaticRenew        RenewalState = "automatic_renew"
	RenewalStateCancellationComplete  RenewalState = "cancellation_complete"
	RenewalStateCancellationRequested RenewalState = "cancellation_requested"
	RenewalStateManualRenew           RenewalState = "manual_renew"
	RenewalStateUnpaid                RenewalState = "unpaid"
)

// DomainState is domain.DomainStateEnum: the state of a domain.
type DomainState string

// The values of DomainState that the API documents.
const (
	DomainStateAutorenewInProgress         DomainState = "autorenew_in_progress"
	DomainStateAutorenewRegistryInProgress DomainState = "autorenew_registry_in_progress"
	DomainStateDeleted                     DomainState = "deleted"
	DomainStateDispute                     DomainState = "dispute"
	DomainStateExpired                     DomainState = "expired"
	DomainStateOk                          DomainState = "ok"
	DomainStateOutgoingTransfer            DomainState = "outgoing_transfer"
	DomainStatePendingCreate               DomainState = "pending_create"
	DomainStatePendingDelete               DomainState = "pending_delete"
	DomainStatePendingIncomingTransfer     DomainState = "pending_incoming_transfer"
	DomainStatePendingInstallation         DomainState = "pending_installation"
	DomainStateRegistrySuspended           DomainState = "registry_suspended"
	DomainStateRestorable                  DomainState = "restorable"
	DomainStateTechnicalSuspended          DomainState = "technical_suspended"
)

// SuspensionState is domain.SuspensionStateEnum: whether a domain is suspended.
type SuspensionState string

// The values of SuspensionState that the API documents.
const (
	SuspensionStateNotSuspended SuspensionState = "not_suspended"
	SuspensionStateSuspended    SuspensionState = "suspended"
)

// LockStatus is domain.LockStatusEnum: whether a domain is locked against
// transfers.
type LockStatus string

// The values of LockStatus that the API documents.
const (
	LockStatusLocked      LockStatus = "locked"
	LockStatusLocking     LockStatus = "locking"
	LockStatusUnavailable LockStatus = "unavailable"
	LockStatusUnlocked    LockStatus = "unlocked"
	LockStatusUnlocking   LockStatus = "unlocking"
)

// ResourceMetadata is iam.ResourceMetadata: a service's IAM data.
type ResourceMetadata struct {
	DisplayName Opt[string]        `json:"displayName,omitzero"`
	ID          string             `json:"id"`
	State       Opt[ResourceState] `json:"state,omitzero"`
	Tags        map[string]string  `json:"tags,omitzero"`
	URN         string             `json:"urn"`

	Extra Extra `json:"-"`
}

// ResourceState is iam.ResourceMetadata.StateEnum: the state of a service in
// IAM.
type ResourceState string

// The values of ResourceState that the API documents.
const (
	ResourceStateExpired    ResourceState = "EXPIRED"
	ResourceStateInCreation ResourceState = "IN_CREATION"
	ResourceStateOk         ResourceState = "OK"
	ResourceStateSuspended  ResourceState = "SUSPENDED"
)

// ServiceOptions is domain.ServiceOptions: the options that a domain was bought
// with.
type ServiceOptions struct {
	Hosting *ServiceOption `json:"hosting,omitzero"`
	Offer   *ServiceOption `json:"offer,omitzero"`
	Zone    *ServiceOption `json:"zone,omitzero"`

	Extra Extra `json:"-"`
}

// ServiceOption is domain.ServiceOption: the service behind one option.
type ServiceOption struct {
	ServiceName string `json:"serviceName"`

	Extra Extra `json:"-"`
}

// DomainFilter restricts Domains; its zero value matches all.
type DomainFilter struct {
	WhoisOwner string // ID of the owner contact
}

// Domains lists the names of the account's domains, in one request.
func (c *Client) Domains(ctx context.Context, f DomainFilter) ([]string, error) {
	return fetch[[]string](ctx, c, request{route: "GET /domain", query: filter("whoisOwner", f.WhoisOwner)})
}

// Domain returns one domain. Its WhoisOwner proves an owner change.
func (c *Client) Domain(ctx context.Context, name string) (Domain, error) {
	return fetch[Domain](ctx, c, request{route: "GET /domain/{serviceName}", args: []string{name}})
}

// DomainEdit holds the fields of a domain that can be changed. Fields that are
// not set are left unchanged.
type DomainEdit struct {
	NameServerType     NameServerType `json:"nameServerType,omitzero"`
	TransferLockStatus LockStatus     `json:"transferLockStatus,omitzero"` // locked or unlocked
}

// EditDomain changes a domain and returns the changed domain.
func (c *Client) EditDomain(ctx context.Context, name string, edit DomainEdit) (Domain, error) {
	return fetch[Domain](ctx, c, request{route: "PUT /domain/{serviceName}", args: []string{name}, body: edit})
}

// AuthInfo returns the authorisation code for transferring a domain to another
// registrar. The domain must be unlocked.
func (c *Client) AuthInfo(ctx context.Context, name string) (Secret, error) {
	return fetch[Secret](ctx, c, request{route: "GET /domain/{serviceName}/authInfo", args: []string{name}})
}

// DomainOptions returns the options that a domain was bought with.
func (c *Client) DomainOptions(ctx context.Context, name string) (ServiceOptions, error) {
	return fetch[ServiceOptions](ctx, c, request{route: "GET /domain/{serviceName}/options", args: []string{name}})
}

// ObfuscatedEmail is domain.configurations.ObfuscatedEmail: the address that
// Whois shows instead of a contact's own.
type ObfuscatedEmail struct {
	Status Opt[ObfuscationStatus] `json:"status,omitzero"`
	Type   ContactType            `json:"type"`
	Value  string                 `json:"value"`

	Extra Extra `json:"-"`
}

// ObfuscationStatus is domain.configurations.ObfuscationStatusEnum: whether an
// obfuscated address is in place.
type ObfuscationStatus string

// The values of ObfuscationStatus that the API documents.
const (
	ObfuscationStatusDone ObfuscationStatus = "done"
	ObfuscationStatusTodo ObfuscationStatus = "todo"
)

// ContactType is domain.configurations.ContactTypeEnum: a contact of a domain.
type ContactType string

// The values of ContactType that the API documents.
const (
	ContactTypeAdmin   ContactType = "admin"
	ContactTypeAll     ContactType = "all"
	ContactTypeBilling ContactType = "billing"
	ContactTypeOwner   ContactType = "owner"
	ContactTypeTech    ContactType = "tech"
)

// Optin is domain.configurations.Optin: which fields of a contact Whois may
// show.
type Optin struct {
	Fields []OptinField `json:"fields,omitzero"`
	Type   ContactType  `json:"type"`

	Extra Extra `json:"-"`
}

// OptinField is domain.OptinFieldsEnum: a field that Whois may show.
type OptinField string

// The values of OptinField that the API documents.
const (
	OptinFieldAddress      OptinField = "address"
	OptinFieldCity         OptinField = "city"
	OptinFieldCountry      OptinField = "country"
	OptinFieldEmail        OptinField = "email"
	OptinFieldFax          OptinField = "fax"
	OptinFieldName         OptinField = "name"
	OptinFieldOrganisation OptinField = "organisation"
	OptinFieldPhone        OptinField = "phone"
	OptinFieldProvince     OptinField = "province"
	OptinFieldZip          OptinField = "zip"
)

// ObfuscatedEmails lists the addresses that Whois shows for a domain's
// contacts.
func (c *Client) ObfuscatedEmails(ctx context.Context, domain string) ([]ObfuscatedEmail, error) {
	return fetch[[]ObfuscatedEmail](ctx, c, request{route: "GET /domain/{serviceName}/configurations/obfuscatedEmails", args: []string{domain}})
}

type contactsBody struct {
	Contacts []ContactType `json:"contacts"`
}

// EditObfuscatedEmails obfuscates the addresses of the given contacts only.
func (c *Client) EditObfuscatedEmails(ctx context.Context, domain string, contacts []ContactType) ([]ObfuscatedEmail, error) {
	body := contactsBody{append([]ContactType{}, contacts...)}
	return fetch[[]ObfuscatedEmail](ctx, c, request{route: "PUT /domain/{serviceName}/configurations/obfuscatedEmails", args: []string{domain}, body: body})
}

// RefreshObfuscatedEmails replaces the obfuscated addresses of the given
// contacts.
func (c *Client) RefreshObfuscatedEmails(ctx context.Context, domain string, contacts []ContactType) error {
	body := contactsBody{append([]ContactType{}, contacts...)}
	return c.do(ctx, request{route: "POST /domain/{serviceName}/configurations/obfuscatedEmails/refresh", args: []string{domain}, body: body}, nil)
}

// Optins lists which fields of a domain's contacts Whois may show.
func (c *Client) Optins(ctx context.Context, domain string) ([]Optin, error) {
	return fetch[[]Optin](ctx, c, request{route: "GET /domain/{serviceName}/configurations/optin", args: []string{domain}})
}

// EditOptins sets which fields of a domain's contacts Whois may show.
func (c *Client) EditOptins(ctx context.Context, domain string, optins []Optin) ([]Optin, error) {
	body := struct {
		Optin []Optin `json:"optin"`
	}{append([]Optin{}, optins...)}
	return fetch[[]Optin](ctx, c, request{route: "PUT /domain/{serviceName}/configurations/optin", args: []string{domain}, body: body})
}

// Service is services.Service: the contract behind a domain.
type Service struct {
	CanDeleteAtExpiration bool         `json:"canDeleteAtExpiration"`
	ContactAdmin          string       `json:"contactAdmin"`
	ContactBilling        string       `json:"contactBilling"`
	ContactTech           string       `json:"contactTech"`
	Creation              string       `json:"creation"` // YYYY-MM-DD
	Domain                string       `json:"domain"`
	EngagedUpTo           Opt[string]  `json:"engagedUpTo,omitzero"`         // YYYY-MM-DD
	Expiration            string       `json:"expiration"`                   // YYYY-MM-DD
	PossibleRenewPeriod   []int64      `json:"possibleRenewPeriod,omitzero"` // months
	Renew                 *RenewType   `json:"renew,omitzero"`
	RenewalType           RenewalType  `json:"renewalType"`
	ServiceID             int64        `json:"serviceId"`
	Status                ServiceState `json:"status" answer:"key"`

	Extra Extra `json:"-"`
}

// RenewType is service.RenewType: how a service is renewed.
type RenewType struct {
	Automatic          bool       `json:"automatic"`
	DeleteAtExpiration bool       `json:"deleteAtExpiration"`
	Forced             bool       `json:"forced"`
	ManualPayment      Opt[bool]  `json:"manualPayment,omitzero"`
	Period             Opt[int64] `json:"period,omitzero"` // months

	Extra Extra `json:"-"`
}

// RenewalType is service.RenewalTypeEnum: the renewal scheme of a service.
type RenewalType string

// The values of RenewalType that the API documents.
const (
	RenewalTypeAutomaticForcedProduct RenewalType = "automaticForcedProduct"
	RenewalTypeAutomaticV2012         RenewalType = "automaticV2012"
	RenewalTypeAutomaticV2014         RenewalType = "automaticV2014"
	RenewalTypeAutomaticV2016         RenewalType = "automaticV2016"
	RenewalTypeManual                 RenewalType = "manual"
	RenewalTypeOneShot                RenewalType = "oneShot"
	RenewalTypeOption                 RenewalType = "option"
)

// ServiceState is service.StateEnum: the state of a contract.
type ServiceState string

// The values of ServiceState that the API documents.
const (
	ServiceStateAutorenewInProgress ServiceState = "autorenewInProgress"
	ServiceStateExpired             ServiceState = "expired"
	ServiceStateInCreation          ServiceState = "inCreation"
	ServiceStateOk                  ServiceState = "ok"
	ServiceStatePendingDebt         ServiceState = "pendingDebt"
	ServiceStateUnPaid              ServiceState = "unPaid"
)

// ServiceInfos returns the contract behind a domain: contacts, dates, renewal.
func (c *Client) ServiceInfos(ctx context.Context, domain string) (Service, error) {
	return fetch[Service](ctx, c, request{route: "GET /domain/{serviceName}/serviceInfos", args: []string{domain}})
}

// EditServiceInfos changes how a domain is renewed; nothing else can be changed
// there. Just after a delivery it fails with status 400 and ErrBusy.
func (c *Client) EditServiceInfos(ctx context.Context, domain string, renew RenewType) error {
	body := struct {
		Renew RenewType `json:"renew"`
	}{renew}
	return c.do(ctx, request{route: "PUT /domain/{serviceName}/serviceInfos", args: []string{domain}, body: body}, nil)
}

// ServiceFilter restricts ServiceIDs; its zero value matches all.
type ServiceFilter struct {
	ResourceName string // name of the resource, such as a domain
	Routes       string // routes of the API, separated by commas: "/domain/{serviceName}"
	OrderBy      string
	Sort         string
}

// ServiceIDs lists the IDs of the account's services of every kind, in one
// request (beta in the API).
func (c *Client) ServiceIDs(ctx context.Context, f ServiceFilter) ([]int64, error) {
	return fetch[[]int64](ctx, c, request{
		route: "GET /services",
		query: filter("resourceName", f.ResourceName, "routes", f.Routes, "orderBy", f.OrderBy, "sort", f.Sort),
	})
}
