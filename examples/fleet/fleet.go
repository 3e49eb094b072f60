package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/riverqueue/river/rivertype"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/trade"
	"github.com/hebergo/hebergo/wedos"
)

// settings are what main reads from flags and environment.
type settings struct {
	database  string // an address of PostgreSQL's, or a file
	redis     string // empty: budgets of this process alone
	ovh       *ovhrest.Config
	wapi      *wedos.Config
	budgets   wedos.LimiterConfig
	monitor   monitor.Config
	contracts bool // accept the contracts that orders are placed under
	pace      pace
	log       *slog.Logger
}

// pace is how fast things go; the zero value is for real life.
type pace struct {
	poll    time.Duration // shortest wait between two looks at a trade; default 30 s
	maxPoll time.Duration // longest; default 1 h
	job     time.Duration // most that a job may take; default 2 min
	rescue  time.Duration // a job that runs for longer was its worker's last; default 5 min
	retry   time.Duration // longest wait after a failure; default 10 min
	sweep   time.Duration // how often lost jobs are looked for; default 1 min
	daily   time.Duration // how often a domain is looked at; default 24 h
}

func (p *pace) setDefaults() {
	p.poll, p.maxPoll = cmp.Or(p.poll, 30*time.Second), cmp.Or(p.maxPoll, time.Hour)
	p.job, p.rescue = cmp.Or(p.job, 2*time.Minute), cmp.Or(p.rescue, 5*time.Minute)
	p.retry, p.sweep = cmp.Or(p.retry, 10*time.Minute), cmp.Or(p.sweep, time.Minute)
	p.daily = cmp.Or(p.daily, 24*time.Hour)
}

// NextRetry doubles the wait after each failure, up to the longest.
func (p pace) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(min(time.Second<<min(job.Attempt, 20), p.retry))
}

// fleet is one process of many on the same database.
type fleet struct {
	settings
	db      *database
	store   TradeStore
	monitor *monitor.Monitor
	wapi    *wedos.Client // nil without credentials
	closers []func()

	ovhClient *ovhrest.Client // nil without credentials, and so is the other
	trader    *trade.Trader
}

// open connects to the database, and to Redis if there is one.
func open(ctx context.Context, s settings) (_ *fleet, err error) {
	s.pace.setDefaults()
	f := &fleet{settings: s}
	defer func() {
		if err != nil {
			f.close()
		}
	}()
	if f.monitor, err = monitor.New(s.monitor); err != nil {
		return nil, err
	}
	f.closers = append(f.closers, f.monitor.Close)
	if err := f.openTrades(); err != nil {
		return nil, err
	}
	if err := f.openWAPI(ctx); err != nil {
		return nil, err
	}
	if f.db, err = openDatabase(ctx, s.database); err != nil {
		return nil, err
	}
	f.closers = append(f.closers, func() { _ = f.db.close() })
	f.store.db = f.db.DB
	return f, nil
}

func (f *fleet) close() {
	for n := len(f.closers) - 1; n >= 0; n-- {
		f.closers[n]()
	}
}

// openWAPI makes the client, with budgets shared through Redis if there is one.
func (f *fleet) openWAPI(ctx context.Context) error {
	if f.settings.wapi == nil {
		return nil
	}
	config := *f.settings.wapi
	f.budgets.FailFast = true // a job that has to wait gives way to others
	config.Limiter = wedos.NewLimiter(f.budgets)
	if f.redis != "" {
		options, err := redis.ParseURL(f.redis)
		if err != nil {
			return errors.New("REDIS_URL is not a Redis address, such as redis://127.0.0.1:6379")
		}
		client := redis.NewClient(options)
		f.closers = append(f.closers, func() { _ = client.Close() })
		if err := client.Ping(ctx).Err(); err != nil {
			return fmt.Errorf("redis at %s can't be used: %s", options.Addr, oneLine(err))
		}
		config.Limiter = NewRedisLimiter(client, RedisLimiterConfig{LimiterConfig: f.budgets})
	}
	var err error
	if f.wapi, err = wedos.New(config); err == nil {
		f.closers = append(f.closers, f.wapi.Close)
	}
	return err
}

// quiet drops River's log where nobody works.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// atLeast lets a log through from a level on: of River's, what an operator has
// to know, such as jobs that fail and a database that is gone.
type atLeast struct {
	slog.Handler
	level slog.Level
}

// Enabled compares the level.
func (h atLeast) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= h.level && h.Handler.Enabled(ctx, level)
}
