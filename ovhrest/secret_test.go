package ovhrest

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Somebody's own struct holds ours in an unexported field, whose methods fmt
// does not ask.
func TestSecrets_WithinForeignValues(t *testing.T) {
	const hush = "hush-hush-1234"
	s := NewSecret(hush)
	cfg := Config{AppSecret: s, ConsumerKey: s, ClientSecret: s, AccessToken: s}
	signed := Config{AppKey: "key", AppSecret: s, ConsumerKey: s}
	client, err := New(signed)
	require.NoError(t, err)
	defer client.Close()
	var order Order
	require.NoError(t, json.Unmarshal([]byte(`{"orderId":1,"password":"hush-hush-1234","url":"https://x/hush-hush-1234","pdfUrl":"https://x/hush-hush-1234"}`), &order))
	for name, v := range map[string]any{
		"Config": cfg, "Client": client, "Order": order,
		"Checkout":           Checkout{URL: Some(s)},
		"CredentialRequest":  CredentialRequest{ConsumerKey: s, ValidationURL: s},
		"NewAccountAndToken": NewAccountAndToken{ConsumerKey: Some(s)},
		"PaymentMean":        PaymentMean{URL: s, HTMLForm: Some(s), Parameters: []HTTPParameter{{Value: Some(s)}}},
		"RuleData":           RuleData{Domain: &DomainData{AuthInfo: Some(s)}, Extras: &RuleExtraData{AuthInfo: Some(s)}},
		"token":              ContactChangeToken{TaskID: 1, Token: s},
	} {
		t.Run(name, func(t *testing.T) {
			inside := struct{ hidden any }{v}
			shown := &bytes.Buffer{}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%o", "%t"} {
				fmt.Fprintf(shown, verb+verb+verb+"\n", v, inside, []any{v})
			}
			asJSON, err := json.Marshal(v)
			require.NoError(t, err)
			shown.Write(asJSON)
			_ = xml.NewEncoder(shown).Encode(v)
			slog.New(slog.NewTextHandler(shown, nil)).Info("x", "v", v, "inside", inside)
			slog.New(slog.NewJSONHandler(shown, nil)).Info("x", "v", v, "inside", inside)
			assert.NotContains(t, shown.String(), "hush")
			assert.NotContains(t, strings.ToLower(shown.String()), fmt.Sprintf("%x", "hush"))
		})
	}
}

// Whatever the API repeats of a call's secrets, in whatever spelling, shows in
// no error.
func TestSecrets_InRefusals(t *testing.T) {
	const key = `kéy"with/odd&chars-123`
	for name, echo := range map[string]string{
		"plain": key, "percent": "k%C3%A9y%22with%2Fodd%26chars-123", "lower percent": "k%c3%a9y%22with%2fodd%26chars-123",
		"entities": "kéy&quot;with/odd&amp;chars-123", "escapes": `k\u00e9y\u0022with\/odd\u0026chars-123`, "Latin-1": "kÃ©y\"with/odd&chars-123",
		"cut": strings.Repeat("x", maxText-8) + key,
	} {
		t.Run(name, func(t *testing.T) {
			body, err := json.Marshal(map[string]any{"class": echo, "message": "no: " + echo, "errorCode": echo, "details": map[string]string{echo: echo}})
			require.NoError(t, err)
			c := refuser(t, 400, string(body), http.Header{"X-Ovh-Queryid": {"EU.ext-1.a"}})
			err = c.AcceptContactChange(t.Context(), 7, NewSecret(key))
			var e *Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "EU.ext-1.a", e.QueryID)
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v %v %s", err, err, err, e.Details, e.Class+e.Code), "with")
		})
	}
}

func TestQueryID_EchoOfAKey(t *testing.T) {
	for id, want := range map[string]string{
		"EU.ext-3.63ac85b6.10528.27b4f1fc-7be3-4da2-bdd0-ce044c421e61": "EU.ext-3.63ac85b6.10528.27b4f1fc-7be3-4da2-bdd0-ce044c421e61",
		testConsumerKey: "", "85c4dcbe-6b61-4078-b91b-154f373841cc": "", "EU." + testConsumerKey + ".1": "EU.REDACTED.1",
	} {
		_, err := refuser(t, 404, "{}", http.Header{"X-Ovh-Queryid": {id}}).Me(t.Context())
		var e *Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, want, e.QueryID)
	}
}

// The names that keys go by are no secrets, and stay out of errors all the same.
func TestRefusals_NamesOfKeys(t *testing.T) {
	body := `{"class":"Client::Forbidden","message":"no ` + testAppKey + ` here"}`
	_, err := refuser(t, 403, body, nil).Me(t.Context())
	require.ErrorIs(t, err, ErrForbidden)
	assert.NotContains(t, err.Error(), testAppKey)
}
