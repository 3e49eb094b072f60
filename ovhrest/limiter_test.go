package ovhrest

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLimiterHoldsAnyMinuteToItsNumber(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(60)
		var mu sync.Mutex
		var at []time.Time
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 40 {
					if err := l.Wait(t.Context()); err != nil {
						t.Error(err)
					}
					mu.Lock()
					at = append(at, time.Now())
					mu.Unlock()
				}
			})
		}
		wg.Wait()
		for i := 60; i < len(at); i++ {
			if at[i].Sub(at[i-60]) < time.Minute {
				t.Fatalf("request %d comes %v after request %d", i, at[i].Sub(at[i-60]), i-60)
			}
		}
		if took := at[len(at)-1].Sub(at[0]); took > 5*time.Minute {
			t.Errorf("320 requests took %v: slower than the limit", took)
		}
	})
}

// Spread out requests fill the minute as well.
func TestLimiterCountsTheWholeMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(60)
		start := time.Now()
		for range 61 {
			if err := l.Wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(500 * time.Millisecond) // the bubble's clock: no time passes
		}
		if took := time.Since(start); took != time.Minute+500*time.Millisecond {
			t.Errorf("61 requests took %v, want a minute and the last pause", took)
		}
	})
}

func TestLimiterEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		a, hc := newMemoryAPI(func(w http.ResponseWriter, r *http.Request) { sent++; ok(w, r) }, nil)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient, cfg.Limiter = hc, NewLimiter(1) })
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := c.AssignCart(ctx, "a-cart")
		if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrAmbiguous) || time.Since(start) != time.Second || sent != 1 {
			t.Errorf("%v after %v and %d requests", err, time.Since(start), sent)
		}
	})
}

func TestLimiterCountsEveryAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		a, hc := newMemoryAPI(func(w http.ResponseWriter, r *http.Request) {
			if n++; n < 3 {
				w.WriteHeader(http.StatusBadGateway)
				return
			}
			ok(w, r)
		}, nil)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient, cfg.Limiter = hc, NewLimiter(2) })
		start := time.Now()
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(start); took < time.Minute {
			t.Errorf("three attempts in %v, with two a minute allowed", took)
		}
	})
}

type refusingLimiter struct{}

func (refusingLimiter) Wait(context.Context) error { return errors.New("hush") }

func TestOwnLimiterThatRefuses(t *testing.T) {
	c := newAPI(t, ok).client(t, func(cfg *Config) { cfg.Limiter = refusingLimiter{} })
	if err := c.AssignCart(t.Context(), "a-cart"); !errors.Is(err, ErrRateLimited) || errors.Is(err, ErrAmbiguous) {
		t.Errorf("%v, want ErrRateLimited and nothing ambiguous", err)
	}
}

// Those who gave up leave nothing behind: the next caller waits as if they had
// never come.
func TestLimiter_CallersThatGaveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(60)
		for range 60 {
			require.NoError(t, l.Wait(t.Context()))
		}
		start := time.Now()
		impatient, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for range 600 {
			wg.Go(func() { assert.ErrorIs(t, l.Wait(impatient), context.DeadlineExceeded) })
		}
		wg.Wait()
		for range 60 {
			require.NoError(t, l.Wait(t.Context()))
		}
		assert.Equal(t, time.Minute, time.Since(start))
	})
}

func TestLimiter_FirstComeFirstServed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := NewLimiter(1)
		require.NoError(t, l.Wait(t.Context()))
		var mu sync.Mutex
		var got []int
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				assert.NoError(t, l.Wait(t.Context()))
				mu.Lock()
				defer mu.Unlock()
				got = append(got, i)
			})
			synctest.Wait()
		}
		wg.Wait()
		assert.Equal(t, []int{0, 1, 2, 3, 4}, got)
	})
}

// What counts is when requests arrive, and slow ones may arrive long after
// they were let through. The time calls, the tokens and every attempt count.
func TestLimiter_NoMinuteAtTheServerHasMore(t *testing.T) {
	for _, limit := range []int{1, 7, 60} {
		t.Run(strconv.Itoa(limit), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var arrived []time.Time
				n := 0
				delay := func(*http.Request) time.Duration {
					mu.Lock()
					defer mu.Unlock()
					n++
					return time.Duration(n*7919%50) * time.Second
				}
				a, hc := newMemoryAPI(func(w http.ResponseWriter, r *http.Request) {
					mu.Lock()
					defer mu.Unlock()
					if len(arrived)%10 == 9 {
						w.WriteHeader(http.StatusBadGateway)
						return
					}
					ok(w, r)
				}, delay)
				counted := countArrivals(hc, &mu, &arrived)
				c := a.client(t, func(cfg *Config) { cfg.HTTPClient, cfg.Limiter = counted, NewLimiter(limit) })
				var wg sync.WaitGroup
				for i := range 3 * limit {
					wg.Go(func() {
						ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%5+1)*time.Minute)
						defer cancel()
						_, _ = c.Me(ctx)
					})
				}
				wg.Wait()
				require.Greater(t, len(arrived), limit)
				for i := limit; i < len(arrived); i++ {
					require.GreaterOrEqual(t, arrived[i].Sub(arrived[i-limit]), time.Minute, "request %d", i)
				}
				t.Logf("%d requests arrived", len(arrived))
			})
		})
	}
}

// countArrivals notes when a request reaches the server, behind the delay.
func countArrivals(hc *http.Client, mu *sync.Mutex, arrived *[]time.Time) *http.Client {
	m := hc.Transport.(memory)
	inner := m.handler
	m.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		*arrived = append(*arrived, time.Now())
		mu.Unlock()
		inner.ServeHTTP(w, r)
	})
	return &http.Client{Transport: m}
}
