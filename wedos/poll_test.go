package wedos_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// A killed process, a break and a panic in the loop's body have in common that
// the notification comes again.
func TestPoll_AcknowledgesAfterTheBody(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	for range 2 {
		require.NoError(t, second(c.PingAsync(t.Context())))
	}
	var first string
	for n, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
		require.NoError(t, err)
		first = n.ID
		break
	}
	require.Zero(t, fake.Count("poll-ack"), "acknowledged before it was handled")
	require.Equal(t, 2, fake.Queued())
	func() {
		defer func() { _ = recover() }()
		for range c.Notifications(t.Context(), wedos.PollOptions{}) {
			panic("in the body")
		}
	}()
	var ids []string
	for n, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
		require.NoError(t, err)
		ids = append(ids, n.ID)
	}
	require.Len(t, ids, 2)
	assert.Equal(t, first, ids[0])
	assert.Zero(t, fake.Queued())
}

// However short the wait that a caller asks for, an empty queue leaves the
// account most of its hour.
func TestPoll_WaitHasAFloor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fake := wedostest.New(wedostest.Options{})
		c, err := wedos.New(fake.Config())
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		for range c.Notifications(ctx, wedos.PollOptions{Wait: time.Millisecond}) {
		}
		assert.LessOrEqual(t, fake.Count("poll-req"), int(time.Hour/wedos.MinPollWait)+1)
	})
}

// An acknowledgement that is lost, or that WAPI answers with success and no
// effect, is sent again: nothing is handled twice, and nothing is left.
func TestPoll_LostAcknowledgement(t *testing.T) {
	for name, faults := range map[string][]wedostest.Fault{
		"answered, without effect": {{Command: "poll-ack", NoEffect: true}},
		"twice without effect":     {{Command: "poll-ack", NoEffect: true, Times: 2}},
		"2151, and still there":    {{Command: "poll-ack", Code: 2151}},
		"the answer lost":          {{Command: "poll-ack", Lose: true}},
		"the request lost":         {{Command: "poll-ack", Break: true}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				fake := wedostest.New(wedostest.Options{})
				c, err := wedos.New(fake.Config())
				require.NoError(t, err)
				for range 3 {
					require.NoError(t, second(c.PingAsync(t.Context())))
				}
				for _, f := range faults {
					fake.Inject(f)
				}
				start, handled := time.Now(), map[string]int{}
				for n, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
					require.NoError(t, err)
					handled[n.ID]++
				}
				assert.Len(t, handled, 3)
				for id, times := range handled {
					assert.Equal(t, 1, times, id)
				}
				assert.Zero(t, fake.Queued())
				assert.Less(t, time.Since(start), 5*time.Second)
			})
		})
	}
}

// A notification that can't be read is delivered as what it is, and makes way.
func TestPoll_MalformedNotification(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.Malformed()
	require.NoError(t, second(c.PingAsync(t.Context())))
	var got []*wedos.Notification
	for n, err := range c.Notifications(t.Context(), wedos.PollOptions{}) {
		require.NoError(t, err)
		got = append(got, n)
	}
	require.Len(t, got, 2)
	assert.ErrorIs(t, got[0].Err(), wedos.ErrProtocol)
	assert.ErrorContains(t, got[0].Err(), `code "none"`)
	assert.NotEmpty(t, got[0].ID)
	assert.Contains(t, got[0].Raw.Text(), `"none"`)
	assert.NoError(t, got[1].Err())
	assert.Zero(t, fake.Queued())
}

// Ids that nobody can print or acknowledge are an error and are not shown.
func TestPoll_StrangeIDs(t *testing.T) {
	for _, id := range []string{strings.Repeat("7", 65), "7 7", "7\u001b[2J", "é", ""} {
		body := fmt.Sprintf(`{"response":{"code":1000,"result":"OK","data":{"notify":{"code":1000,"id":%q}}}}`, id)
		c, err := wedos.New(wedos.Config{Login: "a", Password: wedos.NewSecret("b"), HTTPClient: always(strings.ReplaceAll(body, `\x1b`, `\u001b`))})
		require.NoError(t, err)
		n, err := c.PollReq(t.Context())
		assert.Nil(t, n)
		assert.ErrorIs(t, err, wedos.ErrProtocol, "%q", id)
		assert.ErrorContains(t, err, "can't be acknowledged")
		if len(id) > 1 {
			assert.NotContains(t, err.Error(), id)
		}
		var e *wedos.Error
		assert.True(t, errors.As(err, &e))
	}
}
