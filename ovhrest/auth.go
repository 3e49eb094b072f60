package ovhrest

import (
	"context"
	"time"
)

// Time returns the API's clock, in whole seconds. It needs no credential.
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

// RequestCredential asks for a consumer key; AppKey is all it needs of the
// Config. The key works once the customer has logged in at ValidationURL and
// agreed: give it to WithConsumerKey. trade.Access lists the rules that an
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

// CurrentCredential tells what the consumer key in use may do. With OAuth2 or
// an access token, see AuthDetails.
func (c *Client) CurrentCredential(ctx context.Context) (Credential, error) {
	return fetch[Credential](ctx, c, request{route: "GET /auth/currentCredential"})
}

// AuthDetails tells who the caller is to the API.
func (c *Client) AuthDetails(ctx context.Context) (AuthDetails, error) {
	return fetch[AuthDetails](ctx, c, request{route: "GET /auth/details"})
}

// Logout ends the credential in use, for good.
func (c *Client) Logout(ctx context.Context) error {
	return c.do(ctx, request{route: "POST /auth/logout"}, nil)
}
