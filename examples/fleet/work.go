package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// serve works, and answers Prometheus if it has an address to do so.
func (f *fleet) serve(ctx context.Context, address string, out io.Writer) error {
	if address != "" {
		handler, err := f.handler()
		if err != nil {
			return err
		}
		listener, err := net.Listen("tcp", address)
		if err != nil {
			return fmt.Errorf("-listen %s: %s", address, oneLine(err))
		}
		server := &http.Server{Handler: handler, ReadHeaderTimeout: 5 * time.Second}
		defer func() { _ = server.Close() }()
		go func() { _ = server.Serve(listener) }()
	}
	fmt.Fprintf(out, "working on %s: trades %s, probes on, domains %s\n", f.db.name, onOff(f.trader != nil), onOff(f.wapi != nil))
	return f.work(ctx)
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off (no credentials)"
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
		Logger: slog.New(atLeast{f.log.Handler(), slog.LevelWarn}), Queues: queues, Workers: workers, RetryPolicy: f.pace,
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
//
// The jobs are inserted one by one: River's InsertMany locks many rows in an
// order of its own, and ran into deadlocks with workers that end many jobs
// (measured with 0.31 on PostgreSQL).
func (f *fleet) sweep(ctx context.Context) error {
	var wanted []river.JobArgs
	trades, err := f.store.Trades(ctx)
	for _, t := range trades {
		if !t.Phase.Terminal() {
			wanted = append(wanted, TradeArgs{t.ID})
		}
	}
	targets, err2 := texts(ctx, f.db.DB, `SELECT id FROM fleet_target`)
	for _, id := range targets {
		wanted = append(wanted, ProbeArgs{id})
	}
	domains, err3 := texts(ctx, f.db.DB, `SELECT name FROM fleet_domain`)
	for _, name := range domains {
		wanted = append(wanted, DomainArgs{name})
	}
	return errors.Join(err, err2, err3, f.insertMissing(ctx, wanted))
}

// insertMissing gives jobs to those that have none. Should somebody else do so
// at the same time, the jobs are unique.
func (f *fleet) insertMissing(ctx context.Context, wanted []river.JobArgs) error {
	q, err := f.db.queue(&river.Config{Logger: quiet()})
	if err != nil {
		return err
	}
	const jobs = `SELECT kind || ' ' || COALESCE(args ->> 'id', args ->> 'name', '') FROM river_job
		WHERE state IN ('available', 'pending', 'retryable', 'running', 'scheduled')`
	list, err := texts(ctx, f.db.DB, jobs)
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, job := range list {
		there[job] = true
	}
	for _, args := range wanted {
		if there[args.Kind()+" "+fmt.Sprint(args)] {
			continue
		}
		if _, err := q.Insert(ctx, args, nil); err != nil {
			return err
		}
	}
	return nil
}
