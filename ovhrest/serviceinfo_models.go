package ovhrest

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

// RenewalType is service.RenewalTypeEnum: the scheme a service is renewed
// under.
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
