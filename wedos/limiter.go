package wedos

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// WAPI's budgets (vendor guide). The window of the invalid requests is not
// published: an hour is our inference.
const (
	AccountBudget      = 1000 // requests an hour an account
	AvailabilityBudget = 100  // of them domain-check, domain-create, domain-transfer-check
	InvalidBudget      = 10   // invalid requests before the address is blocked
	budgetWindow       = time.Hour
)

// Use says what a request takes from the budgets.
type Use struct {
	Command      string
	Availability bool // counts against the availability budget too
	Critical     bool // may take from the reserve
}

// Outcome is what WAPI made of a request, as far as the budgets care.
type Outcome int

// The outcomes. Everything but OutcomeOK and OutcomeNegative counts towards
// the block of the address, and OutcomeNegative does where that is strict.
const (
	OutcomeOK                Outcome = iota // done, or never judged by WAPI
	OutcomeNegative                         // a documented "no", such as a taken domain
	OutcomeInvalid                          // any other error code
	OutcomeLimit                            // 2006: the account's budget is spent
	OutcomeAvailabilityLimit                // 2250 or 2252: the availability budget is spent
	OutcomeBlocked                          // 2052: the address is blocked
)

// Limiter keeps an account within WAPI's budgets. The one of NewLimiter counts
// in this process; implement the interface over a shared store to let several
// processes draw on one account.
type Limiter interface {
	// Acquire waits until one request of the account may be sent, and takes it
	// from the budgets. It fails when ctx ends; at once with ErrRateLimited
	// where the limiter does not wait; and at once with ErrBlocked while the
	// address is blocked or one more mistake would block it. The function it
	// returns must be called with the outcome; calling it again does nothing.
	Acquire(ctx context.Context, account string, use Use) (done func(Outcome), err error)
}

// LimiterConfig tunes NewLimiter. The zero value follows the vendor guide.
type LimiterConfig struct {
	Account      int  // requests an hour; default AccountBudget, which WEDOS can raise for an account
	Availability int  // default AvailabilityBudget
	Invalid      int  // default InvalidBudget
	Reserve      int  // part of both budgets kept for Critical calls, in requests, at most half of each; default 0
	Strict       bool // documented negative answers count as invalid too; default false
	FailFast     bool // refuse with ErrRateLimited and RetryAfter instead of waiting; default false
}

// NewLimiter returns a Limiter with rolling windows in memory, one set an
// account. A spent budget is waited for; the guard against invalid requests
// refuses at once, for an hour's wait would only hide a mistake.
//
// WAPI blocks the address that mistakes come from, so the guard is one for all
// accounts of this Limiter. It never lets more requests be under way than
// invalid answers are left, so that the invalid budget holds even if all of
// them fail; that makes ten calls at once the most, fewer after mistakes.
func NewLimiter(config LimiterConfig) Limiter {
	for value, def := range map[*int]int{&config.Account: AccountBudget, &config.Availability: AvailabilityBudget, &config.Invalid: InvalidBudget} {
		if *value <= 0 {
			*value = def
		}
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
	blocked  pause // after 2052
}

// account is the state of one account's budgets.
type account struct {
	all, availability  window
	underWay, checking int   // requests, and those of them about availability
	limited, checked   pause // after 2006, and after 2250 or 2252
}

func (l *memoryLimiter) Acquire(ctx context.Context, name string, use Use) (func(Outcome), error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.mu.Lock()
		a := l.account(name)
		wait := l.wait(a, use, time.Now())
		if wait.none() {
			l.take(a, use)
			l.mu.Unlock()
			return l.release(a, use), nil
		}
		changed := l.changed
		l.mu.Unlock()
		if wait.full && (l.config.FailFast || wait.cause == ErrBlocked) {
			return nil, wait.err()
		}
		if err := await(ctx, wait.until, changed); err != nil {
			return nil, err
		}
	}
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
			l.mu.Lock()
			defer l.mu.Unlock()
			now := time.Now()
			a.end(use, o, now)
			l.address.end(o, l.config.Strict, now)
			close(l.changed)
			l.changed = make(chan struct{})
		})
	}
}

// verdict is why a request has to wait: until a moment, or for another
// request to end where until is zero.
type verdict struct {
	until time.Time
	full  bool // a budget is spent, and not only lent to requests under way
	cause error
}

func (v verdict) none() bool { return !v.full && v.cause == nil }

func (v verdict) err() *Error {
	e := &Error{text: fmt.Sprintf("budget spent until %s", v.until.Format(time.TimeOnly)), conditions: []error{ErrRateLimited}, RetryAfter: time.Until(v.until)}
	if v.cause != ErrRateLimited {
		e.add(v.cause)
	}
	return e
}

// wait tells what keeps a request from being sent now. l.mu is held.
func (l *memoryLimiter) wait(a *account, use Use, now time.Time) verdict {
	var until time.Time
	cause := error(nil)
	later := func(t time.Time, why error) {
		if t.After(now) && t.After(until) {
			until, cause = t, why
		}
	}
	later(l.address.blocked.until, ErrBlocked)
	later(a.limited.until, ErrRateLimited)
	later(a.all.free(l.open(l.config.Account, use)-a.underWay, now), ErrRateLimited)
	later(l.address.invalid.free(l.config.Invalid, now), ErrBlocked)
	if use.Availability {
		later(a.checked.until, ErrRateLimited)
		later(a.availability.free(l.open(l.config.Availability, use)-a.checking, now), ErrRateLimited)
	}
	switch {
	case cause != nil:
		return verdict{until: until, full: true, cause: cause}
	case l.address.invalid.count(now)+l.address.underWay >= l.config.Invalid:
		return verdict{cause: ErrBlocked}
	}
	return verdict{}
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
func (a *address) end(o Outcome, strict bool, now time.Time) {
	a.underWay--
	if o > OutcomeNegative || o == OutcomeNegative && strict {
		a.invalid.add(now)
	}
	if o == OutcomeBlocked {
		a.blocked.grow(now) // also within the block: WAPI too counts each
	}
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
// before the pause and tells nothing new.
func (p *pause) begin(now time.Time) {
	if !now.Before(p.until) {
		p.grow(now)
	}
}

// await waits for a moment, for another request's end, or for ctx.
func await(ctx context.Context, until time.Time, changed <-chan struct{}) error {
	var expired <-chan time.Time
	if !until.IsZero() {
		timer := time.NewTimer(time.Until(until))
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
