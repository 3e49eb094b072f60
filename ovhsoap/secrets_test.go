package ovhsoap_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// spellings are how a service was seen to repeat a secret.
func spellings(secret string) map[string]string {
	var latin1 strings.Builder
	for i := range len(secret) {
		latin1.WriteRune(rune(secret[i]))
	}
	asJSON, _ := json.Marshal(secret)
	return map[string]string{
		"plain":           secret,
		"as it was sent":  strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(secret),
		"PHP's HTML":      strings.NewReplacer("&", "&amp;", `"`, "&quot;", "'", "&#039;", "<", "&lt;", ">", "&gt;").Replace(secret),
		"Go's HTML":       html.EscapeString(secret),
		"JSON":            string(asJSON[1 : len(asJSON)-1]),
		"percent":         url.QueryEscape(secret),
		"percent, small":  strings.ToLower(url.QueryEscape(secret)),
		"path":            url.PathEscape(secret),
		"read as Latin-1": latin1.String(),
		"cut":             secret[:len(secret)-1],
	}
}

func TestFault_SecretsInEverySpelling(t *testing.T) {
	const secret = `hush-"é'<&>-0123456789abcdef`
	for name, spelled := range spellings(secret) {
		for kind, refuse := range map[string]func(*testing.T, *ovhsoap.Client) error{
			"an argument": func(t *testing.T, c *ovhsoap.Client) error {
				return c.Session().PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret(secret)})
			},
			"an argument of another name": func(t *testing.T, c *ovhsoap.Client) error {
				_, err := ovhsoap.Call[ovhsoap.Void](t.Context(), c.Session(), "popModifyDescription", "example.com", "info", ovhsoap.NewSecret(secret))
				return err
			},
			"the session": func(t *testing.T, c *ovhsoap.Client) error {
				s, err := c.Resume(ovhsoap.NewSecret(secret))
				require.NoError(t, err)
				return s.PopDel(t.Context(), "example.com", "info")
			},
		} {
			t.Run(kind+", "+name, func(t *testing.T) {
				svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
					if c.function == "login" {
						friendly(w, c, n)
						return
					}
					fault(w, "soap:"+html.EscapeString(spelled), strings.Repeat("é", 495)+spelled+" is wrong")
				}}
				err := refuse(t, svc.client(t))
				var f *ovhsoap.Fault
				require.ErrorAs(t, err, &f)
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s %+v", err, err, f, f.Code, *f), "hush")
			})
		}
	}
}

// A secret at the place where a long text is cut off is not shown in part.
func TestFault_SecretBehindALongText(t *testing.T) {
	for shift := range 40 {
		svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) {
			fault(w, "soap:202", strings.Repeat("hush-0123456789 ", 8<<10)[shift:])
		}}
		s, err := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
		require.NoError(t, err)
		_, err = ovhsoap.Call[ovhsoap.Void](t.Context(), s, "popModifyPassword", ovhsoap.Args{"password": "hush-0123456789 hush-0123456789 hush-0123456789"})
		var f *ovhsoap.Fault
		require.ErrorAs(t, err, &f)
		assert.NotContains(t, f.Message[20:], "hush")
	}
}

func TestFault_ShortPasswordLeavesWordsAlone(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, "soap:202", "a bad password: a") }}
	s, err := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
	require.NoError(t, err)
	_, err = ovhsoap.Call[ovhsoap.Void](t.Context(), s, "popModifyPassword", ovhsoap.Args{"password": "a"})
	assert.EqualError(t, err, "ovhsoap: popModifyPassword: a bad password: REDACTED (code soap:202)")
}

// holder is a structure of somebody's that keeps what it needs in fields that
// fmt reads without asking their methods.
type holder struct {
	config  ovhsoap.Config
	session ovhsoap.Secret
	add     ovhsoap.PopAddArgs
	order   ovhsoap.OrderStruct
	codes   map[ovhsoap.Secret]int
	maybe   ovhsoap.Opt[ovhsoap.Secret]
	live    *ovhsoap.Session
	client  *ovhsoap.Client
}

func TestSecrets_InForeignFields(t *testing.T) {
	const hush = "hush-4711"
	secret := ovhsoap.NewSecret(hush)
	cfg := ovhsoap.Config{Nic: "ab12345-ovh", Password: secret}
	client, err := ovhsoap.New(cfg)
	require.NoError(t, err)
	defer client.Close()
	live, err := client.Resume(secret)
	require.NoError(t, err)
	h := holder{
		config: cfg, session: live.ID(), add: ovhsoap.PopAddArgs{Password: secret}, order: ovhsoap.OrderStruct{OrderPassword: secret, OrderUrl: secret},
		codes: map[ovhsoap.Secret]int{secret: 1}, maybe: ovhsoap.Some(secret), live: live, client: client,
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%o"} {
		text := strings.ToLower(fmt.Sprintf(verb, h) + fmt.Sprintf(verb, &h) + fmt.Sprintf(verb, []any{h, live}) + fmt.Sprintf(verb, h.maybe))
		for _, leak := range []string{hush, fmt.Sprintf("%x", hush), fmt.Sprintf("%d", []byte(hush))[1:20]} {
			assert.NotContains(t, text, leak, verb)
		}
	}
	asJSON, err := json.Marshal(map[string]any{"a": h.add, "o": h.order, "c": h.codes, "m": h.maybe, "s": h.session, "cfg": cfg, "live": live})
	require.NoError(t, err)
	asXML, err := xml.Marshal(h.order)
	require.NoError(t, err)
	assert.NotContains(t, string(asJSON)+string(asXML), "hush")
}

func TestSession_ImplausibleID(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, c call, _ int) {
		result(w, c.function, "<return>"+strings.Repeat("s", 1<<20)+"</return>")
	}}
	_, err := svc.client(t).Login(t.Context())
	assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	assert.False(t, errors.Is(err, ovhsoap.ErrAmbiguous))
	assert.Less(t, len(err.Error()), 200)
}
