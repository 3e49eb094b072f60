package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// TradeStore is an ovhrest.Store in a database that all workers share. Each
// revision of a trade is a row, so that the table is its history as well.
type TradeStore struct{ db querier }

// querier is a database or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Save stores the next revision of a trade: only if the revision before it is
// the latest one, and only if nobody else has stored it, which the table's key
// sees to between any number of workers.
func (s TradeStore) Save(ctx context.Context, id string, data []byte, revision int64) error {
	const insert = `
		INSERT INTO fleet_trade (id, revision, data)
		SELECT CAST($1 AS TEXT), CAST($2 AS BIGINT), CAST($3 AS TEXT)
		WHERE (SELECT COALESCE(MAX(revision), 0) FROM fleet_trade WHERE id = $1) = $2 - 1
		ON CONFLICT DO NOTHING`
	done, err := s.db.ExecContext(ctx, insert, id, revision, string(data))
	if err != nil {
		return fmt.Errorf("trade %s can't be stored: %w", id, err)
	}
	rows, err := done.RowsAffected()
	if err == nil && rows != 1 {
		err = fmt.Errorf("trade %s has another revision %d already: %w", id, revision, ovhrest.ErrConflict)
	}
	return err
}

// Load returns the latest revision of a trade.
func (s TradeStore) Load(ctx context.Context, id string) (data []byte, revision int64, err error) {
	row := s.db.QueryRowContext(ctx, `SELECT data, revision FROM fleet_trade WHERE id = $1 ORDER BY revision DESC LIMIT 1`, id)
	err = row.Scan(&data, &revision)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, 0, fmt.Errorf("no stored trade %s: %w", id, ovhrest.ErrNotFound)
	}
	return data, revision, err
}

// Trades returns the latest revision of all trades, the oldest trade first.
// One that can't be read is told in the error and keeps no other from coming.
func (s TradeStore) Trades(ctx context.Context) ([]trade.Trade, error) {
	list, err := texts(ctx, s.db, `
		SELECT data FROM fleet_trade t
		WHERE revision = (SELECT MAX(revision) FROM fleet_trade WHERE id = t.id)`)
	var trades []trade.Trade
	for _, data := range list {
		t, broken := trade.Parse([]byte(data))
		if broken != nil {
			err = errors.Join(err, broken)
			continue
		}
		trades = append(trades, t)
	}
	slices.SortFunc(trades, func(a, b trade.Trade) int {
		return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Plan.Domain, b.Plan.Domain))
	})
	return trades, err
}

// noneOpen fails where a domain has an open trade, or may have: one that can't
// be read may be this domain's.
func (s TradeStore) noneOpen(ctx context.Context, domain string) error {
	trades, err := s.Trades(ctx)
	for _, t := range trades {
		if t.Plan.Domain == domain && !t.Phase.Terminal() {
			return fmt.Errorf("trade %s of %s is open, %s: %w", t.ID, domain, t.Phase, ovhrest.ErrConflict)
		}
	}
	return err
}

// texts returns the only column of a query's rows.
func texts(ctx context.Context, db querier, query string, args ...any) (list []string, err error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text sql.NullString
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text.String)
	}
	return list, rows.Err()
}
