package ovhrest

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
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
