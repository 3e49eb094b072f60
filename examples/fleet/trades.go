package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/riverqueue/river"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// TradeArgs is the job that moves one stored trade. It holds nothing else: the
// trade is in the TradeStore, and the job may be lost, doubled or run by two
// workers at once without harm.
type TradeArgs struct {
	ID string `json:"id"`
}

// String is what the job is about.
func (a TradeArgs) String() string { return a.ID }

// Kind names the job.
func (TradeArgs) Kind() string { return "trade" }

// InsertOpts allow one for each trade.
func (TradeArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{Queue: "trades", UniqueOpts: once}
}

// openTrades makes the Trader, if there are credentials.
func (f *fleet) openTrades() error {
	if f.ovh == nil {
		return nil
	}
	var err error
	if f.ovhClient, err = ovhrest.New(*f.ovh); err != nil {
		return err
	}
	f.closers = append(f.closers, f.ovhClient.Close)
	config := trade.Config{
		Store: storeOf{f},
		OnEvent: func(e trade.Event) {
			f.log.Info("trade", "domain", e.Domain, "phase", string(e.Phase), "what", e.Text)
		},
	}
	if f.contracts {
		config.Contracts = func(context.Context, trade.Trade, []ovhrest.Contract) error { return nil }
	}
	f.trader, err = trade.New(f.ovhClient, config)
	return err
}

// storeOf is the fleet's TradeStore, which is opened after the Trader is made.
type storeOf struct{ *fleet }

// Load is TradeStore.Load.
func (s storeOf) Load(ctx context.Context, id string) ([]byte, int64, error) {
	return s.store.Load(ctx, id)
}

// Save is TradeStore.Save.
func (s storeOf) Save(ctx context.Context, id string, data []byte, revision int64) error {
	return s.store.Save(ctx, id, data, revision)
}

// plan begins a trade from a file.
func (f *fleet) plan(ctx context.Context, file string, out io.Writer) error {
	if f.trader == nil {
		return errors.New("no credentials for trades: set OVH_ENDPOINT, OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET and OVH_CONSUMER_KEY")
	}
	var plan trade.Plan
	if err := readJSON(file, &plan); err != nil {
		return err
	}
	t, err := f.begin(ctx, plan)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "trade %s of %s is planned\n", t.ID, plan.Domain)
	return f.sweep(ctx)
}

// begin stores a trade, unless one of its domain is open: before the service
// has begun on an order it takes, and bills, another one. Of two that begin at
// once the transaction stops one.
func (f *fleet) begin(ctx context.Context, plan trade.Plan) (t trade.Trade, err error) {
	tx, err := f.db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return t, err
	}
	defer func() { _ = tx.Rollback() }()
	store := TradeStore{tx}
	trader, err := trade.New(f.ovhClient, trade.Config{Store: store})
	if err != nil {
		return t, err
	}
	if err = store.noneOpen(ctx, plan.Domain); err == nil {
		t, err = trader.Start(ctx, plan)
	}
	if err == nil {
		err = tx.Commit()
	}
	var postgres *pgconn.PgError
	if errors.As(err, &postgres) && postgres.Code == "40001" { // serialization_failure
		err = fmt.Errorf("%s: somebody else planned a trade at the same moment: %w", plan.Domain, ovhrest.ErrConflict)
	}
	return t, err
}

type tradeWorker struct {
	river.WorkerDefaults[TradeArgs]
	fleet *fleet
}

// Work steps the trade as long as it moves, and then lets it rest. A failure
// that passes is a rest too; any other one shows in the queue, and is tried
// again ever more rarely.
func (w *tradeWorker) Work(ctx context.Context, job *river.Job[TradeArgs]) error {
	current, err := w.fleet.trader.Load(ctx, job.Args.ID)
	for err == nil && !current.Phase.Terminal() {
		before := current.Revision
		current, err = w.fleet.trader.Step(ctx, job.Args.ID)
		if err == nil && current.Revision == before {
			return river.JobSnooze(w.rest(current))
		}
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ovhrest.ErrNotFound) && current.ID == "":
		return river.JobCancel(err)
	case passes(err):
		w.fleet.log.Warn("trade", "domain", current.Plan.Domain, "phase", string(current.Phase), "what", oneLine(err))
		return river.JobSnooze(max(w.fleet.pace.poll, retryAfter(err)))
	}
	return err
}

// rest is a tenth of the time that the trade has not moved for: soon after a
// change often, after days rarely. It needs no memory of earlier looks.
func (w *tradeWorker) rest(t trade.Trade) time.Duration {
	idle := w.fleet.now().Sub(t.Updated)
	return min(max(idle/10, w.fleet.pace.poll), w.fleet.pace.maxPoll)
}

// now is the clock that the trades live by.
func (f *fleet) now() time.Time {
	if f.ovh != nil && f.ovh.Now != nil {
		return f.ovh.Now()
	}
	return time.Now()
}

// passes reports whether a failure may be gone the next time: another worker is
// at it, the service is out of order or asks for patience, or the outcome is
// unclear, which the next step finds out.
func passes(err error) bool {
	var e *trade.Error
	return errors.As(err, &e) && e.Resume == trade.ResumeAnytime
}

// retryAfter is what the service asked for.
func retryAfter(err error) time.Duration {
	var e *ovhrest.Error
	if errors.As(err, &e) {
		return e.RetryAfter
	}
	return 0
}
