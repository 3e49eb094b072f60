//go:build !386 && !arm && !mips && !mipsle

package main

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"modernc.org/sqlite" // the driver "sqlite" as well
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
	awaitFile(ctx, db)
	d := &database{DB: db, close: db.Close, name: file}
	driver := riversqlite.New(db)
	d.queue = func(c *river.Config) (queue, error) { return river.NewClient(driver, c) }
	return d.ready(ctx, migrate(driver))
}

// awaitFile waits while another process is making the file, for as long as its
// busy_timeout, which does not cover the change to WAL.
func awaitFile(ctx context.Context, db *sql.DB) {
	const busy = 5 // SQLITE_BUSY
	var e *sqlite.Error
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); {
		if err := db.PingContext(ctx); !errors.As(err, &e) || e.Code()&0xff != busy || pause(ctx, 50*time.Millisecond) != nil {
			return
		}
	}
}
