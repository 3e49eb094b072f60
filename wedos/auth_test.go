package wedos_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// The hashes were computed with PHP's sha1 and date("H") for Europe/Prague
// from the vendor guide's formula; the first two stand in public sources.
func TestAuthHash_PragueHours(t *testing.T) {
	const login, password = "your@login.tld", "your-WAPI-password"
	for _, v := range []struct {
		login, password, utc, want string
	}{
		{"tester", "123456", "2026-01-15T10:30:00Z", "ac28237e80e68efa3bfd07f42dca3d41c5986e01"},
		{"owner@example.test", "not-a-real-secret", "2026-01-01T12:00:00Z", "ee0051fb256eaf59d6c2193edb4011363e4c3481"},
		{login, password, "2026-01-15T11:30:00Z", "8ca2df252680aef759a638e5837523abd6b144a2"},
		{login, password, "2026-01-15T08:00:00Z", "29ed8a53295ab27c01e850a1698d685b4349535e"}, // 09, two digits
		{login, password, "2026-01-15T00:00:00Z", "b34c9ce3a47eca31eeff8d17d2ef4467f6f95010"},
		{login, password, "2026-07-15T21:59:59Z", "6c9ae1dd17a985ab8f0f200623e44fea228bb642"},
		{login, password, "2026-03-29T01:00:00Z", "768c02f7e74a0470760f73e8a1faf4e85202e504"}, // summer time begins
		{login, password, "2026-10-24T23:59:59Z", "b34c9ce3a47eca31eeff8d17d2ef4467f6f95010"},
		{login, password, "2026-10-25T00:59:59Z", "15d21df626b786004ac1fd7d8b0de71289b3df59"}, // 02, the first time
		{login, password, "2026-10-25T01:59:59Z", "15d21df626b786004ac1fd7d8b0de71289b3df59"}, // 02, the second time
		{login, password, "2026-10-25T02:00:00Z", "768c02f7e74a0470760f73e8a1faf4e85202e504"},
		{login, password, "2010-10-07T13:51:48Z", "b30d391ae4a5a15c9c318bed29ec73cf60add0a8"},
	} {
		t.Run(v.login+" "+v.utc, func(t *testing.T) {
			at, err := time.Parse(time.RFC3339, v.utc)
			require.NoError(t, err)
			assert.Equal(t, v.want, wedos.AuthHash(v.login, v.password, at))
		})
	}
}

var signingNow = time.Date(2026, 5, 1, 10, 0, 0, 0, time.UTC)

// apart is a pair whose clocks differ.
func apart(t *testing.T, off time.Duration) (*wedos.Client, *wedostest.Server) {
	t.Helper()
	return newPair(t, wedostest.Options{Now: func() time.Time { return signingNow.Add(off) }}, func(c *wedos.Config) {
		c.Now = func() time.Time { return signingNow }
	})
}

// Whatever the difference, it is WAPI's clock that counts.
func TestClient_ClockInAnotherHour(t *testing.T) {
	for _, off := range []time.Duration{time.Hour, -26 * time.Hour, -40 * time.Minute, 5 * time.Hour, 700 * time.Hour} {
		t.Run(off.String(), func(t *testing.T) {
			c, fake := apart(t, off)
			require.NoError(t, second(c.Ping(t.Context())))
			first := fake.Count("ping")
			assert.LessOrEqual(t, first, 2, "one and its retry")
			require.NoError(t, second(c.Ping(t.Context())))
			assert.Equal(t, first+1, fake.Count("ping"), "the difference was not kept")
		})
	}
	c, fake := apart(t, time.Hour)
	require.NoError(t, second(c.Ping(t.Context())))
	assert.Equal(t, 2, fake.Count("ping"))
}

// A refused signature proves that nothing was done, so a changing command may
// be sent again too.
func TestClient_ClockInAnotherHour_Change(t *testing.T) {
	c, fake := apart(t, time.Hour)
	require.NoError(t, second(c.PingAsync(t.Context())))
	assert.Equal(t, 1, fake.Queued())
}

func TestClient_WrongPasswordIsSentOnce(t *testing.T) {
	now := func() time.Time { return signingNow }
	c, fake := newPair(t, wedostest.Options{Now: now}, func(c *wedos.Config) { c.Now, c.Password = now, wedos.NewSecret("wrong") })
	err := second(c.Ping(t.Context()))
	assert.ErrorIs(t, err, wedos.ErrUnauthorized)
	assert.ErrorIs(t, err, wedos.CodeAuth)
	assert.Equal(t, 1, fake.Count("ping"))
}

// OnAnswer sees the refusal that showed WAPI's hour, too.
func TestOnAnswer_SeesTheRefusedSignature(t *testing.T) {
	c, _ := apart(t, time.Hour)
	var codes []wedos.Code
	c = c.With(wedos.CallOptions{OnAnswer: func(a *wedos.Answer) { codes = append(codes, a.Code) }})
	require.NoError(t, second(c.Ping(t.Context())))
	assert.Equal(t, []wedos.Code{wedos.CodeAuth, wedos.CodeOK}, codes)
}
