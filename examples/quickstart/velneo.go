package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// velneoStory stops a server, backs it up while it stands still, and starts it
// again. With VELNEO_EMAIL and VELNEO_API_KEY (and VELNEO_URL) it asks the real
// service for the server's state instead, and leaves the session as it is.
func velneoStory(ctx context.Context, out io.Writer) error {
	if os.Getenv("VELNEO_EMAIL") != "" {
		return velneoLive(ctx, out)
	}
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	server.SetLag(2) // a stop takes its time
	server.SetBackup(`"nightly"`, func() io.ReadSeeker { return strings.NewReader(strings.Repeat("a line of data\n", 200_000)) })

	cfg := server.Config()
	cfg.PollInterval = 50 * time.Millisecond
	client, err := velneo.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	return velneoFlow(ctx, out, client)
}

func velneoLive(ctx context.Context, out io.Writer) error {
	cfg, err := velneo.LoadConfig()
	if err != nil {
		return err
	}
	client, err := velneo.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	return velneoStatus(ctx, out, client)
}

func velneoStatus(ctx context.Context, out io.Writer, client *velneo.Client) error {
	v, err := client.VServer(ctx)
	if err != nil {
		return err
	}
	line(out, "status", "%s, version %s, at %s", v.Status, v.Version, v.VRL)
	return nil
}

func velneoFlow(ctx context.Context, out io.Writer, client *velneo.Client) error {
	session, err := client.Login(ctx)
	if err != nil {
		return err
	}
	line(out, "login", "%v", session)
	if err := velneoStatus(ctx, out, client); err != nil {
		return err
	}
	if err := client.Stop(ctx); err != nil {
		return err
	}
	start := time.Now()
	v, err := client.WaitForStatus(ctx, velneo.StatusStopped)
	if err != nil {
		return err
	}
	line(out, "stop", "%s after %v", v.Status, time.Since(start).Round(10*time.Millisecond))
	if err := velneoBackup(ctx, out, client); err != nil {
		return err
	}
	if err := client.Start(ctx); err != nil {
		return err
	}
	if v, err = client.WaitForStatus(ctx, velneo.StatusRunning); err != nil {
		return err
	}
	line(out, "start", "%s", v.Status)
	if err := client.Logout(ctx); err != nil {
		return err
	}
	line(out, "logout", "for every application of the account")
	return nil
}

func velneoBackup(ctx context.Context, out io.Writer, client *velneo.Client) error {
	link, err := client.Backup(ctx)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "quickstart")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	backup, err := client.DownloadBackup(ctx, link, filepath.Join(dir, "vserver.backup"), func(done, total int64) {
		line(out, "download", "%7d of %d bytes", done, total)
	})
	if err != nil {
		return err
	}
	line(out, "backup", "%d bytes, sha256 %.16s…", backup.Size, backup.SHA256)
	return nil
}
