// Command contactchange hands a domain at OVHcloud over to other nic handles.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

const help = `contactchange hands a domain at OVHcloud over to other nic handles.

  contactchange -fake -admin cd67890-ovh start
  contactchange -domain example.com -admin cd67890-ovh -wait 1m start
  contactchange list
  contactchange accept mail.txt     # or refuse; the file holds the address in the mail

The old and the new holder of each role accept, each with credentials of their own.

Environment: OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET, OVH_CONSUMER_KEY and so
on, or the file ovh.conf; OVH_ENDPOINT. Exit code: 0 done, 1 failed, 2 wrong
usage, 130 interrupted, after which what was started goes on: see list.

`

var (
	domain = flag.String("domain", "example.com", "the `domain`")
	to     ovhrest.ContactChangeParams
	wait   = flag.Duration("wait", 0, "check again after this `time` until all have answered; default: check once")
	fake   = flag.Bool("fake", false, "try it without an account")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	flag.StringVar(&to.ContactAdmin, "admin", "", "the new admin contact, a `nic` handle")
	flag.StringVar(&to.ContactBilling, "billing", "", "the new billing contact, a `nic` handle")
	flag.StringVar(&to.ContactTech, "tech", "", "the new tech contact, a `nic` handle")
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
	case errors.Is(err, ovhrest.ErrInvalid):
		code = 2
	}
	fmt.Fprintf(os.Stderr, "contactchange: %v%s\n", err, map[int]string{2: "; see -help"}[code])
	os.Exit(code)
}

func run(ctx context.Context) (err error) {
	var cfg ovhrest.Config
	var server *ovhresttest.Server
	if *fake {
		server = ovhresttest.NewServer(ovhresttest.Options{})
		defer server.Close()
		server.AddDomain(ovhresttest.Domain{Name: *domain})
		cfg = server.Config()
	} else if cfg, err = ovhrest.LoadConfig(""); err != nil {
		return err
	}
	client, err := ovhrest.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	var ids []int64
	switch action := flag.Arg(0); {
	case action == "start" && flag.NArg() == 1:
		ids, err = client.ChangeDomainContact(ctx, *domain, to)
	case action == "list" && flag.NArg() == 1:
		ids, err = client.ContactChangeIDs(ctx, ovhrest.ContactChangeFilter{})
	case (action == "accept" || action == "refuse") && flag.NArg() == 2:
		return answer(ctx, client, action, flag.Arg(1))
	default:
		err = fmt.Errorf("%w: say start, list, or accept or refuse and a file", ovhrest.ErrInvalid)
	}
	if err != nil {
		return err
	}
	if server != nil {
		time.AfterFunc(time.Second, func() { play(ctx, client, server, ids) })
	}
	return follow(ctx, client, ids)
}

// follow prints each new state of the changes until all are over. One that was
// just started and does not end as done is a failure.
func follow(ctx context.Context, client *ovhrest.Client, ids []int64) (failure error) {
	printed := map[int64]ovhrest.ContactChangeState{}
	for {
		over := true
		for _, id := range ids {
			t, err := client.ContactChange(ctx, id)
			if err != nil && *wait > 0 && isPassing(err) { // the change goes on meanwhile
				fmt.Fprintf(os.Stderr, "contactchange: %v; checking again\n", err)
				over = false
				continue
			}
			if err != nil {
				return err
			}
			if printed[id] != t.State {
				fmt.Println(id, printable(t.ServiceDomain, t.ContactTypes, t.FromAccount, "->", t.ToAccount, t.State))
			}
			printed[id], over = t.State, over && t.Over()
			if t.Over() && t.State != ovhrest.ContactChangeStateDone && flag.Arg(0) == "start" {
				failure = fmt.Errorf("change %d is %s", id, t.State)
			}
		}
		if over || *wait <= 0 {
			return failure
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(*wait):
		}
	}
}

// isPassing reports whether checking again can help.
func isPassing(err error) bool {
	for _, passing := range []error{ovhrest.ErrUnavailable, ovhrest.ErrRateLimited, ovhrest.ErrBusy, ovhrest.ErrProtocol} {
		if errors.Is(err, passing) {
			return true
		}
	}
	return false
}

// printable formats the values, without characters that a terminal acts on.
func printable(values ...any) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '?'
	}, strings.TrimSuffix(fmt.Sprintln(values...), "\n"))
}

// answer reads the token from a file: it must not be seen in a command line.
func answer(ctx context.Context, client *ovhrest.Client, action, path string) error {
	address, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	token, err := ovhrest.ParseContactChangeURL(string(address))
	if err != nil {
		return err
	}
	if action == "refuse" {
		return client.RefuseContactChange(ctx, token.TaskID, token.Token)
	}
	return client.AcceptContactChange(ctx, token.TaskID, token.Token)
}

// play lets both holders accept.
func play(ctx context.Context, client *ovhrest.Client, server *ovhresttest.Server, ids []int64) {
	for _, id := range ids {
		for _, who := range []ovhresttest.Party{ovhresttest.OldOwner, ovhresttest.NewOwner} {
			address, _ := server.ContactChangeMail(id, who)
			if token, err := ovhrest.ParseContactChangeURL(address); err == nil {
				_ = client.AcceptContactChange(ctx, id, token.Token)
			}
		}
	}
}
