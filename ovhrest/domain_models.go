package ovhrest

import "time"

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
	WhoisOwner                 string            `json:"whoisOwner" answer:"key"` // the owner contact's id: after a trade, the new one

	Extra Extra `json:"-"`
}

// ContactSummary is domain.ContactSummary: the id of a contact.
type ContactSummary struct {
	ID string `json:"id"`

	Extra Extra `json:"-"`
}

// NameServer is domain.nameServer.NameServer: one nameserver of a domain.
type NameServer struct {
	ID             int64          `json:"id"`
	IPv4           Opt[string]    `json:"ipv4,omitzero"`
	IPv6           Opt[string]    `json:"ipv6,omitzero"`
	NameServer     string         `json:"nameServer"`
	NameServerType NameServerType `json:"nameServerType"`

	Extra Extra `json:"-"`
}

// NameServerType is domain.nameServer.NameServerTypeEnum: who runs a domain's
// nameservers.
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

// DomainState is domain.DomainStateEnum: what state a domain is in.
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

// ResourceMetadata is iam.ResourceMetadata: how IAM knows a service.
type ResourceMetadata struct {
	DisplayName Opt[string]        `json:"displayName,omitzero"`
	ID          string             `json:"id"`
	State       Opt[ResourceState] `json:"state,omitzero"`
	Tags        map[string]string  `json:"tags,omitzero"`
	URN         string             `json:"urn"`

	Extra Extra `json:"-"`
}

// ResourceState is iam.ResourceMetadata.StateEnum: the state of a service to
// IAM.
type ResourceState string

// The values of ResourceState that the API documents.
const (
	ResourceStateExpired    ResourceState = "EXPIRED"
	ResourceStateInCreation ResourceState = "IN_CREATION"
	ResourceStateOk         ResourceState = "OK"
	ResourceStateSuspended  ResourceState = "SUSPENDED"
)

// ServiceOptions is domain.ServiceOptions: what a domain was bought with.
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
