package ovhsoap_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hooklift/gowsdl/soap"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/internal/manager"
)

// generatedCall calls popList by gowsdl's code and returns the names of the
// mailboxes.
func generatedCall(ctx context.Context, h soap.HTTPClient, request *manager.PopList) ([]string, error) {
	port := manager.NewManagerPortType(soap.NewClient("https://soapi.test:1664", soap.WithHTTPClient(h)))
	answer, err := port.PopListContext(ctx, request)
	if err != nil {
		return nil, err
	}
	names := []string{}
	for _, item := range answer.Return_.Item {
		names = append(names, item.Name)
	}
	return names, nil
}

// popLists answers login with s1, s2 … and popList with body; a body of "" is a
// session that has expired.
func popLists(bodies ...string) *service {
	return &service{answer: func(w http.ResponseWriter, c call, n int) {
		switch {
		case c.function != "popList":
			friendly(w, c, n)
		case bodies[min(n, len(bodies))-1] == "":
			fault(w, "soap:301", "session expired")
		default:
			_, _ = io.WriteString(w, bodies[min(n, len(bodies))-1])
		}
	}}
}

func TestHTTPClient_Answers(t *testing.T) {
	good := popListIs("<return><item><name>info</name></item><item><name>compta</name></item></return>")
	latin1 := strings.Replace(popListIs("<return><item><name>H\xf4tel</name></item></return>"), "UTF-8", "ISO-8859-1", 1)
	for name, c := range map[string]struct {
		body string
		want []string
		err  error
	}{
		"good":                      {good, []string{"info", "compta"}, nil},
		"none":                      {popListIs("<return/>"), []string{}, nil},
		"Latin-1":                   {latin1, []string{"Hôtel"}, nil},
		"references":                {popListIs(`<return><item id="a"><name>a &amp; b</name></item><item href="#a"/></return>`), []string{"a & b", "a & b"}, nil},
		"references behind it":      {envelope(`<ns1:popListResponse><return href="#a"/></ns1:popListResponse><x id="a"><item><name>info</name></item></x>`), []string{"info"}, nil},
		"a bomb of references":      {bomb(9), nil, ovhsoap.ErrTooLarge},
		"attributes without an end": {popListIs("<return" + strings.Repeat(` a="b"`, 1000) + "/>"), nil, ovhsoap.ErrTooLarge},
		"no body":                   {envelope(""), nil, ovhsoap.ErrProtocol},
		"another function's":        {strings.ReplaceAll(good, "popListResponse", "popInfoResponse"), nil, ovhsoap.ErrProtocol},
		"a document type":           {"<!DOCTYPE a>" + good, nil, ovhsoap.ErrProtocol},
		"SOAP 1.2":                  {strings.Replace(good, soap11, "http://www.w3.org/2003/05/soap-envelope", 1), nil, ovhsoap.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			svc := popLists(c.body)
			got, err := generatedCall(t.Context(), svc.client(t).Session().HTTPClient(), &manager.PopList{Domain: "example.com"})
			if c.err != nil {
				var e *ovhsoap.Error
				require.ErrorAs(t, err, &e)
				assert.ErrorIs(t, err, c.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
			assert.Equal(t, "login popList", svc.sent())
			assert.Contains(t, svc.last().body, `<session>s1</session><domain>example.com</domain>`)
		})
	}
}

func TestHTTPClient_Sessions(t *testing.T) {
	good := popListIs("<return/>")
	t.Run("an expired one is replaced", func(t *testing.T) {
		svc := popLists("", good)
		_, err := generatedCall(t.Context(), svc.client(t).Session().HTTPClient(), &manager.PopList{Domain: "example.com"})
		require.NoError(t, err)
		assert.Equal(t, "login popList login popList", svc.sent())
		assert.Contains(t, svc.last().body, "<session>s2</session>")
	})
	t.Run("the caller's own is left alone", func(t *testing.T) {
		svc := popLists(good)
		_, err := generatedCall(t.Context(), svc.client(t).Session().HTTPClient(), &manager.PopList{Session: "own", Domain: "example.com"})
		require.NoError(t, err)
		assert.Equal(t, "popList", svc.sent())
		assert.Contains(t, svc.last().body, "<session>own</session>")
	})
	t.Run("none without a session", func(t *testing.T) {
		svc := popLists(good)
		_, err := generatedCall(t.Context(), svc.client(t).HTTPClient(), &manager.PopList{Domain: "example.com"})
		require.NoError(t, err)
		assert.Equal(t, "popList", svc.sent())
		assert.NotContains(t, svc.last().body, "session")
	})
	t.Run("one login for many", func(t *testing.T) {
		svc := popLists(good)
		h := svc.client(t).Session().HTTPClient()
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				_, err := generatedCall(t.Context(), h, &manager.PopList{Domain: "example.com"})
				assert.NoError(t, err)
			})
		}
		all.Wait()
		assert.Equal(t, 1, svc.count("login"))
	})
	t.Run("after Close", func(t *testing.T) {
		svc := popLists(good)
		client := svc.client(t)
		s := client.Session()
		client.Close()
		for _, h := range []*ovhsoap.HTTPClient{client.HTTPClient(), s.HTTPClient()} {
			_, err := generatedCall(t.Context(), h, &manager.PopList{Domain: "example.com"})
			assert.ErrorIs(t, err, ovhsoap.ErrClosed)
		}
		assert.Empty(t, svc.sent())
	})
}

func TestHTTPClient_Fault(t *testing.T) {
	svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
		if c.function == "login" {
			friendly(w, c, n)
			return
		}
		fault(w, "soap:401", "no right for hush-session-1 and "+passwordMark)
	}}
	_, err := generatedCall(t.Context(), svc.client(t).HTTPClient(), &manager.PopList{Session: "hush-session-1", Domain: "example.com"})
	var own *ovhsoap.Fault
	var gowsdls *soap.SOAPFault
	require.ErrorAs(t, err, &own)
	require.ErrorAs(t, err, &gowsdls)
	assert.ErrorIs(t, err, ovhsoap.ErrForbidden)
	assert.Equal(t, &soap.SOAPFault{Code: "soap:401", String: "no right for REDACTED and REDACTED"}, gowsdls)
	assert.Equal(t, ovhsoap.Status(401), own.Status)
}

// raw sends a body as gowsdl's client would.
func raw(t *testing.T, h *ovhsoap.HTTPClient, url, body string) (string, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	require.NoError(t, err)
	resp, err := h.Do(req)
	if err != nil {
		return "", err
	}
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(text), resp.Body.Close()
}

const soapiTest = "https://soapi.test:1664"

func TestHTTPClient_Requests(t *testing.T) {
	enclose := func(inner string) string {
		return `<soap:Envelope xmlns:soap="` + soap11 + `"><soap:Body>` + inner + `</soap:Body></soap:Envelope>`
	}
	t.Run("an empty session is filled", func(t *testing.T) {
		for _, empty := range []string{"<session></session>", "<session/>", `<session a=">"> </session>`} {
			svc := &service{answer: friendly}
			_, err := raw(t, svc.client(t).Session().HTTPClient(), soapiTest, enclose(`<m:popDel xmlns:m="a>b"><domain>x</domain>`+empty+`<pop>y</pop></m:popDel>`))
			require.NoError(t, err)
			assert.Contains(t, svc.last().body, "<domain>x</domain><session>s1</session><pop>y</pop>")
		}
	})
	t.Run("a function that nobody knows", func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, c call, _ int) {
			_, _ = io.WriteString(w, envelope("<ns1:anything><a b=\"c\">1</a></ns1:anything>"))
		}}
		text, err := raw(t, svc.client(t).Session().HTTPClient(), soapiTest, enclose(`<m:getQuote xmlns:m="urn:x"><of>y</of></m:getQuote>`))
		require.NoError(t, err)
		assert.Contains(t, text, `<a b="c">1</a>`)
		assert.Equal(t, "getQuote", svc.sent())
	})
	t.Run("another service's function of a known name is sent once, without a session", func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { w.WriteHeader(http.StatusBadGateway) }}
		_, err := raw(t, svc.client(t).Session().HTTPClient(), soapiTest, enclose(`<m:popList xmlns:m="urn:x"><a>b</a></m:popList>`))
		assert.ErrorIs(t, err, ovhsoap.ErrAmbiguous)
		assert.Equal(t, "popList", svc.sent())
	})
	t.Run("a password in a header stays out of the fault", func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { fault(w, "x:1", "wrong: hush-in-a-header") }}
		body := strings.Replace(enclose(`<m:getQuote xmlns:m="urn:x"><of>y</of></m:getQuote>`), "<soap:Body>",
			`<soap:Header><Security><Password>hush-in-a-header</Password></Security></soap:Header><soap:Body>`, 1)
		_, err := raw(t, svc.client(t).HTTPClient(), soapiTest, body)
		assert.EqualError(t, err, "ovhsoap: getQuote: wrong: REDACTED (code x:1); it may have been done")
	})
	t.Run("a password of HTTP stays out of the fault", func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, c call, _ int) {
			_, password, _ := c.BasicAuth()
			fault(w, "x:1", "wrong: "+password+" in "+c.Header.Get("Authorization"))
		}}
		h := svc.client(t).HTTPClient()
		client := soap.NewClient(soapiTest, soap.WithHTTPClient(h), soap.WithBasicAuth("proxy", "hush-basic"))
		err := client.CallContext(t.Context(), "urn:x", &manager.PopList{Domain: "example.com"}, &manager.PopListResponse{})
		assert.EqualError(t, err, "ovhsoap: popList: wrong: REDACTED in Basic REDACTED (code x:1)")
	})
	t.Run("a change is sent once", func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, _ call, _ int) { w.WriteHeader(http.StatusBadGateway) }}
		_, err := raw(t, svc.client(t).HTTPClient(), soapiTest, enclose(`<m:popDel xmlns:m="urn:x"/>`))
		assert.ErrorIs(t, err, ovhsoap.ErrAmbiguous)
		assert.Equal(t, "popDel", svc.sent())
	})
	for name, c := range map[string]struct{ url, body string }{
		"another host":   {"https://elsewhere.test", enclose("<m:popDel/>")},
		"another scheme": {"http://soapi.test:1664", enclose("<m:popDel/>")},
		"login":          {soapiTest, enclose(`<m:login xmlns:m="` + ovhsoap.Namespace + `"/>`)},
		"no call":        {soapiTest, enclose("")},
		"no envelope":    {soapiTest, "<a/>"},
		"no XML":         {soapiTest, "hush"},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: friendly}
			_, err := raw(t, svc.client(t).Session().HTTPClient(), c.url, c.body)
			assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
			assert.NotContains(t, err.Error(), "hush")
			assert.Empty(t, svc.sent())
		})
	}
	t.Run("no request", func(t *testing.T) {
		svc := &service{answer: friendly}
		for _, req := range []*http.Request{nil, {}} {
			_, err := svc.client(t).HTTPClient().Do(req)
			assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
		}
		_, err := (*ovhsoap.HTTPClient)(nil).Do(&http.Request{Body: io.NopCloser(bytes.NewReader(nil))})
		assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
	})
}

// A session keeps the language that generated code gave it.
func TestHTTPClient_LanguageSurvivesANewLogin(t *testing.T) {
	expired := false
	svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
		if c.session == "s1" && expired {
			fault(w, "soap:301", "session expired")
			return
		}
		friendly(w, c, n)
	}}
	s := svc.client(t).Session()
	say := func(session, language string) {
		t.Helper()
		_, err := raw(t, s.HTTPClient(), soapiTest, `<e:Envelope xmlns:e="`+soap11+`"><e:Body><m:language xmlns:m="`+ovhsoap.Namespace+`">`+
			session+`<language>`+language+`</language></m:language></e:Body></e:Envelope>`)
		require.NoError(t, err)
	}
	say("", "en")
	say("<session>another</session>", "it")
	expired = true
	require.NoError(t, popDel(t.Context(), s))
	assert.Equal(t, "login language language popDel login popDel", svc.sent())
	assert.Contains(t, svc.calls[4].body, ">en</language>")
}

func TestHTTPClient_NoPlaceForASession(t *testing.T) {
	for name, call := range map[string]string{
		"no end tag":        `<m:popDel xmlns:m="urn:x"/>`,
		"a comment in it":   `<m:popDel xmlns:m="urn:x"><session><!-- > --></session></m:popDel>`,
		"an empty CDATA":    `<m:popDel xmlns:m="urn:x"><session><![CDATA[]]></session></m:popDel>`,
		"attachments (MTM)": "--boundary\r\nContent-Type: application/xop+xml\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: friendly}
			call := strings.ReplaceAll(call, "urn:x", ovhsoap.Namespace)
			body := `<e:Envelope xmlns:e="` + soap11 + `"><e:Body>` + call + `</e:Body></e:Envelope>`
			_, err := raw(t, svc.client(t).Session().HTTPClient(), soapiTest, body)
			assert.ErrorIs(t, err, ovhsoap.ErrInvalid)
			assert.Empty(t, svc.sent())
		})
	}
}
