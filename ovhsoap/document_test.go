package ovhsoap_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

const soap11 = "http://schemas.xmlsoap.org/soap/envelope/"

func TestEnvelope_Namespaces(t *testing.T) {
	good := popListIs("<return><item><name>info</name></item></return>")
	faulty := envelope("<SOAP-ENV:Fault><faultcode>soap:211</faultcode><faultstring>x</faultstring></SOAP-ENV:Fault>")
	for name, c := range map[string]struct {
		body string
		want error
		text string
	}{
		"SOAP 1.1":                  {body: good},
		"another prefix":            {body: strings.ReplaceAll(good, "SOAP-ENV", "s")},
		"the default namespace":     {body: strings.NewReplacer("xmlns:SOAP-ENV", "xmlns", "SOAP-ENV:", "").Replace(good)},
		"declared twice":            {body: strings.Replace(good, "<SOAP-ENV:Body", `<b:Body xmlns:b="`+soap11+`"`, 1)},
		"SOAP 1.2":                  {strings.Replace(good, soap11, "http://www.w3.org/2003/05/soap-envelope", 1), ovhsoap.ErrProtocol, "SOAP 1.2"},
		"a fault of SOAP 1.2":       {strings.Replace(faulty, soap11, "http://www.w3.org/2003/05/soap-envelope", 1), ovhsoap.ErrProtocol, "SOAP 1.2"},
		"an unknown namespace":      {strings.Replace(good, soap11, "http://example.com/", 1), ovhsoap.ErrProtocol, "namespace"},
		"no namespace":              {strings.Replace(good, `xmlns:SOAP-ENV="`+soap11+`"`, "", 1), ovhsoap.ErrProtocol, "namespace"},
		"a body of another":         {strings.Replace(good, "<SOAP-ENV:Body", `<SOAP-ENV:Body xmlns:SOAP-ENV="http://example.com/"`, 1), ovhsoap.ErrProtocol, "namespace"},
		"a fault of another":        {strings.Replace(faulty, "<SOAP-ENV:Fault", `<SOAP-ENV:Fault xmlns:SOAP-ENV="http://example.com/"`, 1), ovhsoap.ErrUnavailable, "HTTP 500"},
		"namespaces without an end": {strings.Replace(good, "<SOAP-ENV:Body", "<SOAP-ENV:Body"+strings.Repeat(` xmlns:a="b"`, 1000), 1), ovhsoap.ErrProtocol, "namespaces"},
	} {
		t.Run(name, func(t *testing.T) {
			body := c.body
			if name == "declared twice" {
				body = strings.Replace(body, "</SOAP-ENV:Body", "</b:Body", 1)
			}
			got, err := read[[]mailbox](t, "popList", body)
			if c.want == nil {
				require.NoError(t, err)
				assert.Equal(t, []mailbox{{Name: "info"}}, got)
				return
			}
			assert.ErrorIs(t, err, c.want)
			assert.ErrorContains(t, err, c.text)
		})
	}
}

// The namespace of the answer itself is not compared: installations have their
// own.
func TestEnvelope_AnswerOfAnotherNamespace(t *testing.T) {
	_, err := read[[]mailbox](t, "popList", strings.Replace(popListIs("<return/>"), ovhsoap.Namespace, "urn:example", 1))
	assert.NoError(t, err)
}

func TestCharset_ContradictedByTheText(t *testing.T) {
	body := func(charset, name string) string {
		return strings.Replace(popListIs("<return><item><name>"+name+"</name></item></return>"), "UTF-8", charset, 1)
	}
	for name, c := range map[string]struct{ body, contentType, want string }{
		"UTF-8 that the header calls Latin-1":      {body("UTF-8", "Hôtel"), "text/xml; charset=iso-8859-1", "Hôtel"},
		"UTF-8 that both call Latin-1":             {body("ISO-8859-1", "Hôtel"), "text/xml; charset=iso-8859-1", "Hôtel"},
		"UTF-8 that the declaration calls Windows": {body("windows-1252", "5 €"), "", "5 €"},
		"Latin-1 that the header calls UTF-8":      {body("ISO-8859-1", "H\xf4tel"), "text/xml; charset=utf-8", "Hôtel"},
		"Latin-1":                                  {body("ISO-8859-1", "H\xf4tel"), "text/xml; charset=iso-8859-1", "Hôtel"},
		"ASCII":                                    {body("ISO-8859-1", "Hotel"), "", "Hotel"},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) {
				w.Header()["Content-Type"] = []string{c.contentType}
				_, _ = io.WriteString(w, c.body)
			}}
			s, err := svc.client(t).Resume(ovhsoap.NewSecret("alive"))
			require.NoError(t, err)
			got, err := s.PopList(t.Context(), "example.com")
			require.NoError(t, err)
			assert.Equal(t, []ovhsoap.PopStruct{{Name: c.want}}, got)
		})
	}
	t.Run("neither", func(t *testing.T) {
		_, err := read[[]mailbox](t, "popList", body("UTF-8", "H\xf4tel"))
		assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	})
}

func TestFake_CharsetAndVersion(t *testing.T) {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	client, err := ovhsoap.New(server.Config())
	require.NoError(t, err)
	defer client.Close()
	s := client.Session()
	require.NoError(t, s.Login(t.Context()))
	server.DeclareCharset("iso-8859-1")
	server.Inject(ovhsoaptest.Fault{Function: "domainList", Status: 210, Message: "Désolé"})
	_, err = s.DomainList(t.Context())
	var f *ovhsoap.Fault
	require.ErrorAs(t, err, &f)
	assert.Equal(t, "Désolé", f.Message)
	server.AnswerSOAP12(true)
	_, err = s.DomainList(t.Context())
	assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	assert.False(t, errors.Is(err, ovhsoap.ErrAmbiguous))
	err = s.DomainLock(t.Context(), "example.com")
	assert.ErrorIs(t, err, ovhsoap.ErrAmbiguous, "the change may have been made")
}
