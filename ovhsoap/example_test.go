package ovhsoap_test

import (
	"context"
	"errors"
	"fmt"
	"log"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// exampleService starts a fake with a domain of one mailbox, and a client.
func exampleService() (*ovhsoap.Client, func()) {
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	server.AddDomain("example.com", ovhsoaptest.Nic)
	client, err := ovhsoap.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	err = client.Do(ctx, func(s *ovhsoap.Session) error {
		return s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: "example.com", Pop: "compta", Password: ovhsoap.NewSecret("s3cret-enough"), Description: ovhsoap.Some("Comptabilité"), Quota: ovhsoap.Some(25)})
	})
	if err != nil {
		log.Fatal(err)
	}
	return client, func() { client.Close(); server.Close() }
}

// A session from login to logout.
func ExampleClient_Do() {
	client, stop := exampleService()
	defer stop()
	ctx := context.Background()
	err := client.Do(ctx, func(s *ovhsoap.Session) error {
		boxes, err := s.PopList(ctx, "example.com")
		for _, box := range boxes {
			fmt.Println(box.Name, box.Description)
		}
		return err
	})
	fmt.Println("error:", err)
	// Output:
	// compta Comptabilité
	// error: <nil>
}

// A session that is kept, and shared by goroutines.
func ExampleClient_Session() {
	client, stop := exampleService()
	defer stop()
	ctx := context.Background()
	session := client.Session()
	for range 2 {
		quota, err := session.PopGetQuota(ctx, "example.com", "compta")
		fmt.Println(quota.MaxQuota, err)
	}
	fmt.Println("logout:", session.Logout(ctx))
	// Output:
	// 25 <nil>
	// 25 <nil>
	// logout: <nil>
}

// Any function of the catalog, with arguments by name.
func ExampleCall() {
	client, stop := exampleService()
	defer stop()
	type mailbox struct {
		Name string
		Note string `soap:"description"`
	}
	box, err := ovhsoap.Call[mailbox](context.Background(), client.Session(), "popInfo", ovhsoap.Args{
		"domain": "example.com", "pop": "compta",
	})
	fmt.Println(box.Name, box.Note, err)
	// Output: compta Comptabilité <nil>
}

// What the service refuses says why; what this package refuses is not sent.
func ExampleError() {
	client, stop := exampleService()
	defer stop()
	session := client.Session()
	_, err := session.PopInfo(context.Background(), "example.com", "nobody")
	var fault *ovhsoap.Fault
	if errors.As(err, &fault) {
		fmt.Println(fault.Function, int(fault.Status), errors.Is(err, ovhsoap.ErrNotFound))
	}
	_, err = ovhsoap.Call[ovhsoap.Void](context.Background(), session, "popDel", "example.com", 7)
	fmt.Println(err)
	// Output:
	// popInfo 210 true
	// ovhsoap: popDel: pop must be string, not int
}

func ExampleSearch() {
	for _, f := range ovhsoap.Search("redirectedEmail del") {
		fmt.Println(f)
	}
	// Output: redirectedEmailDel(domain string, redirected string, target string, subdomain string)
}

func ExampleFunction_String() {
	f, _ := ovhsoap.Lookup("popList")
	fmt.Println(f, ovhsoap.Members(f.Result))
	// Output: popList(domain string) []popStruct [{nic string} {domain string} {name string} {description string} {size string}]
}
