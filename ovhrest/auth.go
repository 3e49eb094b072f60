package ovhrest

import (
	"context"
	"time"
)

// AccessRule is auth.AccessRule: a method and a path that a credential may
// call; * in the path matches any text.
type AccessRule struct {
	Method HTTPMethod `json:"method"`
	Path   string     `json:"path"`

	Extra Extra `json:"-"`
}

// CredentialRequestParams is auth.ApiCredentialRequestParams: what an
// application asks a customer to allow.
type CredentialRequestParams struct {
	AccessRules []AccessRule `json:"accessRules,omitzero"`
	AllowedIPs  []string     `json:"allowedIPs,omitzero"`  // IP blocks that may use the key; none: any address
	Redirection Opt[string]  `json:"redirection,omitzero"` // where the customer is redirected afterwards

	Extra Extra `json:"-"`
}

// CredentialRequest is auth.ApiCredentialRequest: a consumer key that the
// customer has to validate at ValidationURL.
type CredentialRequest struct {
	ConsumerKey   Secret          `json:"consumerKey" answer:"key"`
	State         CredentialState `json:"state"`
	ValidationURL Secret          `json:"validationUrl" answer:"key"` // only for the customer: it gives access

	Extra Extra `json:"-"`
}

// Credential is auth.ApiCredential: a consumer key and its properties.
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

// AuthDetails is auth.Details: the identity of the caller.
type AuthDetails struct {
	Account       string       `json:"account"`
	AllowedRoutes []AccessRule `json:"allowedRoutes,omitzero"` // nil means all
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

// HTTPMethod is auth.HTTPMethodEnum: the method that an access rule allows on
// its path.
type HTTPMethod string

// The values of HTTPMethod that the API documents.
const (
	MethodDelete HTTPMethod = "DELETE"
	MethodGet    HTTPMethod = "GET"
	MethodPatch  HTTPMethod = "PATCH"
	MethodPost   HTTPMethod = "POST"
	MethodPut    HTTPMethod = "PUT"
)

// Time returns the time of the API's clock, in whole seconds. It needs no
// credential.
func (c *Client) Time(ctx context.Context) (time.Time, error) {
	seconds, err := fetch[int64](ctx, c, request{route: routeTime, sign: never})
	if err != nil {
		return time.Time{}, err
	}
	at, ok := unixTime(seconds)
	if !ok {
		return time.Time{}, broken(routeTime, "the answer is not a time")
	}
	return at, nil
}

// unixTime reads the API's clock, and refuses what can't be one.
func unixTime(seconds int64) (time.Time, bool) {
	return time.Unix(seconds, 0), seconds > 0 && seconds <= 1<<40
}

// RequestCredential requests a consumer key. Of the Config it needs only
// AppKey. The key is valid once the customer has logged in at ValidationURL and
// agreed; pass it to WithConsumerKey. trade.Access returns the rules that an
// owner change needs.
func (c *Client) RequestCredential(ctx context.Context, params CredentialRequestParams) (CredentialRequest, error) {
	const route = "POST /auth/credential"
	if c.config.AppKey == "" {
		return CredentialRequest{}, newError(route, "the Config has no AppKey", ErrUnauthorized)
	}
	if len(params.AccessRules) == 0 {
		return CredentialRequest{}, invalid(route, "AccessRules", "is empty")
	}
	return fetch[CredentialRequest](ctx, c, request{route: route, body: params, sign: never})
}

// CurrentCredential returns the consumer key in use and its rules. With OAuth2
// or an access token, use AuthDetails instead.
func (c *Client) CurrentCredential(ctx context.Context) (Credential, error) {
	return fetch[Credential](ctx, c, request{route: "GET /auth/currentCredential"})
}

// AuthDetails returns the identity of the caller.
func (c *Client) AuthDetails(ctx context.Context) (AuthDetails, error) {
	return fetch[AuthDetails](ctx, c, request{route: "GET /auth/details"})
}

// Logout permanently ends the credential in use.
func (c *Client) Logout(ctx context.Context) error {
	return c.do(ctx, request{route: "POST /auth/logout"}, nil)
}
