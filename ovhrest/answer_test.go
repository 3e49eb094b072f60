package ovhrest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type failureCase struct {
	name   string
	status int
	body   string
	want   []error
	not    error
}

// failures are bodies that the API or what stands before it was seen to answer
// with; the shapes come from public issues and OVHcloud's guides, the words
// are set anew where they don't matter.
var failures = []failureCase{
	{"wrong signature", 400, `{"message":"Invalid signature","httpCode":"400 Bad Request","errorCode":"INVALID_SIGNATURE"}`, []error{ErrUnauthorized}, ErrInvalid},
	{"expired key", 403, `{"errorCode":"INVALID_CREDENTIAL","httpCode":"403 Forbidden","message":"This credential is not valid"}`, []error{ErrUnauthorized, ErrCredential}, ErrForbidden},
	{"wrong signature, class only", 400, `{"class":"Client::BadRequest","message":"Invalid signature"}`, []error{ErrUnauthorized}, ErrInvalid},
	{"expired key, class only", 403, `{"class":"Client::Forbidden","message":"This credential is not valid"}`, []error{ErrUnauthorized, ErrCredential}, ErrForbidden},
	{"unknown consumer key", 403, `{"class":"Client::Forbidden","message":"This credential does not exist"}`, []error{ErrUnauthorized, ErrCredential}, ErrForbidden},
	{"unknown application key", 403, `{"class":"Client::Forbidden","message":"This application key is invalid"}`, []error{ErrUnauthorized}, ErrForbidden},
	{"unknown application key, code", 403, `{"errorCode":"INVALID_KEY","httpCode":"403 Forbidden","message":"This application key is invalid"}`, []error{ErrUnauthorized}, ErrForbidden},
	{"no credential, code", 403, `{"errorCode":"NOT_CREDENTIAL","httpCode":"403 Forbidden","message":"x"}`, []error{ErrUnauthorized, ErrCredential}, ErrForbidden},
	{"expired key, message only", 403, `{"message":"This credential is not valid"}`, []error{ErrUnauthorized, ErrCredential}, ErrForbidden},
	{"expired key, another class", 401, `{"class":"Client::Unauthorized","message":"This credential is not valid."}`, []error{ErrUnauthorized, ErrCredential}, ErrForbidden},
	{"clock, class only", 400, `{"class":"Client::BadRequest","message":"Query out of time"}`, []error{ErrUnauthorized, ErrClockSkew}, ErrInvalid},
	{"not granted, class only", 403, `{"class":"Client::Forbidden","message":"This call has not been granted"}`, []error{ErrForbidden}, ErrUnauthorized},
	{"the code counts, not the words", 403, `{"errorCode":"NOT_GRANTED_CALL","message":"This credential is not valid"}`, []error{ErrForbidden}, ErrCredential},
	{"a credential that is looked up", 404, `{"class":"Client::NotFound","message":"This credential does not exist"}`, []error{ErrNotFound}, ErrCredential},
	{"words about another signature", 400, `{"class":"Client::BadRequest","message":"Invalid signature of the document"}`, []error{ErrInvalid}, ErrUnauthorized},
	{"later", 400, `{"message":"Please retry later"}`, []error{ErrBusy}, ErrInvalid},
	{"later, forbidden", 403, `{"class":"Client::Forbidden","message":"Forbidden for now, please try again later"}`, []error{ErrBusy}, ErrForbidden},
	{"temporarily", 400, `{"message":"Service is temporarily unavailable"}`, []error{ErrBusy}, ErrInvalid},
	{"unknown class", 400, `{"class":"Client::BadRequest::NeverHeardOf","message":"no"}`, []error{ErrInvalid}, ErrUnauthorized},
	{"unknown class, forbidden", 403, `{"class":"Something::Else","message":"no"}`, []error{ErrForbidden}, ErrUnauthorized},
	{"no class", 403, `{"message":"no"}`, []error{ErrForbidden}, ErrUnauthorized},
	{"empty", 403, ``, []error{ErrForbidden}, ErrUnauthorized},
	{"not granted", 403, `{"errorCode":"NOT_GRANTED_CALL","message":"This call has not been granted","httpCode":"403 Forbidden"}`, []error{ErrForbidden}, ErrUnauthorized},
	{"IAM", 403, `{"class":"Client::Forbidden","message":"User not granted for this request","details":{"unauthorizedActionsByAuthentication":"","unauthorizedActionsByIAM":"domain:apiovh:task/get"}}`, []error{ErrForbidden}, ErrUnauthorized},
	{"not allowed", 403, `{"class":"Client::Forbidden","message":"You are not allowed"}`, []error{ErrForbidden}, ErrUnauthorized},
	{"this means can't pay", 403, `{"message":"This order can't be paid with 'bankAccount'"}`, []error{ErrForbidden}, ErrUnauthorized},
	{"label given twice", 400, `{"class":"Client::BadRequest","message":"Custom field OWNER_CONTACT is duplicated for product 1"}`, []error{ErrInvalid}, ErrRule},
	{"rules", 400, `{"class":"Client::BadRequest::DOMDOCRuleNotRespected","message":"2 constraints","details":{"_id":"x","owner.phone":"Field \"phone\" is required","owner.city":"Field \"city\" is required"}}`, []error{ErrInvalid, ErrRule}, ErrBusy},
	{"server", 500, `{"class":"Server::InternalServerError","message":"Internal server error"}`, []error{ErrUnavailable}, ErrProtocol},
	{"gateway's page", 408, "<html><body><h1>408 Request Time-out</h1>\n</body></html>\n", []error{ErrUnavailable}, ErrProtocol},
	{"just delivered", 400, `{"message":"Unable to synchronize l1::Service, subscription is not active yet"}`, []error{ErrBusy}, ErrInvalid},
	{"absent", 404, `{"class":"Client::NotFound","message":"This service does not exist"}`, []error{ErrNotFound}, ErrInvalid},
	{"conflict", 409, `{"class":"Client::Conflict","message":"There is an operation already"}`, []error{ErrConflict}, ErrInvalid},
	{"locked", 423, `{}`, []error{ErrBusy}, ErrInvalid},
	{"too many", 429, `{"message":"slow down"}`, []error{ErrRateLimited}, ErrUnavailable},
	{"clock", 400, `{"errorCode":"QUERY_TIME_OUT","httpCode":"400","message":"Query out of time"}`, []error{ErrUnauthorized, ErrClockSkew}, ErrInvalid},
	{"page of a proxy", 502, "<!doctype html><title>Bad gateway</title>", []error{ErrUnavailable}, ErrProtocol},
	{"teapot", 418, "", []error{ErrProtocol}, ErrInvalid},
	{"list", 400, `[1,2]`, []error{ErrInvalid}, ErrProtocol},
	{"details are a list", 400, `{"message":"no","details":[1]}`, []error{ErrInvalid}, ErrProtocol},
}

func TestError_ConditionOfEachBody(t *testing.T) {
	for _, f := range failures {
		t.Run(f.name, func(t *testing.T) {
			c := refuser(t, f.status, f.body, nil)
			_, err := c.Me(t.Context())
			for _, want := range f.want {
				if !errors.Is(err, want) {
					t.Errorf("%v is not %v", err, want)
				}
			}
			if errors.Is(err, f.not) || errors.Is(err, ErrAmbiguous) {
				t.Errorf("%v is too much", err)
			}
			var e *Error
			if !errors.As(err, &e) || e.Status != f.status || e.Method != "GET" || e.Path != "/me" {
				t.Errorf("%#v", err)
			}
			if strings.ContainsAny(err.Error(), "<{") {
				t.Errorf("%v holds a body", err)
			}
		})
	}
}

// With a file of bodies from elsewhere, every one of them must come out as
// something a caller can act on.
func TestError_RecordedBodies(t *testing.T) {
	for _, f := range recordedErrors(t) {
		c := refuser(t, f.Status, string(f.text()), nil)
		_, err := c.Me(t.Context())
		var e *Error
		if !errors.As(err, &e) || len(e.conditions) == 0 || errors.Is(err, ErrProtocol) {
			t.Errorf("%d: %v", f.Status, err)
		}
		if f.Body != nil && e.Message == "" {
			t.Errorf("%d: the message of %s is lost", f.Status, f.Body)
		}
	}
}

func TestChangesAndStatus(t *testing.T) {
	for _, f := range failures {
		c := refuser(t, f.status, f.body, nil)
		err := c.AssignCart(t.Context(), "a-cart")
		if want := f.status >= 500 || f.status == 408; errors.Is(err, ErrAmbiguous) != want {
			t.Errorf("%s: %v: ambiguous should be %v", f.name, err, want)
		}
	}
}

func failureOf(t *testing.T, name string) string {
	i := slices.IndexFunc(failures, func(f failureCase) bool { return f.name == name })
	require.GreaterOrEqual(t, i, 0)
	return failures[i].body
}

// refuser makes a client of a server that knows the time and refuses the rest.
func refuser(t *testing.T, status int, body string, header http.Header) *Client {
	a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
		for name := range header {
			w.Header().Set(name, header.Get(name))
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	})
	return a.client(t, func(c *Config) { c.MaxAttempts = 1 })
}

func TestError_RetryAfterInBothForms(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for form, value := range map[string]string{
			"seconds": "90", "date": time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat),
		} {
			calls := 0
			a, hc := newMemoryAPI(func(w http.ResponseWriter, _ *http.Request) {
				calls++
				w.Header().Set("Retry-After", value)
				w.WriteHeader(http.StatusTooManyRequests)
			}, nil)
			c := a.client(t, func(c *Config) { c.HTTPClient = hc })
			_, err := c.Me(t.Context())
			var e *Error
			if !errors.As(err, &e) || e.RetryAfter != 90*time.Second || !errors.Is(err, ErrRateLimited) || calls != 1 {
				t.Errorf("%s: %v after %d calls", form, err, calls)
			}
		}
	})
}

// What does not come from the API, or was not the caller's fault, leaves open
// what became of a change, and is no refusal of the caller's.
func TestRefusalsThatLeaveAChangeOpen(t *testing.T) {
	const page = "\n<!DOCTYPE html><html><body>Access denied</body></html>"
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"firewall's page":    {403, page, ErrProtocol},
		"login page":         {401, page, ErrProtocol},
		"proxy's own 404":    {404, page, ErrProtocol},
		"proxy's own 400":    {400, page, ErrProtocol},
		"edge out of breath": {429, page, ErrRateLimited},
		"server's fault":     {400, `{"class":"Server::InternalServerError","message":"x"}`, ErrUnavailable},
		"server's 404":       {404, `{"class":"Server::NotFound","message":"x"}`, ErrUnavailable},
		"check timed out":    {400, `{"message":"Check timeout. Please retry later"}`, ErrBusy},
		"backend timed out":  {403, `{"class":"Client::Forbidden","message":"Request timed out"}`, ErrForbidden},
	} {
		t.Run(name, func(t *testing.T) {
			client := refuser(t, c.status, c.body, nil)
			_, err := client.Me(t.Context())
			require.ErrorIs(t, err, c.want)
			assert.NotErrorIs(t, err, ErrAmbiguous)
			err = client.AssignCart(t.Context(), "a-cart")
			require.ErrorIs(t, err, c.want)
			assert.ErrorIs(t, err, ErrAmbiguous)
		})
	}
}

// A page says nothing of what was deleted.
func TestRepeatedDeletion_ProxysPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		a, hc := newMemoryAPI(func(w http.ResponseWriter, _ *http.Request) {
			if n++; n == 1 {
				panic(http.ErrAbortHandler)
			}
			w.WriteHeader(http.StatusNotFound)
			fmt.Fprint(w, "<html>no such host</html>")
		}, nil)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		require.ErrorIs(t, c.DeleteCart(t.Context(), "a-cart"), ErrProtocol)
		assert.Equal(t, 2, n)
	})
}

// Asking for the time takes no credential: who refuses it is not the API.
func TestTimeCall_Page(t *testing.T) {
	for status, want := range map[int]error{403: ErrProtocol, 404: ErrProtocol, 503: ErrUnavailable} {
		c := newRaw(t, status, "<html>")
		c.config.Limiter = NewLimiter(0)
		_, err := c.Me(t.Context())
		require.ErrorIs(t, err, want, "%d", status)
		assert.NotErrorIs(t, err, ErrForbidden)
		assert.NotErrorIs(t, c.AssignCart(t.Context(), "a-cart"), ErrAmbiguous, "nothing was sent")
	}
}

// The gateway's Date tells of a wrong clock in both of its forms; what a
// service refuses is not sent again.
func TestClock_SkewByDate_ClassOnly(t *testing.T) {
	for name, c := range map[string]struct {
		body string
		sent int
	}{
		"signature":       {`{"class":"Client::BadRequest","message":"Invalid signature"}`, 2},
		"application key": {`{"class":"Client::BadRequest","message":"This application key is invalid"}`, 2},
		"a service":       {`{"class":"Client::BadRequest","message":"Invalid value"}`, 1},
	} {
		t.Run(name, func(t *testing.T) {
			sent := 0
			a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
				sent++
				w.Header().Set("Date", time.Now().Add(time.Hour).UTC().Format(http.TimeFormat))
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, c.body)
			})
			require.Error(t, a.client(t, nil).AssignCart(t.Context(), "a-cart"))
			assert.Equal(t, c.sent, sent)
		})
	}
}

func TestMissingActionsAndViolations(t *testing.T) {
	e := &Error{Status: 403, Details: map[string]string{
		"unauthorizedActionsByAuthentication": "account:apiovh:me/get", "unauthorizedActionsByIAM": "domain:apiovh:get,account:apiovh:me/get",
	}}
	if got := e.MissingActions(); !slices.Equal(got, []string{"account:apiovh:me/get", "domain:apiovh:get"}) {
		t.Errorf("%v", got)
	}
	if len(e.Violations()) != 0 {
		t.Error("details of another kind are no violations")
	}
	c := refuser(t, 400, failureOf(t, "rules"), nil)
	err := c.CheckConfigurationRule(t.Context(), "example.com", DomainActionTrade, RuleData{})
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	want := []Violation{{"owner.city", `Field "city" is required`}, {"owner.phone", `Field "phone" is required`}}
	if got := e.Violations(); !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

// A hostile body may not fill the memory or the terminal.
func TestErrorTextsAreBounded(t *testing.T) {
	details := map[string]string{}
	for i := range 5000 {
		details[fmt.Sprintf("k%05d", i)] = strings.Repeat("v", 1000)
	}
	body, err := json.Marshal(map[string]any{"message": strings.Repeat("m\x1b[2J", 10000), "class": strings.Repeat("c", 5000), "details": details})
	if err != nil {
		t.Fatal(err)
	}
	_, err = refuser(t, 400, string(body), nil).Me(t.Context())
	var e *Error
	if !errors.As(err, &e) || len(e.Error()) > 2000 || strings.Contains(e.Error(), "\x1b") || len(e.Details) > maxDetails {
		t.Errorf("%d bytes, %d details", len(err.Error()), len(e.Details))
	}
}

func TestQueryID(t *testing.T) {
	for id, want := range map[string]string{"EU.ext-3.5f1b9f2b.12.ab": "EU.ext-3.5f1b9f2b.12.ab", "a b": "", "x=" + testConsumerKey: "", strings.Repeat("a", 65): ""} {
		_, err := refuser(t, 404, "{}", http.Header{"X-Ovh-Queryid": {id}}).Me(t.Context())
		var e *Error
		if !errors.As(err, &e) || e.QueryID != want {
			t.Errorf("%q: %q", id, e.QueryID)
		}
	}
}
