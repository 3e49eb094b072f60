//go:build !386 && !arm && !mips && !mipsle

package main

import (
	"context"
	"database/sql"
	"net/url"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	_ "modernc.org/sqlite" // the driver "sqlite"
)

// openSQLite uses one connection, for SQLite has one writer; other processes
// are waited for.
func openSQLite(ctx context.Context, file string) (*database, error) {
	pragmas := url.Values{"_pragma": {"busy_timeout(30000)", "journal_mode(WAL)", "synchronous(FULL)"}, "_txlock": {"immediate"}, "_time_format": {"sqlite"}}
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?"+pragmas.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	d := &database{DB: db, close: db.Close, name: file}
	driver := riversqlite.New(db)
	d.queue = func(c *river.Config) (queue, error) { return river.NewClient(driver, c) }
	return d.ready(ctx, migrate(driver))
}
