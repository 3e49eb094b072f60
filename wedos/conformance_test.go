package wedos_test

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/conformance"
	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

func TestConformance(t *testing.T) {
	const login, password = "owner@example.test", "hush-hush-password"
	inner := sha1.Sum([]byte(password))
	bubble := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) // where synctest's clock starts
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		t.Run(string(codec), func(t *testing.T) {
			fake := wedostest.NewServer(wedostest.Options{Login: login, Password: password, AccountBudget: 1e6, InvalidBudget: 1e6})
			defer fake.Close()
			fake.AddZone("example.com", wedos.Row{TTL: 1800, Type: "A", Data: "192.0.2.1"})
			conformance.Run(t, conformance.Subject{
				Answer:  fake,
				Secrets: []string{password, hex.EncodeToString(inner[:]), wedos.AuthHash(login, password, bubble), "transfer-secret"},
				New: func(t *testing.T, env conformance.Env) conformance.Provider {
					config := wedos.Config{
						Login: login, Password: wedos.NewSecret(password), URL: env.URL + "/wapi", Codec: codec,
						HTTPClient: env.HTTPClient, Logger: env.Logger, MaxResponseBytes: env.MaxResponseBytes,
						MaxAttempts: env.MaxAttempts, MaxRetryWait: env.MaxRetryWait,
					}
					c, err := wedos.New(config)
					if err != nil {
						t.Fatal(err)
					}
					return conformance.Provider{
						Read: func(ctx context.Context) error {
							_, err := c.Call(ctx, "dns-rows-list", map[string]any{"domain": "example.com", "auth_info": "transfer-secret"})
							return err
						},
						Change: func(ctx context.Context) error {
							_, err := c.Call(ctx, "ping-async", map[string]any{"auth_info": "transfer-secret"})
							return err
						},
						IsRead:   commandIs("dns-rows-list"),
						IsChange: commandIs("ping-async"),
						Show:     []any{c, config, &config, wedos.NewSecret("transfer-secret"), c.With(wedos.CallOptions{Test: true})},
						Close:    c.Close,
						Shows:    true,
						Hold: func(context.Context) ([]any, error) {
							secret := wedos.NewSecret("transfer-secret")
							transfer := wedos.Transfer{Name: "example.com", AuthInfo: secret}
							hookConfig := wedos.WebhookConfig{Token: wedos.NewSecret(password), Handle: wedos.NewTracker(wedos.TrackerConfig{}).Handle}
							hook, err := wedos.NewWebhook(hookConfig)
							return []any{config, &config, c, secret, transfer, &transfer, hookConfig, &hookConfig, hook}, err
						},
					}
				},
			})
		})
	}
}

func commandIs(name string) func(*conformance.Request) bool {
	return func(r *conformance.Request) bool {
		text, err := url.QueryUnescape(r.Form)
		return err == nil && (strings.Contains(text, `"command":"`+name+`"`) || strings.Contains(text, "<command>"+name+"<"))
	}
}
