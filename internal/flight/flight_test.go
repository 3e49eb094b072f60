package flight_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/flight"
)

// after returns a Run that takes that long and counts how often it ran; it ends
// early with its context.
func after(d time.Duration, runs *int) func(context.Context) (int, error) {
	return func(ctx context.Context) (int, error) {
		*runs++
		result := *runs
		select {
		case <-time.After(d):
			return result, nil
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func TestDo_OneCallForManyCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		var wg sync.WaitGroup
		runs := 0
		for range 50 {
			wg.Go(func() {
				got, err := g.Do(t.Context(), flight.Work[int]{Run: after(time.Second, &runs)})
				assert.NoError(t, err)
				assert.Equal(t, 1, got)
			})
		}
		wg.Wait()
		got, err := g.Do(t.Context(), flight.Work[int]{Run: after(time.Second, &runs)})
		require.NoError(t, err)
		assert.Equal(t, 2, got, "a call that has ended is not shared")
	})
}

func TestDo_ErrorGoesToAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		var wg sync.WaitGroup
		refused := errors.New("refused")
		for range 5 {
			wg.Go(func() {
				_, err := g.Do(t.Context(), flight.Work[int]{
					Run:  func(context.Context) (int, error) { time.Sleep(time.Second); return 0, refused },
					Keep: func(int) int { t.Error("a failure was kept"); return 0 },
				})
				assert.ErrorIs(t, err, refused)
			})
		}
		wg.Wait()
	})
}

func TestDo_CallerThatGivesUpTakesNothingFromTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		var wg sync.WaitGroup
		runs := 0
		first, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		wg.Go(func() {
			_, err := g.Do(first, flight.Work[int]{Run: after(time.Minute, &runs)})
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		got, err := g.Do(t.Context(), flight.Work[int]{Run: after(time.Minute, &runs)})
		require.NoError(t, err)
		assert.Equal(t, 1, got)
		wg.Wait()
	})
}

func TestDo_CallEndsWhenAllHaveLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		var wg sync.WaitGroup
		var ended time.Duration
		start := time.Now()
		for i := range 3 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+1)*time.Second)
				defer cancel()
				_, err := g.Do(ctx, flight.Work[int]{Run: func(ctx context.Context) (int, error) {
					<-ctx.Done()
					ended = time.Since(start)
					return 0, ctx.Err()
				}})
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			})
		}
		wg.Wait()
		synctest.Wait()
		assert.Equal(t, 3*time.Second, ended)
	})
}

// A call that all have left ends late, while another one runs: its result is
// not kept, and the other one goes on.
func TestDo_LateResultOfACallThatWasLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[string]
		var kept []string
		keep := func(s string) string { kept = append(kept, s); return s + ", kept" }
		early, release := make(chan struct{}), make(chan struct{})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := g.Do(ctx, flight.Work[string]{Run: func(context.Context) (string, error) { <-early; return "early", nil }, Keep: keep})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				got, err := g.Do(t.Context(), flight.Work[string]{Run: func(context.Context) (string, error) { <-release; return "late", nil }, Keep: keep})
				assert.NoError(t, err)
				assert.Equal(t, "late, kept", got)
			})
			synctest.Wait()
			if early != nil {
				close(early)
				early = nil
				synctest.Wait()
			}
		}
		assert.Empty(t, kept)
		close(release)
		wg.Wait()
		assert.Equal(t, []string{"late"}, kept)
	})
}

// What is kept is there for the next caller, with no call in between.
func TestDo_HaveAndKeep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		var wg sync.WaitGroup
		value, runs := 0, 0
		w := flight.Work[int]{
			Have: func() (int, bool) { return value, value != 0 },
			Run:  after(time.Millisecond, &runs),
			Keep: func(v int) int { value = 100 + v; return value },
		}
		for i := range 100 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 20 * time.Microsecond)
				got, err := g.Do(t.Context(), w)
				assert.NoError(t, err)
				assert.Equal(t, 101, got)
			})
		}
		wg.Wait()
		assert.Equal(t, 1, runs)
	})
}

func TestDo_ValuesOfTheFirstContext(t *testing.T) {
	type key struct{}
	var g flight.Group[any]
	got, err := g.Do(context.WithValue(t.Context(), key{}, "value"), flight.Work[any]{
		Run: func(ctx context.Context) (any, error) { return ctx.Value(key{}), nil },
	})
	require.NoError(t, err)
	assert.Equal(t, "value", got)
}

func TestDo_EndedContextBeginsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	runs := 0
	var g flight.Group[int]
	_, err := g.Do(ctx, flight.Work[int]{Run: after(0, &runs)})
	require.ErrorIs(t, err, context.Canceled)
	assert.Zero(t, runs)
}

func TestDo_PanicAndExit(t *testing.T) {
	var g flight.Group[int]
	assert.PanicsWithValue(t, "no", func() {
		_, _ = g.Do(t.Context(), flight.Work[int]{Run: func(context.Context) (int, error) { panic("no") }})
	})
	_, err := g.Do(t.Context(), flight.Work[int]{Run: func(context.Context) (int, error) { runtime.Goexit(); return 1, nil }})
	require.Error(t, err)
	got, err := g.Do(t.Context(), flight.Work[int]{Run: func(context.Context) (int, error) { return 1, nil }})
	require.NoError(t, err, "the Group goes on")
	assert.Equal(t, 1, got)
}

// lingering is a call that goes on for a minute after all have left.
func lingering(run func(context.Context) (int, error)) flight.Work[int] {
	return flight.Work[int]{Run: run, Linger: time.Minute}
}

func leaveAfter(t *testing.T, g *flight.Group[int], d time.Duration, w flight.Work[int]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	_, err := g.Do(ctx, w)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestLinger_WhoComesInTimeJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		runs := 0
		w := lingering(after(3*time.Minute, &runs))
		leaveAfter(t, &g, time.Minute, w)
		time.Sleep(59 * time.Second)
		leaveAfter(t, &g, 30*time.Second, w) // the minute begins anew
		time.Sleep(20 * time.Second)
		got, err := g.Do(t.Context(), w)
		require.NoError(t, err)
		assert.Equal(t, 1, got)
	})
}

func TestLinger_ResultIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		runs, kept := 0, 0
		w := lingering(after(90*time.Second, &runs))
		w.Keep = func(v int) int { kept = v; return v }
		w.Drop = func(context.Context, int) { t.Error("dropped") }
		leaveAfter(t, &g, time.Minute, w)
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, 1, kept)
	})
}

// The minute is counted from when the last caller left, not from an earlier
// time when nobody waited.
func TestLinger_GivenUpAtItsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		var ended time.Time
		w := lingering(func(ctx context.Context) (int, error) { <-ctx.Done(); ended = time.Now(); return 0, ctx.Err() })
		leaveAfter(t, &g, time.Second, w)
		time.Sleep(50 * time.Second)
		leaveAfter(t, &g, time.Second, w)
		want := time.Now().Add(time.Minute)
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, want, ended)
	})
}

func TestLinger_EndsWithLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		life, end := context.WithCancel(t.Context())
		var dropped []int
		w := lingering(func(ctx context.Context) (int, error) { <-ctx.Done(); return 7, nil })
		w.Life, w.Drop = life, func(_ context.Context, v int) { dropped = append(dropped, v) }
		w.Keep = func(v int) int { t.Error("kept"); return v }
		leaveAfter(t, &g, time.Second, w)
		end()
		synctest.Wait()
		assert.Equal(t, []int{7}, dropped)
	})
}

func TestLife_LeavesAloneWhatSomebodyWaitsFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		life, end := context.WithCancel(t.Context())
		end()
		runs := 0
		w := lingering(after(time.Second, &runs))
		w.Life = life
		got, err := g.Do(t.Context(), w)
		require.NoError(t, err)
		assert.Equal(t, 1, got)
	})
}

func TestDrop_HasTheValuesOfRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var g flight.Group[int]
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "value"), time.Second)
		defer cancel()
		var got any
		_, err := g.Do(ctx, flight.Work[int]{
			Run:  func(ctx context.Context) (int, error) { <-ctx.Done(); return 1, nil },
			Drop: func(ctx context.Context, _ int) { got = ctx.Value(key{}); assert.Error(t, ctx.Err()) },
		})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		assert.Equal(t, "value", got)
	})
}

func TestFinish_WaitsAndBeginsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		require.NoError(t, g.Finish(t.Context()))
		runs := 0
		leaveAfter(t, &g, time.Second, lingering(after(10*time.Minute, &runs)))
		start := time.Now()
		require.NoError(t, g.Finish(t.Context()), "as long as it takes")
		assert.Equal(t, 10*time.Minute-time.Second, time.Since(start))
		assert.Equal(t, 1, runs)
	})
}

func TestFinish_GivesUpWhenItsContextEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var g flight.Group[int]
		var wg sync.WaitGroup
		runs := 0
		wg.Go(func() {
			_, err := g.Do(t.Context(), flight.Work[int]{Run: after(time.Hour, &runs)})
			assert.ErrorIs(t, err, flight.ErrEnded)
		})
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, g.Finish(ctx), context.DeadlineExceeded)
		wg.Wait()
		got, err := g.Do(t.Context(), flight.Work[int]{Run: after(time.Hour, &runs)})
		require.NoError(t, err)
		assert.Equal(t, 2, got)
	})
}
