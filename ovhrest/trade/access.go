package trade

import (
	"slices"
	"strings"

	"github.com/hebergo/hebergo/ovhrest"
)

// routes lists the calls that an owner change makes, with the IAM action
// of each; those without one need no account or no permission.
var routes = []struct{ route, action string }{
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

// Access returns the rights that owner changes of the given domains need, and
// no others; without arguments, those for any domain. The paths of carts and
// orders can't be restricted further, as their IDs are not known in advance.
func Access(domains ...string) ovhrest.Access {
	if len(domains) == 0 {
		domains = []string{"*"}
	}
	var a ovhrest.Access
	for _, r := range routes {
		method, pattern, _ := strings.Cut(r.route, " ")
		for _, domain := range domains {
			path := fillIn(pattern, domain)
			rule := ovhrest.AccessRule{Method: ovhrest.HTTPMethod(method), Path: path}
			if !slices.ContainsFunc(a.Rules, func(r ovhrest.AccessRule) bool { return r.Method == rule.Method && r.Path == path }) {
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
