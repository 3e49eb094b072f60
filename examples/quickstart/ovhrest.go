package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// ovhrestStory is an owner change from the quote to the proof, hours in a
// second: the API's stand-in and the trade share one clock. With OVH_*
// credentials in the environment it reads the account and some of its
// domains instead.
func ovhrestStory(ctx context.Context, out io.Writer) error {
	if os.Getenv("OVH_CONSUMER_KEY") != "" || os.Getenv("OVH_CLIENT_ID") != "" || os.Getenv("OVH_ACCESS_TOKEN") != "" {
		return ovhrestLive(ctx, out)
	}
	server := ovhresttest.NewServer(ovhresttest.Options{})
	defer server.Close()
	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
	server.AddDomain(ovhresttest.Domain{Name: "example.net", Quote: ovhresttest.Price{Value: "9.99", Currency: "EUR"}})
	client, err := ovhrest.New(server.Config())
	if err != nil {
		return err
	}
	defer client.Close()

	plan := trade.Plan{Domain: "example.com", Owner: ovhrestOwner(), WaiveRetraction: true}
	quote, err := trade.QuoteFor(ctx, client, plan)
	if err != nil {
		return err
	}
	line(out, "quote", "%s for %s; only a trade can change %v", quote.Total, quote.Domain, quote.Need.ReadOnly)
	plan.MaxPrice = quote.Total // the guard: not a cent more, and in this currency

	if err := ovhrestTrade(ctx, out, client, server, plan); err != nil {
		return err
	}
	plan.Domain = "example.net" // costs 9.99 EUR
	err = ovhrestTrade(ctx, out, client, server, plan)
	if !errors.Is(err, trade.ErrRefused) {
		return fmt.Errorf("the guard let a trade through: %w", err)
	}
	line(out, "guard", "%v", err)
	return nil
}

// ovhrestTrade runs the plan; the checkout's answer is lost on the way.
func ovhrestTrade(ctx context.Context, out io.Writer, client *ovhrest.Client, server *ovhresttest.Server, plan trade.Plan) error {
	trader, err := trade.New(client, trade.Config{
		Store: trade.NewMemoryStore(), // NewFileStore(dir) survives the process
		Contracts: func(_ context.Context, _ trade.Trade, contracts []ovhrest.Contract) error {
			line(out, "contract", "%s: accepted", contracts[0].Name)
			return nil
		},
		Sleep: server.Accepting(plan.Domain), // the holders answer their mails
	})
	if err != nil {
		return err
	}
	begun, err := trader.Start(ctx, plan)
	if err != nil {
		return err
	}
	server.ClearFaults()
	server.Inject(ovhresttest.Fault{Method: http.MethodPost, Path: "/order/cart/*/checkout", Lose: true})
	began := server.Now().Truncate(time.Second)
	for event, err := range trader.Events(ctx, begun.ID) {
		if err != nil {
			return err
		}
		text := event.Text
		if event.Err != nil {
			text = "the answer was lost: it may have been ordered"
		}
		line(out, string(event.Phase), "%-9s %s", "+"+event.At.Sub(began).String(), text)
	}
	if begun, err = trader.Load(ctx, begun.ID); err != nil {
		return err
	}
	ledger := server.Ledger()
	line(out, "proof", "owner %s became %s; %d order, %d payment of %s, %d carts left",
		begun.OldOwner, begun.NewOwner, len(ledger.Orders), len(ledger.Payments), begun.Quote, ledger.CartsLeft)
	return nil
}

func ovhrestOwner() *ovhrest.Contact {
	return &ovhrest.Contact{
		LegalForm: ovhrest.Some(ovhrest.LegalForm("individual")), FirstName: ovhrest.Some("Grace"), LastName: ovhrest.Some("Newton"),
		Email: ovhrest.Some("grace@example.com"), Phone: ovhrest.Some("+33.123456789"), Language: ovhrest.Some(ovhrest.Language("fr_FR")),
		Address: &ovhrest.ContactAddress{
			Line1: ovhrest.Some("2 rue B"), City: ovhrest.Some("Lille"), Zip: ovhrest.Some("59000"), Country: ovhrest.Some(ovhrest.Country("FR")),
		},
	}
}

// ovhrestLive reads the account and its domains, and changes nothing.
func ovhrestLive(ctx context.Context, out io.Writer) error {
	cfg, err := ovhrest.LoadConfig("")
	if err != nil {
		return err
	}
	client, err := ovhrest.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	me, err := client.Me(ctx)
	if err != nil {
		return err
	}
	line(out, "account", "%s, %s", me.Nichandle, me.OvhSubsidiary)
	domains, err := client.Domains(ctx, ovhrest.DomainFilter{})
	if err != nil {
		return err
	}
	for _, name := range domains[:min(len(domains), 5)] {
		domain, err := client.Domain(ctx, name)
		if err != nil {
			return err
		}
		line(out, "domain", "%s, owner contact %s", name, domain.WhoisOwner)
	}
	return nil
}
