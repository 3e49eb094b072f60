package ovhrest_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// exampleServer is a stand-in of the API with one domain, and a client for it.
func exampleServer() (*ovhresttest.Server, *ovhrest.Client) {
	server := ovhresttest.NewServer(ovhresttest.Config{})
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

	plan := ovhrest.TradePlan{Domain: "example.com", Owner: newOwner(), WaiveRetraction: true}
	quote, err := client.QuoteTrade(ctx, plan)
	if err != nil {
		log.Fatal(err)
	}
	plan.MaxPrice = quote.Total // not a cent more, and in this currency

	trader, err := ovhrest.NewTrader(client, ovhrest.TraderConfig{
		Store:     ovhrest.NewMemoryStore(), // NewFileStore(dir) outlives the process
		Contracts: func(context.Context, ovhrest.Trade, []ovhrest.Contract) error { return nil },
		Sleep:     server.Accepting("example.com"), // leave it out to wait for real
	})
	if err != nil {
		log.Fatal(err)
	}
	trade, err := trader.Start(ctx, plan)
	if err != nil {
		log.Fatal(err)
	}
	trade, err = trader.Run(ctx, trade.ID) // after a crash: Run again, with the same id and Store
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(trade.Phase, trade.Quote, trade.NewOwner == server.Owner("example.com"))
	// Output: done 0 EUR true
}

// A price above the limit stops the trade before anything is ordered.
func ExampleTrade_Err() {
	server, client := exampleServer()
	defer server.Close()
	server.AddDomain(ovhresttest.Domain{Name: "example.net", Quote: ovhresttest.Price{Value: "9.99", Currency: "EUR"}})
	ctx := context.Background()

	trader, err := ovhrest.NewTrader(client, ovhrest.TraderConfig{Store: ovhrest.NewMemoryStore()})
	if err != nil {
		log.Fatal(err)
	}
	limit, err := ovhrest.ParseMoney("9.98", ovhrest.CurrencyEUR)
	if err != nil {
		log.Fatal(err)
	}
	trade, err := trader.Start(ctx, ovhrest.TradePlan{Domain: "example.net", Owner: newOwner(), MaxPrice: limit, PaymentMethod: 7})
	if err != nil {
		log.Fatal(err)
	}
	trade, err = trader.Run(ctx, trade.ID)
	fmt.Println(errors.Is(err, ovhrest.ErrTradeRefused), trade.Phase)
	fmt.Println(trade.Reason)
	// Output:
	// true refused
	// the price is 9.99 EUR where at most 9.98 EUR are allowed
}

// A trade step by step, as a queue or a cron job would do it.
func ExampleTrader_Step() {
	server, client := exampleServer()
	defer server.Close()
	ctx := context.Background()
	trader, err := ovhrest.NewTrader(client, ovhrest.TraderConfig{Store: ovhrest.NewMemoryStore()})
	if err != nil {
		log.Fatal(err)
	}
	free := ovhrest.Money{Currency: ovhrest.CurrencyEUR}
	trade, err := trader.Start(ctx, ovhrest.TradePlan{Domain: "example.com", Owner: newOwner(), MaxPrice: free, WaiveRetraction: true})
	if err != nil {
		log.Fatal(err)
	}
	for range 3 {
		fmt.Println(trade.Phase)
		if trade, err = trader.Step(ctx, trade.ID); err != nil {
			log.Fatal(err) // ErrConflict: another worker is at it
		}
	}
	trade, err = trader.Abort(ctx, trade.ID)
	for err == nil && !trade.Phase.Terminal() {
		trade, err = trader.Step(ctx, trade.ID)
	}
	fmt.Println(trade.Phase, server.Ledger().CartsLeft, err)
	// Output:
	// planned
	// checked
	// ownerReady
	// cancelled 0 <nil>
}

// Whether new data take a trade, or a change of the contact is enough.
func ExampleClient_NeedsTrade() {
	server, client := exampleServer()
	defer server.Close()
	moved := ovhrest.Contact{Address: &ovhrest.ContactAddress{City: ovhrest.Some("Paris")}}
	need, err := client.NeedsTrade(context.Background(), "example.com", moved)
	fmt.Println(need.Needed, need.Changed, err)
	sold := ovhrest.Contact{LastName: ovhrest.Some("Newton"), Email: ovhrest.Some("new@example.com")}
	need, err = client.NeedsTrade(context.Background(), "example.com", sold)
	fmt.Println(need.Needed, need.ReadOnly, err)
	// Output:
	// false [address.city] <nil>
	// true [email lastName] <nil>
}
