package trade

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/hebergo/hebergo/ovhrest"
)

// Party is what caused a trade to end.
type Party string

// The values of Party. A trade that is done has none.
const (
	EndedByGuard      Party = "guard"      // the cart or the order does not match the plan
	EndedByPrice      Party = "price"      // the price differs from the plan's limit or from the quote: see Price and Limit
	EndedByRules      Party = "rules"      // the data violate the registry's rules: see Fields
	EndedByCredential Party = "credential" // the credential's account may not trade the domain
	EndedByContracts  Party = "contracts"  // Config.Contracts returned an error, or is not set
	EndedByService    Party = "service"    // the API refused a request: see Status and Class
	EndedByHolder     Party = "holder"     // a holder refused, or did not answer in time
	EndedByRegistry   Party = "registry"   // the registry's task failed
	EndedByConflict   Party = "conflict"   // the domain has another order or task: see Order and Task
	EndedByAbort      Party = "abort"      // Trader.Abort
	EndedByTime       Party = "time"       // something did not happen within the documented time
	EndedByDoubt      Party = "doubt"      // the available information is contradictory; manual review is needed
)

// Ending says why a trade ended, for programs; Trade.Reason does so for people.
// Fields that do not apply are zero.
type Ending struct {
	By      Party          `json:"by"`
	Price   *ovhrest.Money `json:"price,omitzero"`   // the price of the trade, expected or actual
	Limit   *ovhrest.Money `json:"limit,omitzero"`   // the plan's MaxPrice, or the quote that Price differs from
	Order   int64          `json:"order,omitzero"`   // ID of the order concerned, which may differ from Trade.Order
	Task    int64          `json:"task,omitzero"`    // ID of the domain's task concerned
	Fields  []string       `json:"fields,omitzero"`  // fields that violate the registry's rules, such as owner.phone
	Status  int            `json:"status,omitzero"`  // HTTP status of the API's error
	Class   string         `json:"class,omitzero"`   // class of the API's error
	QueryID string         `json:"queryId,omitzero"` // the API's ID of the failed request
}

// obstacle is what a trade can't pass, with the words for people.
type obstacle struct {
	Ending
	text    string
	outcome Phase // default Refused
	cause   error // the API's refusal, if it was one
}

// refuse makes an obstacle that refuses the trade.
func refuse(by Party, text string) *obstacle {
	return &obstacle{Ending: Ending{By: by}, text: text}
}

// attention is o as something that a person has to look at.
func (o *obstacle) attention() *obstacle {
	o.outcome = NeedsAttention
	return o
}

// about names the order that o is about.
func (o *obstacle) about(order int64) *obstacle {
	o.Order = order
	return o
}

// Resumption says whether an interrupted trade is worth another call of Run.
type Resumption string

// The values of Resumption.
const (
	ResumeNever        Resumption = "never"        // the trade has ended, or the stored trade can't be read
	ResumeAnytime      Resumption = "anytime"      // Run may succeed later, without any change: an outage, the end of the context, another worker
	ResumeAfterFix     Resumption = "afterFix"     // after the credential, its rights, the client or the plan's contact has been changed
	ResumeAfterResolve Resumption = "afterResolve" // after somebody has checked the trade and called Trader.Resolve
)

// Error is the type of every error of this package that does not come from the
// API. Run, Step, Abort and Events wrap errors of the API and of package
// ovhrest in one, so that errors.Is matches their conditions and errors.As
// finds the *ovhrest.Error. The text of an Error contains no secrets.
type Error struct {
	Trade  string     // ID of the trade; empty if there is none yet
	Domain string     // empty if the trade could not be loaded
	Phase  Phase      // phase of the trade, as stored
	Resume Resumption // whether Run is worth calling again; empty outside of Run, Step, Abort, Events and QuoteFor
	Ending *Ending    // why the trade ended; nil if it has not
	Field  string     // the argument, or the field of the plan, that was rejected before anything was sent

	text       string
	conditions []error
	cause      error
}

// Error returns a text such as "trade: Owner is missing", or the text of the
// cause.
func (e *Error) Error() string {
	text := "trade: " + strings.TrimPrefix(e.Field+" "+e.text, " ")
	if e.text == "" && e.cause != nil {
		text = e.cause.Error()
	}
	if unclear := ovhrest.ErrAmbiguous.Error(); errors.Is(e, ovhrest.ErrAmbiguous) && !strings.Contains(text, unclear) {
		text += "; " + unclear
	}
	return text
}

// GoString returns the same text as Error, so that %#v shows no more than %v.
func (e *Error) GoString() string { return e.Error() }

// Is reports whether target is one of the error's conditions.
func (e *Error) Is(target error) bool { return slices.Contains(e.conditions, target) }

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

func newError(text string, conditions ...error) *Error {
	return &Error{text: text, conditions: conditions}
}

// invalid refuses an argument before anything is sent.
func invalid(field, reason string) *Error {
	e := newError(reason, ovhrest.ErrInvalid)
	e.Field = field
	return e
}

// broken says that an answer of the API is not what it promises.
func broken(route, text string) *Error { return newError(route+": "+text, ovhrest.ErrProtocol) }

// interruptedBy wraps a context's end.
func interruptedBy(err error) *Error {
	e := newError(err.Error())
	e.cause = err
	return e
}

// isKnown reports whether err is this package's or ovhrest's already.
func isKnown(err error) bool {
	var own *Error
	var api *ovhrest.Error
	return errors.As(err, &own) || errors.As(err, &api)
}

// interrupted wraps what kept a trade from moving.
func interrupted(id string, t Trade, err error) error {
	if err == nil {
		return nil
	}
	e := &Error{Trade: id, Domain: t.Plan.Domain, Phase: t.Phase, Resume: resumption(t, err), cause: err}
	var known *Error
	if errors.As(err, &known) {
		if known.Resume != "" {
			return err
		}
		e.Field = known.Field
	}
	return e
}

// resumption judges an error of a trade that has not ended.
func resumption(t Trade, err error) Resumption {
	var api *ovhrest.Error
	var own *Error
	switch {
	case t.ID == "" && (errors.Is(err, ovhrest.ErrInvalid) || errors.Is(err, ovhrest.ErrNotFound)): // not stored, or not readable
		return ResumeNever
	case goesAway(err), errors.Is(err, context.Canceled), errors.Is(err, ovhrest.ErrConflict):
		return ResumeAnytime
	case errors.As(err, &api), errors.As(err, &own) && len(own.conditions) > 0:
		return ResumeAfterFix
	}
	return ResumeAnytime // the Store's or Sleep's
}

// goesAway reports whether a failure may be gone the next time: an outage, a
// limit, an unclear outcome, which the next step finds out, or an answer that
// is not the API's.
func goesAway(err error) bool {
	for _, cond := range []error{
		ovhrest.ErrUnavailable, ovhrest.ErrRateLimited, ovhrest.ErrBusy, ovhrest.ErrAmbiguous, ovhrest.ErrProtocol, ovhrest.ErrTooLarge, context.DeadlineExceeded,
	} {
		if errors.Is(err, cond) {
			return true
		}
	}
	var e *ovhrest.Error
	return errors.As(err, &e) && (foreign(e) || asksForLater(e))
}

// foreign reports whether a refusal is not the API's, such as a proxy's page.
func foreign(e *ovhrest.Error) bool {
	return e.Status >= 300 && e.Message == "" && e.Class == "" && e.Code == ""
}

// asksForLater reports whether the API's words ask to try again, which it says
// with statuses of any kind.
func asksForLater(e *ovhrest.Error) bool {
	return e.Status >= 400 && says(e.Message, "try again", "retry", "temporarily", "later", "service unavailable", "service is unavailable", "timeout", "timed out")
}

// refusesKey reports whether the gateway refused the key or the signature; in
// the form without an error code only its words say so.
func refusesKey(e *ovhrest.Error) bool {
	return e.Is(ovhrest.ErrUnauthorized) || e.Status >= 400 && says(e.Message,
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
	var e *ovhrest.Error
	if !errors.As(err, &e) || e.Status < 400 || e.Status >= 500 || errors.Is(err, ovhrest.ErrAmbiguous) || goesAway(err) {
		return nil
	}
	if e.Message == "" || e.Code != "" || refusesKey(e) || !errors.Is(err, ovhrest.ErrInvalid) && !errors.Is(err, ovhrest.ErrConflict) {
		return nil
	}
	o := refuse(EndedByService, e.Message)
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
	var e *ovhrest.Error
	return errors.Is(err, ovhrest.ErrNotFound) && errors.As(err, &e) && e.Message != "" && e.Code == ""
}

// id is how the API's texts and paths write a number.
func id(n int64) string { return strconv.FormatInt(n, 10) }
