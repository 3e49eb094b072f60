package ovhrest

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// Access is what a credential must be allowed to do: rules for a consumer key,
// actions for an IAM policy (OAuth2 and access tokens).
type Access struct {
	Rules   []AccessRule
	Actions []string
}

// tradeRoutes lists the calls that an owner change makes, with the IAM action
// of each; those without one need no account or no permission.
var tradeRoutes = []struct{ route, action string }{
	{"GET /auth/currentCredential", ""},
	{"GET /auth/details", ""}, // in place of it, with a token
	{"GET /me", "account:apiovh:me/get"},
	{"GET /domain/{serviceName}", "domain:apiovh:get"},
	{"GET /domain/{serviceName}/task", "domain:apiovh:task/get"},
	{"GET /domain/{serviceName}/task/{id}", "domain:apiovh:task/get"},
	{"POST /domain/{serviceName}/task/{id}/cancel", "domain:apiovh:task/cancel"},
	{"GET /domain/configurationRule", ""},
	{"POST /domain/configurationRule/check", "account:apiovh:domain/configurationRule/check"},
	{"GET /domain/contact", "account:apiovh:domain/contact/get"},
	{"GET /domain/contact/{contactId}", "account:apiovh:domain/contact/get"},
	{"POST /domain/contact", "account:apiovh:domain/contact/create"},
	{"GET /order/cartServiceOption/domain/{serviceName}", "order:apiovh:cartServiceOption/domain/get"},
	{"POST /order/cartServiceOption/domain/{serviceName}", "order:apiovh:cartServiceOption/domain/create"},
	{"GET /order/cart", "order:apiovh:cart/get"},
	{"POST /order/cart", ""},
	{"GET /order/cart/{cartId}", ""},
	{"DELETE /order/cart/{cartId}", "order:apiovh:cart/delete"},
	{"POST /order/cart/{cartId}/assign", "order:apiovh:cart/assign"},
	{"GET /order/cart/{cartId}/item/{itemId}", ""},
	{"GET /order/cart/{cartId}/item/{itemId}/requiredConfiguration", ""},
	{"GET /order/cart/{cartId}/item/{itemId}/configuration", ""},
	{"GET /order/cart/{cartId}/item/{itemId}/configuration/{configurationId}", ""},
	{"POST /order/cart/{cartId}/item/{itemId}/configuration", ""},
	{"DELETE /order/cart/{cartId}/item/{itemId}/configuration/{configurationId}", ""},
	{"GET /order/cart/{cartId}/summary", ""},
	{"GET /order/cart/{cartId}/checkout", "order:apiovh:cart/checkout/simulate"},
	{"POST /order/cart/{cartId}/checkout", "order:apiovh:cart/checkout/execute"},
	{"GET /me/order", "account:apiovh:me/order/get"},
	{"GET /me/order/{orderId}", "account:apiovh:me/order/get"},
	{"GET /me/order/{orderId}/status", "account:apiovh:me/order/status/get"},
	{"GET /me/order/{orderId}/details", "account:apiovh:me/order/details/get"},
	{"GET /me/order/{orderId}/details/{orderDetailId}", "account:apiovh:me/order/details/get"},
	{"GET /me/order/{orderId}/details/{orderDetailId}/extension", "account:apiovh:me/order/details/extension/get"},
	{"GET /me/order/{orderId}/payment", "account:apiovh:me/order/payment/get"},
	{"POST /me/order/{orderId}/pay", "account:apiovh:me/order/pay"},
	{"POST /me/order/{orderId}/payWithRegisteredPaymentMean", "account:apiovh:me/order/payWithRegisteredPaymentMean"},
}

// TradeAccess returns what the owner changes of these domains need and no
// more; of every domain where none is named. The paths of carts and orders
// can't be narrowed down, as their ids are not known before.
func TradeAccess(domains ...string) Access {
	if len(domains) == 0 {
		domains = []string{"*"}
	}
	var a Access
	for _, r := range tradeRoutes {
		method, pattern, _ := strings.Cut(r.route, " ")
		for _, domain := range domains {
			path := fillIn(pattern, domain)
			rule := AccessRule{Method: HTTPMethod(method), Path: path}
			if !slices.ContainsFunc(a.Rules, func(r AccessRule) bool { return r.Method == rule.Method && r.Path == path }) {
				a.Rules = append(a.Rules, rule)
			}
		}
		if r.action != "" && !slices.Contains(a.Actions, r.action) {
			a.Actions = append(a.Actions, r.action)
		}
	}
	return a
}

// fillIn replaces the domain's placeholder by its name and others by *.
func fillIn(pattern, domain string) string {
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		switch {
		case s == "{serviceName}":
			segments[i] = domain
		case strings.HasPrefix(s, "{"):
			segments[i] = "*"
		}
	}
	return strings.Join(segments, "/")
}

// MissingAccess compares what is needed with what the credential in use may do,
// so that nothing is begun that can't be finished, and lists what it lacks: of
// a consumer key by its rules, of a token by its allowed routes. It fails with
// ErrCredential where the consumer key is not valid, and is repeated on
// failure.
//
// What an IAM policy grants a token is in no answer of the API: a call that
// lacks it is refused, and Error.MissingActions names the action.
func (c *Client) MissingAccess(ctx context.Context, need Access) ([]AccessRule, error) {
	if c.kind == oauth2 || c.kind == bearer {
		details, err := c.AuthDetails(ctx)
		if err != nil || details.AllowedRoutes == nil {
			return nil, err
		}
		return need.beyond(details.AllowedRoutes), nil
	}
	credential, err := c.CurrentCredential(ctx)
	if err != nil {
		return nil, err
	}
	if reason := credential.invalid(c.signer.now()); reason != "" {
		return nil, newError("GET /auth/currentCredential", reason, ErrUnauthorized, ErrCredential)
	}
	return need.Missing(credential), nil
}

// invalid says why a credential can't be used at a time, empty if it can.
func (c Credential) invalid(now time.Time) string {
	if c.Status != CredentialValidated {
		return "the consumer key is " + redact.Clean(string(c.Status), maxText)
	}
	if end, ok := c.Expiration.Value(); ok && !now.Before(end) {
		return "the consumer key has expired"
	}
	return ""
}

// Missing lists the rules of a that the credential does not cover. Compare
// Credential.Status as well, as Client.MissingAccess does.
func (a Access) Missing(credential Credential) []AccessRule { return a.beyond(credential.Rules) }

// beyond lists the rules of a that none of the granted ones covers.
func (a Access) beyond(granted []AccessRule) []AccessRule {
	var missing []AccessRule
	for _, need := range a.Rules {
		covered := slices.ContainsFunc(granted, func(r AccessRule) bool {
			return r.Method == need.Method && covers(r.Path, need.Path)
		})
		if !covered {
			missing = append(missing, need)
		}
	}
	return missing
}

// covers reports whether pattern allows path; a * in pattern stands for any text,
// and a * in path is covered by nothing else.
func covers(pattern, path string) bool {
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return pattern == path
	}
	first, last := parts[0], parts[len(parts)-1]
	if !strings.HasPrefix(path, first) {
		return false
	}
	path = path[len(first):]
	for _, part := range parts[1 : len(parts)-1] {
		i := strings.Index(path, part)
		if i < 0 {
			return false
		}
		path = path[i+len(part):]
	}
	return strings.HasSuffix(path, last)
}
