package ovhrest

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

// The error of a caller's own RoundTripper is shown, without the call's
// secrets, and found.
func TestCause_OfACallersRoundTripper(t *testing.T) {
	cause := errors.New("no responder found for a-secret-cart, hush-token")
	c, err := New(Config{AccessToken: NewSecret("hush-token"), MaxAttempts: 1, HTTPClient: &http.Client{Transport: failing{cause}}})
	require.NoError(t, err)
	defer c.Close()
	err = c.AssignCart(t.Context(), "a-secret-cart")
	require.ErrorIs(t, err, cause)
	assert.Contains(t, err.Error(), "no responder found for REDACTED, REDACTED")
	assert.NotContains(t, err.Error(), "secret")
}

// The log has the gateway's code and not a peer's words.
func TestLog_CodeOfARefusal(t *testing.T) {
	for code, shown := range map[string]bool{"INVALID_CREDENTIAL": true, "MADE_UP": false} {
		var log bytes.Buffer
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte(`{"errorCode":"` + code + `","message":"no"}`))
		})
		c := a.client(t, func(cfg *Config) {
			cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		})
		_, err := c.Me(t.Context())
		require.Error(t, err)
		assert.Equal(t, shown, bytes.Contains(log.Bytes(), []byte(code)), log.String())
	}
}

// A RoundTripper may fail with an error of another call of this package, such as
// one for a token. It says nothing of the call that was under way.
func TestFailure_ForeignErrorHoldsOneOfOurs(t *testing.T) {
	inner := &Error{Method: "GET", Path: "/auth/time", Status: http.StatusNotFound}
	c, err := New(Config{
		AccessToken: NewSecret("a-token-of-the-test"),
		HTTPClient:  &http.Client{Transport: failing{fmt.Errorf("by the caller's own transport: %w", inner)}},
	})
	require.NoError(t, err)
	defer c.Close()
	err = c.Post(t.Context(), "/me/contact", struct{}{}, nil)
	require.ErrorIs(t, err, ErrAmbiguous)
	e, ok := err.(*Error)
	require.True(t, ok)
	assert.Equal(t, "/me/contact", e.Path)
}
