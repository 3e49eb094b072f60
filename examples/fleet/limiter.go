package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/hebergo/hebergo/wedos"
)

// The two scripts: Redis runs each of them as one step that nothing comes
// between, by its own clock.
var (
	//go:embed acquire.lua
	acquireScript string
	//go:embed release.lua
	releaseScript string
)

const budgetWindow = time.Hour // of all of WAPI's budgets; see package wedos

// RedisLimiterConfig tunes NewRedisLimiter. Its zero value follows WAPI's
// guide.
type RedisLimiterConfig struct {
	wedos.LimiterConfig // as in this process, but for Now: the clock is Redis's; all workers of an account must have the same

	// Lease is how long a request may be under way: longer than the client's
	// own timeout. A request that is not booked by then counts as a mistake
	// from then on, for its worker died and nobody knows. Default 2 minutes.
	Lease time.Duration
	// Poll is how often to ask again while budgets are only lent to requests
	// under way. Default 50 ms.
	Poll time.Duration
	// Prefix starts the keys' names; what has the same one shares the guard
	// against mistakes. Default "hebergo:wapi".
	Prefix string
}

// RedisLimiter is a wedos.Limiter over Redis 6.2 or later: all workers that
// share the Redis draw on the same budgets. Its rules and numbers are those of
// wedos.NewLimiter, the minutes after too many mistakes among them. A request
// counts from when it is done, for the server judges it somewhere before: so the
// budgets hold by the server's windows too. Each account has its budgets; the
// guard against mistakes is one for all, as WAPI blocks the address that they
// come from. Workers behind several addresses share it as well, which is
// stricter than WAPI.
//
// Without Redis no request is let through: the error is wedos.ErrUnavailable.
// Let Redis keep its data (appendonly yes, maxmemory-policy noeviction): what
// it forgets can be spent twice, until WAPI's answer says that it was. That
// answer counts even if Redis has forgotten the request by then.
type RedisLimiter struct {
	config           RedisLimiterConfig
	redis            redis.UniversalClient
	acquire, release *redis.Script
	shift            func() time.Duration // added to Redis's clock by tests
}

// NewRedisLimiter makes a RedisLimiter. It does no I/O; the client stays the
// caller's to close.
func NewRedisLimiter(client redis.UniversalClient, config RedisLimiterConfig) *RedisLimiter {
	config.Account = positive(config.Account, wedos.AccountBudget)
	config.Availability = positive(config.Availability, wedos.AvailabilityBudget)
	config.Invalid = positive(config.Invalid, wedos.InvalidBudget)
	config.Lease = positive(config.Lease, 2*time.Minute)
	config.Poll = positive(config.Poll, 50*time.Millisecond)
	config.Prefix = cmp.Or(config.Prefix, "hebergo:wapi")
	return &RedisLimiter{
		config: config, redis: client, acquire: redis.NewScript(acquireScript), release: redis.NewScript(releaseScript),
		shift: func() time.Duration { return 0 },
	}
}

func positive[T int | time.Duration](value, otherwise T) T {
	if value > 0 {
		return value
	}
	return otherwise
}

// BudgetError is a refusal by a RedisLimiter: nothing was sent. It matches
// wedos.ErrRateLimited, and wedos.ErrBlocked where Blocked.
type BudgetError struct {
	Blocked    bool          // the address is blocked, or held back for mistakes
	RetryAfter time.Duration // when the budget may be free again
	Until      time.Time     // the same, by this machine's clock
	Why        string        // what is spent, or who blocks
}

// Error reads "nothing was sent: the account's 1000 requests an hour are spent
// until 2026-05-01 12:00:00 UTC (in 12m3s)".
func (e *BudgetError) Error() string {
	return fmt.Sprintf("nothing was sent: %s until %s (in %s)", e.Why, e.Until.UTC().Format("2006-01-02 15:04:05 MST"), e.RetryAfter.Round(time.Second))
}

// Is matches the conditions.
func (e *BudgetError) Is(target error) bool {
	return target == wedos.ErrRateLimited || e.Blocked && target == wedos.ErrBlocked
}

// Acquire takes one request of the account from the budgets; see wedos.Limiter.
func (l *RedisLimiter) Acquire(ctx context.Context, account string, use wedos.Use) (func(wedos.Outcome), error) {
	keys, id, notified := l.keys(account), rand.Text(), false
	for begin := time.Now(); ; {
		v, err := l.try(ctx, keys, id, use)
		switch {
		case err != nil:
			return nil, err
		case v.word == "ok":
			return l.releaser(keys, id, use), nil
		case l.refuses(v, time.Since(begin)):
			return nil, &BudgetError{Blocked: v.word == "blocked", RetryAfter: v.wait, Until: time.Now().Add(v.wait), Why: v.why}
		}
		wait, length := v.wait, v.wait
		if v.word == "lent" {
			wait, length = min(v.wait, l.config.Poll), 0
		}
		if !notified && use.Waiting != nil {
			use.Waiting(length, v.why)
		}
		notified = true
		if err := pause(ctx, wait); err != nil {
			return nil, err
		}
	}
}

// refuses reports whether to fail instead of waiting.
func (l *RedisLimiter) refuses(v decision, waited time.Duration) bool {
	switch {
	case v.word == "blocked" || v.word == "limited" && l.config.FailFast:
		return true
	case l.config.MaxWait <= 0:
		return false
	case v.word == "lent":
		return waited >= l.config.MaxWait
	}
	return v.wait > l.config.MaxWait-waited
}

// decision is what the script says.
type decision struct {
	word string // ok, blocked, limited, or lent: until another request ends
	wait time.Duration
	why  string
}

// try runs the script once. go-redis repeats it where its answer was lost,
// which the id makes harmless.
func (l *RedisLimiter) try(ctx context.Context, keys []string, id string, use wedos.Use) (decision, error) {
	c := l.config
	reserve := c.Reserve
	if use.Critical {
		reserve = 0
	}
	answer, err := l.acquire.Run(ctx, l.redis, keys, c.Account, c.Availability, c.Invalid, reserve, use.Availability, id,
		c.Lease.Milliseconds(), budgetWindow.Milliseconds(), l.shift().Milliseconds()).Slice()
	if ctx.Err() != nil || err != nil || len(answer) != 3 {
		l.book(keys, id, outcome{}) // it may have been granted all the same
	}
	switch {
	case ctx.Err() != nil:
		return decision{}, ctx.Err()
	case err != nil:
		return decision{}, unavailable{err}
	case len(answer) != 3:
		return decision{}, unavailable{errors.New("an answer of another shape")}
	}
	word, isWord := answer[0].(string)
	milliseconds, isNumber := answer[1].(int64)
	why, isText := answer[2].(string)
	if !isWord || !isNumber || !isText {
		return decision{}, unavailable{errors.New("an answer of another shape")}
	}
	return decision{word, time.Duration(milliseconds) * time.Millisecond, why}, nil
}

// releaser returns the function that books a request's outcome.
func (l *RedisLimiter) releaser(keys []string, id string, use wedos.Use) func(wedos.Outcome) {
	var once sync.Once
	return func(o wedos.Outcome) {
		once.Do(func() {
			mistake := o > wedos.OutcomeNegative || o == wedos.OutcomeNegative && l.config.Strict
			l.book(keys, id, outcome{granted: true, check: use.Availability, mistake: mistake, event: event(o)})
		})
	}
}

// outcome is what book needs to know of a request.
type outcome struct {
	granted bool // it is certain that the request was under way
	check   bool // it drew on the budget of availability checks
	mistake bool
	event   string // see event
}

// book runs the other script. It is given a few seconds even where the
// request's own time is up; if Redis can't be reached by then, the lease runs
// out and the request counts as a mistake.
func (l *RedisLimiter) book(keys []string, id string, o outcome) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	_ = l.release.Run(ctx, l.redis, keys, id, o.mistake, o.event, budgetWindow.Milliseconds(), l.shift().Milliseconds(), o.granted, o.check, l.config.Invalid).Err()
}

// event names the pause that an outcome begins.
func event(o wedos.Outcome) string {
	switch o {
	case wedos.OutcomeBlocked:
		return "blocked"
	case wedos.OutcomeLimit:
		return "limited"
	case wedos.OutcomeAvailabilityLimit:
		return "checked"
	}
	return ""
}

// keys names an account's keys and those of the guard. The braces keep them on
// one node of a cluster; the hash keeps the account's address out of Redis.
func (l *RedisLimiter) keys(account string) []string {
	sum := sha256.Sum256([]byte(account))
	root := "{" + l.config.Prefix + "}:"
	own := root + hex.EncodeToString(sum[:8]) + ":"
	return []string{own + "all", own + "checks", root + "invalid", root + "leases", own + "pauses", root + "guard"}
}

// unavailable is a failure of Redis. Its text names the address at most.
type unavailable struct{ error }

// Error says whose failure it is: otherwise it reads as if it were WAPI's.
func (e unavailable) Error() string { return "redis can't be used: " + e.error.Error() }

// Is matches wedos.ErrUnavailable: nothing was sent.
func (e unavailable) Is(target error) bool { return target == wedos.ErrUnavailable }

// Unwrap returns go-redis's error.
func (e unavailable) Unwrap() error { return e.error }

// pause waits, or ends with ctx.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
