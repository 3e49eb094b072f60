package main

import (
	"context"
	"errors"
	"time"

	"github.com/riverqueue/river"

	"github.com/hebergo/hebergo/wedos"
)

// DomainArgs is the job that asks WAPI for a domain's state once a day.
type DomainArgs struct {
	Name string `json:"name"`
}

// String is what the job is about.
func (a DomainArgs) String() string { return a.Name }

// Kind names the job.
func (DomainArgs) Kind() string { return "domain" }

// InsertOpts allow one for each domain.
func (DomainArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: "wapi", UniqueOpts: once}
}

type domainWorker struct {
	river.WorkerDefaults[DomainArgs]
	fleet *fleet
}

// Work asks once. Where the budget is spent the job comes back when it is not,
// and holds nobody up meanwhile; where WAPI or Redis is out of order, soon.
func (w *domainWorker) Work(ctx context.Context, job *river.Job[DomainArgs]) error {
	found, err := w.fleet.ask(ctx, job.Args.Name)
	switch {
	case errors.Is(err, wedos.ErrRateLimited), errors.Is(err, wedos.ErrUnavailable):
		w.fleet.log.Warn("domain", "domain", job.Args.Name, "what", oneLine(err))
		return river.JobSnooze(max(budgetWait(err), w.fleet.pace.poll))
	case errors.Is(err, context.Canceled):
		return river.JobSnooze(w.fleet.pace.poll)
	case err != nil:
		return err
	}
	done, err := w.fleet.db.ExecContext(ctx, `UPDATE fleet_domain SET found = $1, checks = checks + 1 WHERE name = $2`, found, job.Args.Name)
	if err != nil {
		return err
	}
	if rows, err := done.RowsAffected(); err != nil || rows == 0 { // no longer watched
		return err
	}
	return river.JobSnooze(w.fleet.pace.daily)
}

// ask is a domain's state in a few words; that it is not the account's is one.
func (f *fleet) ask(ctx context.Context, name string) (string, error) {
	d, err := f.wapi.DomainInfo(ctx, name)
	switch {
	case errors.Is(err, wedos.ErrNotFound), errors.Is(err, wedos.ErrForbidden):
		return "not in the account", nil
	case err != nil:
		return "", err
	}
	if d.Expiration.IsZero() {
		return string(d.Status) + ", WAPI does not say until when", nil
	}
	return string(d.Status) + " until " + d.Expiration.Format(time.DateOnly), nil
}

// budgetWait is how long either limiter, or WAPI itself, wants to be left
// alone.
func budgetWait(err error) time.Duration {
	var shared *BudgetError
	var own *wedos.Error
	switch {
	case errors.As(err, &shared):
		return shared.RetryAfter
	case errors.As(err, &own):
		return own.RetryAfter
	}
	return 0
}

// addDomains stores names to be watched.
func (f *fleet) addDomains(ctx context.Context, names []string) error {
	for _, name := range names {
		if _, err := f.db.ExecContext(ctx, `INSERT INTO fleet_domain (name) VALUES ($1) ON CONFLICT DO NOTHING`, name); err != nil {
			return err
		}
	}
	return f.sweep(ctx)
}
