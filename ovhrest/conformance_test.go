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

// TestConformance runs the shared suite with each kind of credential.
func TestConformance(t *testing.T) {
	for name, c := range map[string]struct {
		credential func(*ovhrest.Config)
		secrets    []string
	}{
		"ConsumerKey": {func(c *ovhrest.Config) {
			c.AppKey, c.AppSecret, c.ConsumerKey = "an-app-key", ovhrest.NewSecret("hush-app-secret"), ovhrest.NewSecret("hush-consumer")
		}, []string{"hush-app-secret", "hush-consumer"}},
		"OAuth2": {func(c *ovhrest.Config) {
			c.ClientID, c.ClientSecret, c.TokenURL = "a-client", ovhrest.NewSecret("hush-client-secret"), c.URL+"/token"
		}, []string{"hush-client-secret"}},
		"AccessToken": {func(c *ovhrest.Config) { c.AccessToken = ovhrest.NewSecret("hush-token") }, []string{"hush-token"}},
	} {
		t.Run(name, func(t *testing.T) {
			conformance.Run(t, conformance.Subject{
				Secrets: append(c.secrets, "hush-cart"), // the cart's id, which is a secret as a password is
				Answer:  http.HandlerFunc(goodDay),
				New:     func(t *testing.T, env conformance.Env) conformance.Provider { return provider(t, env, c.credential) },
			})
		})
	}
}

const orderJSON = `{"orderId":7,"password":"hush-cart","url":"https://example.com/hush-cart","pdfUrl":"https://example.com/hush-cart"}`

func goodDay(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/auth/time"):
		fmt.Fprint(w, time.Now().Unix())
	case r.URL.Path == "/token":
		fmt.Fprint(w, `{"access_token":"hush-token","expires_in":3599}`)
	case r.Method == http.MethodGet:
		fmt.Fprint(w, orderJSON)
	default:
		fmt.Fprint(w, `{"orderId":7,"url":"https://example.com/hush-cart"}`)
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
	if err := json.Unmarshal([]byte(`{"orderId":7,"url":"https://example.com/hush-cart"}`), &checkout); err != nil {
		t.Fatal(err)
	}
	inside := struct{ hidden ovhrest.Secret }{ovhrest.NewSecret("hush-cart")}
	return conformance.Provider{
		Read: func(ctx context.Context) error { _, err := c.SimulateCheckout(ctx, "hush-cart"); return err },
		Change: func(ctx context.Context) error {
			_, err := c.ExecuteCheckout(ctx, "hush-cart", ovhrest.CheckoutParams{})
			return err
		},
		IsRead: func(r *conformance.Request) bool {
			return strings.HasSuffix(r.URL.Path, "/checkout") && r.Method == http.MethodGet
		},
		IsChange: func(r *conformance.Request) bool {
			return strings.HasSuffix(r.URL.Path, "/checkout") && r.Method == http.MethodPost
		},
		Show:  []any{c, cfg, &cfg, ovhrest.NewSecret("hush-cart"), order, &order, checkout, inside},
		Close: c.Close,
		Shows: true,
		Hold: func(context.Context) ([]any, error) {
			s := ovhrest.NewSecret("hush-cart")
			return []any{
				c, cfg, &cfg, order, checkout, s, ovhrest.Some(s), ovhrest.CredentialRequest{ConsumerKey: s, ValidationURL: s},
				ovhrest.ContactChangeToken{TaskID: 7, Token: s}, ovhrest.PaymentMean{URL: s, HTMLForm: ovhrest.Some(s)},
			}, nil
		},
	}
}
