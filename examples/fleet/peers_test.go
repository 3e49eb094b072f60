package main

import (
	"context"
	"database/sql"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"github.com/hebergo/hebergo/internal/interop"
)

// startPostgres starts a real PostgreSQL of the test's own and returns its
// address. It refuses to run as root, and runs as the user postgres then.
func startPostgres(t *testing.T) string {
	t.Helper()
	server := interop.Program{Name: "postgres", Install: "apt install postgresql"}
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/postgres"); len(found) > 0 {
		server.Name = found[len(found)-1]
	}
	interop.Need(t, server)
	folder, err := os.MkdirTemp("", "fleet-postgres")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	var as []string // a prefix of the command line
	if os.Getuid() == 0 {
		as = asPostgres(t, folder)
	}
	initdb := slices.Concat(as, []string{filepath.Join(filepath.Dir(server.Name), "initdb"), "-D", folder, "-U", "fleet", "-A", "trust", "-E", "UTF8", "--no-sync"})
	cmd := exec.Command(initdb[0], initdb[1:]...)
	cmd.Dir = folder
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	command := slices.Concat(as, []string{server.Name, "-D", folder, "-h", "127.0.0.1", "-p", "{port}", "-k", folder, "-c", "fsync=off", "-c", "max_connections=200"})
	server.Name, server.Args = command[0], command[1:]
	address := "postgres://fleet@" + interop.Start(t, server) + "/postgres?sslmode=disable"
	awaitPostgres(t, address)
	return address
}

// asPostgres gives the folder to the user postgres.
func asPostgres(t *testing.T, folder string) []string {
	t.Helper()
	u, err := user.Lookup("postgres")
	if err != nil {
		t.Fatal("as root this test needs a user postgres: ", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(folder, uid, gid); err != nil {
		t.Fatal(err)
	}
	return []string{"setpriv", "--reuid=postgres", "--regid=" + u.Gid, "--init-groups"}
}

// awaitPostgres waits until it takes queries: it listens a moment earlier.
func awaitPostgres(t *testing.T, address string) {
	t.Helper()
	db, err := sql.Open("pgx", address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for db.PingContext(ctx) != nil {
		if pause(ctx, 20*time.Millisecond) != nil {
			t.Fatal("PostgreSQL takes no queries")
		}
	}
}

// databases are the two kinds, each for a test of its own.
func databases(t *testing.T, test func(t *testing.T, where string)) {
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "fleet.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, startPostgres(t)) })
}
