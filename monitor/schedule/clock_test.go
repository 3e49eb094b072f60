package schedule_test

import (
	"context"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// hasty is a clock that is moved at the worst moment: when a timer is about to
// be set.
type hasty struct {
	*monitortest.Clock
	jump chan time.Duration
}

func (c hasty) AfterFunc(d time.Duration, f func()) schedule.Timer {
	return hastyTimer{c.Clock.AfterFunc(d, f), c}
}

type hastyTimer struct {
	schedule.Timer
	clock hasty
}

func (t hastyTimer) Reset(d time.Duration) bool {
	select {
	case by := <-t.clock.jump:
		t.clock.Advance(by)
	default:
	}
	return t.Timer.Reset(d)
}

// Whenever a virtual clock is moved over a turn, the turn is served: while the
// Report of the one before is looked at, or while the timer is set.
func TestScheduler_ClockMovedForward(t *testing.T) {
	clock := hasty{monitortest.NewClock(noon), make(chan time.Duration, 1)}
	served := make(chan int, 10)
	n := 0
	s := scheduler(t, schedule.Config{Clock: clock,
		Policy: schedule.Policy{DownAfter: 1, RetryAfter: -1},
		Runner: runnerFunc(func(context.Context, monitor.Target) monitor.Result {
			if n++; n >= 4 && n < 6 {
				clock.jump <- time.Minute
			}
			return monitor.Result{At: clock.Now(), Attempts: n, Status: []monitor.Status{monitor.StatusUp, monitor.StatusDown}[n%2]}
		}),
		OnChange: func(r schedule.Report) {
			if r.Result.Attempts < 4 {
				clock.Advance(time.Minute)
			}
			served <- r.Result.Attempts
		}}, every("a", time.Minute))
	clock.Advance(time.Minute)
	stop := running(t, s)
	for want := 1; want <= 6; want++ {
		select {
		case got := <-served:
			if got != want {
				t.Errorf("turn %d, want %d", got, want)
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("turn %d is not served", want)
		}
	}
	stop()
}
