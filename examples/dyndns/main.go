// Command dyndns keeps a host's address in a WEDOS zone. Run it from a timer.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

const help = `dyndns keeps a host's address in a WEDOS zone.

  dyndns -fake -name home
  dyndns -domain example.com -name home -ip "$(curl -s https://ip.example.net/)"

Environment: WEDOS_LOGIN; WEDOS_PASSWORD, or WEDOS_PASSWORD_FILE that holds it;
WEDOS_URL for a proxy. Exit code: 0 done, 1 failed, 2 wrong call, 130 interrupted.

`

var (
	domain = flag.String("domain", "example.com", "the `zone`")
	name   = flag.String("name", "", "the host's `name` in the zone; default the zone itself")
	ip     = flag.String("ip", "", "the host's `address`, IPv4 or IPv6")
	ttl    = flag.Int("ttl", 300, "of the record, in `seconds`")
	fake   = flag.Bool("fake", false, "try it without an account")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	flag.CommandLine.Init("", flag.ContinueOnError)
	flag.CommandLine.SetOutput(io.Discard)
	err, code := flag.CommandLine.Parse(os.Args[1:]), 2
	if err == nil {
		err, code = run(ctx), 1
	}
	switch {
	case err == nil:
		return
	case errors.Is(err, flag.ErrHelp):
		flag.CommandLine.SetOutput(os.Stdout)
		fmt.Print(help)
		flag.PrintDefaults()
		return
	case ctx.Err() != nil:
		err, code = fmt.Errorf("interrupted: %w", err), 130
	case errors.Is(err, wedos.ErrInvalid):
		code = 2
	}
	fmt.Fprintf(os.Stderr, "dyndns: %v%s\n", err, map[int]string{2: "; see -help"}[code])
	os.Exit(code)
}

func run(ctx context.Context) (err error) {
	if flag.NArg() > 0 {
		return fmt.Errorf("%w: %q", wedos.ErrInvalid, flag.Arg(0))
	}
	var cfg wedos.Config
	if *fake {
		server := wedostest.NewServer(wedostest.Options{})
		defer server.Close()
		server.AddZone(*domain, wedos.Row{Name: *name, TTL: 300, Type: "A", Data: "198.51.100.1"})
		cfg, *ip = server.Config(), cmp.Or(*ip, "203.0.113.7")
	} else if cfg, err = wedos.LoadConfig(); err != nil {
		return err
	}
	cfg.IPv4Only = true // WAPI redirects IPv6 callers to a web page
	client, err := wedos.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	address, err := netip.ParseAddr(*ip)
	if err != nil {
		return fmt.Errorf("%w: -ip is not an address", wedos.ErrInvalid)
	}
	return keep(ctx, client, address.Unmap())
}

// keep sees to it that the name has this one address, and writes nothing if it
// has. It reads before it writes: after an error, an ambiguous one too, run it
// again.
func keep(ctx context.Context, client *wedos.Client, address netip.Addr) error {
	row := wedos.NewRow{Name: *name, TTL: *ttl, Type: "A", Data: address.String()}
	if address.Is6() {
		row.Type = "AAAA"
	}
	rows, err := client.DNSRowsList(ctx, *domain)
	if err != nil {
		return err
	}
	rows = slices.DeleteFunc(rows, func(r wedos.Row) bool { return !strings.EqualFold(r.Name, row.Name) || r.Type != row.Type })
	switch {
	case len(rows) > 1:
		return fmt.Errorf("the name has %d %s records, and which one to change is unclear", len(rows), row.Type)
	case len(rows) == 1 && sameAddress(rows[0].Data, address):
		fmt.Println("unchanged:", address)
		return nil
	case len(rows) == 1:
		_, err = client.DNSRowUpdate(ctx, *domain, rows[0].ID, row.TTL, row.Data)
	default:
		_, err = client.DNSRowAdd(ctx, *domain, row)
	}
	if err != nil {
		return err
	}
	if _, err = client.DNSDomainCommit(ctx, *domain); err == nil { // without it WAPI publishes five minutes later
		fmt.Println("published:", address)
	}
	return err
}

// sameAddress compares addresses, which can be written in several ways.
func sameAddress(data string, address netip.Addr) bool {
	is, err := netip.ParseAddr(data)
	return err == nil && is == address
}
