// Command fleet is the SDK on more than one machine: owner changes, probes and
// domains as jobs in a database that any number of workers share, with WAPI's
// budgets shared through Redis. A worker can be killed at any time: nothing is
// lost, and nothing is ordered twice. See README.md.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9/logging"

	"github.com/hebergo/hebergo/monitor"
)

const usage = `usage: fleet [flags] command

  work                 carry out jobs until Ctrl-C; start as many as you like
  trade PLAN.json      begin an owner change (a trade.Plan)
  target TARGETS.json  watch these targets (a list of monitor.Target)
  domain NAME ...      ask WAPI for these domains once a day
  status               tell what there is

environment
  DATABASE_URL    postgres://…; without it the SQLite file of -db
  REDIS_URL       redis://…; without it WAPI's budgets are this process's own
  OVH_ENDPOINT, OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET, OVH_CONSUMER_KEY
  WEDOS_LOGIN, WEDOS_PASSWORD

flags
`

// errUsage is a command line that can't be meant.
var errUsage = errors.New("usage")

func main() {
	logging.Disable() // go-redis's own; its errors are ours to tell
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		fmt.Fprintln(os.Stderr, "fleet: interrupted; everything is kept, start again to go on")
		os.Exit(130)
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "fleet:", oneLine(err))
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out, errs io.Writer) error {
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // a mistake is one line
	var (
		file      = flags.String("db", "fleet.db", "the SQLite `file`, where DATABASE_URL is not set")
		listen    = flags.String("listen", "", "`address` of the handlers for Prometheus, such as 127.0.0.1:9115; default none")
		contracts = flags.Bool("accept-contracts", false, "this worker accepts the contracts that orders are placed under; without it such a trade is refused")
		fake      = flags.Bool("fake", false, "no command: try everything on stand-ins in this process, without an account")
	)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		_, _ = fmt.Fprint(out, usage)
		flags.SetOutput(out)
		flags.PrintDefaults()
		return nil
	} else if err != nil {
		fmt.Fprintf(errs, "fleet: %v; see -help\n", err)
		return errUsage
	}
	if *fake && flags.NArg() == 0 {
		return demo(ctx, out)
	}
	s := settings{database: *file, redis: os.Getenv("REDIS_URL"), contracts: *contracts, log: slog.New(slog.NewTextHandler(out, nil))}
	if where := os.Getenv("DATABASE_URL"); where != "" {
		s.database = where
	}
	if *fake || !meant(flags.Args()) {
		fmt.Fprintf(errs, "fleet: no command that can be meant in %q; see -help\n", strings.Join(args, " "))
		return errUsage
	}
	if err := s.credentials(); err != nil {
		return err
	}
	f, err := open(ctx, s)
	if err != nil {
		return err
	}
	defer f.close()
	return f.do(ctx, flags.Arg(0), flags.Args()[1:], *listen, out)
}

// meant reports whether there is such a command with so many arguments.
func meant(args []string) bool {
	if len(args) == 0 {
		return false
	}
	switch args[0] {
	case "work", "status":
		return len(args) == 1
	case "trade", "target":
		return len(args) == 2
	}
	return args[0] == "domain" && len(args) > 1
}

func (f *fleet) do(ctx context.Context, command string, args []string, listen string, out io.Writer) error {
	switch command {
	case "work":
		return f.serve(ctx, listen, out)
	case "trade":
		return f.plan(ctx, args[0], out)
	case "target":
		var targets []monitor.Target
		if err := readJSON(args[0], &targets); err != nil {
			return err
		}
		return f.addTargets(ctx, targets)
	case "domain":
		return f.addDomains(ctx, args)
	}
	return f.status(ctx, out)
}

func readJSON(file string, into any) error {
	data, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		return fmt.Errorf("%s can't be read: %w", file, err)
	}
	return nil
}
