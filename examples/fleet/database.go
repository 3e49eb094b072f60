package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

//go:embed schema.sql
var schema string

// queue is what a river.Client does whatever its database's transactions are.
type queue interface {
	Start(ctx context.Context) error
	Stop(ctx context.Context) error
	StopAndCancel(ctx context.Context) error
	Insert(ctx context.Context, args river.JobArgs, opts *river.InsertOpts) (*rivertype.JobInsertResult, error)
}

// database is PostgreSQL or SQLite: where the jobs are, and the tables that
// they are made from. All queries are in the SQL that both understand.
type database struct {
	*sql.DB
	queue func(*river.Config) (queue, error)
	close func() error
	name  string // for messages: no password
}

// openDatabase opens what DATABASE_URL names, or a file, and brings its tables
// up to date. Several processes may do so at once.
func openDatabase(ctx context.Context, where string) (*database, error) {
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		return openPostgres(ctx, where)
	}
	return openSQLite(ctx, where)
}

func openPostgres(ctx context.Context, where string) (*database, error) {
	config, err := pgxpool.ParseConfig(where)
	if err != nil {
		return nil, errors.New("DATABASE_URL is not the address of a PostgreSQL database")
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, errors.New("DATABASE_URL can't be used")
	}
	d := &database{DB: stdlib.OpenDBFromPool(pool), name: fmt.Sprintf("PostgreSQL at %s:%d", config.ConnConfig.Host, config.ConnConfig.Port)}
	d.close = func() error { err := d.Close(); pool.Close(); return err }
	driver := riverpgxv5.New(pool)
	d.queue = func(c *river.Config) (queue, error) { return river.NewClient(driver, c) }
	return d.ready(ctx, migrate(driver))
}

// migrate brings River's own tables up to date.
func migrate[TTx any](driver riverdriver.Driver[TTx]) func(context.Context) error {
	return func(ctx context.Context) error {
		m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: quiet()})
		if err == nil {
			_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
		}
		return err
	}
}

// ready makes the tables. Two that make them at once get in each other's way;
// the second try finds them there.
func (d *database) ready(ctx context.Context, river func(context.Context) error) (*database, error) {
	var err error
	for try := range 10 {
		if err = pause(ctx, time.Duration(try)*100*time.Millisecond); err != nil {
			break
		}
		if err = d.PingContext(ctx); err != nil {
			break
		}
		if err = river(ctx); err == nil {
			if _, err = d.ExecContext(ctx, schema); err == nil {
				return d, nil
			}
		}
	}
	_ = d.close()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("%s can't be used: %s", d.name, oneLine(err))
}

// oneLine shortens an error of a driver to what fits into one line.
func oneLine(err error) string {
	text := strings.Join(strings.Fields(err.Error()), " ")
	return text[:min(len(text), 200)]
}
