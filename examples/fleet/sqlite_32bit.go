//go:build 386 || arm || mips || mipsle

package main

import (
	"context"
	"errors"
)

// openSQLite refuses: riversqlite 0.31 does not compile where an int has 32
// bits.
func openSQLite(context.Context, string) (*database, error) {
	return nil, errors.New("SQLite needs a 64-bit machine here: set DATABASE_URL to a PostgreSQL database")
}
