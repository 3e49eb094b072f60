package ovhsoap_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

func TestNew_NamesTheField(t *testing.T) {
	for field, change := range map[string]func(*ovhsoap.Config){
		"Nic":              func(c *ovhsoap.Config) { c.Nic = "" },
		"Password":         func(c *ovhsoap.Config) { c.Password = ovhsoap.NewSecret("hush\x00") },
		"Language":         func(c *ovhsoap.Config) { c.Language = "\xff" },
		"URL":              func(c *ovhsoap.Config) { c.URL = "http://soapi.example:1664" },
		"LogoutTimeout":    func(c *ovhsoap.Config) { c.LogoutTimeout = -1 },
		"MaxResponseBytes": func(c *ovhsoap.Config) { c.MaxResponseBytes = -1 },
		"MaxAttempts":      func(c *ovhsoap.Config) { c.MaxAttempts = -1 },
		"MaxRetryWait":     func(c *ovhsoap.Config) { c.MaxRetryWait = -1 },
		"UserAgent":        func(c *ovhsoap.Config) { c.UserAgent = "a\nb" },
	} {
		cfg := ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark)}
		change(&cfg)
		_, err := ovhsoap.New(cfg)
		var e *ovhsoap.Error
		if !errors.As(err, &e) || e.Field != field || !errors.Is(err, ovhsoap.ErrInvalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, cfg := range []ovhsoap.Config{
		{Nic: "a", Password: ovhsoap.NewSecret("b")},
		{Nic: "a", Password: ovhsoap.NewSecret("b"), URL: "http://127.0.0.1:8080/soap.php", Language: "en"},
	} {
		c, err := ovhsoap.New(cfg)
		assert.NoError(t, err)
		c.Close()
	}
}

func TestLogin_OnTheWire(t *testing.T) {
	svc := &service{answer: friendly}
	if _, err := svc.client(t).Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	want := `<nic xsi:type="xsd:string">hush-nic</nic><password xsi:type="xsd:string">hush&amp;password</password>` +
		`<language xsi:type="xsd:string">fr</language><multisession xsi:type="xsd:boolean">true</multisession></m:login>`
	wantContains(t, svc.last().body, want)
	h := svc.last().Header
	wantContains(t, h.Get("User-Agent"), "(ovhsoap)")
	wantContains(t, h.Get("Content-Type"), "text/xml")
	if svc.last().Close {
		t.Error("asks for the connection's end")
	}
}

// An address is taken as it is: a script may be its folder's index.
func TestNew_KeepsTheAddress(t *testing.T) {
	for _, url := range []string{"https://soapi.test:1664/soap/", "https://soapi.test:1664/soap.php"} {
		svc := &service{answer: friendly}
		client, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: url, HTTPClient: &http.Client{Transport: svc.transport()}})
		require.NoError(t, err)
		if _, err := client.Login(t.Context()); err != nil || svc.last().URL.String() != url {
			t.Errorf("%v, sent to %s, want %s", err, svc.last().URL, url)
		}
	}
}

func wantContains(t *testing.T, got, want string) {
	t.Helper()
	if !strings.Contains(got, want) {
		t.Errorf("got %s\nwant %s", got, want)
	}
}
