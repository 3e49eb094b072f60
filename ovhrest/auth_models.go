package ovhrest

import "time"

// AccessRule is auth.AccessRule: one method on one path that a credential may
// call; * in the path stands for anything.
type AccessRule struct {
	Method HTTPMethod `json:"method"`
	Path   string     `json:"path"`

	Extra Extra `json:"-"`
}

// CredentialRequestParams is auth.ApiCredentialRequestParams: what an
// application asks a customer to allow.
type CredentialRequestParams struct {
	AccessRules []AccessRule `json:"accessRules,omitzero"`
	AllowedIPs  []string     `json:"allowedIPs,omitzero"`  // blocks that may use the key; none: any address
	Redirection Opt[string]  `json:"redirection,omitzero"` // where the customer goes after the answer

	Extra Extra `json:"-"`
}

// CredentialRequest is auth.ApiCredentialRequest: a consumer key that waits for
// its customer at ValidationURL.
type CredentialRequest struct {
	ConsumerKey   Secret          `json:"consumerKey" answer:"key"`
	State         CredentialState `json:"state"`
	ValidationURL Secret          `json:"validationUrl" answer:"key"` // for the customer alone: it opens the door

	Extra Extra `json:"-"`
}

// Credential is auth.ApiCredential: a consumer key as the API knows it.
type Credential struct {
	AllowedIPs    []string        `json:"allowedIPs,omitzero"`
	ApplicationID int64           `json:"applicationId"`
	Creation      time.Time       `json:"creation,omitzero"`
	CredentialID  int64           `json:"credentialId"`
	Expiration    Opt[time.Time]  `json:"expiration,omitzero"`
	LastUse       Opt[time.Time]  `json:"lastUse,omitzero"`
	OvhSupport    bool            `json:"ovhSupport"`
	Rules         []AccessRule    `json:"rules,omitzero"`
	Status        CredentialState `json:"status" answer:"key"`

	Extra Extra `json:"-"`
}

// CredentialState is auth.CredentialStateEnum: the state of a consumer key.
type CredentialState string

// The values of CredentialState that the API documents.
const (
	CredentialExpired           CredentialState = "expired"
	CredentialPendingValidation CredentialState = "pendingValidation"
	CredentialRefused           CredentialState = "refused"
	CredentialValidated         CredentialState = "validated"
)

// AuthDetails is auth.Details: who the caller is to the API.
type AuthDetails struct {
	Account       string       `json:"account"`
	AllowedRoutes []AccessRule `json:"allowedRoutes,omitzero"` // nil: all
	Description   Opt[string]  `json:"description,omitzero"`
	Identities    []string     `json:"identities,omitzero"`
	Method        AuthMethod   `json:"method"`
	Roles         []string     `json:"roles,omitzero"`
	User          Opt[string]  `json:"user,omitzero"`

	Extra Extra `json:"-"`
}

// AuthMethod is auth.MethodEnum: how the caller authenticated.
type AuthMethod string

// The values of AuthMethod that the API documents.
const (
	AuthMethodAccount                 AuthMethod = "account"
	AuthMethodOauth2ClientCredentials AuthMethod = "oauth2_client_credentials"
	AuthMethodProvider                AuthMethod = "provider"
	AuthMethodUser                    AuthMethod = "user"
)

// HTTPMethod is auth.HTTPMethodEnum: what a rule allows on its path.
type HTTPMethod string

// The values of HTTPMethod that the API documents.
const (
	MethodDelete HTTPMethod = "DELETE"
	MethodGet    HTTPMethod = "GET"
	MethodPatch  HTTPMethod = "PATCH"
	MethodPost   HTTPMethod = "POST"
	MethodPut    HTTPMethod = "PUT"
)
