package ovhsoap_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hooklift/gowsdl/soap"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// attempts collects what OnAttempt gets.
type attempts struct {
	mu  sync.Mutex
	all []ovhsoap.Attempt
}

func (a *attempts) add(_ context.Context, one ovhsoap.Attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one.Start, one.Duration, one.Wait = time.Time{}, 0, 0
	a.all = append(a.all, one)
}

// watched makes a client whose attempts are collected, and logged to log.
func watched(t *testing.T, rt http.RoundTripper, log io.Writer) (*ovhsoap.Client, *attempts) {
	t.Helper()
	var seen attempts
	c, err := ovhsoap.New(ovhsoap.Config{
		Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: "https://soapi.test:1664", HTTPClient: &http.Client{Transport: rt},
		OnAttempt: seen.add, Logger: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, &seen
}

func TestOnAttempt_EachRequestOfACall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		svc := &service{answer: func(w http.ResponseWriter, c call, n int) {
			switch {
			case c.function == "popList" && n == 1:
				fault(w, "soap:301", "session expired")
			case c.function == "popList" && n == 2:
				w.WriteHeader(http.StatusServiceUnavailable)
			default:
				friendly(w, c, n)
			}
		}}
		var log strings.Builder
		client, seen := watched(t, svc.transport(), &log)
		require.NoError(t, client.Do(t.Context(), func(s *ovhsoap.Session) error {
			_, err := s.PopList(t.Context(), "example.com")
			return err
		}))
		assert.Equal(t, []ovhsoap.Attempt{
			{Operation: "login", Number: 1, Status: 200},
			{Operation: "popList", Number: 1, Status: 500, Code: "soap:301", Condition: ovhsoap.ErrUnauthorized},
			{Operation: "login", Number: 1, Status: 200},
			{Operation: "popList", Number: 1, Status: 503, Condition: ovhsoap.ErrUnavailable},
			{Operation: "popList", Number: 2, Status: 200},
			{Operation: "logout", Number: 1, Status: 200},
		}, seen.all)
		assert.Contains(t, log.String(), "operation=popList attempt=1 duration=0s status=500 code=soap:301\n")
	})
}

func TestOnAttempt_WhatTheServiceSays(t *testing.T) {
	const twelve = "http://www.w3.org/2003/05/soap-envelope"
	for name, c := range map[string]struct {
		answer func(http.ResponseWriter)
		want   ovhsoap.Attempt
	}{
		"good":                      {func(w http.ResponseWriter) { result(w, "popDel", "") }, ovhsoap.Attempt{Status: 200}},
		"another function's answer": {func(w http.ResponseWriter) { result(w, "popAdd", "") }, ovhsoap.Attempt{Status: 200, Condition: ovhsoap.ErrProtocol}},
		"a fault with status 200": {func(w http.ResponseWriter) {
			w.WriteHeader(200)
			fault(w, "soap:401", "x")
		}, ovhsoap.Attempt{Status: 200, Code: "soap:401", Condition: ovhsoap.ErrForbidden}},
		"busy":             {func(w http.ResponseWriter) { fault(w, "soap:220", "x") }, ovhsoap.Attempt{Status: 500, Code: "soap:220", Condition: ovhsoap.ErrBusy}},
		"a client's fault": {func(w http.ResponseWriter) { fault(w, "SOAP-ENV:Client", "x") }, ovhsoap.Attempt{Status: 500, Code: "soap:Client", Condition: ovhsoap.ErrInvalid}},
		"in detail":        {func(w http.ResponseWriter) { fault(w, "s:Server.Database", "x") }, ovhsoap.Attempt{Status: 500, Code: "soap:Server", Condition: ovhsoap.ErrUnavailable}},
		"a warning":        {func(w http.ResponseWriter) { fault(w, "soap:100", "x") }, ovhsoap.Attempt{Status: 500, Code: "soap:100", Condition: ovhsoap.ErrAmbiguous}},
		"a code of its own": {
			func(w http.ResponseWriter) { fault(w, "soap:"+sessionMark, "x") },
			ovhsoap.Attempt{Status: 500, Code: "unknown", Condition: ovhsoap.ErrAmbiguous},
		},
		"not SOAP":    {func(w http.ResponseWriter) { _, _ = io.WriteString(w, "<html/>") }, ovhsoap.Attempt{Status: 200, Condition: ovhsoap.ErrProtocol}},
		"a page, 403": {func(w http.ResponseWriter) { w.WriteHeader(403) }, ovhsoap.Attempt{Status: 403, Condition: ovhsoap.ErrForbidden}},
		"SOAP 1.2": {func(w http.ResponseWriter) {
			w.WriteHeader(500)
			_, _ = io.WriteString(w, `<e:Envelope xmlns:e="`+twelve+`"><e:Body/></e:Envelope>`)
		}, ovhsoap.Attempt{Status: 500, Condition: ovhsoap.ErrProtocol}},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: func(w http.ResponseWriter, call call, n int) {
				if call.function == "popDel" {
					c.answer(w)
					return
				}
				friendly(w, call, n)
			}}
			client, seen := watched(t, svc.transport(), io.Discard)
			_ = popDel(t.Context(), client.Session())
			c.want.Operation, c.want.Number = "popDel", 1
			require.Len(t, seen.all, 2)
			assert.Equal(t, c.want, seen.all[1])
		})
	}
}

// What a peer or a caller's RoundTripper repeats of a call is not shown.
func TestOnAttempt_HoldsNoSecret(t *testing.T) {
	secrets := strings.Join([]string{passwordMark, sessionMark, mailboxMark}, " ")
	answers := map[string]roundTripper{
		"a fault": func(*http.Request) (*http.Response, error) {
			return answered(500, envelope("<SOAP-ENV:Fault><faultcode>soap:"+strings.ReplaceAll(secrets, "&", "&amp;")+"</faultcode></SOAP-ENV:Fault>")), nil
		},
		"a page": func(*http.Request) (*http.Response, error) {
			resp := answered(502, secrets)
			resp.Header.Set("X-Request-Id", secrets)
			return resp, nil
		},
		"an error": func(*http.Request) (*http.Response, error) { return nil, errors.New("no route with " + secrets) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			var log strings.Builder
			svc := &service{answer: func(w http.ResponseWriter, c call, _ int) { result(w, "login", "<return>"+sessionMark+"</return>") }}
			client, seen := watched(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				if ovhsoap.OperationFrom(r.Context()) == "login" {
					return svc.transport().RoundTrip(r)
				}
				return answer(r)
			}), &log)
			err := client.Session().PopModifyPassword(t.Context(), ovhsoap.PopModifyPasswordArgs{
				Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret(mailboxMark),
			})
			require.Error(t, err)
			require.Len(t, seen.all, 2)
			shown := fmt.Sprintf("%+v %#v %v %s", seen.all, seen.all, err, log.String())
			assert.NotContains(t, shown, "hush")
			if name == "an error" {
				assert.Contains(t, seen.all[1].Failure, "no route with")
				assert.ErrorContains(t, err, "no route with")
			}
		})
	}
}

func answered(status int, body string) *http.Response {
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func TestOperationFrom_InARoundTripper(t *testing.T) {
	svc := &service{answer: friendly}
	var operations []string
	client, _ := watched(t, roundTripper(func(r *http.Request) (*http.Response, error) {
		operations = append(operations, ovhsoap.OperationFrom(r.Context()))
		return svc.transport().RoundTrip(r)
	}), io.Discard)
	require.NoError(t, client.Do(t.Context(), func(s *ovhsoap.Session) error { return popDel(t.Context(), s) }))
	assert.Equal(t, []string{"login", "popDel", "logout"}, operations)
	assert.Empty(t, ovhsoap.OperationFrom(t.Context()))
}

// An error of a caller's RoundTripper is no word of the service's, whatever is
// inside it: nothing is sent again, and nothing is taken for refused.
func TestTransport_ErrorThatHoldsAFault(t *testing.T) {
	for name, cause := range map[string]error{
		"ours":     &ovhsoap.Fault{Code: "soap:301", Status: ovhsoap.StatusSessionExpired},
		"gowsdl's": &soap.SOAPFault{Code: "soap:301"},
		"an Error": &ovhsoap.Error{Function: "popAdd", Fault: &ovhsoap.Fault{Code: "soap:310", Status: ovhsoap.StatusLogin}},
	} {
		t.Run(name, func(t *testing.T) {
			svc := &service{answer: friendly}
			failing := "popDel"
			var sent []string
			client, _ := watched(t, roundTripper(func(r *http.Request) (*http.Response, error) {
				sent = append(sent, ovhsoap.OperationFrom(r.Context()))
				if sent[len(sent)-1] == failing {
					return nil, cause
				}
				return svc.transport().RoundTrip(r)
			}), io.Discard)
			s := client.Session()
			err := popDel(t.Context(), s)
			require.ErrorIs(t, err, ovhsoap.ErrAmbiguous)
			require.ErrorIs(t, err, ovhsoap.ErrUnavailable)
			var e *ovhsoap.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "popDel", e.Function)
			assert.Nil(t, e.Fault)
			assert.Equal(t, []string{"login", "popDel"}, sent)

			failing = "login"
			for range 2 {
				_, err = client.Login(t.Context())
				require.ErrorIs(t, err, ovhsoap.ErrUnavailable)
			}
			require.Error(t, popDel(t.Context(), client.Session()))
			assert.Equal(t, []string{"login", "popDel", "login", "login", "login"}, sent, "no refusal stands")
		})
	}
}
