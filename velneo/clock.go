package velneo

import (
	"errors"
	"net/http"
	"time"
)

const (
	// maxSkew is how far two clocks may be apart without being named as the
	// reason of a refused login. What the service tolerates is not published.
	maxSkew = time.Minute
	// maxDate bounds the dates that are taken seriously.
	maxDate = 100 * 365 * 24 * time.Hour
)

// explainLogin adds the reason to the error of a refused login, as far as the
// answer's Date shows it: a wrong clock, or else a wrong address or key. Other
// errors are returned as they are.
func explainLogin(err error, date string, signed, now time.Time) error {
	e, ok := errors.AsType[*Error](err)
	if !ok || !e.Is(ErrUnauthorized) {
		return err
	}
	at, bad := http.ParseTime(date)
	skew := skewOf(at, signed, now)
	switch {
	case bad != nil || skew.Abs() > maxDate:
		e.hint = "; the email, the API key or the clock is wrong, and the answer has no Date to find out which"
	case skew.Abs() <= maxSkew:
		e.hint = "; the clock is right, so the email or the API key is wrong"
	case skew > 0:
		e.hint = "; this machine's clock is " + skew.String() + " slow"
	default:
		e.hint = "; this machine's clock is " + (-skew).String() + " fast"
	}
	if bad == nil && skew.Abs() > maxSkew && skew.Abs() <= maxDate {
		e.ClockSkew = skew
		e.add(ErrClockSkew)
	}
	return e
}

// skewOf returns by how much a clock that showed at, at some moment between
// signing and now, is ahead of ours at least. An answer may take minutes.
func skewOf(at, signed, now time.Time) time.Duration {
	switch {
	case at.After(now):
		return at.Sub(now).Round(time.Second)
	case at.Before(signed):
		return at.Sub(signed).Round(time.Second)
	}
	return 0
}
