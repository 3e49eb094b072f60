package ovhrest

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestConfigThatCantBeUsed(t *testing.T) {
	for field, cfg := range map[string]Config{
		"Endpoint":         {Endpoint: "ovh-mars"},
		"URL":              {URL: "http://api.example.com/1.0"},
		"AppSecret":        {AppKey: "hush"},
		"AppKey":           {AppSecret: NewSecret("hush"), ConsumerKey: NewSecret("hush")},
		"ClientSecret":     {ClientID: "hush"},
		"ClientID":         {AppKey: "hush", AppSecret: NewSecret("hush"), ClientID: "hush", ClientSecret: NewSecret("hush")},
		"AccessToken":      {AccessToken: NewSecret("hush"), ClientID: "hush", ClientSecret: NewSecret("hush")},
		"TokenURL":         {URL: "https://api.example.com/1.0", ClientID: "hush", ClientSecret: NewSecret("hush")},
		"ConsumerKey":      {AppKey: "hush", AppSecret: NewSecret("hush"), ConsumerKey: NewSecret("hush\r\nX-Other: 1")},
		"MaxAttempts":      {MaxAttempts: -1},
		"MaxResponseBytes": {MaxResponseBytes: -1},
		"MaxRetryWait":     {MaxRetryWait: -1},
		"UserAgent":        {UserAgent: "a\nb"},
	} {
		c, err := New(cfg)
		var e *Error
		if c != nil || !errors.As(err, &e) || !errors.Is(err, ErrInvalid) || e.Field != field || strings.Contains(err.Error(), "hush") {
			t.Errorf("%s: %v", field, err)
		}
	}
	if _, err := New(Config{Endpoint: "soyoustart-eu", ClientID: "a", ClientSecret: NewSecret("b")}); !errors.Is(err, ErrInvalid) {
		t.Errorf("%v: that endpoint has no OAuth2", err)
	}
}

func TestConfigWithoutCredential(t *testing.T) {
	sent := 0
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		sent++
		if r.Header.Get("X-Ovh-Signature") != "" {
			t.Error("signed with nothing")
		}
		_, _ = w.Write([]byte(`["FR"]`))
	})
	c := a.client(t, func(cfg *Config) { *cfg = Config{URL: cfg.URL} })
	if countries, err := c.NewAccountCountries(t.Context(), OvhCompanyOvh, OvhSubsidiaryFR); err != nil || len(countries) != 1 {
		t.Errorf("%v %v", countries, err)
	}
	for name, call := range map[string]func() error{
		"Me":                func() error { _, err := c.Me(t.Context()); return err },
		"RequestCredential": func() error { _, err := c.RequestCredential(t.Context(), CredentialRequestParams{}); return err },
	} {
		if err := call(); !errors.Is(err, ErrUnauthorized) || sent != 1 {
			t.Errorf("%s: %v after %d requests", name, err, sent)
		}
	}
}
