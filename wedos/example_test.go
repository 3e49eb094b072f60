package wedos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

func Example() {
	server := wedostest.NewServer(wedostest.Options{}) // in your program: WAPI itself
	defer server.Close()
	server.AddZone("example.com")

	client, err := wedos.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	if _, err := client.DNSRowAdd(ctx, "example.com", wedos.NewRow{Name: "www", TTL: 1800, Type: "A", Data: "192.0.2.10"}); err != nil {
		log.Fatal(err)
	}
	if _, err := client.DNSDomainCommit(ctx, "example.com"); err != nil {
		log.Fatal(err)
	}
	rows, err := client.DNSRowsList(ctx, "example.com")
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range rows {
		fmt.Println(row.Name, row.TTL, row.Type, row.Data)
	}
	// Output: www 1800 A 192.0.2.10
}

func ExampleAuthHash() {
	at := time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC) // 13 o'clock in Prague
	fmt.Println(wedos.AuthHash("owner@example.test", "not-a-real-secret", at))
	// Output: ee0051fb256eaf59d6c2193edb4011363e4c3481
}

func ExampleClient_DomainCheck() {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	server.Take("taken.example")
	client, err := wedos.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	for _, name := range []string{"taken.example", "free.example"} {
		check, err := client.DomainCheck(context.Background(), name)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(name, check.Available, check.Result)
	}
	// Output:
	// taken.example false Domain is registered
	// free.example true OK
}

func ExampleClient_Call() {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	client, err := wedos.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	answer, err := client.Call(context.Background(), "credit-info", nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Value("amount"), answer.Value("currency"))
	// Output: 10000.00 CZK
}

// After a lost answer, Settle finds out whether the domain was paid for.
func ExampleClient_Settle() {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	client, err := wedos.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	server.Inject(wedostest.Fault{Command: "domain-create", Lose: true})
	ctx := context.Background()
	_, err = client.DomainCreate(ctx, wedos.NewDomain{Name: "new.example", Period: 1, Owner: "CONTACT-1"})
	fmt.Println("ambiguous:", errors.Is(err, wedos.ErrAmbiguous))
	settled, err := client.Settle(ctx, err)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(settled.Verdict+":", settled.Evidence)
	// Output:
	// ambiguous: true
	// done: the account has the domain, active
}

// A command that spends is saved before it is sent: whatever becomes of the
// process, the next one can find out.
func ExampleClient_SettleIntent() {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	client, err := wedos.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	var disk []byte
	careful := client.With(wedos.CallOptions{Save: func(_ context.Context, intent wedos.Intent) (err error) {
		disk, err = json.Marshal(intent)
		return err
	}})
	ctx := context.Background()
	server.Inject(wedostest.Fault{Command: "domain-create", Lose: true})
	_, _ = careful.DomainCreate(ctx, wedos.NewDomain{Name: "new.example", Period: 1, Owner: "CONTACT-1"}) // and the process dies

	var intent wedos.Intent
	if err := json.Unmarshal(disk, &intent); err != nil {
		log.Fatal(err)
	}
	settled, err := client.SettleIntent(ctx, intent)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(intent.Command, settled.Verdict)
	// Output: domain-create done
}

func ExampleClient_Notifications() {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	client, err := wedos.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	answer, err := client.PingAsync(ctx)
	if err != nil {
		log.Fatal(err)
	}
	pending, _ := answer.Pending() // store it as JSON to wait on after a restart
	tracker := wedos.NewTracker(wedos.TrackerConfig{})
	for notification, err := range client.Notifications(ctx, wedos.PollOptions{}) {
		if err != nil {
			log.Fatal(err)
		}
		tracker.Deliver(notification)
	}
	outcome, err := tracker.Wait(ctx, pending)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(outcome.Command, outcome.Result, "done:", outcome.Value("done"))
	// Output: ping-async OK done: 1
}
