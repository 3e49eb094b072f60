package wedos_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/wedos"
)

// take acquires and releases once.
func take(t *testing.T, l wedos.Limiter, use wedos.Use, o wedos.Outcome) error {
	t.Helper()
	done, err := l.Acquire(t.Context(), "a", use)
	if err == nil {
		done(o)
		done(o) // calling it again does nothing
	}
	return err
}

func TestLimiterReserveIsForCriticalCalls(t *testing.T) {
	l := wedos.NewLimiter(wedos.LimiterConfig{Account: 5, Reserve: 2, FailFast: true})
	for range 3 {
		if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil {
			t.Fatal(err)
		}
	}
	err := take(t, l, wedos.Use{}, wedos.OutcomeOK)
	var e *wedos.Error
	if !errors.Is(err, wedos.ErrRateLimited) || errors.Is(err, wedos.ErrBlocked) || !errors.As(err, &e) || e.RetryAfter <= 59*time.Minute {
		t.Errorf("%v, want ErrRateLimited with RetryAfter", err)
	}
	for range 2 {
		if err := take(t, l, wedos.Use{Critical: true}, wedos.OutcomeOK); err != nil {
			t.Errorf("critical: %v", err)
		}
	}
	if err := take(t, l, wedos.Use{Critical: true}, wedos.OutcomeOK); !errors.Is(err, wedos.ErrRateLimited) {
		t.Errorf("critical beyond the budget: %v", err)
	}
	if done, err := l.Acquire(t.Context(), "another account", wedos.Use{}); err != nil {
		t.Error(err)
	} else {
		done(wedos.OutcomeOK)
	}
}

func TestLimiterWaitsEndWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{Account: 1})
		_ = take(t, l, wedos.Use{}, wedos.OutcomeOK)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := l.Acquire(ctx, "a", wedos.Use{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want the deadline", err)
		}
	})
}

// After 2006 everything waits, after 2250 only availability, each time longer.
func TestLimiterPausesAfterRefusals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{})
		waited := func(use wedos.Use, o wedos.Outcome) time.Duration {
			start := time.Now()
			if err := take(t, l, use, o); err != nil {
				t.Fatal(err)
			}
			return time.Since(start)
		}
		check := wedos.Use{Availability: true}
		waited(check, wedos.OutcomeAvailabilityLimit)
		if w := waited(wedos.Use{}, wedos.OutcomeLimit); w != 0 {
			t.Errorf("2250 held a ping back for %v", w)
		}
		if w := waited(wedos.Use{}, wedos.OutcomeLimit); w != time.Minute {
			t.Errorf("after 2006 waited %v, want 1m", w)
		}
		if w := waited(wedos.Use{}, wedos.OutcomeOK); w != 2*time.Minute {
			t.Errorf("after 2006 twice waited %v, want 2m", w)
		}
		if w := waited(check, wedos.OutcomeOK); w != 0 {
			t.Errorf("availability waited %v, want its minute to be over", w)
		}
	})
}

func TestLimiterSendsNothingWhileBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{})
		for _, block := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
			if err := take(t, l, wedos.Use{}, wedos.OutcomeBlocked); err != nil {
				t.Fatal(err)
			}
			time.Sleep(block - time.Second)
			if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); !errors.Is(err, wedos.ErrBlocked) || !errors.Is(err, wedos.ErrRateLimited) {
				t.Errorf("a second before %v are over: %v", block, err)
			}
			time.Sleep(time.Second)
		}
		if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil {
			t.Errorf("after the block: %v", err)
		}
	})
}

func TestLimiterStrictCountsNegatives(t *testing.T) {
	for strict, want := range map[bool]int{false: 12, true: 10} {
		l := wedos.NewLimiter(wedos.LimiterConfig{Strict: strict})
		sent := 0
		for range 12 {
			if take(t, l, wedos.Use{}, wedos.OutcomeNegative) == nil {
				sent++
			}
		}
		if sent != want {
			t.Errorf("strict %v: %d sent, want %d", strict, sent, want)
		}
	}
}

// No more requests are under way than mistakes are left, and one that ends
// lets the next go.
func TestLimiterBoundsRequestsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{Invalid: 2, FailFast: true})
		first, _ := l.Acquire(t.Context(), "a", wedos.Use{})
		second, _ := l.Acquire(t.Context(), "a", wedos.Use{})
		got := make(chan error)
		go func() {
			done, err := l.Acquire(t.Context(), "a", wedos.Use{})
			if err == nil {
				done(wedos.OutcomeOK)
			}
			got <- err
		}()
		synctest.Wait()
		select {
		case err := <-got:
			t.Fatalf("a third was let through: %v", err)
		default:
		}
		first(wedos.OutcomeOK)
		if err := <-got; err != nil {
			t.Error(err)
		}
		second(wedos.OutcomeOK)
	})
}

// WAPI counts a request when it arrives, which may be late: it has to count
// here until an hour after its end.
func TestLimiterCountsFromTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{Account: 1})
		done, err := l.Acquire(t.Context(), "a", wedos.Use{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		time.AfterFunc(10*time.Minute, func() { done(wedos.OutcomeOK) })
		if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil {
			t.Fatal(err)
		}
		if waited := time.Since(start); waited != 70*time.Minute {
			t.Errorf("the next was sent after %v, want an hour after the first had ended", waited)
		}
	})
}

// Refusals stay in a row though other requests succeed between them: else a
// client that keeps asking would be refused each minute, and then blocked.
func TestLimiterPausesGrowAcrossOtherRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{})
		check := wedos.Use{Availability: true}
		_ = take(t, l, check, wedos.OutcomeAvailabilityLimit)
		for _, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
			_ = take(t, l, wedos.Use{}, wedos.OutcomeOK)
			start := time.Now()
			if err := take(t, l, check, wedos.OutcomeAvailabilityLimit); err != nil || time.Since(start) != want {
				t.Errorf("waited %v, want %v: %v", time.Since(start), want, err)
			}
		}
		time.Sleep(3 * time.Hour) // long after the last pause a refusal begins anew
		_ = take(t, l, check, wedos.OutcomeAvailabilityLimit)
		start := time.Now()
		if err := take(t, l, check, wedos.OutcomeOK); err != nil || time.Since(start) != time.Minute {
			t.Errorf("waited %v: %v", time.Since(start), err)
		}
	})
}

// A reserve that suits the large budget must not eat the small one whole.
func TestLimiterReserveLeavesHalf(t *testing.T) {
	l := wedos.NewLimiter(wedos.LimiterConfig{Reserve: 150, FailFast: true})
	sent := 0
	for take(t, l, wedos.Use{Availability: true}, wedos.OutcomeOK) == nil {
		sent++
	}
	if sent != 50 {
		t.Errorf("%d availability requests, want half of 100", sent)
	}
	l = wedos.NewLimiter(wedos.LimiterConfig{Account: 2, Reserve: -5, FailFast: true})
	for sent = 0; take(t, l, wedos.Use{}, wedos.OutcomeOK) == nil; {
		sent++
	}
	if sent != 2 {
		t.Errorf("%d requests with a negative reserve, want 2", sent)
	}
}

// WAPI blocks an address, whichever accounts its mistakes were made for.
func TestLimiterGuardsTheAddressOfAllAccounts(t *testing.T) {
	l := wedos.NewLimiter(wedos.LimiterConfig{})
	sent := 0
	for i := range 12 {
		done, err := l.Acquire(t.Context(), string(rune('a'+i)), wedos.Use{})
		if err == nil {
			sent++
			done(wedos.OutcomeInvalid)
		} else if !errors.Is(err, wedos.ErrBlocked) {
			t.Error(err)
		}
	}
	if sent != wedos.InvalidBudget {
		t.Errorf("%d invalid requests of twelve accounts, want %d", sent, wedos.InvalidBudget)
	}
	l = wedos.NewLimiter(wedos.LimiterConfig{})
	for name, o := range map[string]wedos.Outcome{"a": wedos.OutcomeBlocked} {
		done, err := l.Acquire(t.Context(), name, wedos.Use{})
		if err != nil {
			t.Fatal(err)
		}
		done(o)
	}
	if _, err := l.Acquire(t.Context(), "b", wedos.Use{}); !errors.Is(err, wedos.ErrBlocked) {
		t.Errorf("%v: the address is blocked for b too", err)
	}
}

// Ten calls that are refused together are one refusal, not ten in a row.
func TestLimiterRefusedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{Invalid: 1000})
		var ends []func(wedos.Outcome)
		for range 10 {
			done, err := l.Acquire(t.Context(), "a", wedos.Use{})
			if err != nil {
				t.Fatal(err)
			}
			ends = append(ends, done)
		}
		for _, done := range ends {
			done(wedos.OutcomeLimit)
		}
		start := time.Now()
		if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil || time.Since(start) != time.Minute {
			t.Errorf("waited %v: %v", time.Since(start), err)
		}
	})
}

// However often WAPI refuses in a row, no pause is longer than an hour.
func TestLimiterPausesEndWithinAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wedos.NewLimiter(wedos.LimiterConfig{Invalid: 1000})
		for range 80 { // a doubling unbounded would pass what a Duration holds
			start := time.Now()
			if err := take(t, l, wedos.Use{}, wedos.OutcomeLimit); err != nil || time.Since(start) > time.Hour {
				t.Fatalf("waited %v: %v", time.Since(start), err)
			}
		}
		start := time.Now()
		if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil || time.Since(start) != time.Hour {
			t.Errorf("waited %v: %v", time.Since(start), err)
		}
	})
}

// Availability requests that are under way count against their budget too.
func TestLimiterCountsAvailabilityUnderWay(t *testing.T) {
	l := wedos.NewLimiter(wedos.LimiterConfig{Availability: 2, FailFast: true})
	check := wedos.Use{Availability: true}
	for range 2 {
		done, err := l.Acquire(t.Context(), "a", check)
		if err != nil {
			t.Fatal(err)
		}
		defer done(wedos.OutcomeOK)
	}
	if _, err := l.Acquire(t.Context(), "a", check); !errors.Is(err, wedos.ErrRateLimited) {
		t.Errorf("%v, want the third to be refused", err)
	}
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil {
		t.Errorf("another command: %v", err)
	}
}
