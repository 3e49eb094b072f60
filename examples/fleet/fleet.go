package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/ovhrest"
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
	trader  *ovhrest.Trader // nil without credentials
	wapi    *wedos.Client   // nil without credentials
	closers []func()
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
			return errors.New("REDIS_URL is no address of a Redis, such as redis://127.0.0.1:6379")
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

// once lets a thing have one job at a time: a job that has ended makes room.
var once = river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
	rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateRunning, rivertype.JobStateScheduled,
}}

// work carries out jobs until ctx ends. What it is in the middle of then gets
// a few seconds to come to a good place; what does not, any worker takes up.
func (f *fleet) work(ctx context.Context) error {
	workers, queues := river.NewWorkers(), map[string]river.QueueConfig{"sweep": {MaxWorkers: 1}, "probes": {MaxWorkers: 20}}
	river.AddWorker(workers, &sweepWorker{fleet: f})
	river.AddWorker(workers, &probeWorker{fleet: f})
	river.AddWorker(workers, &tradeWorker{fleet: f})
	river.AddWorker(workers, &domainWorker{fleet: f})
	if f.trader != nil {
		queues["trades"] = river.QueueConfig{MaxWorkers: 10}
	}
	if f.wapi != nil {
		queues["wapi"] = river.QueueConfig{MaxWorkers: 4}
	}
	q, err := f.db.queue(&river.Config{
		Logger: quiet(), Queues: queues, Workers: workers, RetryPolicy: f.pace,
		FetchCooldown: min(100*time.Millisecond, f.pace.poll), FetchPollInterval: min(time.Second, f.pace.poll),
		JobTimeout: f.pace.job, RescueStuckJobsAfter: f.pace.rescue,
		PeriodicJobs: []*river.PeriodicJob{river.NewPeriodicJob(river.PeriodicInterval(f.pace.sweep), func() (river.JobArgs, *river.InsertOpts) {
			return SweepArgs{}, nil
		}, &river.PeriodicJobOpts{RunOnStart: true})},
	})
	if err != nil {
		return err
	}
	if err := q.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("%s can't be used: %s", f.db.name, oneLine(err))
	}
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if q.Stop(stopping) != nil {
		hard, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		_ = q.StopAndCancel(hard)
	}
	return ctx.Err()
}

// SweepArgs is the job that makes jobs.
type SweepArgs struct{}

// Kind names the job.
func (SweepArgs) Kind() string { return "sweep" }

// InsertOpts allow one of them.
func (SweepArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: "sweep", UniqueOpts: once}
}

type sweepWorker struct {
	river.WorkerDefaults[SweepArgs]
	fleet *fleet
}

// Work sweeps once.
func (w *sweepWorker) Work(ctx context.Context, _ *river.Job[SweepArgs]) error {
	return w.fleet.sweep(ctx)
}

// sweep gives a job to everything in the tables that should have one and has
// none. Queueing is nothing else, so that a job can't be lost between a table
// and the queue.
func (f *fleet) sweep(ctx context.Context) error {
	var jobs []river.InsertManyParams
	trades, err := f.store.Trades(ctx)
	for _, t := range trades {
		if !t.Phase.Terminal() {
			jobs = append(jobs, river.InsertManyParams{Args: TradeArgs{t.ID}})
		}
	}
	targets, err2 := texts(ctx, f.db.DB, `SELECT id FROM fleet_target`)
	for _, id := range targets {
		jobs = append(jobs, river.InsertManyParams{Args: ProbeArgs{id}})
	}
	domains, err3 := texts(ctx, f.db.DB, `SELECT name FROM fleet_domain`)
	for _, name := range domains {
		jobs = append(jobs, river.InsertManyParams{Args: DomainArgs{name}})
	}
	err = errors.Join(err, err2, err3)
	if len(jobs) == 0 {
		return err
	}
	// Not InsertManyFast: on PostgreSQL it fails on a job that is there already.
	q, failed := f.db.queue(&river.Config{Logger: quiet()})
	if failed == nil {
		_, failed = q.InsertMany(ctx, jobs)
	}
	return errors.Join(err, failed)
}

// quiet drops River's own log: what matters is in the jobs and the tables.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }
