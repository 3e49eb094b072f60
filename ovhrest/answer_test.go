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
)

// failures are bodies that the API or what stands before it was seen to answer
// with; the shapes come from public issues and OVHcloud's guides, the words
// are set anew where they don't matter.
var failures = []struct {
	name   string
	status int
	body   string
	want   []error
	not    error
}{
	{"wrong signature", 400, `{"message":"Invalid signature","httpCode":"400 Bad Request","errorCode":"INVALID_SIGNATURE"}`, []error{ErrUnauthorized}, ErrInvalid},
	{"expired key", 403, `{"errorCode":"INVALID_CREDENTIAL","httpCode":"403 Forbidden","message":"This credential is not valid"}`, []error{ErrUnauthorized, ErrCredential}, ErrForbidden},
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

func TestMustShow7_EveryBodyMapsToItsKind(t *testing.T) {
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
func TestMustShow7_RecordedBodies(t *testing.T) {
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

func TestMustShow7_RetryAfterInBothForms(t *testing.T) {
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
	c := refuser(t, 400, failures[7].body, nil)
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
