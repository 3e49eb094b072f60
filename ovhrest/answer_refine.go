package ovhrest

import (
	"net/http"
	"slices"
	"strings"
)

// The gateway's refusals, which it writes in two ways: with an errorCode until
// 2024, and with class and message alone since then, as
// {"class":"Client::BadRequest","message":"Invalid signature"} (komiser#1490,
// cert-manager-webhook-ovh#5). The words are the same in both.
var (
	credentialCodes = []string{"INVALID_CREDENTIAL", "NOT_CREDENTIAL"}
	credentialWords = []string{
		"this credential is not valid", "this credential does not exist",
		"this credential is expired", "this credential has expired", "you must login first", // inferred
	}
	keyCodes = []string{"INVALID_SIGNATURE", "INVALID_KEY"}
	keyWords = []string{"invalid signature", "this application key is invalid"}
	// inferred from other clients, as no public source states them
	clockCodes = []string{"QUERY_TIME_OUT", "INVALID_TIMESTAMP"}
	clockWords = []string{"query out of time"}
)

// refine replaces the condition where the body says more than the status. A
// page with 4xx is a proxy's word or a firewall's about the caller: what the
// API would have said is not known.
func (e *Error) refine(page bool) {
	switch {
	case page && e.Status < 500 && !e.Is(ErrUnavailable) && !e.Is(ErrRateLimited):
		e.conditions = []error{ErrProtocol}
	case e.isGateway(credentialCodes, credentialWords):
		e.conditions = []error{ErrUnauthorized, ErrCredential}
	case e.saysClockSkew():
		e.conditions = []error{ErrUnauthorized, ErrClockSkew}
	case e.isGateway(keyCodes, keyWords):
		e.conditions = []error{ErrUnauthorized}
	case strings.HasSuffix(e.Class, "::DOMDOCRuleNotRespected"):
		e.conditions = []error{ErrInvalid, ErrRule}
	case e.saysServerFault():
		e.conditions = []error{ErrUnavailable}
	case e.saysLater():
		e.conditions = []error{ErrBusy}
	}
}

// isGateway reports whether the gateway refused with one of these codes or,
// where it gave none, in these words. The words count in answers about the
// caller alone: a service may say of a thing that it does not exist.
func (e *Error) isGateway(codes, words []string) bool {
	if e.Code != "" {
		return slices.Contains(codes, e.Code)
	}
	switch e.Status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return slices.Contains(words, strings.ToLower(strings.TrimRight(e.Message, ". ")))
	}
	return false
}

// isKnownCode reports whether a code is one of the gateway's, not a text that a
// peer made up.
func isKnownCode(code string) bool {
	return code == "NOT_GRANTED_CALL" || slices.Contains(slices.Concat(credentialCodes, keyCodes, clockCodes), code)
}

// saysClockSkew reports whether the gateway found the time out of bounds.
func (e *Error) saysClockSkew() bool { return e.isGateway(clockCodes, clockWords) }

// saysServerFault reports whether the API calls its own fault what its status
// calls the caller's.
func (e *Error) saysServerFault() bool {
	return e.Status < 500 && strings.HasPrefix(e.Class, "Server::")
}

// saysLater reports whether a refusal with 400, 403 or 409 asks to come again:
// "subscription is not active yet" just after a delivery
// (terraform-provider-ovh), "Check timeout. Please retry later" at a checkout
// (php-ovh#93), "Service is temporarily unavailable" (python-ovh#47).
func (e *Error) saysLater() bool {
	switch e.Status {
	case http.StatusBadRequest, http.StatusForbidden, http.StatusConflict:
		return e.says("is not active yet", "retry later", "try again later", "temporarily unavailable")
	}
	return false
}

// saysTimeout reports whether something behind the API did not answer in time:
// what it did is not known.
func (e *Error) saysTimeout() bool { return e.Status < 500 && e.says("timeout", "timed out") }

func (e *Error) says(words ...string) bool {
	text := strings.ToLower(e.Message)
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(text, w) })
}
