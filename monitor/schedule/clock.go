package schedule

import "time"

// Clock is the time that a Scheduler lives by. The default is the system's;
// tests bring their own, or run in a testing/synctest bubble and need none.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once in a goroutine of its own when d has passed.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is what AfterFunc returns; *time.Timer is one.
type Timer interface {
	Reset(d time.Duration) bool
	Stop() bool
}

type systemClock struct{}

func (systemClock) Now() time.Time                            { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
