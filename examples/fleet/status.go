package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/hebergo/hebergo/monitor"
)

// status prints what is in the tables.
func (f *fleet) status(ctx context.Context, out io.Writer) error {
	table := tabwriter.NewWriter(out, 2, 8, 2, ' ', 0)
	trades, err := f.store.Trades(ctx)
	for _, t := range trades {
		price := ""
		if t.Quote != nil {
			price = t.Quote.String()
		}
		fmt.Fprintf(table, "  trade\t%s\t%s\t%s\t%s\n", t.Plan.Domain, t.Phase, price, t.Reason)
	}
	err = errors.Join(err,
		f.rows(ctx, table, "target", `SELECT id, probes, COALESCE(result, '') FROM fleet_target ORDER BY id`, verdict),
		f.rows(ctx, table, "domain", `SELECT name, checks, COALESCE(found, '') FROM fleet_domain ORDER BY name`, func(s string) string { return s }))
	return errors.Join(err, table.Flush())
}

func (f *fleet) rows(ctx context.Context, out io.Writer, kind, query string, tell func(string) string) error {
	rows, err := f.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var name, found string
		var times int64
		if err := rows.Scan(&name, &times, &found); err != nil {
			return err
		}
		fmt.Fprintf(out, "  %s\t%s\tlooked at %d times\t%s\t\n", kind, name, times, tell(found))
	}
	return rows.Err()
}

// verdict is a stored Result in a few words.
func verdict(data string) string {
	var r monitor.Result
	if data == "" || json.Unmarshal([]byte(data), &r) != nil {
		return "not known yet"
	}
	if r.Detail != "" {
		return r.Status.String() + ": " + r.Detail
	}
	return r.Status.String()
}
