package ovhrest

import (
	"context"
	"errors"
	"strings"
)

// TradeParty is who or what ended a trade.
type TradeParty string

// Who can end a trade. A trade that is done has none.
const (
	EndedByGuard      TradeParty = "guard"      // the cart or the order is not what the plan asks for
	EndedByPrice      TradeParty = "price"      // the price differs from the plan's limit or from the quote: see Price and Limit
	EndedByRules      TradeParty = "rules"      // the registry's rules: see Fields
	EndedByCredential TradeParty = "credential" // the credential's account may not trade the domain
	EndedByContracts  TradeParty = "contracts"  // TraderConfig.Contracts refused them, or is not set
	EndedByService    TradeParty = "service"    // the API refused a request: see Status and Class
	EndedByHolder     TradeParty = "holder"     // a holder refused, or did not answer in time
	EndedByRegistry   TradeParty = "registry"   // the registry's task failed
	EndedByRival      TradeParty = "rival"      // the domain has another order or task: see Order and Task
	EndedByAbort      TradeParty = "abort"      // Trader.Abort
	EndedByTime       TradeParty = "time"       // what was waited for did not come within the documented bound
	EndedByDoubt      TradeParty = "doubt"      // what is known contradicts itself, and a person has to look
)

// TradeEnding says why a trade ended, for programs; Trade.Reason says it for
// people. Fields that do not apply are zero.
type TradeEnding struct {
	By      TradeParty `json:"by"`
	Price   *Money     `json:"price,omitzero"`   // what it would cost or costs
	Limit   *Money     `json:"limit,omitzero"`   // the plan's MaxPrice, or the quote that Price differs from
	Order   int64      `json:"order,omitzero"`   // the order in question, which may be another than Trade.Order
	Task    int64      `json:"task,omitzero"`    // the domain's task in question
	Fields  []string   `json:"fields,omitzero"`  // that break the registry's rules, such as owner.phone
	Status  int        `json:"status,omitzero"`  // HTTP status of the API's refusal
	Class   string     `json:"class,omitzero"`   // the API's class of it
	QueryID string     `json:"queryId,omitzero"` // the API's name of the refused request
}

// obstacle is what a trade can't pass, with the words for people.
type obstacle struct {
	TradeEnding
	text    string
	outcome TradePhase // default TradeRefused
	cause   error      // the API's refusal, if it was one
}

// blocked makes an obstacle that refuses the trade.
func blocked(by TradeParty, text string) *obstacle {
	return &obstacle{TradeEnding: TradeEnding{By: by}, text: text}
}

// attention is o as something that a person has to look at.
func (o *obstacle) attention() *obstacle {
	o.outcome = TradeNeedsAttention
	return o
}

// about names the order that o is about.
func (o *obstacle) about(order int64) *obstacle {
	o.Order = order
	return o
}

// Resumption says whether an interrupted trade is worth another Run.
type Resumption string

// What a TradeError can say about it.
const (
	ResumeNever        Resumption = "never"        // it has ended, or what is stored can't be read
	ResumeAnytime      Resumption = "anytime"      // the same Run can get further later: an outage, the context's end, another worker
	ResumeAfterFix     Resumption = "afterFix"     // once somebody has changed the credential, its rights, the client or the plan's contact
	ResumeAfterResolve Resumption = "afterResolve" // once a person has looked and called Trader.Resolve
)

// TradeError is the error of Run, Step, Abort and Events, and of a QuoteTrade
// that found what a trade would be refused for. It
// matches what its cause matches, so that errors.Is and errors.As find the
// conditions and the *Error inside.
type TradeError struct {
	Trade  string       // the trade's id; empty for QuoteTrade
	Domain string       // empty where the trade could not be loaded
	Phase  TradePhase   // where the trade is, as stored
	Resume Resumption   // whether Run is worth calling again
	Ending *TradeEnding // why the trade ended; nil while it has not
	err    error
}

// Error is the cause's text.
func (e *TradeError) Error() string { return e.err.Error() }

// GoString is Error, so that %#v shows no more than %v.
func (e *TradeError) GoString() string { return e.Error() }

// Unwrap returns the cause.
func (e *TradeError) Unwrap() error { return e.err }

// interrupted wraps what kept a trade from moving.
func interrupted(id string, t Trade, err error) error {
	var known *TradeError
	if err == nil || errors.As(err, &known) {
		return err
	}
	return &TradeError{Trade: id, Domain: t.Plan.Domain, Phase: t.Phase, Resume: resumption(t, err), err: err}
}

// resumption judges an error of a trade that has not ended.
func resumption(t Trade, err error) Resumption {
	var e *Error
	switch {
	case t.ID == "" && (errors.Is(err, ErrInvalid) || errors.Is(err, ErrNotFound)): // not stored, or not readable
		return ResumeNever
	case goesAway(err), errors.Is(err, context.Canceled), errors.Is(err, ErrConflict):
		return ResumeAnytime
	case errors.As(err, &e) && len(e.conditions) > 0:
		return ResumeAfterFix
	}
	return ResumeAnytime // the Store's or Sleep's
}

// goesAway reports whether a failure may be gone the next time: an outage, a
// limit, an unclear outcome, which the next step finds out, or an answer that
// is not the API's.
func goesAway(err error) bool {
	for _, cond := range []error{
		ErrUnavailable, ErrRateLimited, ErrBusy, ErrAmbiguous, ErrProtocol, ErrTooLarge, context.DeadlineExceeded,
	} {
		if errors.Is(err, cond) {
			return true
		}
	}
	var e *Error
	return errors.As(err, &e) && (e.foreign() || e.asksForLater())
}

// foreign reports whether a refusal is not the API's, such as a proxy's page.
func (e *Error) foreign() bool {
	return e.Status >= 300 && e.Message == "" && e.Class == "" && e.Code == ""
}

// asksForLater reports whether the API's words ask to try again, which it says
// with statuses of any kind.
func (e *Error) asksForLater() bool {
	return e.Status >= 400 && says(e.Message, "try again", "retry", "temporarily", "later", "service unavailable", "service is unavailable", "timeout", "timed out")
}

// refusesKey reports whether the gateway refused the key or the signature; in
// the form without an error code only its words say so.
func (e *Error) refusesKey() bool {
	return e.Is(ErrUnauthorized) || e.Status >= 400 && says(e.Message,
		"credential is not valid", "credential does not exist", "application key is invalid", "invalid signature", "query out of time")
}

// says reports whether a text has one of these words, in any case.
func says(text string, words ...string) bool {
	text = strings.ToLower(text)
	for _, word := range words {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// refusal returns what the API itself said no to, for a reason that another
// try would not change; nil for every other error. Only what changes, the
// check of the rules and the dry run may ask: a refused read ends nothing.
func refusal(err error) *obstacle {
	var e *Error
	if !errors.As(err, &e) || e.Status < 400 || e.Status >= 500 || errors.Is(err, ErrAmbiguous) || goesAway(err) {
		return nil
	}
	if e.Message == "" || e.Code != "" || e.refusesKey() || !errors.Is(err, ErrInvalid) && !errors.Is(err, ErrConflict) {
		return nil
	}
	o := blocked(EndedByService, e.Message)
	o.Status, o.Class, o.QueryID, o.cause = e.Status, e.Class, e.QueryID, err
	for _, v := range e.Violations() {
		o.By = EndedByRules
		o.Fields = append(o.Fields, v.Field)
		o.text += "; " + v.Field + ": " + v.Message
	}
	return o
}

// absent reports whether the API says that something does not exist. A page of
// somebody else's, or a route that the gateway does not know, says nothing of
// the thing itself.
func absent(err error) bool {
	var e *Error
	return errors.Is(err, ErrNotFound) && errors.As(err, &e) && e.Message != "" && e.Code == ""
}
