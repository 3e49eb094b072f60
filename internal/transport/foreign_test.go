package transport_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// failing is a caller's own RoundTripper that fails.
func failing(err error) *http.Client {
	return &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, err })}
}

// Whatever a caller's RoundTripper fails with is found, and no secret is shown.
func TestForeignError_FoundAndScrubbed(t *testing.T) {
	const secret = `pass"hush'&`
	quote := errors.New("refused, says the peer about " + secret)
	for name, err := range map[string]error{
		"any":                 quote,
		"of an operation":     &net.OpError{Op: "dial", Net: "tcp", Err: quote},
		"of a system's call":  &net.OpError{Op: "dial", Net: secret, Err: syscall.ECONNREFUSED},
		"of a resolver":       &net.DNSError{Err: quote.Error(), Name: "example.com"},
		"an end":              fmt.Errorf("%w: %w", quote, io.EOF),
		"an early end":        fmt.Errorf("%w: %w", quote, io.ErrUnexpectedEOF),
		"a system's":          fmt.Errorf("%w: %w", quote, syscall.ECONNRESET),
		"a timeout":           timeout{quote},
		"as a proxy's":        errors.New("Forbidden"),
		"a malformed answer":  fmt.Errorf("malformed HTTP response %w", quote),
		"a URL with a query":  errors.New("GET https://example.com/?p=" + secret + " failed"),
		"a URL with a secret": errors.New("GET https://example.com/a?b=" + secret),
		"a proxy's URL":       errors.New("invalid proxy address http://user:other-hush@proxy.example.com:3128/"),
	} {
		for how, scrub := range map[string]func(string) string{"scrubbed": redact.NewScrubber(secret).Scrub, "not shown": nil} {
			t.Run(name+", "+how, func(t *testing.T) {
				c := newClient(t, transport.Config{MaxAttempts: 1, HTTPClient: failing(err)})
				_, got := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true, Scrub: scrub}, get("http://127.0.0.1/"))
				require.ErrorIs(t, got, err)
				for ; got != nil; got = errors.Unwrap(got) {
					if text := fmt.Sprintf("%v %#v", got, got); strings.Contains(text, "hush") {
						t.Error(text)
					}
				}
			})
		}
	}
}

type timeout struct{ error }

func (timeout) Timeout() bool   { return true }
func (timeout) Temporary() bool { return true }
func (e timeout) Unwrap() error { return e.error }

// What can be shown of it is.
func TestForeignError_Text(t *testing.T) {
	scrub := redact.NewScrubber("hush").Scrub
	for _, c := range []struct {
		err   error
		scrub func(string) string
		want  string
	}{
		{&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, scrub, "dial tcp: connection refused"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}, nil, "network error: connection refused"},
		{&net.DNSError{Err: "no such host", Name: "api.example.com", IsNotFound: true}, scrub, "lookup api.example.com: no such host"},
		{&net.DNSError{Err: "no such host", Name: "api.example.com", IsNotFound: true}, nil, "network error"},
		{errors.New("at http://u:p@proxy.example.com/a?b=c, http://two.example.com/d?e@f"), scrub, "HTTP transport failed: at http://proxy.example.com/a http://two.example.com/d"},
	} {
		t.Run(c.want, func(t *testing.T) {
			tc := newClient(t, transport.Config{MaxAttempts: 1, HTTPClient: failing(c.err)})
			_, err := tc.Do(t.Context(), transport.Op{Name: "read", Repeatable: true, Scrub: c.scrub}, get("http://127.0.0.1/"))
			assert.EqualError(t, err, c.want)
		})
	}
}

// A RoundTripper built on another client fails with that client's error, which
// is not this call's: neither its condition nor its certainty holds here.
func TestForeignError_OfAnotherClient(t *testing.T) {
	inner := transport.NewError(condition.ErrNotFound, "something else is absent")
	c := newClient(t, transport.Config{HTTPClient: failing(fmt.Errorf("by another client: %w", inner))})
	_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
	require.ErrorIs(t, err, condition.ErrAmbiguous)
	require.ErrorIs(t, err, condition.ErrUnavailable)
	assert.False(t, inner.Ambiguous)
}
