package schedule

import "time"

// Clock is the source of time of a Scheduler. The default is the system clock;
// tests provide their own, or run in a testing/synctest bubble and need none.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once in its own goroutine after d has passed.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is the result of AfterFunc; *time.Timer implements it.
type Timer interface {
	Reset(d time.Duration) bool
	Stop() bool
}

type systemClock struct{}

func (systemClock) Now() time.Time                            { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
