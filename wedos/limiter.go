package wedos

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// WAPI's budgets (vendor guide). The window of the invalid requests is not
// published; one hour is inferred.
const (
	AccountBudget      = 1000 // requests per hour and account
	AvailabilityBudget = 100  // of those, domain-check, domain-create and domain-transfer-check
	InvalidBudget      = 10   // invalid requests before the address is blocked
	budgetWindow       = time.Hour
)

// Use describes how a request counts against the budgets.
type Use struct {
	Command      string
	Availability bool // counts against the availability budget too
	Critical     bool // may use the reserve
	// Waiting is called once when Acquire starts to wait, with the duration (0 if
	// it waits for another request to end) and the reason. It may be nil.
	Waiting func(wait time.Duration, why string)
}

// Outcome is the outcome of a request, as it affects the budgets.
type Outcome int

// The outcomes. All but OutcomeOK and OutcomeNegative count towards the block
// of the address; in a strict Limiter, OutcomeNegative counts too.
const (
	OutcomeOK                Outcome = iota // successful, or not processed by WAPI
	OutcomeNegative                         // a documented negative result, such as a taken domain
	OutcomeInvalid                          // any other error code
	OutcomeLimit                            // 2006: the account's budget is spent
	OutcomeAvailabilityLimit                // 2250 or 2252: the availability budget is spent
	OutcomeBlocked                          // 2052: the address is blocked
)

// Limiter keeps accounts within WAPI's budgets. The Limiter of NewLimiter
// counts in this process; to share an account between processes, implement the
// interface with a shared store.
type Limiter interface {
	// Acquire waits until a request of the account may be sent, and takes it from
	// the budgets. It returns an error when ctx ends. It returns ErrRateLimited at
	// once if the limiter does not wait, and ErrBlocked at once while the address
	// is blocked or one more invalid request would block it. The returned function
	// must be called with the outcome of the request; further calls of it do
	// nothing.
	Acquire(ctx context.Context, account string, use Use) (done func(Outcome), err error)
}

// LimiterConfig configures NewLimiter. The zero value follows the vendor guide.
type LimiterConfig struct {
	Account      int  // requests per hour; default AccountBudget, which WEDOS can raise for an account
	Availability int  // default AvailabilityBudget
	Invalid      int  // default InvalidBudget
	Reserve      int  // part of both budgets reserved for Critical calls, in requests, at most half of each; default 0
	Strict       bool // count documented negative results as invalid too; default false
	FailFast     bool // refuse with ErrRateLimited and RetryAfter instead of waiting; default false

	MaxWait time.Duration    // maximum wait of one Acquire; a longer wait is refused as with FailFast; default: until ctx ends
	Now     func() time.Time // the clock of the budgets; default time.Now
}

// NewLimiter returns a Limiter with rolling windows in memory, one set per
// account. If a budget is spent, it waits. The guard against invalid requests
// does not wait but refuses at once, because waiting would only hide the
// mistake.
//
// WAPI blocks the address that invalid requests come from, so all accounts of a
// Limiter share one guard. The first ten invalid requests within an hour have
// no effect; for each further one WAPI blocks the address, one minute longer
// each time (vendor guide). The guard refuses all requests for one minute after
// the tenth invalid request, two after the eleventh, and so on up to an hour:
// always one minute longer than WAPI, as a margin. An invalid request therefore
// costs minutes, not an hour. That invalid requests are forgotten after an hour
// is inferred.
//
// The guard limits concurrent requests to the number of invalid requests left
// of the ten, so that there is no eleventh even if all of them are invalid: at
// most ten at once, fewer after invalid requests, and one at a time after ten.
func NewLimiter(config LimiterConfig) Limiter {
	for value, def := range map[*int]int{&config.Account: AccountBudget, &config.Availability: AvailabilityBudget, &config.Invalid: InvalidBudget} {
		if *value <= 0 {
			*value = def
		}
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &memoryLimiter{config: config, accounts: map[string]*account{}, changed: make(chan struct{})}
}

type memoryLimiter struct {
	config   LimiterConfig
	mu       sync.Mutex
	accounts map[string]*account
	address  address
	changed  chan struct{} // closed and renewed when a request ends
}

// address is what all accounts have in common.
type address struct {
	invalid  window
	underWay int
	held     time.Time // until when the guard holds everything back
	blocked  pause     // after 2052
}

// account is the state of one account's budgets.
type account struct {
	all, availability  window
	underWay, checking int   // requests, and those of them about availability
	limited, checked   pause // after 2006, and after 2250 or 2252
}

func (l *memoryLimiter) Acquire(ctx context.Context, name string, use Use) (func(Outcome), error) {
	var notified bool
	for begin := l.config.Now(); ; {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now := l.config.Now()
		release, wait, changed := l.try(name, use, now)
		if release != nil {
			return release, nil
		}
		if err := l.refusal(wait, begin, now); err != nil {
			return nil, err
		}
		if !notified && use.Waiting != nil {
			use.Waiting(wait.length(now), wait.why(now))
		}
		notified = true
		if err := await(ctx, l.timeout(wait, begin, now), changed); err != nil {
			return nil, err
		}
	}
}

// try takes one request from the budgets, or says what keeps it from being
// sent and when to look again.
func (l *memoryLimiter) try(name string, use Use, now time.Time) (release func(Outcome), wait verdict, changed <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	a := l.account(name)
	if wait = l.wait(a, use, now); !wait.none() {
		return nil, wait, l.changed
	}
	l.take(a, use)
	return l.release(a, use), wait, nil
}

// refusal returns the error to fail with instead of waiting.
func (l *memoryLimiter) refusal(wait verdict, begin, now time.Time) error {
	left := l.config.MaxWait - now.Sub(begin)
	switch {
	case wait.full && (l.config.FailFast || wait.cause == ErrBlocked):
	case l.config.MaxWait <= 0:
		return nil
	case wait.full && wait.length(now) <= left, !wait.full && left > 0:
		return nil
	}
	return wait.err(now)
}

// timeout is when to look again at the latest, 0 for never.
func (l *memoryLimiter) timeout(wait verdict, begin, now time.Time) time.Duration {
	if !wait.full && l.config.MaxWait > 0 {
		return l.config.MaxWait - now.Sub(begin)
	}
	return wait.length(now)
}

// account returns the state for a name. l.mu is held.
func (l *memoryLimiter) account(name string) *account {
	a := l.accounts[name]
	if a == nil {
		a = &account{}
		l.accounts[name] = a
	}
	return a
}

// release returns the function that ends a request.
func (l *memoryLimiter) release(a *account, use Use) func(Outcome) {
	var once sync.Once
	return func(o Outcome) {
		once.Do(func() {
			now := l.config.Now() // the caller's code, so not under the lock
			l.mu.Lock()
			defer l.mu.Unlock()
			a.end(use, o, now)
			l.address.end(o, l.config, now)
			close(l.changed)
			l.changed = make(chan struct{})
		})
	}
}

// verdict is why a request has to wait: until a moment, or for another
// request to end where until is zero.
type verdict struct {
	until  time.Time
	full   bool // a budget is spent, and not only lent to requests under way
	cause  error
	reason string
}

func (v verdict) none() bool { return !v.full && v.cause == nil }

// length is how long it takes, 0 where that is not known.
func (v verdict) length(now time.Time) time.Duration {
	if v.until.IsZero() {
		return 0
	}
	return v.until.Sub(now)
}

// why reads "the account's 1000 requests an hour are spent until 2026-05-01
// 12:00:00 UTC (in 12m3s)".
func (v verdict) why(now time.Time) string {
	if v.until.IsZero() {
		return v.reason
	}
	return fmt.Sprintf("%s until %s (in %s)", v.reason, v.until.UTC().Format("2006-01-02 15:04:05 MST"), v.length(now).Round(time.Second))
}

func (v verdict) err(now time.Time) *Error {
	e := &Error{text: "nothing was sent: " + v.why(now), conditions: []error{ErrRateLimited}, RetryAfter: v.length(now)}
	if v.full && v.cause == ErrBlocked {
		e.add(v.cause)
	}
	return e
}

// wait finds what keeps a request from being sent now, the longest of it.
// l.mu is held.
func (l *memoryLimiter) wait(a *account, use Use, now time.Time) verdict {
	var v verdict
	later := func(t time.Time, cause error, reason string, numbers ...any) {
		if t.After(now) && t.After(v.until) {
			v = verdict{t, true, cause, fmt.Sprintf(reason, numbers...)}
		}
	}
	mistakes := l.address.invalid.count(now)
	later(l.address.blocked.until, ErrBlocked, "WAPI blocks this address for too many invalid requests (2052), as far as is known")
	later(l.address.held, ErrBlocked, "%d invalid requests within an hour, and WAPI blocks an address for more than %d: held back", mistakes, l.config.Invalid)
	later(a.limited.until, ErrRateLimited, "WAPI said that the account's requests are spent (2006): waiting")
	later(a.all.free(l.open(l.config.Account, use)-a.underWay, now), ErrRateLimited, "the account's %d requests an hour are spent", l.open(l.config.Account, use))
	if use.Availability {
		later(a.checked.until, ErrRateLimited, "WAPI said that the account's availability requests are spent (2250, 2252): waiting")
		later(a.availability.free(l.open(l.config.Availability, use)-a.checking, now), ErrRateLimited, "the account's %d availability requests an hour are spent", l.open(l.config.Availability, use))
	}
	if v.full || l.address.underWay < max(l.config.Invalid-mistakes, 1) {
		return v
	}
	return verdict{cause: ErrBlocked, reason: fmt.Sprintf("%d requests are under way, and more mistakes than that could block the address: waiting for one to end", l.address.underWay)}
}

// open is the part of a budget that a request may draw on. A reserve that
// suits the one budget would swallow the other, ten times smaller, whole.
func (l *memoryLimiter) open(budget int, use Use) int {
	if use.Critical {
		return budget
	}
	return budget - min(max(l.config.Reserve, 0), budget/2)
}

func (l *memoryLimiter) take(a *account, use Use) {
	l.address.underWay++
	a.underWay++
	if use.Availability {
		a.checking++
	}
}

// end books a request and its outcome. A request counts from its end, for
// WAPI counted it somewhere before: so our window never ends earlier than
// WAPI's.
func (a *account) end(use Use, o Outcome, now time.Time) {
	a.underWay--
	a.all.add(now)
	if use.Availability {
		a.checking--
		a.availability.add(now)
	}
	switch o {
	case OutcomeLimit:
		a.limited.begin(now)
	case OutcomeAvailabilityLimit:
		a.checked.begin(now)
	}
}

// end books an outcome against the address.
func (a *address) end(o Outcome, config LimiterConfig, now time.Time) {
	a.underWay--
	if o > OutcomeNegative || o == OutcomeNegative && config.Strict {
		a.invalid.add(now)
		if beyond := a.invalid.count(now) - config.Invalid; beyond >= 0 {
			a.held = now.Add(holdAfter(beyond))
		}
	}
	if o == OutcomeBlocked {
		a.blocked.grow(now) // also within the block: WAPI too counts each
	}
}

// holdAfter is how long the guard holds everything back after so many mistakes
// beyond those that cost nothing: the minute for each that the vendor's guide
// documents, and one more.
func holdAfter(beyond int) time.Duration {
	return min(time.Duration(beyond+1)*time.Minute, budgetWindow)
}

// window counts events of the last hour.
type window struct{ events []time.Time }

func (w *window) add(t time.Time) { w.events = append(w.events, t) }

func (w *window) count(now time.Time) int {
	old := 0
	for old < len(w.events) && now.Sub(w.events[old]) >= budgetWindow {
		old++
	}
	w.events = w.events[old:]
	return len(w.events)
}

// free is when the window holds fewer than budget events, zero if it does.
func (w *window) free(budget int, now time.Time) time.Time {
	over := w.count(now) - budget
	switch {
	case over < 0:
		return time.Time{}
	case budget <= 0: // all of it is kept back, or lent to requests under way
		return now.Add(budgetWindow)
	}
	return w.events[over].Add(budgetWindow)
}

// pause is a time in which nothing is sent. WAPI does not say how long it
// refuses; it documents one minute more for each further mistake, so each
// refusal in a row doubles ours, from a minute up to an hour. A refusal within
// an hour of the last pause is in its row, whatever succeeded between them:
// that may have been a request of another budget.
type pause struct {
	until time.Time
	times int
}

func (p *pause) grow(now time.Time) {
	if now.Sub(p.until) >= budgetWindow {
		p.times = 0
	}
	p.until = now.Add(min(time.Minute<<min(p.times, 6), budgetWindow))
	p.times++
}

// begin is grow, but for a refusal within the pause: what it refused was sent
// before the pause and says nothing new.
func (p *pause) begin(now time.Time) {
	if !now.Before(p.until) {
		p.grow(now)
	}
}

// await waits until another request ends, for at most that long (0: for ever),
// or until ctx ends.
func await(ctx context.Context, wait time.Duration, changed <-chan struct{}) error {
	var expired <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-expired:
	}
	return nil
}
