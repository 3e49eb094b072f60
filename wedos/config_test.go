package wedos_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

func TestNew_NamesTheField(t *testing.T) {
	good := wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("pw")}
	for field, change := range map[string]func(*wedos.Config){
		"Login":            func(c *wedos.Config) { *c = wedos.Config{} },
		"Password":         func(c *wedos.Config) { c.Password = wedos.NewSecret("") },
		"Codec":            func(c *wedos.Config) { c.Codec = "yaml" },
		"URL":              func(c *wedos.Config) { c.URL = "http://api.example" },
		"UserAgent":        func(c *wedos.Config) { c.UserAgent = "x\r\nEvil: 1" },
		"MaxAttempts":      func(c *wedos.Config) { c.MaxAttempts = -1 },
		"MaxResponseBytes": func(c *wedos.Config) { c.MaxResponseBytes = -1 },
		"MaxRetryWait":     func(c *wedos.Config) { c.MaxRetryWait = -1 },
		"HTTPClient": func(c *wedos.Config) {
			c.IPv4Only, c.HTTPClient = true, wedostest.New(wedostest.Options{}).Config().HTTPClient
		},
	} {
		t.Run(field, func(t *testing.T) {
			config := good
			change(&config)
			_, err := wedos.New(config)
			assert.ErrorIs(t, err, wedos.ErrInvalid)
			e, ok := errors.AsType[*wedos.Error](err)
			require.True(t, ok)
			assert.Equal(t, field, e.Field)
		})
	}
}

func TestNewWebhook_NamesTheField(t *testing.T) {
	hook := wedos.WebhookConfig{Token: wedos.NewSecret("0123456789abcdef"), Handle: wedos.NewTracker(wedos.TrackerConfig{}).Handle}
	for field, change := range map[string]func(*wedos.WebhookConfig){
		"Token":                func(c *wedos.WebhookConfig) { c.Token = wedos.NewSecret("short") },
		"Handle":               func(c *wedos.WebhookConfig) { c.Handle = nil },
		"MaxBytes or Remember": func(c *wedos.WebhookConfig) { c.MaxBytes = -1 },
	} {
		t.Run(field, func(t *testing.T) {
			config := hook
			change(&config)
			_, err := wedos.NewWebhook(config)
			e, ok := errors.AsType[*wedos.Error](err)
			require.True(t, ok)
			assert.Equal(t, field, e.Field)
		})
	}
}

// An IPv4-only client does not reach a server that listens on IPv6 alone.
func TestConfig_IPv4Only(t *testing.T) {
	c := newClient(t, wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("pw"), URL: "http://[::1]:1", IPv4Only: true, MaxAttempts: 1})
	err := second(c.Ping(t.Context()))
	assert.ErrorIs(t, err, wedos.ErrUnavailable)
	assert.NotContains(t, err.Error(), "refused", "it must never reach [::1]")
}

// The caller's own dialer is asked for IPv4.
func TestConfig_IPv4OnlyKeepsTheDialer(t *testing.T) {
	fake := wedostest.NewServer(wedostest.Options{})
	defer fake.Close()
	var network atomic.Value
	dial := func(ctx context.Context, n, address string) (net.Conn, error) {
		network.Store(n)
		return (&net.Dialer{}).DialContext(ctx, n, address)
	}
	for name, hc := range map[string]*http.Client{
		"no transport": {}, "an empty one": {Transport: &http.Transport{}}, "own dialer": {Transport: &http.Transport{DialContext: dial}},
	} {
		t.Run(name, func(t *testing.T) {
			config := fake.Config()
			config.IPv4Only, config.HTTPClient = true, hc
			assert.NoError(t, second(newClient(t, config).Ping(t.Context())))
		})
	}
	assert.Equal(t, "tcp4", network.Load())
}
