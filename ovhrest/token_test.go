package ovhrest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

const mailToken = "0123456789abcdefABCDEF0123456789"

func TestParseContactChangeURL(t *testing.T) {
	got, err := ParseContactChangeURL("https://www.ovh.com/manager/#/useraccount/contacts/1234567?tab=REQUESTS&token=" + mailToken + "\n")
	if err != nil || got.TaskID != 1234567 || got.Token.Reveal() != mailToken {
		t.Errorf("%v %v", got, err)
	}
	if shown := fmt.Sprintf("%v %+v %#v", got, got, got); strings.Contains(shown, mailToken) {
		t.Errorf("%s shows the token", shown)
	}
}

func TestParseContactChangeURLOfAnotherKind(t *testing.T) {
	for _, raw := range []string{
		"", "x", "https://", "://", mailToken, "/useraccount/contacts/1?token=" + mailToken,
		"http://www.ovh.com/manager/#/useraccount/contacts/1?token=" + mailToken,
		"https://www.ovh.com/manager/#/useraccount/contacts/?token=" + mailToken,
		"https://www.ovh.com/manager/#/useraccount/contacts/x?token=" + mailToken,
		"https://www.ovh.com/manager/#/useraccount/contacts/-1?token=" + mailToken,
		"https://www.ovh.com/manager/#/useraccount/contacts/1?tab=REQUESTS",
		"https://www.ovh.com/manager/#/useraccount/contacts/1?token=" + mailToken[:31],
		"https://www.ovh.com/manager/#/useraccount/contacts/1?token=" + mailToken + "a",
		"https://www.ovh.com/manager/#/useraccount/contacts/1?token=" + mailToken[:31] + "%2F",
		"https://www.ovh.com/manager/#/useraccount/contacts/1?token=" + mailToken + "&token=" + mailToken,
		"https://www.ovh.com/manager/#/billing/orders/1?token=" + mailToken,
		"https://trade.example.com/accept/?domain=example.com&token=" + mailToken,
	} {
		_, err := ParseContactChangeURL(raw)
		if !errors.Is(err, ErrInvalid) || strings.Contains(err.Error(), mailToken[:20]) {
			t.Errorf("%q: %v, want ErrInvalid without the token", raw, err)
		}
	}
}

// The API's words may repeat the token; the error may not.
func TestTokenStaysOutOfErrors(t *testing.T) {
	var sent string
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		sent = readAll(r)
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprintf(w, `{"class":"Client::Forbidden","message":"token %s is used","details":{"%s":"%s"}}`, mailToken, mailToken, mailToken)
	})
	c := a.client(t, nil)
	for _, call := range []func() error{
		func() error { return c.AcceptContactChange(t.Context(), 7, NewSecret(mailToken)) },
		func() error { return c.RefuseContactChange(t.Context(), 7, NewSecret(mailToken)) },
	} {
		err := call()
		if !errors.Is(err, ErrForbidden) || strings.Contains(fmt.Sprintf("%v %+v %#v %v", err, err, err, err.(*Error).Details), mailToken) {
			t.Errorf("%v", err)
		}
		if sent != `{"token":"`+mailToken+`"}` {
			t.Errorf("sent %s", sent)
		}
	}
}

func TestContactChangeStates(t *testing.T) {
	for state, want := range map[ContactChangeState][2]bool{
		"todo": {}, "checkValidity": {}, "doing": {}, "validatingByCustomers": {true, false},
		"done": {false, true}, "aborted": {false, true}, "error": {false, true}, "expired": {false, true}, "refused": {false, true},
		"unheardOf": {}, "": {},
	} {
		change := ContactChange{State: state}
		if got := [2]bool{change.Waiting(), change.Over()}; got != want {
			t.Errorf("%q: waiting and over are %v", state, got)
		}
	}
}

// Codes that let a domain move are sent in the clear and printed never.
func TestAuthInfoInRuleData(t *testing.T) {
	var sent string
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) { sent = readAll(r); fmt.Fprint(w, "null") })
	data := RuleData{
		Domain: &DomainData{AuthInfo: Some(NewSecret("hush-code")), Reason: Some("because")},
		Extras: &RuleExtraData{AuthInfo: Some(NewSecret("hush-code"))},
	}
	if err := a.client(t, nil).CheckConfigurationRule(t.Context(), "example.com", DomainActionTransfer, data); err != nil {
		t.Fatal(err)
	}
	if want := `{"domain":{"authInfo":"hush-code","reason":"because"},"extras":{"authInfo":"hush-code"}}`; sent != want {
		t.Errorf("sent %s", sent)
	}
	if shown := fmt.Sprintf("%v %+v", *data.Domain, *data.Extras); strings.Contains(shown, "hush") {
		t.Error(shown)
	}
}
