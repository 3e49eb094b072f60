package ovhsoaptest_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// A program meets the faults that the service is known for.
func Example() {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	server.AddDomain("example.com", ovhsoaptest.Nic)
	server.Inject(ovhsoaptest.Fault{Function: "mailingListAdd", Message: "A mailing list task is still in progress"})

	client, err := ovhsoap.New(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	err = client.Do(context.Background(), func(s *ovhsoap.Session) error {
		list := ovhsoap.MailingListAddArgs{Domain: "example.com", Ml: "news", Owner: "owner@example.com"}
		err := s.MailingListAdd(context.Background(), list)
		fmt.Println("busy:", errors.Is(err, ovhsoap.ErrBusy))
		return s.MailingListAdd(context.Background(), list)
	})
	fmt.Println("then:", err)
	for _, call := range server.Calls() {
		fmt.Println(call.Function)
	}
	// Output:
	// busy: true
	// then: <nil>
	// login
	// mailingListAdd
	// mailingListAdd
	// logout
}

// Functions that the server has no memory for answer what a test sets.
func ExampleServer_Answer() {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	server.Answer("dedicatedReverseList", []map[string]any{
		{"ip": "192.0.2.1", "reverse": "www.example.com", "type": "failover"},
	})

	client, err := ovhsoap.New(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	list, err := client.Session().DedicatedReverseList(context.Background(), "ns1.example.net")
	fmt.Println(list, err)
	// Output: [{www.example.com 192.0.2.1 failover}] <nil>
}

// A lost answer leaves open whether the work was done.
func ExampleServer_Inject() {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	defer server.Close()
	server.AddDomain("example.com", ovhsoaptest.Nic)
	server.Inject(ovhsoaptest.Fault{Function: "zoneEntryAdd", Lose: true})

	client, err := ovhsoap.New(server.Config())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer client.Close()
	s := client.Session()
	record := ovhsoap.ZoneEntryAddArgs{Domain: "example.com", Subdomain: "www", Fieldtype: "A", Target: "192.0.2.1"}
	if err := s.ZoneEntryAdd(context.Background(), record); errors.Is(err, ovhsoap.ErrAmbiguous) {
		fmt.Println("unclear, so look:")
	}
	zone, err := s.ZoneEntryList(context.Background(), "example.com")
	fmt.Println(zone[len(zone)-1], err)
	// Output:
	// unclear, so look:
	// {www A 192.0.2.1} <nil>
}
