package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/hebergo/hebergo/internal/interop"
	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// startRedis starts a real Redis of the test's own and returns its address.
func startRedis(t *testing.T) string {
	t.Helper()
	return interop.Start(t, interop.Program{
		Name: "redis-server", Install: "apt install redis-server",
		Args: []string{"--bind", "127.0.0.1", "--port", "{port}", "--dir", t.TempDir(), "--save", "", "--appendonly", "no"},
	})
}

func connect(t *testing.T, address string) *redis.Client {
	t.Helper()
	client := redis.NewClient(&redis.Options{Addr: address})
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// clock is what tests add to Redis's own.
type clock struct{ shift atomic.Int64 }

func (c *clock) advance(d time.Duration) { c.shift.Add(int64(d)) }

func (c *clock) limiter(client redis.UniversalClient, config RedisLimiterConfig) *RedisLimiter {
	l := NewRedisLimiter(client, config)
	l.shift = func() time.Duration { return time.Duration(c.shift.Load()) }
	return l
}

// take acquires and releases once.
func take(t *testing.T, l wedos.Limiter, use wedos.Use, o wedos.Outcome) error {
	t.Helper()
	done, err := l.Acquire(t.Context(), t.Name(), use)
	if err == nil {
		done(o)
		done(o) // calling it again does nothing
	}
	return err
}

// Both limiters give the same verdicts on the same story.
func TestRedisLimiter_AsInMemory(t *testing.T) {
	client := connect(t, startRedis(t))
	check, critical := wedos.Use{Availability: true}, wedos.Use{Critical: true}
	type step struct {
		use     wedos.Use
		outcome wedos.Outcome
		after   time.Duration // since the step before
	}
	mistake := func(after time.Duration) step { return step{outcome: wedos.OutcomeInvalid, after: after} }
	for name, story := range map[string]struct {
		config wedos.LimiterConfig
		steps  []step
	}{
		"account":      {wedos.LimiterConfig{Account: 3}, slices.Repeat([]step{{}}, 5)},
		"availability": {wedos.LimiterConfig{Availability: 2}, []step{{use: check}, {use: check}, {use: check}, {}, {use: check}}},
		"reserve":      {wedos.LimiterConfig{Account: 4, Reserve: 2}, []step{{}, {}, {}, {use: critical}, {use: critical}, {use: critical}}},
		"all reserved": {wedos.LimiterConfig{Account: 3, Reserve: 5}, []step{{}, {}, {}, {use: critical}, {use: critical}}},
		"negative":     {wedos.LimiterConfig{Account: 2, Reserve: -5}, []step{{}, {}, {}}},
		"mistakes":     {wedos.LimiterConfig{Invalid: 3}, slices.Repeat([]step{{outcome: wedos.OutcomeInvalid}}, 5)},
		"negatives":    {wedos.LimiterConfig{Invalid: 2}, slices.Repeat([]step{{outcome: wedos.OutcomeNegative}}, 4)},
		"strict":       {wedos.LimiterConfig{Invalid: 2, Strict: true}, slices.Repeat([]step{{outcome: wedos.OutcomeNegative}}, 4)},
		"2006":         {wedos.LimiterConfig{}, []step{{outcome: wedos.OutcomeLimit}, {}, {use: check}}},
		"2250":         {wedos.LimiterConfig{}, []step{{outcome: wedos.OutcomeAvailabilityLimit}, {}, {use: check}, {}}},
		"2052":         {wedos.LimiterConfig{}, []step{{outcome: wedos.OutcomeBlocked}, {use: critical}, {use: check}}},
		// Two mistakes cost nothing; the third, fourth and fifth hold everything back for one, two and three minutes.
		"minutes": {wedos.LimiterConfig{Invalid: 3}, []step{
			mistake(0), mistake(0), mistake(0), {after: 59 * time.Second}, mistake(2 * time.Second), {after: 119 * time.Second}, mistake(2 * time.Second),
			{after: 179 * time.Second}, {after: 2 * time.Second}, {}, {after: 52 * time.Minute}, mistake(0), {}, {after: 2 * time.Hour}, mistake(0), {},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			var now clock
			story.config.FailFast = true
			story.config.Now = func() time.Time { return time.Now().Add(time.Duration(now.shift.Load())) }
			memory := wedos.NewLimiter(story.config)
			shared := now.limiter(client, RedisLimiterConfig{LimiterConfig: story.config, Prefix: name})
			for n, step := range story.steps {
				now.advance(step.after)
				want, got := take(t, memory, step.use, step.outcome), take(t, shared, step.use, step.outcome)
				if want != nil && got != nil && reason(got) != reason(want) {
					t.Errorf("step %d: %q, in memory %q", n, reason(got), reason(want))
				}
				for _, cond := range []error{wedos.ErrRateLimited, wedos.ErrBlocked} {
					if (got == nil) != (want == nil) || errors.Is(got, cond) != errors.Is(want, cond) {
						t.Errorf("step %d: %v, in memory %v", n, got, want)
					}
				}
			}
		})
	}
}

// reason is an error's text without the date.
func reason(err error) string {
	text := strings.TrimPrefix(err.Error(), "wedos: ")
	before, _, _ := strings.Cut(text, " until 20")
	return before
}

// A wait is bounded by MaxWait, and announced once.
func TestRedisLimiter_MaxWait(t *testing.T) {
	client := connect(t, startRedis(t))
	l := NewRedisLimiter(client, RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{Account: 1, MaxWait: time.Minute}})
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil {
		t.Fatal(err)
	}
	var e *BudgetError
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); !errors.As(err, &e) || e.Blocked || e.RetryAfter <= time.Minute || e.Why == "" {
		t.Errorf("%v, want a refusal: an hour is longer than MaxWait", err)
	}
	l = NewRedisLimiter(client, RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{Invalid: 1, MaxWait: 30 * time.Millisecond}, Poll: time.Millisecond, Prefix: "lent"})
	done, err := l.Acquire(t.Context(), t.Name(), wedos.Use{})
	if err != nil {
		t.Fatal(err)
	}
	defer done(wedos.OutcomeOK)
	notified := 0
	_, err = l.Acquire(t.Context(), t.Name(), wedos.Use{Waiting: func(time.Duration, string) { notified++ }})
	if !errors.Is(err, wedos.ErrRateLimited) || errors.Is(err, wedos.ErrBlocked) || notified != 1 {
		t.Errorf("%v after %d notices, want a refusal and one notice", err, notified)
	}
}

// Budgets come back as the window rolls on.
func TestRedisLimiter_Window(t *testing.T) {
	var now clock
	l := now.limiter(connect(t, startRedis(t)), RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{Account: 2, FailFast: true}})
	blocked := func(want bool) {
		t.Helper()
		err := take(t, l, wedos.Use{}, wedos.OutcomeOK)
		var e *BudgetError
		if errors.As(err, &e) != want || (err != nil) != want || want && (e.RetryAfter <= 0 || e.RetryAfter > time.Hour+time.Millisecond) {
			t.Errorf("%v, want a refusal: %v", err, want)
		}
	}
	blocked(false)
	now.advance(30 * time.Minute)
	blocked(false)
	blocked(true)
	now.advance(31 * time.Minute)
	blocked(false)
	blocked(true)
}

// Blocks double while they follow each other.
func TestRedisLimiter_Blocks(t *testing.T) {
	var now clock
	l := now.limiter(connect(t, startRedis(t)), RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{FailFast: true}})
	ok := func() error { return take(t, l, wedos.Use{}, wedos.OutcomeOK) }
	for n, block := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute, time.Minute} {
		now.advance([]time.Duration{45 * time.Minute, 45 * time.Minute, 45 * time.Minute, 2 * time.Hour}[n]) // the last is no more in a row
		if err := take(t, l, wedos.Use{}, wedos.OutcomeBlocked); err != nil {
			t.Fatal(err)
		}
		if err := ok(); !errors.Is(err, wedos.ErrBlocked) {
			t.Errorf("blocked for %v: %v", block, err)
		}
		now.advance(block - 30*time.Second)
		if err := ok(); !errors.Is(err, wedos.ErrBlocked) {
			t.Errorf("half a minute before %v are over: %v", block, err)
		}
		now.advance(31 * time.Second)
		if err := ok(); err != nil {
			t.Errorf("when %v are over: %v", block, err)
		}
	}
}

// Accounts have budgets of their own, but one guard: WAPI blocks the address.
func TestRedisLimiter_OneGuardForAllAccounts(t *testing.T) {
	client := connect(t, startRedis(t))
	l := NewRedisLimiter(client, RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{Account: 1, FailFast: true}})
	sent := 0
	for n := range 2 * wedos.InvalidBudget {
		done, err := l.Acquire(t.Context(), fmt.Sprint("account", n), wedos.Use{})
		if err == nil {
			sent++
			done(wedos.OutcomeInvalid)
		} else if !errors.Is(err, wedos.ErrBlocked) {
			t.Fatal(err)
		}
	}
	if sent != wedos.InvalidBudget {
		t.Errorf("%d mistakes, want %d", sent, wedos.InvalidBudget)
	}
}

// Requests that were under way together and are all refused make one pause.
func TestRedisLimiter_RefusedTogether(t *testing.T) {
	var now clock
	l := now.limiter(connect(t, startRedis(t)), RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{FailFast: true}})
	var ends []func(wedos.Outcome)
	for range 8 {
		done, err := l.Acquire(t.Context(), t.Name(), wedos.Use{})
		if err != nil {
			t.Fatal(err)
		}
		ends = append(ends, done)
	}
	for _, done := range ends {
		done(wedos.OutcomeLimit)
	}
	now.advance(61 * time.Second)
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil {
		t.Errorf("after a minute: %v", err)
	}
}

// A worker dies with requests under way: its leases run out, count as
// mistakes, and what is left of the budgets is for the others. One that was
// only slow puts it right.
func TestRedisLimiter_DeadWorker(t *testing.T) {
	var now clock
	l := now.limiter(connect(t, startRedis(t)), RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{Invalid: 3, FailFast: true}})
	if _, err := l.Acquire(t.Context(), t.Name(), wedos.Use{}); err != nil { // dies
		t.Fatal(err)
	}
	slow, err := l.Acquire(t.Context(), t.Name(), wedos.Use{})
	if err != nil {
		t.Fatal(err)
	}
	now.advance(3 * time.Minute) // both leases have run out: one mistake is left
	one, err := l.Acquire(t.Context(), t.Name(), wedos.Use{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := l.Acquire(ctx, t.Name(), wedos.Use{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a second one beside the last mistake: %v", err)
	}
	slow(wedos.OutcomeOK)
	if err := take(t, l, wedos.Use{}, wedos.OutcomeInvalid); err != nil {
		t.Errorf("after the slow one was booked: %v", err)
	}
	one(wedos.OutcomeInvalid)
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); !errors.Is(err, wedos.ErrBlocked) {
		t.Errorf("three mistakes, one of them the dead worker's: %v", err)
	}
	now.advance(time.Hour + time.Minute)
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil {
		t.Errorf("an hour later: %v", err)
	}
}

// Many at once through several connections: never more than the budgets, and
// never more under way than mistakes are left.
func TestRedisLimiter_ManyAtOnce(t *testing.T) {
	address := startRedis(t)
	config := RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{Account: 60, Availability: 20, Invalid: 4, FailFast: true}, Poll: time.Millisecond}
	var all, checks, refused atomic.Int64
	var mu sync.Mutex
	underWay, most := 0, 0
	step := func(n int) {
		mu.Lock()
		defer mu.Unlock()
		underWay += n
		most = max(most, underWay)
	}
	var workers sync.WaitGroup
	for range 4 {
		l := NewRedisLimiter(connect(t, address), config)
		for range 5 {
			workers.Go(func() {
				for n := range 10 {
					use := wedos.Use{Availability: n%2 == 0}
					done, err := l.Acquire(t.Context(), t.Name(), use)
					if err != nil {
						refused.Add(1)
						continue
					}
					step(1)
					all.Add(1)
					if use.Availability {
						checks.Add(1)
					}
					runtime.Gosched() // the request itself
					step(-1)
					done(wedos.OutcomeNegative)
				}
			})
		}
	}
	workers.Wait()
	t.Logf("of 200 requests %d were sent (budget 60), %d of them checks (budget 20), %d refused, at most %d at once (4)", all.Load(), checks.Load(), refused.Load(), most)
	if all.Load() != 60 || checks.Load() != 20 || all.Load()+refused.Load() != 200 || most > 4 {
		t.Error("not as the budgets say")
	}
}

// By the server's own windows too: clients on one account, through a server
// that counts as WAPI does and would answer 2006 or 2250.
func TestRedisLimiter_AgainstWAPI(t *testing.T) {
	server := wedostest.NewServer(wedostest.Options{AccountBudget: 50, AvailabilityBudget: 12, InvalidBudget: 3})
	defer server.Close()
	address := startRedis(t)
	config := RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{Account: 50, Availability: 12, Invalid: 3, FailFast: true}, Poll: time.Millisecond}
	var workers sync.WaitGroup
	for w := range 4 {
		settings := server.Config()
		settings.Limiter = NewRedisLimiter(connect(t, address), config)
		client, err := wedos.New(settings)
		if err != nil {
			t.Fatal(err)
		}
		defer client.Close()
		workers.Go(func() {
			for n := range 25 {
				switch n % 3 {
				case 0:
					_, err = client.DomainCheck(t.Context(), fmt.Sprintf("d%d-%d.example", w, n))
				case 1:
					_, err = client.Ping(t.Context())
				default:
					_, err = client.CreditInfo(t.Context())
				}
				if err != nil && !errors.Is(err, wedos.ErrRateLimited) {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	codes := map[int]int{}
	for _, r := range server.Requests() {
		codes[r.Code]++
	}
	t.Logf("100 calls by 4 clients: %d reached the server, codes %v", len(server.Requests()), codes)
	if len(server.Requests()) != 50 || codes[2006]+codes[2250]+codes[2052] != 0 {
		t.Error("the server's budgets were not kept, or not used")
	}
}

// An acquire that go-redis repeats because its answer was lost takes once.
func TestRedisLimiter_RepeatedScript(t *testing.T) {
	client := connect(t, startRedis(t))
	l := NewRedisLimiter(client, RedisLimiterConfig{})
	keys := l.keys("a")
	for range 3 {
		if v, err := l.try(t.Context(), keys, "one", wedos.Use{Availability: true}); v.word != "ok" || err != nil {
			t.Fatal(v, err)
		}
	}
	for range 3 {
		l.book(keys, "one", outcome{granted: true, mistake: true, event: "limited"})
	}
	for n, key := range keys[:4] {
		if count := client.ZCard(t.Context(), key).Val(); count != int64([]int{1, 1, 1, 0}[n]) {
			t.Errorf("%s has %d", key, count)
		}
	}
	if times := client.HGet(t.Context(), keys[4], "limited-times").Val(); times != "1" {
		t.Errorf("booked %s times", times)
	}
	for _, key := range []string{keys[0], keys[1], keys[2], keys[4]} { // the others are empty
		if life := client.TTL(t.Context(), key).Val(); life <= time.Hour {
			t.Errorf("%s lives for %v", key, life)
		}
	}
}

// Redis forgets everything while requests are under way: what they were
// answered counts all the same, once, and the server's word above all.
func TestRedisLimiter_Flushed(t *testing.T) {
	client := connect(t, startRedis(t))
	l := NewRedisLimiter(client, RedisLimiterConfig{LimiterConfig: wedos.LimiterConfig{FailFast: true}})
	use := wedos.Use{Availability: true}
	fine, err := l.Acquire(t.Context(), t.Name(), use)
	if err != nil {
		t.Fatal(err)
	}
	bad, err := l.Acquire(t.Context(), t.Name(), use)
	if err != nil {
		t.Fatal(err)
	}
	if err := client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	fine(wedos.OutcomeOK)
	bad(wedos.OutcomeBlocked)
	keys := l.keys(t.Name())
	for n, want := range []int64{2, 2, 1, 0} { // all, checks, mistakes, leases
		if count := client.ZCard(t.Context(), keys[n]).Val(); count != want {
			t.Errorf("%s has %d, want %d", keys[n], count, want)
		}
	}
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); !errors.Is(err, wedos.ErrBlocked) {
		t.Errorf("%v, want ErrBlocked", err)
	}
}

// losing is a connection on which Redis's answers to scripts get lost.
type losing struct{ on atomic.Bool }

func (l *losing) DialHook(next redis.DialHook) redis.DialHook { return next }

func (l *losing) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (l *losing) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if err := next(ctx, cmd); err != nil || !l.on.CompareAndSwap(true, false) {
			return err
		}
		cmd.SetErr(errors.New("the answer is lost"))
		return cmd.Err()
	}
}

// A grant whose answer is lost is given back: it leaves no mistake behind.
func TestRedisLimiter_LostGrant(t *testing.T) {
	client := connect(t, startRedis(t))
	var lose losing
	client.AddHook(&lose)
	l := NewRedisLimiter(client, RedisLimiterConfig{})
	if err := take(t, l, wedos.Use{}, wedos.OutcomeOK); err != nil { // Redis knows the scripts now
		t.Fatal(err)
	}
	lose.on.Store(true)
	if _, err := l.Acquire(t.Context(), t.Name(), wedos.Use{}); !errors.Is(err, wedos.ErrUnavailable) {
		t.Errorf("%v, want ErrUnavailable", err)
	}
	keys := l.keys(t.Name())
	if all, leases := client.ZCard(t.Context(), keys[0]).Val(), client.ZCard(t.Context(), keys[3]).Val(); all != 2 || leases != 0 {
		t.Errorf("%d requests counted, %d leases left; want 2 and 0", all, leases)
	}
}

// Without Redis nothing is let through, and nothing hangs.
func TestRedisLimiter_NoRedis(t *testing.T) {
	client := redis.NewClient(&redis.Options{Addr: "127.0.0.1:1", MaxRetries: -1})
	defer func() { _ = client.Close() }()
	l := NewRedisLimiter(client, RedisLimiterConfig{})
	if _, err := l.Acquire(t.Context(), "owner@example.test", wedos.Use{}); !errors.Is(err, wedos.ErrUnavailable) || strings.Contains(err.Error(), "owner") {
		t.Errorf("%v, want ErrUnavailable", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Acquire(ctx, "a", wedos.Use{}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
	for _, key := range l.keys("owner@example.test") {
		if strings.Contains(key, "owner") {
			t.Errorf("the key %s shows the account", key)
		}
	}
}
