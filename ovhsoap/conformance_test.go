package ovhsoap_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/conformance"
	"github.com/hebergo/hebergo/ovhsoap"
)

const (
	nicMark      = "hush-nic"
	passwordMark = "hush&password"
	sessionMark  = "hush-session"
	mailboxMark  = "hush-mailbox-password"
)

// envelope wraps a function's answer the way PHP's SoapServer does.
func envelope(inner string) string {
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
		`<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="http://soapi.ovh.com/manager"` +
		` xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"` +
		` xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"><SOAP-ENV:Body>` + inner + `</SOAP-ENV:Body></SOAP-ENV:Envelope>`
}

func called(r *http.Request, function string) bool {
	return r.Header.Get("SOAPAction") == `"`+ovhsoap.Namespace+"#"+function+`"`
}

func goodDay(w http.ResponseWriter, r *http.Request) {
	switch {
	case called(r, "login"):
		_, _ = io.WriteString(w, envelope(`<ns1:loginResponse><return xsi:type="xsd:string">`+sessionMark+`</return></ns1:loginResponse>`))
	case called(r, "popInfo"):
		_, _ = io.WriteString(w, envelope(`<ns1:popInfoResponse><return><name xsi:type="xsd:string">info</name></return></ns1:popInfoResponse>`))
	case called(r, "popModifyPassword"):
		_, _ = io.WriteString(w, envelope(`<ns1:popModifyPasswordResponse/>`))
	default:
		w.WriteHeader(http.StatusNotFound)
	}
}

func TestConformance(t *testing.T) {
	conformance.Run(t, conformance.Subject{
		Secrets: []string{passwordMark, sessionMark, mailboxMark, strings.ReplaceAll(passwordMark, "&", "&amp;")},
		Answer:  http.HandlerFunc(goodDay),
		New: func(t *testing.T, env conformance.Env) conformance.Provider {
			cfg := ovhsoap.Config{
				Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: env.URL,
				HTTPClient: env.HTTPClient, Logger: env.Logger,
				MaxResponseBytes: env.MaxResponseBytes, MaxAttempts: env.MaxAttempts, MaxRetryWait: env.MaxRetryWait,
			}
			c, err := ovhsoap.New(cfg)
			require.NoError(t, err)
			s := c.Session()
			return conformance.Provider{
				Read: func(ctx context.Context) error { // the name is a Secret: the suite repeats all of them in errors
					_, err := ovhsoap.Call[struct{ Name string }](ctx, s, "popInfo", "example.com", ovhsoap.NewSecret(mailboxMark))
					return err
				},
				Change: func(ctx context.Context) error {
					_, err := ovhsoap.Call[ovhsoap.Void](ctx, s, "popModifyPassword", "example.com", "info", mailboxMark)
					return err
				},
				IsRead:   func(r *conformance.Request) bool { return called(r.Request, "popInfo") },
				IsChange: func(r *conformance.Request) bool { return called(r.Request, "popModifyPassword") },
				Show:     []any{cfg, &cfg, c, s, fmt.Sprint(c, s)},
				Close:    c.Close,
				Shows:    true,
				Hold: func(ctx context.Context) ([]any, error) {
					opened, err := c.Login(ctx)
					if err != nil {
						return nil, err
					}
					kept := cfg
					kept.HTTPClient, kept.Logger = nil, nil // the suite reads fields that net/http's goroutines write
					mailbox := ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret(mailboxMark)}
					return []any{
						kept, &kept, c, opened, opened.ID(), opened.HTTPClient(), c.HTTPClient(), cfg.Password, mailbox, &mailbox,
						ovhsoap.Some(ovhsoap.NewSecret(mailboxMark)), ovhsoap.Args{"password": ovhsoap.NewSecret(mailboxMark)},
						ovhsoap.Request{Function: "f", Args: []ovhsoap.Argument{{Name: "password", Type: "string", Value: ovhsoap.NewSecret(mailboxMark)}}},
						ovhsoap.DomainInfoReturn{Authinfo: ovhsoap.NewSecret(mailboxMark)},
					}, nil
				},
			}
		},
	})
}
