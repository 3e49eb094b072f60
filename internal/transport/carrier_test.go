package transport_test

import (
	"errors"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// A test that replaces http.DefaultTransport must not reach the real service,
// where it would pay.
func TestDefaultTransport_ReplacedIsUsed(t *testing.T) {
	const address = "https://api.example.invalid/"
	order := transport.Op{Name: "order", Scrub: func(text string) string { return text }}
	for name, hc := range map[string]*http.Client{"no client": nil, "a client without a transport": {}} {
		t.Run(name, func(t *testing.T) {
			before := newClient(t, transport.Config{HTTPClient: hc})
			httpmock.Activate(t)
			after := newClient(t, transport.Config{HTTPClient: hc})
			httpmock.RegisterResponder(http.MethodGet, address, httpmock.NewStringResponder(200, "mocked"))
			for _, c := range []*transport.Client{before, after} {
				resp, err := c.Do(t.Context(), order, get(address))
				require.NoError(t, err)
				assert.Equal(t, "mocked", string(resp.Body))
			}
			httpmock.Reset()
			_, err := before.Do(t.Context(), order, get(address))
			require.ErrorIs(t, err, httpmock.NoResponderFound)
			assert.Contains(t, errors.Unwrap(err).Error(), "no responder found")

			httpmock.DeactivateAndReset()
			_, err = before.Do(t.Context(), order, get("http://127.0.0.1:1/"))
			require.ErrorIs(t, err, condition.ErrUnavailable)
			assert.NotErrorIs(t, err, httpmock.NoResponderFound)
		})
	}
}

// replaceDefault puts rt in http.DefaultTransport's place for the test.
func replaceDefault(t *testing.T, rt http.RoundTripper) {
	was := http.DefaultTransport
	http.DefaultTransport = rt
	t.Cleanup(func() { http.DefaultTransport = was })
}

func TestDefaultTransport_ReplacedByItsOwnKind(t *testing.T) {
	dials := errors.New("no network in this test")
	other := &http.Transport{Proxy: func(*http.Request) (_ *url.URL, err error) { return nil, dials }}
	tuned := 0
	for name, tune := range map[string]func(*http.Transport){"as it is": nil, "tuned": func(*http.Transport) { tuned++ }} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, transport.Config{Tune: tune})
			replaceDefault(t, other)
			for range 2 {
				_, err := c.Do(t.Context(), transport.Op{Name: "read"}, get("http://127.0.0.1:1/"))
				require.Error(t, err)
				assert.NotErrorIs(t, err, condition.ErrUnavailable, "127.0.0.1 was called")
			}
		})
	}
	assert.Equal(t, 2, tuned, "for its own transport, and once for the other")
}

func TestDefaultTransport_ReplacedTakesNoOptions(t *testing.T) {
	cfg := transport.Config{Tune: func(*http.Transport) {}}
	before := newClient(t, cfg)
	replaceDefault(t, roundTripper(func(*http.Request) (*http.Response, error) {
		t.Error("sent without the options")
		return nil, errors.ErrUnsupported
	}))
	_, err := transport.New(cfg)
	want := "HTTPClient is not set, and http.DefaultTransport was replaced by a type other than *http.Transport, " +
		"which can't take the TLS or dial options: set HTTPClient, or leave the options out"
	require.EqualError(t, err, want)
	_, err = before.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
	require.ErrorIs(t, err, condition.ErrInvalid)
	assert.EqualError(t, err, want)
	assert.NotErrorIs(t, err, condition.ErrAmbiguous)
}

// What replaced the default is left behind as any other transport is, known
// again or not.
func TestDefaultTransport_ReplacedByOneThatHangs(t *testing.T) {
	for name, replace := range map[string]func(end chan struct{}) http.RoundTripper{
		"a struct": func(end chan struct{}) http.RoundTripper { return stubborn{end, http.NoBody} },
		"a func":   func(end chan struct{}) http.RoundTripper { return roundTripper(stubborn{end, http.NoBody}.RoundTrip) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				end, sent := make(chan struct{}), 0
				c := newClient(t, transport.Config{MaxAttempts: 1, HTTPClient: &http.Client{Timeout: time.Second}})
				replaceDefault(t, replace(end))
				for range 50 {
					_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
					require.ErrorIs(t, err, condition.ErrUnavailable)
					if errors.Is(err, condition.ErrAmbiguous) {
						sent++
					}
				}
				assert.Equal(t, 32, sent)
				close(end)
				synctest.Wait()
				_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
				assert.NoError(t, err, "what has ended no longer counts")
			})
		})
	}
}
