package ovhrest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/conformance"
	"github.com/hebergo/hebergo/ovhrest"
)

// TestConformance runs the house's suite with each kind of credential.
func TestConformance(t *testing.T) {
	for name, credential := range map[string]func(*ovhrest.Config){
		"ConsumerKey": func(c *ovhrest.Config) {
			c.AppKey, c.AppSecret, c.ConsumerKey = "hush-app-key", ovhrest.NewSecret("hush-app-secret"), ovhrest.NewSecret("hush-consumer")
		},
		"OAuth2": func(c *ovhrest.Config) {
			c.ClientID, c.ClientSecret, c.TokenURL = "hush-client", ovhrest.NewSecret("hush-client-secret"), c.URL+"/token"
		},
		"AccessToken": func(c *ovhrest.Config) { c.AccessToken = ovhrest.NewSecret("hush-token") },
	} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, conformance.Subject{
				Secrets: []string{
					"hush-app-key", "hush-app-secret", "hush-consumer", "hush-client", "hush-client-secret", "hush-token",
					"hush-cart", "hush-mail-token", "hush-order",
				},
				Answer: http.HandlerFunc(goodDay),
				New:    func(t *testing.T, env conformance.Env) conformance.Provider { return provider(t, env, credential) },
			})
		})
	}
}

const orderJSON = `{"orderId":7,"password":"hush-order","url":"https://example.com/hush-order","pdfUrl":"https://example.com/hush-order"}`

func goodDay(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/auth/time"):
		fmt.Fprint(w, time.Now().Unix())
	case r.URL.Path == "/token":
		fmt.Fprint(w, `{"access_token":"hush-token","expires_in":3599}`)
	case r.Method == http.MethodGet:
		fmt.Fprint(w, orderJSON)
	default:
		fmt.Fprint(w, `{"orderId":7,"url":"https://example.com/hush-order"}`)
	}
}

func provider(t *testing.T, env conformance.Env, credential func(*ovhrest.Config)) conformance.Provider {
	cfg := ovhrest.Config{
		URL: env.URL, HTTPClient: env.HTTPClient, Logger: env.Logger, Limiter: ovhrest.NewLimiter(0),
		MaxResponseBytes: env.MaxResponseBytes, MaxAttempts: env.MaxAttempts, MaxRetryWait: env.MaxRetryWait,
	}
	credential(&cfg)
	c, err := ovhrest.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	var order ovhrest.Order
	if err := json.Unmarshal([]byte(orderJSON), &order); err != nil {
		t.Fatal(err)
	}
	var checkout ovhrest.Checkout
	if err := json.Unmarshal([]byte(`{"orderId":7,"url":"https://example.com/hush-order"}`), &checkout); err != nil {
		t.Fatal(err)
	}
	inside := struct{ hidden ovhrest.Secret }{ovhrest.NewSecret("hush-mail-token")}
	return conformance.Provider{
		Read: func(ctx context.Context) error { _, err := c.Order(ctx, 7); return err },
		Change: func(ctx context.Context) error {
			_, err := c.ExecuteCheckout(ctx, "hush-cart", ovhrest.CheckoutParams{})
			return err
		},
		IsRead:   func(r *conformance.Request) bool { return strings.HasSuffix(r.URL.Path, "/me/order/7") },
		IsChange: func(r *conformance.Request) bool { return strings.HasSuffix(r.URL.Path, "/checkout") },
		Show:     []any{c, cfg, &cfg, ovhrest.NewSecret("hush-mail-token"), order, &order, checkout, inside},
		Close:    c.Close,
	}
}
