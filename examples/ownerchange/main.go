// Command ownerchange gives a domain at OVHcloud to another owner: a quote, a
// question, an order, and weeks of waiting that survive any interruption.
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

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

const help = `ownerchange gives a domain at OVHcloud to another owner.

  ownerchange -fake
  ownerchange -domain example.com -owner 123456 -pay 7890

It tells the price and asks before it orders. It may be interrupted at any time:
the same call goes on with the change under way, and nothing is ordered twice.

Environment: OVH_APPLICATION_KEY, OVH_APPLICATION_SECRET, OVH_CONSUMER_KEY and so
on, or the file ovh.conf; OVH_ENDPOINT. Exit code: 0 the owner has changed,
1 failed, 2 wrong call, 130 interrupted.

`

var (
	domain = flag.String("domain", "example.com", "the `domain`")
	owner  = flag.Int64("owner", 0, "the new owner, a contact's `id`")
	pay    = flag.Int64("pay", 0, "the `id` of the registered payment method that pays; default: only a change that is free")
	yes    = flag.Bool("yes", false, "don't ask: agree to the price and the contracts")
	dir    = flag.String("state", "ownerchanges", "the `folder` that keeps the changes")
	fake   = flag.Bool("fake", false, "try it without an account: hours in a second")
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
	case errors.Is(err, ovhrest.ErrInvalid):
		code = 2
	}
	fmt.Fprintf(os.Stderr, "ownerchange: %v%s\n", err, map[int]string{2: "; see -help"}[code])
	os.Exit(code)
}

// next is what to do about a change that did not come to its end.
var next = map[trade.Resumption]string{
	trade.ResumeAnytime:      "the same call resumes it",
	trade.ResumeAfterFix:     "nothing has ended: fix this, and the same call resumes it",
	trade.ResumeAfterResolve: "look into the account; a program that calls Trader.Resolve can resume it",
	trade.ResumeNever:        "it can't be resumed",
}

// advise adds to an error what to do about it.
func advise(err error) error {
	if e, ok := errors.AsType[*trade.Error](err); ok {
		return fmt.Errorf("%w; %s", err, next[e.Resume])
	}
	return err
}

func run(ctx context.Context) (err error) {
	if flag.NArg() > 0 {
		return fmt.Errorf("%w: %q", ovhrest.ErrInvalid, flag.Arg(0))
	}
	var cfg ovhrest.Config
	trading := trade.Config{Contracts: func(ctx context.Context, _ trade.Trade, contracts []ovhrest.Contract) error {
		for _, c := range contracts {
			fmt.Printf("contract: %s %s\n", c.Name, c.URL)
		}
		return confirm(ctx, "Accept them?")
	}}
	if *fake {
		server := ovhresttest.NewServer(ovhresttest.Options{})
		defer server.Close()
		server.AddDomain(ovhresttest.Domain{Name: *domain})
		*owner = server.AddContact(nil)
		cfg, trading.Sleep = server.Config(), server.Accepting(*domain)
		if *dir, err = os.MkdirTemp("", "ownerchange"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(*dir) }()
	} else if cfg, err = ovhrest.LoadConfig(""); err != nil {
		return err
	}
	client, err := ovhrest.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	store, err := trade.NewFileStore(*dir)
	if err != nil {
		return err
	}
	trading.Store = store
	trader, err := trade.New(client, trading)
	if err != nil {
		return err
	}
	id, err := underWay(ctx, trader, store)
	if err == nil && id == "" {
		id, err = begin(ctx, client, trader, store)
	}
	if err != nil {
		return err
	}
	for event, err := range trader.Events(ctx, id) {
		if err != nil {
			return advise(err)
		}
		fmt.Printf("%s  %-10s %s\n", event.At.Format(time.DateTime), event.Phase, event.Text)
		if event.Err != nil {
			fmt.Println("  ", event.Err)
		}
	}
	return nil
}

// underWay finds the change that an earlier call began.
func underWay(ctx context.Context, trader *trade.Trader, store *trade.FileStore) (string, error) {
	ids, err := store.List(ctx)
	for _, id := range ids {
		stored, err := trader.Load(ctx, id)
		if err != nil {
			return "", err
		}
		if stored.Plan.Domain == *domain && !stored.Phase.Terminal() {
			if *owner != 0 && *owner != stored.Plan.OwnerID {
				return "", fmt.Errorf("the change of %s that is under way is to contact %d", *domain, stored.Plan.OwnerID)
			}
			return id, nil
		}
	}
	return "", err
}

// begin asks for the price, then whether to pay it. The price is the limit.
func begin(ctx context.Context, client *ovhrest.Client, trader *trade.Trader, store *trade.FileStore) (string, error) {
	plan := trade.Plan{Domain: *domain, OwnerID: *owner, PaymentMethod: *pay, WaiveRetraction: true}
	quote, err := trade.QuoteFor(ctx, client, plan)
	if err != nil {
		return "", err
	}
	fmt.Printf("%s to contact %d: %s\n", *domain, *owner, quote.Total)
	if err := confirm(ctx, "Order it, and give up the right to take the order back?"); err != nil {
		return "", err
	}
	if id, err := underWay(ctx, trader, store); err != nil || id != "" {
		return id, err // begun at another terminal meanwhile
	}
	plan.MaxPrice = quote.Total
	stored, err := trader.Start(ctx, plan)
	return stored.ID, err
}

func confirm(ctx context.Context, question string) error {
	if *yes {
		return nil
	}
	fmt.Print(question, " [y/N] ")
	answer := make(chan string, 1)
	go func() {
		var word string
		_, _ = fmt.Scanln(&word)
		answer <- word
	}()
	select {
	case <-ctx.Done():
		fmt.Println()
		return ctx.Err()
	case word := <-answer:
		if strings.EqualFold(word, "y") {
			return nil
		}
		return errors.New("not confirmed")
	}
}
