package wedos_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// watched returns a client of a fake without a socket, and the attempts that it
// makes.
func watched(t *testing.T, options wedostest.Options, change func(*wedos.Config)) (*wedos.Client, *wedostest.Server, *[]wedos.Attempt) {
	t.Helper()
	fake, seen := wedostest.New(options), new([]wedos.Attempt)
	config := fake.Config()
	config.OnAttempt = func(_ context.Context, a wedos.Attempt) { *seen = append(*seen, a) }
	if change != nil {
		change(&config)
	}
	c, err := wedos.New(config)
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c, fake, seen
}

func TestOnAttempt_CodeConditionAndID(t *testing.T) {
	for name, want := range map[string]struct {
		fault wedostest.Fault
		code  string
		is    error
		ours  bool // RequestID is the clTRID
	}{
		"done":            {code: "1000"},
		"a condition":     {fault: wedostest.Fault{Code: 3210}, code: "3210", is: wedos.ErrNotFound},
		"no condition":    {fault: wedostest.Fault{Code: 3999}, code: "3999", is: wedos.Code(3999)},
		"blocked":         {fault: wedostest.Fault{Code: 2052}, code: "2052", is: wedos.ErrBlocked},
		"not WAPI's":      {fault: wedostest.Fault{Text: wedostest.RateLimitText}, is: wedos.ErrProtocol, ours: true},
		"the answer lost": {fault: wedostest.Fault{Lose: true}, is: wedos.ErrUnavailable, ours: true},
		"a redirect":      {fault: wedostest.Fault{Redirect: true}, is: wedos.ErrProtocol, ours: true},
	} {
		for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
			t.Run(name+" in "+string(codec), func(t *testing.T) {
				c, fake, seen := watched(t, wedostest.Options{}, func(c *wedos.Config) { c.Codec, c.MaxAttempts = codec, 1 })
				fake.Inject(want.fault)
				a, _ := c.With(wedos.CallOptions{ClTRID: "mine"}).Ping(t.Context())
				require.Len(t, *seen, 1)
				got := (*seen)[0]
				assert.Equal(t, "ping", got.Operation)
				assert.Equal(t, 1, got.Number)
				assert.Equal(t, want.code, got.Code)
				assert.Equal(t, want.is, got.Condition)
				if want.ours {
					assert.Equal(t, "mine", got.RequestID)
				} else {
					assert.Equal(t, a.SvTRID, got.RequestID)
				}
			})
		}
	}
}

func TestOnAttempt_WaitInTheLimiter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _, seen := watched(t, wedostest.Options{}, func(c *wedos.Config) {
			c.Limiter = wedos.NewLimiter(wedos.LimiterConfig{Account: 1})
		})
		for range 2 {
			require.NoError(t, second(c.Ping(t.Context())))
		}
		require.Len(t, *seen, 2)
		assert.Equal(t, []time.Duration{0, time.Hour}, []time.Duration{(*seen)[0].Wait, (*seen)[1].Wait})
	})
}

func TestOnAttempt_EachAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, fake, seen := watched(t, wedostest.Options{}, nil)
		fake.Inject(wedostest.Fault{Break: true, Times: 2})
		require.NoError(t, second(c.Ping(t.Context())))
		require.Len(t, *seen, 3)
		for i, a := range *seen {
			assert.Equal(t, i+1, a.Number)
		}
		assert.Nil(t, (*seen)[2].Condition)
	})
}

// What the limiter refuses is not sent, and so not an attempt.
func TestOnAttempt_RefusedByTheLimiter(t *testing.T) {
	c, _, seen := watched(t, wedostest.Options{}, func(c *wedos.Config) {
		c.Limiter = wedos.NewLimiter(wedos.LimiterConfig{Account: 1, FailFast: true})
	})
	require.NoError(t, second(c.Ping(t.Context())))
	require.ErrorIs(t, second(c.Ping(t.Context())), wedos.ErrRateLimited)
	assert.Len(t, *seen, 1)
}

// A peer that repeats the request puts no secret into an attempt or the log.
func TestOnAttempt_NoSecrets(t *testing.T) {
	const secret = "hush-transfer"
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		t.Run(string(codec), func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				raw, _ := io.ReadAll(r.Body)
				form, _ := url.ParseQuery(string(raw))
				_, auth, _ := strings.Cut(form.Get("request"), "auth")
				auth = strings.Trim(auth, `":<>`)[:40]
				_, _ = fmt.Fprintf(w, `{"response":{"code":2100,"result":"x","svTRID":"%s %s hush-password"}}`, secret, auth)
			}))
			defer server.Close()
			var seen []wedos.Attempt
			var log bytes.Buffer
			c, err := wedos.New(wedos.Config{
				Login: "a@example.test", Password: wedos.NewSecret("hush-password"), URL: server.URL, Codec: codec,
				OnAttempt: func(_ context.Context, a wedos.Attempt) { seen = append(seen, a) },
				Logger:    slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})),
			})
			require.NoError(t, err)
			defer c.Close()
			_, err = c.DomainTransfer(t.Context(), wedos.Transfer{Name: "example.com", AuthInfo: wedos.NewSecret(secret)})
			require.ErrorIs(t, err, wedos.Code(2100))
			require.Len(t, seen, 1)
			shown := fmt.Sprintf("%+v %s", seen, log.String())
			assert.Contains(t, log.String(), "code=2100")
			assert.Contains(t, seen[0].RequestID, "REDACTED")
			assert.NotContains(t, shown, "hush")
			assert.NotContains(t, shown, wedos.AuthHash("a@example.test", "hush-password", time.Now()))
		})
	}
}

func TestOperationFrom_InARoundTripper(t *testing.T) {
	var operations []string
	c, err := wedos.New(wedos.Config{
		Login: "a", Password: wedos.NewSecret("b"),
		HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			operations = append(operations, wedos.OperationFrom(r.Context()))
			return always(`{"response":{"code":1000,"result":"OK"}}`).Transport.RoundTrip(r)
		})},
	})
	require.NoError(t, err)
	require.NoError(t, second(c.Ping(t.Context())))
	require.NoError(t, second(c.DNSRowsList(t.Context(), "example.com")))
	assert.Equal(t, []string{"ping", "dns-rows-list"}, operations)
	assert.Empty(t, wedos.OperationFrom(t.Context()))
}

// An error of this package inside somebody else's says nothing about the
// request: a RoundTripper that fails with one has maybe sent it.
func TestCall_ForeignErrorHoldsOneOfOurs(t *testing.T) {
	inner := &wedos.Error{Command: "domain-info", Code: wedos.CodeAuth}
	c, err := wedos.New(wedos.Config{
		Login: "a", Password: wedos.NewSecret("b"),
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("by the caller's own transport: %w", inner)
		})},
	})
	require.NoError(t, err)
	_, err = c.PingAsync(t.Context())
	assert.ErrorIs(t, err, wedos.ErrAmbiguous)
	e, ok := errors.AsType[*wedos.Error](err)
	require.True(t, ok)
	assert.Equal(t, "ping-async", e.Command)
	_, err = c.With(wedos.CallOptions{Save: func(context.Context, wedos.Intent) error { return inner }}).PingAsync(t.Context())
	assert.NotErrorIs(t, err, wedos.ErrAmbiguous)
	assert.ErrorContains(t, err, "nothing was sent")
}

// The context ends the reading of an answer, but not of one that says what was
// done.
func TestCall_ContextEndsWhileReading(t *testing.T) {
	row := map[string]string{
		"JSON": `{"ID":"1","name":"","ttl":"300","rdtype":"A","rdata":"192.0.2.1"},`,
		"XML":  "<row><ID>1</ID><name></name><ttl>300</ttl><rdtype>A</rdtype><rdata>192.0.2.1</rdata></row>",
	}
	for name, body := range map[string]string{
		"JSON": `{"response":{"code":1000,"result":"OK","data":{"row":[` + strings.TrimSuffix(strings.Repeat(row["JSON"], 2000), ",") + `]}}}`,
		"XML":  `<response><code>1000</code><data>` + strings.Repeat(row["XML"], 2000) + `</data></response>`,
	} {
		t.Run(name, func(t *testing.T) {
			var end context.CancelFunc
			c, err := wedos.New(wedos.Config{
				Login: "a", Password: wedos.NewSecret("b"), HTTPClient: always(body),
				OnAttempt: func(context.Context, wedos.Attempt) { end() },
			})
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			end = cancel
			_, err = c.DNSRowsList(ctx, "example.com")
			assert.ErrorIs(t, err, context.Canceled)
			assert.NotErrorIs(t, err, wedos.ErrProtocol)
			ctx, cancel = context.WithCancel(t.Context())
			defer cancel()
			end = cancel
			a, err := c.Call(ctx, "some-change", nil)
			require.NoError(t, err, "it was done")
			assert.Equal(t, wedos.CodeOK, a.Code)
		})
	}
}

func TestClient_WithKeepsFormerOptions(t *testing.T) {
	var answers, saved int
	c, fake := newPair(t, wedostest.Options{}, nil)
	c = c.With(wedos.CallOptions{ClTRID: "mine", Critical: true, OnAnswer: func(*wedos.Answer) { answers++ }}).
		With(wedos.CallOptions{Save: func(context.Context, wedos.Intent) error { saved++; return nil }}).
		With(wedos.CallOptions{Test: true}).
		With(wedos.CallOptions{})
	require.NoError(t, second(c.PingAsync(t.Context())))
	assert.Equal(t, []int{1, 1}, []int{answers, saved})
	require.Len(t, fake.Requests(), 1)
	assert.Equal(t, "mine", fake.Requests()[0].ClTRID)
	assert.True(t, fake.Requests()[0].Test)
}
