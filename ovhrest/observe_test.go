package ovhrest

import (
	"bytes"
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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// attempts collects what OnAttempt gets.
type attempts struct {
	mu  sync.Mutex
	all []Attempt
}

func (a *attempts) add(_ context.Context, one Attempt) {
	a.mu.Lock()
	defer a.mu.Unlock()
	one.Start, one.Duration, one.Wait = time.Time{}, 0, 0
	a.all = append(a.all, one)
}

func TestOnAttempt_CodeConditionAndQueryID(t *testing.T) {
	answers := []func(w http.ResponseWriter){
		func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		func(w http.ResponseWriter) {
			w.Header().Set("X-Ovh-Queryid", "EU.ext-3.5f1b9f2b.1.ab")
			fmt.Fprint(w, `{"nichandle":"ab1-ovh"}`)
		},
		func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `{"errorCode":"INVALID_CREDENTIAL","message":"This credential is not valid"}`)
		},
	}
	var seen attempts
	a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { answers[0](w); answers = answers[1:] })
	c := a.client(t, func(cfg *Config) { cfg.OnAttempt, cfg.MaxRetryWait = seen.add, time.Nanosecond })
	_, err := c.Me(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, c.AssignCart(t.Context(), "a-secret-cart"), ErrCredential)
	assert.Equal(t, []Attempt{
		{Operation: "GET /auth/time", Number: 1, Status: 200},
		{Operation: "GET /me", Number: 1, Status: 503, Condition: ErrUnavailable},
		{Operation: "GET /me", Number: 2, Status: 200, RequestID: "EU.ext-3.5f1b9f2b.1.ab"},
		{Operation: "POST /order/cart/{cartId}/assign", Number: 1, Status: 403, Code: "INVALID_CREDENTIAL", Condition: ErrUnauthorized},
	}, seen.all)
}

func TestOnAttempt_WaitInTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waits []time.Duration
		a, hc := newMemoryAPI(ok, nil)
		c := a.client(t, func(cfg *Config) {
			cfg.HTTPClient, cfg.Limiter = hc, NewLimiter(2)
			cfg.OnAttempt = func(_ context.Context, one Attempt) { waits = append(waits, one.Wait) }
		})
		for range 2 {
			_, err := c.Me(t.Context())
			require.NoError(t, err)
		}
		assert.Equal(t, []time.Duration{0, 0, time.Minute}, waits)
	})
}

// Neither OnAttempt nor the log show a secret that the API repeats, or that a
// caller's RoundTripper quotes.
func TestOnAttempt_HoldsNoSecret(t *testing.T) {
	const cart, token = "hush-cart-0123", "hush-token"
	for name, answer := range map[string]roundTripper{
		"in the answer": func(*http.Request) (*http.Response, error) {
			body := `{"errorCode":"` + token + `","class":"` + cart + `","message":"` + cart + " " + token + `"}`
			header := http.Header{"X-Ovh-Queryid": {"EU." + token + "." + cart}}
			return &http.Response{StatusCode: http.StatusForbidden, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
		},
		"by the RoundTripper": func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("can't send %s with %v", r.URL, r.Header)
		},
		"as an error": func(*http.Request) (*http.Response, error) { return nil, errors.New(token) },
	} {
		t.Run(name, func(t *testing.T) {
			var seen attempts
			var log bytes.Buffer
			c, err := New(Config{
				AccessToken: NewSecret(token), OnAttempt: seen.add, HTTPClient: &http.Client{Transport: answer},
				Logger: slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			})
			require.NoError(t, err)
			defer c.Close()
			require.Error(t, c.AssignCart(t.Context(), cart))
			require.Len(t, seen.all, 1)
			assert.NotContains(t, fmt.Sprintf("%+v %s", seen.all, log.String()), "hush")
		})
	}
}

func TestOperationFrom_InARoundTripper(t *testing.T) {
	a, hc := newMemoryAPI(ok, nil)
	inner := hc.Transport
	var operations []string
	hc.Transport = roundTripper(func(r *http.Request) (*http.Response, error) {
		operations = append(operations, OperationFrom(r.Context()))
		return inner.RoundTrip(r)
	})
	c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
	require.NoError(t, c.Get(t.Context(), "/domain/{serviceName}", nil, "example.com"))
	assert.Equal(t, []string{"GET /auth/time", "GET /domain/{serviceName}"}, operations)
	assert.Empty(t, OperationFrom(t.Context()))
}
