package wedos_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

func TestLimiter_BudgetsInRollingWindows(t *testing.T) {
	for _, c := range []struct {
		name   string
		budget int
		call   func(context.Context, *wedos.Client) error
	}{
		{"request 1001", 1000, func(ctx context.Context, c *wedos.Client) error { return second(c.Ping(ctx)) }},
		{"availability 101", 100, func(ctx context.Context, c *wedos.Client) error {
			return second(c.DomainCheck(ctx, "free.example"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client := newClient(t, wedostest.New(wedostest.Options{}).Config())
				send := func(times int) {
					for range times {
						require.NoError(t, c.call(t.Context(), client))
					}
				}
				start := time.Now()
				half := c.budget / 2
				send(half)
				time.Sleep(30 * time.Minute)
				send(half)
				send(1) // one more than the budget
				assert.Equal(t, time.Hour, time.Since(start), "sent when the first leaves the window")
				send(half - 1) // the rest of the first half's places are free now
				assert.Equal(t, time.Hour, time.Since(start), "the window rolls")
				send(1)
				assert.Equal(t, 90*time.Minute, time.Since(start))
			})
		})
	}
}

func TestLimiter_EleventhInvalidRequestIsNeverSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{})
		c := newClient(t, fake.Config())
		done := make(chan error)
		for range 40 { // all at once: the guard must count those under way
			go func() { done <- second(c.Call(t.Context(), "no-such-command", nil)) }()
		}
		refused := 0
		for range 40 {
			if err := <-done; errors.Is(err, wedos.ErrBlocked) {
				refused++
			}
		}
		assert.Equal(t, 10, fake.Count("no-such-command"))
		assert.Equal(t, 30, refused)
		time.Sleep(time.Hour)
		assert.NoError(t, second(c.Ping(t.Context())), "an hour later")
	})
}
