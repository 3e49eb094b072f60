package wedostest_test

import (
	"context"
	"fmt"
	"log"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// A server refuses once on demand, and remembers what it was asked.
func ExampleServer_Inject() {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	server.Inject(wedostest.Fault{Command: "ping", Code: 5003})
	client, err := wedos.New(server.Config())
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	for range 2 {
		_, err := client.Ping(context.Background())
		fmt.Println(err)
	}
	fmt.Println(server.Count("ping"), "requests")
	// Output:
	// wedos: ping: Injected (code 5003)
	// <nil>
	// 2 requests
}
