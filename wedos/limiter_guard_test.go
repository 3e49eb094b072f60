package wedos_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// Ten customers mistype their phone numbers: that costs a minute, and each
// further one a minute more, which is always one more than WAPI blocks for. The
// address is never blocked, and the account is not locked out for an hour.
func TestLimiter_MistakesCostMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{})
		c, err := wedos.New(fake.Config())
		require.NoError(t, err)
		typo := func() error {
			fake.Inject(wedostest.Fault{Command: "contact-create", Code: 2227})
			return second(c.ContactCreate(t.Context(), "cz", wedos.Contact{Phone: "+420 x"}))
		}
		for range wedos.InvalidBudget {
			require.ErrorIs(t, typo(), wedos.Code(2227))
		}
		for n := range 4 {
			held := time.Duration(n+1) * time.Minute
			var e *wedos.Error
			_, err := c.Ping(t.Context())
			require.ErrorAs(t, err, &e)
			assert.ErrorIs(t, err, wedos.ErrBlocked)
			assert.Equal(t, held, e.RetryAfter)
			time.Sleep(held)
			require.NoError(t, second(c.Ping(t.Context())), "after %v", held)
			assert.ErrorIs(t, typo(), wedos.Code(2227))
		}
		for _, r := range fake.Requests() {
			assert.NotEqual(t, 2052, r.Code, "WAPI blocked the address")
		}
		time.Sleep(time.Hour)
		require.ErrorIs(t, typo(), wedos.Code(2227))
		assert.NoError(t, second(c.Ping(t.Context())), "after an hour they are forgotten")
	})
}

// Beyond the ten mistakes, requests go one at a time.
func TestLimiter_OneAtATimeAfterTooManyMistakes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{Invalid: 2, MaxWait: time.Second})
		for range 2 {
			require.NoError(t, take(t, l, wedos.Use{}, wedos.OutcomeInvalid))
		}
		time.Sleep(time.Minute)
		done, err := l.Acquire(t.Context(), "a", wedos.Use{})
		require.NoError(t, err)
		_, err = l.Acquire(t.Context(), "a", wedos.Use{})
		assert.ErrorIs(t, err, wedos.ErrRateLimited)
		assert.NotErrorIs(t, err, wedos.ErrBlocked)
		done(wedos.OutcomeOK)
		assert.NoError(t, take(t, l, wedos.Use{}, wedos.OutcomeOK))
	})
}

func TestLimiter_MaxWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{Account: 1, MaxWait: 10 * time.Minute})
		require.NoError(t, take(t, l, wedos.Use{}, wedos.OutcomeOK))
		start := time.Now()
		var e *wedos.Error
		require.ErrorAs(t, take(t, l, wedos.Use{}, wedos.OutcomeOK), &e)
		assert.Equal(t, "wedos: nothing was sent: the account's 1 requests an hour are spent until 2000-01-01 01:00:00 UTC (in 1h0m0s)", e.Error())
		assert.Equal(t, time.Hour, e.RetryAfter)
		assert.Zero(t, time.Since(start), "it is refused at once")
		time.Sleep(55 * time.Minute)
		assert.NoError(t, take(t, l, wedos.Use{}, wedos.OutcomeOK), "five minutes are within MaxWait")
		assert.Equal(t, time.Hour, time.Since(start))
	})
}

// The budgets roll by the limiter's own clock.
func TestLimiter_Clock(t *testing.T) {
	now := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	l := wedos.NewLimiter(wedos.LimiterConfig{Account: 1, FailFast: true, Now: func() time.Time { return now }})
	require.NoError(t, take(t, l, wedos.Use{}, wedos.OutcomeOK))
	err := take(t, l, wedos.Use{}, wedos.OutcomeOK)
	assert.ErrorContains(t, err, "until 2026-05-01 13:00:00 UTC (in 1h0m0s)")
	now = now.Add(time.Hour)
	assert.NoError(t, take(t, l, wedos.Use{}, wedos.OutcomeOK))
}

// A wait is logged once, with how long it takes and why.
func TestClient_LogsAWaitOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		config := wedostest.New(wedostest.Options{}).Config()
		var log bytes.Buffer
		config.Logger = slog.New(slog.NewTextHandler(&log, nil))
		config.Limiter = wedos.NewLimiter(wedos.LimiterConfig{Account: 1})
		c, err := wedos.New(config)
		require.NoError(t, err)
		for range 2 {
			require.NoError(t, second(c.Ping(t.Context())))
		}
		assert.Equal(t, 1, strings.Count(log.String(), "\n"), log.String())
		assert.Contains(t, log.String(), `operation=ping wait=1h0m0s why="the account's 1 requests an hour are spent until 2000-01-01 01:00:00 UTC (in 1h0m0s)"`)
	})
}

// Whatever panics between the limiter and the answer, the place is given back.
func TestClient_PanicGivesThePlaceBack(t *testing.T) {
	panics := true
	c, err := wedos.New(wedos.Config{
		Login: "a@example.test", Password: wedos.NewSecret("not-a-real-secret"), Limiter: wedos.NewLimiter(wedos.LimiterConfig{Invalid: 1, FailFast: true, MaxWait: time.Nanosecond}),
		HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if panics {
				panic("of a caller's RoundTripper")
			}
			return always(`{"response":{"code":1000,"result":"OK"}}`).Transport.RoundTrip(r)
		})},
	})
	require.NoError(t, err)
	func() {
		defer func() { _ = recover() }()
		_, _ = c.Ping(t.Context())
	}()
	func() {
		defer func() { _ = recover() }()
		saving := c.With(wedos.CallOptions{Save: func(context.Context, wedos.Intent) error { panic("of Save") }})
		_, _ = saving.PingAsync(t.Context())
	}()
	panics = false
	assert.NoError(t, second(c.Ping(t.Context())))
}
