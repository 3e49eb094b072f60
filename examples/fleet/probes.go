package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"github.com/hebergo/hebergo/monitor"
)

// ProbeArgs is the job that looks at one target again and again.
type ProbeArgs struct {
	ID string `json:"id"`
}

// String is what the job is about.
func (a ProbeArgs) String() string { return a.ID }

// Kind names the job.
func (ProbeArgs) Kind() string { return "probe" }

// InsertOpts allow one for each target.
func (ProbeArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: "probes", UniqueOpts: once}
}

type probeWorker struct {
	river.WorkerDefaults[ProbeArgs]
	fleet *fleet
}

// Work probes the target once and stores what it found. The job ends with its
// target; until then it comes back after the target's interval.
func (w *probeWorker) Work(ctx context.Context, job *river.Job[ProbeArgs]) error {
	began := time.Now()
	target, err := w.fleet.target(ctx, job.Args.ID)
	if errors.Is(err, monitor.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if !target.Disabled {
		result := w.fleet.monitor.Run(ctx, target)
		if result.Reason == monitor.ReasonCanceled { // says nothing of the target
			return river.JobSnooze(0)
		}
		if err := w.fleet.saveResult(ctx, result); err != nil {
			return err
		}
	}
	return river.JobSnooze(max(target.Interval-time.Since(began), 0))
}

// saveResult keeps the latest Result, and whether it changed.
func (f *fleet) saveResult(ctx context.Context, r monitor.Result) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	_, err = f.db.ExecContext(ctx, `UPDATE fleet_target SET result = $1, probes = probes + 1 WHERE id = $2`, string(data), r.Target)
	return err
}

// addTargets stores targets; one that is there already is replaced.
func (f *fleet) addTargets(ctx context.Context, targets []monitor.Target) error {
	for _, t := range targets {
		err := t.Validate()
		if err == nil {
			err = f.monitor.Check(t)
		}
		if err != nil {
			return err
		}
	}
	for _, t := range targets {
		spec, err := json.Marshal(t)
		if err != nil {
			return err
		}
		const put = `INSERT INTO fleet_target (id, spec) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET spec = excluded.spec`
		if _, err := f.db.ExecContext(ctx, put, t.ID, string(spec)); err != nil {
			return err
		}
	}
	return f.sweep(ctx)
}

// target returns a stored target, or monitor.ErrNotFound.
func (f *fleet) target(ctx context.Context, id string) (t monitor.Target, err error) {
	var spec string
	err = f.db.QueryRowContext(ctx, `SELECT spec FROM fleet_target WHERE id = $1`, id).Scan(&spec)
	if errors.Is(err, sql.ErrNoRows) {
		return t, monitor.ErrNotFound
	}
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal([]byte(spec), &t)
}

// targets returns all stored targets.
func (f *fleet) targets(ctx context.Context) ([]monitor.Target, error) {
	specs, err := texts(ctx, f.db.DB, `SELECT spec FROM fleet_target ORDER BY id`)
	if err != nil {
		return nil, err
	}
	list := make([]monitor.Target, len(specs))
	for n, spec := range specs {
		if err := json.Unmarshal([]byte(spec), &list[n]); err != nil {
			return nil, err
		}
	}
	return list, nil
}
