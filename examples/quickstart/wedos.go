package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// zoneRows is a zone of the shape that the live server answered when other
// clients recorded it, with neutral names.
var zoneRows = []wedos.Row{
	{TTL: 1800, Type: "MX", Data: "10 mx.example.net"},
	{TTL: 1800, Type: "MX", Data: "20 mx2.example.net"},
	{TTL: 300, Type: "TXT", Data: "v=spf1 include:example.net ~all"},
	{Name: "docs", TTL: 3600, Type: "CNAME", Data: "docs.example.net"},
	{Name: "localhost", TTL: 3600, Type: "A", Data: "127.0.0.1"},
	{Name: "mail._domainkey", TTL: 300, Type: "TXT", Data: "v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCB+I/M3oyg=="},
	{Name: "_acme-challenge.test", TTL: 3600, Type: "TXT", Data: "challengetoken"},
}

func wedosStory(ctx context.Context, out io.Writer) error {
	if os.Getenv("WEDOS_LOGIN") != "" {
		return wedosLive(ctx, out)
	}
	hook, hookURL, arrived, err := listenForNotifications()
	if err != nil {
		return err
	}
	defer func() { _ = hook.Close() }()
	server := wedostest.NewServer(wedostest.Options{WebhookURL: hookURL})
	defer server.Close()
	server.AddZone("example.com", zoneRows...)

	client, err := wedos.New(server.Config())
	if err != nil {
		return err
	}
	defer client.Close()
	if err := wedosRead(ctx, out, client); err != nil {
		return err
	}
	if err := wedosChange(ctx, out, client); err != nil {
		return err
	}
	return wedosAsync(ctx, out, client, server, arrived)
}

// wedosLive reads from the real service, or from the one at WEDOS_URL.
func wedosLive(ctx context.Context, out io.Writer) error {
	cfg, err := wedos.LoadConfig()
	if err != nil {
		return err
	}
	cfg.IPv4Only = true // WAPI redirects IPv6 callers to a web page
	client, err := wedos.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	return wedosRead(ctx, out, client)
}

func wedosRead(ctx context.Context, out io.Writer, client *wedos.Client) error {
	answer, err := client.Ping(ctx)
	if err != nil {
		return err
	}
	line(out, "ping", "%s, WAPI's clock says %s", answer.Result, answer.Time.Format("15:04:05 MST"))
	credit, err := client.CreditInfo(ctx)
	if err != nil {
		return err
	}
	line(out, "credit", "%s %s", credit.Amount.StringFixed(2), credit.Currency)
	zones, err := client.DNSDomainsList(ctx)
	if err != nil {
		return err
	}
	for _, zone := range zones {
		rows, err := client.DNSRowsList(ctx, zone.Name)
		if err != nil {
			return err
		}
		line(out, "zone", "%s (%s): %d rows", zone.Name, zone.Type, len(rows))
	}
	return nil
}

func wedosChange(ctx context.Context, out io.Writer, client *wedos.Client) error {
	row := wedos.NewRow{Name: "_acme-challenge", TTL: 300, Type: "TXT", Data: "token+with/plus;and=semicolon"}
	if _, err := client.DNSRowAdd(ctx, "example.com", row); err != nil {
		return err
	}
	rows, err := client.DNSRowsList(ctx, "example.com")
	if err != nil {
		return err
	}
	last := rows[len(rows)-1]
	line(out, "added", "%s %s %q, row %s", last.Name, last.Type, last.Data, last.ID)
	if _, err := client.DNSDomainCommit(ctx, "example.com"); err != nil {
		return err
	}
	line(out, "commit", "published")
	_, err = client.DNSRowAdd(ctx, "example.com", row)
	if !errors.Is(err, wedos.ErrConflict) {
		return fmt.Errorf("the same row twice: %w", err)
	}
	line(out, "again", "refused: %v", err)
	return nil
}

// wedosAsync follows one command to its notification on both ways.
func wedosAsync(ctx context.Context, out io.Writer, client *wedos.Client, server *wedostest.Server, arrived <-chan *wedos.Notification) error {
	answer, err := client.PingAsync(ctx)
	if err != nil {
		return err
	}
	pending, _ := answer.Pending()
	line(out, "async", "%s answered %d, outcome to come", pending.Command, int(answer.Code))
	tracker := wedos.NewTracker(wedos.TrackerConfig{})
	for notification, err := range client.Notifications(ctx, wedos.PollOptions{}) {
		if err != nil {
			return err
		}
		tracker.Deliver(notification)
	}
	outcome, err := tracker.Wait(ctx, pending)
	if err != nil {
		return err
	}
	line(out, "by poll", "notification %s: %s", outcome.ID, outcome.Result)
	if _, err := server.Deliver(ctx); err != nil {
		return err
	}
	select {
	case n := <-arrived:
		line(out, "by webhook", "notification %s: %s", n.ID, n.Result)
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// listenForNotifications starts a webhook on loopback.
func listenForNotifications() (server *http.Server, address string, arrived <-chan *wedos.Notification, err error) {
	const token = "a-secret-of-your-choice"
	notifications := make(chan *wedos.Notification, 1)
	hook, err := wedos.NewWebhook(wedos.WebhookConfig{Token: wedos.NewSecret(token), Handle: func(_ context.Context, n *wedos.Notification) error {
		notifications <- n
		return nil
	}})
	if err != nil {
		return nil, "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", nil, err
	}
	server = &http.Server{Handler: hook, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	return server, "http://" + listener.Addr().String() + "/wapi/" + token, notifications, nil
}
