package trade_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
	"github.com/hebergo/hebergo/ovhrest/trade"
)

// exampleServer is a stand-in of the API with one domain, and a client for it.
func exampleServer() (*ovhresttest.Server, *ovhrest.Client) {
	server := ovhresttest.NewServer(ovhresttest.Options{})
	server.AddDomain(ovhresttest.Domain{Name: "example.com"})
	client, err := ovhrest.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	return server, client
}

// An owner change from the quote to the proof. The two weeks that the holders
// have to answer their mails pass on the stand-in's clock.
func ExampleTrader_Run() {
	server, client := exampleServer()
	defer server.Close()
	ctx := context.Background()

	plan := trade.Plan{Domain: "example.com", Owner: newOwner(), WaiveRetraction: true}
	quote, err := trade.QuoteFor(ctx, client, plan)
	if err != nil {
		log.Fatal(err)
	}
	plan.MaxPrice = quote.Total // not a cent more, and in this currency

	trader, err := trade.New(client, trade.Config{
		Store:     trade.NewMemoryStore(), // NewFileStore(dir) outlives the process
		Contracts: func(context.Context, trade.Trade, []ovhrest.Contract) error { return nil },
		Sleep:     server.Accepting("example.com"), // leave it out to wait for real
	})
	if err != nil {
		log.Fatal(err)
	}
	t, err := trader.Start(ctx, plan)
	if err != nil {
		log.Fatal(err)
	}
	t, err = trader.Run(ctx, t.ID) // after a crash: Run again, with the same id and Store
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(t.Phase, t.Quote, t.NewOwner == server.Owner("example.com"))
	// Output: done 0 EUR true
}

// A price above the limit stops the trade before anything is ordered.
func ExampleTrade_Err() {
	server, client := exampleServer()
	defer server.Close()
	server.AddDomain(ovhresttest.Domain{Name: "example.net", Quote: ovhresttest.Price{Value: "9.99", Currency: "EUR"}})
	ctx := context.Background()

	trader, err := trade.New(client, trade.Config{Store: trade.NewMemoryStore()})
	if err != nil {
		log.Fatal(err)
	}
	limit, err := ovhrest.ParseMoney("9.98", ovhrest.CurrencyEUR)
	if err != nil {
		log.Fatal(err)
	}
	t, err := trader.Start(ctx, trade.Plan{Domain: "example.net", Owner: newOwner(), MaxPrice: limit, PaymentMethod: 7})
	if err != nil {
		log.Fatal(err)
	}
	t, err = trader.Run(ctx, t.ID)
	fmt.Println(errors.Is(err, trade.ErrRefused), t.Phase)
	fmt.Println(t.Reason)
	// Output:
	// true refused
	// the price is 9.99 EUR where at most 9.98 EUR are allowed
}

// A trade step by step, as a queue or a cron job would do it.
func ExampleTrader_Step() {
	server, client := exampleServer()
	defer server.Close()
	ctx := context.Background()
	trader, err := trade.New(client, trade.Config{Store: trade.NewMemoryStore()})
	if err != nil {
		log.Fatal(err)
	}
	free := ovhrest.Money{Currency: ovhrest.CurrencyEUR}
	t, err := trader.Start(ctx, trade.Plan{Domain: "example.com", Owner: newOwner(), MaxPrice: free, WaiveRetraction: true})
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		fmt.Println(t.Phase)
		if t, err = trader.Step(ctx, t.ID); err != nil {
			log.Fatal(err) // ErrConflict: another worker is at it
		}
	}
	t, err = trader.Abort(ctx, t.ID)
	for err == nil && !t.Phase.Terminal() {
		t, err = trader.Step(ctx, t.ID)
	}
	fmt.Println(t.Phase, server.Ledger().CartsLeft, err)
	// Output:
	// planned
	// checked
	// ownerReady
	// cancelled 0 <nil>
}

// Whether new data take a trade, or a change of the contact is enough.
func ExampleNeedFor() {
	server, client := exampleServer()
	defer server.Close()
	moved := ovhrest.Contact{Address: &ovhrest.ContactAddress{City: ovhrest.Some("Paris")}}
	need, err := trade.NeedFor(context.Background(), client, "example.com", moved)
	fmt.Println(need.Needed, need.Changed, err)
	sold := ovhrest.Contact{LastName: ovhrest.Some("Newton"), Email: ovhrest.Some("new@example.com")}
	need, err = trade.NeedFor(context.Background(), client, "example.com", sold)
	fmt.Println(need.Needed, need.ReadOnly, err)
	// Output:
	// false [address.city] <nil>
	// true [email lastName] <nil>
}

// Ask for a consumer key that is just enough for the owner changes of one
// domain.
func ExampleAccess() {
	access := trade.Access("example.com")
	for _, rule := range access.Rules[:5] {
		fmt.Println(rule.Method, rule.Path)
	}
	fmt.Println("…")
	fmt.Println(access.Actions[0])
	// Output:
	// GET /auth/currentCredential
	// GET /auth/details
	// GET /me
	// GET /domain/example.com
	// GET /domain/example.com/task
	// …
	// account:apiovh:me/get
}
