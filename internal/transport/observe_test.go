package transport_test

import (
	"context"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

func TestOnAttempt_OncePerAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var seen []transport.Attempt
		sent := 0
		c := newClient(t, transport.Config{
			Package: "probe", RequestIDHeader: "X-Id", MaxRetryWait: time.Nanosecond, Scrub: redact.NewScrubber("secret").Scrub,
			OnAttempt: func(ctx context.Context, a transport.Attempt) {
				assert.Equal(t, "the caller's", ctx.Value(key{}))
				seen = append(seen, a)
			},
			HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				assert.Equal(t, "order", transport.OperationFrom(r.Context()))
				time.Sleep(time.Second)
				if sent++; sent == 1 {
					return nil, syscall.ECONNRESET
				}
				return &http.Response{StatusCode: 404, Header: http.Header{"X-Id": {"a\nsecret"}}, Body: http.NoBody}, nil
			})},
		})
		start := time.Now()
		op := transport.Op{Name: "order", Repeatable: true, Judge: func(r *transport.Response) (string, error) {
			assert.Equal(t, 404, r.Status)
			return "2302 secret", condition.ErrConflict
		}}
		_, err := c.Do(context.WithValue(t.Context(), key{}, "the caller's"), op, func(ctx context.Context) (*http.Request, error) {
			time.Sleep(time.Minute) // in a limiter
			return get("http://127.0.0.1/")(ctx)
		})
		require.NoError(t, err)
		for i := range seen {
			assert.Equal(t, start.Add(time.Duration(i+1)*time.Minute+time.Duration(i)*time.Second), seen[i].Start.Truncate(time.Second))
			seen[i].Start = time.Time{}
		}
		assert.Equal(t, []transport.Attempt{
			{Operation: "order", Number: 1, Duration: time.Second, Wait: time.Minute, Condition: condition.ErrUnavailable, Failure: "connection reset by peer"},
			{Operation: "order", Number: 2, Duration: time.Second, Wait: time.Minute, Status: 404, Code: "2302 REDACTED", Condition: condition.ErrConflict, RequestID: "a REDACTED"},
		}, seen)
	})
}

func TestOnAttempt_EndOfTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen []transport.Attempt
		c := newClient(t, transport.Config{
			OnAttempt: func(_ context.Context, a transport.Attempt) { seen = append(seen, a) },
			HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			})},
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.Do(ctx, transport.Op{Name: "order"}, get("http://127.0.0.1/"))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, seen, 1)
		assert.Equal(t, context.DeadlineExceeded, seen[0].Condition)
		assert.Equal(t, "context deadline exceeded; it may have been done", seen[0].Failure)
	})
}

func TestOnAttempt_NothingSent(t *testing.T) {
	c := newClient(t, transport.Config{OnAttempt: func(context.Context, transport.Attempt) { t.Error("an attempt was reported") }})
	c.Close()
	_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
	assert.ErrorIs(t, err, condition.ErrClosed)
}

func TestOperationFrom_ForeignContext(t *testing.T) {
	assert.Empty(t, transport.OperationFrom(t.Context()))
}

// A header may repeat what only the call knows.
func TestOnAttempt_CallsOwnSecrets(t *testing.T) {
	var seen []transport.Attempt
	c := newClient(t, transport.Config{
		RequestIDHeader: "X-Id", Scrub: redact.NewScrubber("of the client").Scrub,
		OnAttempt: func(_ context.Context, a transport.Attempt) { seen = append(seen, a) },
		HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"X-Id": {"of the client, of the call"}}, Body: http.NoBody}, nil
		})},
	})
	op := transport.Op{
		Name: "order", Scrub: redact.NewScrubber("of the call").Scrub,
		Judge: func(*transport.Response) (string, error) { return "1 of the call", nil },
	}
	_, err := c.Do(t.Context(), op, get("http://127.0.0.1/"))
	require.NoError(t, err)
	require.Len(t, seen, 1)
	assert.Equal(t, "REDACTED, REDACTED", seen[0].RequestID)
	assert.Equal(t, "1 REDACTED", seen[0].Code)
}

// An operation may name the request itself, also where no answer came.
func TestOnAttempt_RequestIDOfTheOperation(t *testing.T) {
	for name, answers := range map[string]bool{"an answer": true, "no answer": false} {
		t.Run(name, func(t *testing.T) {
			var seen []transport.Attempt
			c := newClient(t, transport.Config{
				OnAttempt: func(_ context.Context, a transport.Attempt) { seen = append(seen, a) },
				HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
					if !answers {
						return nil, syscall.ECONNREFUSED
					}
					return &http.Response{StatusCode: 200, Header: http.Header{}, Body: http.NoBody}, nil
				})},
			})
			op := transport.Op{
				Name: "order", Scrub: redact.NewScrubber("of the call").Scrub,
				RequestID: func(r *transport.Response) string {
					assert.Equal(t, answers, r != nil)
					return "1\nof the call"
				},
			}
			_, _ = c.Do(t.Context(), op, get("http://127.0.0.1/"))
			require.Len(t, seen, 1)
			assert.Equal(t, "1 REDACTED", seen[0].RequestID)
		})
	}
}
