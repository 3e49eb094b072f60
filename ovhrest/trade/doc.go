// Package trade changes the owner of domains at OVHcloud. Such a trade is an
// order that is usually free and takes days. A Trader carries it out, may be
// killed at any moment, and never orders or pays twice.
//
//	package main
//
//	import (
//		"context"
//		"fmt"
//		"log"
//
//		"github.com/hebergo/hebergo/ovhrest"
//		"github.com/hebergo/hebergo/ovhrest/trade"
//	)
//
//	func main() {
//		cfg, err := ovhrest.LoadConfig("ovh-eu")
//		if err != nil {
//			log.Fatal(err)
//		}
//		client, err := ovhrest.New(cfg)
//		if err != nil {
//			log.Fatal(err)
//		}
//		defer client.Close()
//		store, err := trade.NewFileStore("trades")
//		if err != nil {
//			log.Fatal(err)
//		}
//		trader, err := trade.New(client, trade.Config{
//			Store: store,
//			Contracts: func(ctx context.Context, t trade.Trade, contracts []ovhrest.Contract) error {
//				return nil // nil accepts them
//			},
//		})
//		if err != nil {
//			log.Fatal(err)
//		}
//		ctx := context.Background()
//		plan := trade.Plan{Domain: "example.com", OwnerID: 12345, WaiveRetraction: true}
//		quote, err := trade.QuoteFor(ctx, client, plan)
//		if err != nil {
//			log.Fatal(err)
//		}
//		plan.MaxPrice = quote.Total // a price other than zero takes a PaymentMethod as well
//		t, err := trader.Start(ctx, plan)
//		if err != nil {
//			log.Fatal(err)
//		}
//		t, err = trader.Run(ctx, t.ID) // after a crash: Run again, with the same id and Store
//		if err != nil {
//			log.Fatal(err) // a *trade.Error, whose Resume says whether to Run again
//		}
//		fmt.Println(t.Plan.Domain, "belongs to contact", t.NewOwner)
//	}
//
// # The steps
//
// These are the phases of a trade and the calls that lead from one to the next.
// OVHcloud's guide describes most of the calls; a star marks what it omits or
// prints differently:
//
//	                 GET  /auth/currentCredential, /me, /domain/{d}, /domain/{d}/task, /me/order
//	planned            | the key's rules; the subsidiary; is an operation or an order, however old, under way?
//	                 GET  /domain/configurationRule?action=update          is it needed? (NeedFor)
//	                 POST /domain/configurationRule/check?action=trade
//	                 GET  /order/cartServiceOption/domain/{d}
//	                 a dry run in a cart of its own, if the offer costs something
//	checked            | the one offer of the family "trade"; its words are echoed, never built
//	                 POST /domain/contact, one for each domain             * contacts can't be deleted
//	ownerReady         |
//	                 POST /order/cart {ovhSubsidiary, description, expire} * the body is required
//	                 POST /order/cart/{c}/assign                           * missing from the guide
//	cartReady          |
//	                 POST /order/cartServiceOption/domain/{d}              * duration as in the offer, not P1Y
//	itemReady          |
//	                 GET  …/item/{i}/requiredConfiguration
//	                 POST …/item/{i}/configuration OWNER_CONTACT           * the same label twice fails later
//	configured         |
//	                 GET  …/checkout                                       * the dry run is the quote
//	quoted             | the guards: MaxPrice, currency, extra items, contracts
//	                 POST …/checkout {autoPay…: false, waiveRetractationPeriod}
//	ordered            | the guards again, on the order as it was placed, line by line against the dry run
//	                 POST /me/order/{o}/pay                                * a free order as well
//	paid               | GET /me/order/{o}/status; after a lost answer /me/order/{o}/payment as well
//	                 GET  /domain/{d}/task?function=DomainTrade            * GET; the guide prints POST
//	running            | both holders answer a mail within 14 days
//	                 GET  /domain/{d}
//	closing            | carts that are left are deleted
//	done               | whoisOwner has changed: the proof
//
//	refused            | a guard, the service or a holder said no
//	cancelled          | by Abort, or the order was cancelled
//	expired            | nobody answered the mails in time
//	needsAttention     | a person has to look, and Resolve takes the trade up again
//
// The last four can follow any phase, by way of closing. The table of the
// phases and their steps is in states.go.
//
// A Trade is a value that is stored as JSON, without secrets. The intention to
// send a request that must not be sent twice is stored before the request, and
// the result after it. If a process dies in between, or loses the response, the
// next step reads from the API what was done. Where the API does not show that,
// the trade stops as NeedsAttention rather than send anything again. A trade
// neither orders nor pays while there is another order for a trade of the
// domain that was placed after it began, whoever placed it. It waits for an
// older one that is in progress, however old that is: the first trade of a
// Trader requests the status of each of the account's orders once. Its times
// are the API's, so the machine's clock may be wrong. Nothing is paid that
// differs from the plan: the price is compared exactly, in its currency, with
// the order that was actually placed, and each of its lines (domain, type,
// quantity, price; the plan where the API shows it) with the dry run's. Waiving
// the right of retraction and accepting the contracts are up to the caller.
//
// QuoteFor returns the price in advance, tax included, and leaves nothing
// behind: with its Total as MaxPrice, the trade is not refused as long as the
// prices stay the same. NeedFor reports whether a change of the owner's data
// requires a trade at all.
//
// Of all error responses, only those in which the API itself refuses what was
// requested end a trade: a contact, a cart, an item, the rules, the dry run,
// the checkout or the payment. A rejected key or signature, a missing right, a
// request to try again later, and any response that does not come from the API
// (a proxy's page, a truncated document) leave the trade where it is. Run
// continues by itself where waiting can help, also after such a response, and
// waits up to an hour between two tries, until its context ends. Otherwise it
// returns an *Error, whose Resume says whether Run is worth calling again for
// the same trade: ResumeAnytime, ResumeAfterFix, ResumeAfterResolve or
// ResumeNever. Trade.Ending says why a trade ended, for programs; Trade.Reason,
// for people.
//
// Each wait is limited; after the limit the trade needs attention. The limits
// start again after a Resolve:
//
//	an order not paid               its expiration date, or 30 days
//	an order in an unclear status   30 days
//	a paid order without a task     30 days
//	a delivered order without one   3 days after it was first seen delivered
//	a task in todo or doing         45 days after it began
//	a task done or gone             24 hours for the owner to change
//	an unclear request              10 minutes without a trace, then it is sent again; a payment of money an hour
//	a payment of an unpaid order    24 hours
package trade
