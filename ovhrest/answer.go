package ovhrest

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// maxText bounds what is kept of a text that the API wrote.
const maxText = 500

// failure is both shapes that the API's errors have.
type failure struct {
	Class     string                     `json:"class"`
	Message   string                     `json:"message"`
	Details   map[string]json.RawMessage `json:"details"`
	ErrorCode string                     `json:"errorCode"` // the gateway's shape, which has httpCode too
}

// refused makes an Error of an answer from 300 on.
func (x *exchange) refused(resp *transport.Response) *Error {
	return refusedAnswer(x.client.tc, x.op, resp, cleaner(x.scrubber()))
}

// refusedAnswer makes an Error of an answer from 300 on. A body that is not the
// API's, such as a gateway's page, gives no more than its status.
func refusedAnswer(tc *transport.Client, op transport.Op, resp *transport.Response, clean func(string) string) *Error {
	status := resp.StatusError(op)
	e := newError(op.Name, status.Error(), status.Condition)
	e.Status, e.RetryAfter, e.QueryID = resp.Status, resp.RetryAfter, clean(tc.RequestID(resp))
	var body failure
	if readFailure(resp.Body, &body) {
		e.Class, e.Code, e.Message = clean(body.Class), clean(body.ErrorCode), clean(body.Message)
		e.Details = cleanDetails(body.Details, clean)
	}
	e.refine(isPage(resp))
	unclear := isPage(resp) || e.saysServerFault() || e.saysTimeout()
	if status.Ambiguous || unclear && !op.Repeatable {
		e.add(ErrAmbiguous)
	}
	return e
}

// isPage reports whether the answer is a web page: it comes from what stands
// before the API, and its status says nothing about the API's own view.
func isPage(resp *transport.Response) bool {
	return bytes.HasPrefix(bytes.TrimLeft(resp.Body, " \t\r\n\ufeff"), []byte("<"))
}

// skewed reports whether the API turned a request away for its time: it says so,
// or its gateway refused and its own clock reads otherwise.
func skewed(e *Error, resp *transport.Response, signedAt time.Time) bool {
	if resp.Status < 400 || resp.Status > 403 { // any other leaves open what was done
		return false
	}
	if e.saysClockSkew() {
		return true
	}
	if e.Code == "" && !e.Is(ErrUnauthorized) { // a service's refusal, not the gateway's
		return false
	}
	date, err := http.ParseTime(resp.Header.Get("Date"))
	return err == nil && date.Sub(signedAt).Abs() > maxSkew
}

// maxDetails bounds how many details are kept.
const maxDetails = 100

func cleanDetails(raw map[string]json.RawMessage, clean func(string) string) map[string]string {
	if len(raw) == 0 {
		return nil
	}
	details := make(map[string]string, min(len(raw), maxDetails))
	for _, key := range slices.Sorted(maps.Keys(raw)) {
		if len(details) == maxDetails {
			break
		}
		var text string
		if json.Unmarshal(raw[key], &text) != nil {
			text = string(raw[key])
		}
		details[clean(key)] = clean(text)
	}
	return details
}

// MissingActions returns the IAM actions that the caller lacks, such as
// "account:apiovh:me/get", if the response names them.
func (e *Error) MissingActions() []string {
	var actions []string
	for _, key := range []string{"unauthorizedActionsByAuthentication", "unauthorizedActionsByIAM"} {
		actions = append(actions, strings.FieldsFunc(e.Details[key], func(r rune) bool { return r == ',' || r == ' ' })...)
	}
	slices.Sort(actions)
	return slices.Compact(actions)
}

// Violation is a field that violates the registry's rules.
type Violation struct {
	Field   string // such as owner.city
	Message string
}

// Violations returns the fields that violate the registry's rules, sorted by
// name. It is empty unless errors.Is(e, ErrRule).
func (e *Error) Violations() []Violation {
	if !e.Is(ErrRule) {
		return nil
	}
	var list []Violation
	for _, field := range slices.Sorted(maps.Keys(e.Details)) {
		if !strings.HasPrefix(field, "_") { // _date, _id and _message are about the check itself
			list = append(list, Violation{field, e.Details[field]})
		}
	}
	return list
}

// retryable is the policy for calls that may be retried.
func retryable(status int) bool {
	return status >= 500 || status == http.StatusRequestTimeout || condition.FromStatus(status) == ErrRateLimited
}

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
