// Command wapi-notifications prints what WAPI reports later: the outcomes of
// asynchronous commands, and domains that leave.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

const help = `wapi-notifications prints WAPI's notifications, one JSON object a line.

  wapi-notifications -fake
  wapi-notifications -wait 1m                  # the poll queue, for ever
  wapi-notifications -listen 127.0.0.1:8080    # a webhook, behind your HTTPS proxy

Environment: WEDOS_LOGIN; WEDOS_PASSWORD, or WEDOS_PASSWORD_FILE that holds it;
WEDOS_URL for a proxy; for a webhook WEDOS_WEBHOOK_TOKEN alone, the last part of
the address that you gave WEDOS (or WEDOS_WEBHOOK_TOKEN_FILE). WAPI does not sign
what it posts: take it for a hint, and ask before money hangs on it. After a
restart of the webhook the same notification can come again.
Exit code: 0 done, 1 failed, 2 wrong call, 130 interrupted.

`

var (
	wait   = flag.Duration("wait", 0, "ask an empty queue again after this `time`; default: end with the queue")
	listen = flag.String("listen", "", "be a webhook at this `address`, and don't ask")
	fake   = flag.Bool("fake", false, "try it without an account")
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	flag.CommandLine.Init("", flag.ContinueOnError)
	flag.CommandLine.SetOutput(io.Discard)
	err, code := flag.CommandLine.Parse(os.Args[1:]), 2
	if err == nil {
		err, code = run(ctx), 1
	}
	switch {
	case err == nil:
		return
	case errors.Is(err, flag.ErrHelp):
		flag.CommandLine.SetOutput(os.Stdout)
		fmt.Print(help)
		flag.PrintDefaults()
		return
	case ctx.Err() != nil:
		err, code = fmt.Errorf("interrupted: %w", err), 130
	case errors.Is(err, wedos.ErrInvalid):
		code = 2
	}
	fmt.Fprintf(os.Stderr, "wapi-notifications: %v%s\n", err, map[int]string{2: "; see -help"}[code])
	os.Exit(code)
}

func run(ctx context.Context) (err error) {
	if flag.NArg() > 0 {
		return fmt.Errorf("%w: %q", wedos.ErrInvalid, flag.Arg(0))
	}
	if *listen != "" {
		return receive(ctx)
	}
	var cfg wedos.Config
	if *fake {
		server := wedostest.NewServer(wedostest.Options{})
		defer server.Close()
		server.TransferOut("example.com")
		cfg = server.Config()
	} else if cfg, err = wedos.LoadConfig(); err != nil {
		return err
	}
	cfg.IPv4Only = true
	client, err := wedos.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	// A notification leaves the queue when the loop comes round: one that could
	// not be printed stays there.
	for n, err := range client.Notifications(ctx, wedos.PollOptions{Wait: *wait}) {
		if err != nil {
			return err
		}
		if err := show("poll", n); err != nil {
			return err
		}
	}
	return nil
}

// receive is a webhook until ctx ends.
func receive(ctx context.Context) error {
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	const fakeToken = "a-secret-of-your-choice"
	cfg := wedos.WebhookConfig{Token: wedos.NewSecret(fakeToken)}
	if *fake {
		server := wedostest.NewServer(wedostest.Options{WebhookURL: "http://" + listener.Addr().String() + "/wapi/" + fakeToken})
		defer server.Close()
		server.TransferOut("example.com")
		go func() { _, _ = server.Deliver(ctx) }() // waits until somebody accepts it
	} else if cfg, err = wedos.LoadWebhookConfig(); err != nil {
		return err
	}
	cfg.Handle = func(_ context.Context, n *wedos.Notification) error {
		return show("webhook", n) // after an error WEDOS sends it again
	}
	hook, err := wedos.NewWebhook(cfg)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: hook, ReadHeaderTimeout: 5 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err = <-ended:
		return err
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		_ = server.Shutdown(grace)
		return ctx.Err()
	}
}

// show prints a notification. One that can't be read is printed as such, and
// leaves the queue like all others: "error" says what is wrong with it.
func show(via string, n *wedos.Notification) error {
	line := map[string]any{
		"via": via, "id": n.ID, "at": n.Time, "command": n.Command, "code": n.Code, "result": n.Result, "clTRID": n.ClTRID, "domain": n.Value("domain"),
	}
	if err := n.Err(); err != nil {
		line["error"] = err.Error()
	}
	return json.NewEncoder(os.Stdout).Encode(line)
}
