package velneotest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// A program under test meets a session that another application has ended.
func ExampleServer_EndSession() {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	client, err := velneo.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	for range 2 {
		if _, err := client.VServer(context.Background()); err != nil {
			log.Fatal(err)
		}
		server.EndSession()
	}
	fmt.Println(server.Logins(), "logins")
	for _, call := range server.Calls() {
		fmt.Println(call.Verb, call.Resource)
	}
	// Output:
	// 2 logins
	// POST session
	// GET vserver
	// GET vserver
	// POST session
	// GET vserver
}

func ExampleServer_Inject() {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	client, err := velneo.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	server.Inject(velneotest.Fault{Action: "stop", Code: 403, Message: "not now"})
	fmt.Println(client.Stop(context.Background()))
	fmt.Println(client.Stop(context.Background()))
	// Output:
	// velneo: PUT vserver stop: not now (code 403)
	// <nil>
}
