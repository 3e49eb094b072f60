package velneo_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// A login is refused with the same 401 for a wrong key and for a wrong clock;
// the answer's Date tells them apart.
func TestLogin_WrongKeyOrWrongClock(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for name, refusal := range map[string]struct {
		ours time.Time
		date []string // nil: the fake's own, which is right
		skew time.Duration
		text string
	}{
		"key":              {now, nil, 0, "; the clock is right, so the email or the API key is wrong"},
		"key, a bit late":  {now.Add(time.Minute), nil, 0, "; the clock is right, so the email or the API key is wrong"},
		"clock slow":       {now.Add(-time.Hour), nil, time.Hour, "; this machine's clock is 1h0m0s slow"},
		"clock fast":       {now.Add(61 * time.Second), nil, -61 * time.Second, "; this machine's clock is 1m1s fast"},
		"no Date":          {now, []string{""}, 0, "; the email, the API key or the clock is wrong, and the answer has no Date to find out which"},
		"nonsense in Date": {now, []string{"hush"}, 0, "; the email, the API key or the clock is wrong, and the answer has no Date to find out which"},
		"no real Date":     {now, []string{"Mon, 01 Jan 0001 00:00:00 GMT"}, 0, "; the email, the API key or the clock is wrong, and the answer has no Date to find out which"},
	} {
		t.Run(name, func(t *testing.T) {
			server := velneotest.NewServer(velneotest.Options{Now: func() time.Time { return now }})
			defer server.Close()
			cfg := server.Config()
			cfg.Now = func() time.Time { return refusal.ours }
			c := newClient(t, cfg)
			header := http.Header{}
			if refusal.date != nil {
				header["Date"] = refusal.date
			}
			server.Inject(velneotest.Fault{Resource: "session", Status: 401, Code: 401, Header: header})
			_, err := c.Login(t.Context())
			require.ErrorIs(t, err, velneo.ErrUnauthorized)
			assert.EqualError(t, err, "velneo: POST session: Unauthorized (code 401)"+refusal.text)
			assert.Equal(t, refusal.skew != 0, errors.Is(err, velneo.ErrClockSkew))
			var e *velneo.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, refusal.skew, e.ClockSkew)
		})
	}
}

// Only a login tells: after it a 401 means the session.
func TestStop_RefusedWithoutAWordOfTheClock(t *testing.T) {
	server, c := pair(t, nil)
	server.Inject(velneotest.Fault{Action: "stop", Times: 2, Code: 401, Header: http.Header{"Date": {"Mon, 01 Jan 2024 00:00:00 GMT"}}})
	err := c.Stop(t.Context())
	require.ErrorIs(t, err, velneo.ErrUnauthorized)
	assert.NotErrorIs(t, err, velneo.ErrClockSkew)
}

// An answer may take minutes, of which nothing is known but its Date.
func TestLogin_SlowAnswerIsNoWrongClock(t *testing.T) {
	for name, date := range map[string]time.Duration{"dated as asked": 0, "in between": time.Minute, "dated as answered": 3 * time.Minute} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, c := bubble(t, nil, func(cfg *velneo.Config) {
					cfg.HTTPClient.Timeout = 10 * time.Minute
				})
				header := http.Header{"Date": {time.Now().Add(date).UTC().Format(http.TimeFormat)}}
				server.Inject(velneotest.Fault{Resource: "session", Code: 401, Header: header, Before: func() { time.Sleep(3 * time.Minute) }})
				_, err := c.Login(t.Context())
				assert.NotErrorIs(t, err, velneo.ErrClockSkew)
				assert.EqualError(t, err, "velneo: POST session: Unauthorized (code 401); the clock is right, so the email or the API key is wrong")
			})
		})
	}
}
