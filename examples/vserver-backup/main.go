// Command vserver-backup makes a copy of a Velneo vServer and downloads it. Run
// it every night.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

const help = `vserver-backup makes a copy of a Velneo vServer and downloads it.

  vserver-backup -fake
  vserver-backup -dir /var/backups -keep 7

After an error or Ctrl-C run it again: a download that was begun goes on where it
stopped. Until then its link lies in the folder, and who has the link has the backup.

Environment: VELNEO_EMAIL; VELNEO_API_KEY, or VELNEO_API_KEY_FILE that holds it;
VELNEO_URL. Exit code: 0 done, 1 failed, 2 wrong call, 130 interrupted.

`

var (
	dir  = flag.String("dir", ".", "the `folder` for the backups")
	keep = flag.Int("keep", 7, "how `many` backups to keep there, the latest")
	fake = flag.Bool("fake", false, "try it without an account")
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
	case errors.Is(err, velneo.ErrInvalid):
		code = 2
	}
	fmt.Fprintf(os.Stderr, "vserver-backup: %v%s\n", err, map[int]string{2: "; see -help"}[code])
	os.Exit(code)
}

func run(ctx context.Context) (err error) {
	if flag.NArg() > 0 || *keep < 1 {
		return fmt.Errorf("%w: a word too many, or nothing to keep", velneo.ErrInvalid)
	}
	var cfg velneo.Config
	if *fake {
		server := velneotest.NewServer()
		defer server.Close()
		server.SetBackup(`"nightly"`, func() io.ReadSeeker { return slow{bytes.NewReader(make([]byte, 4<<20))} })
		cfg = server.Config()
		if *dir, err = os.MkdirTemp("", "vserver-backup"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(*dir) }()
	} else if cfg, err = velneo.LoadConfig(); err != nil {
		return err
	}
	client, err := velneo.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	state := filepath.Join(*dir, "vserver.link") // of the download under way
	link, err := os.ReadFile(state)
	if errors.Is(err, fs.ErrNotExist) {
		link, err = order(ctx, client, state)
	}
	if err == nil {
		err = download(ctx, client, velneo.NewSecret(string(link)))
	}
	if err == nil || errors.Is(err, velneo.ErrNotFound) || errors.Is(err, velneo.ErrForbidden) { // the link is over
		err = cmp.Or(err, os.Remove(state))
	}
	return err
}

// order has a copy made. The service gives its link only once, so it is kept.
func order(ctx context.Context, client *velneo.Client, state string) ([]byte, error) {
	next := state + ".new"
	if err := os.WriteFile(next, nil, 0o600); err != nil {
		return nil, err // better now than when there is a link to keep
	}
	link, err := client.Backup(ctx)
	if err == nil {
		err = os.WriteFile(next, []byte(link.Reveal()), 0o600)
	}
	if err == nil {
		err = os.Rename(next, state) // so that it is there whole or not at all
	}
	return []byte(link.Reveal()), err
}

func download(ctx context.Context, client *velneo.Client, link velneo.Secret) error {
	bar := progressbar.NewOptions64(-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowBytes(true),
		progressbar.OptionSetVisibility(term.IsTerminal(int(os.Stderr.Fd()))))
	defer func() { _ = bar.Clear() }()
	whole := filepath.Join(*dir, "vserver.new")
	backup, err := client.DownloadBackup(ctx, link, whole, func(done, total int64) {
		bar.ChangeMax64(total)
		_ = bar.Set64(done)
	})
	if err != nil {
		return err
	}
	name := time.Now().UTC().Format("vserver-20060102T150405Z.backup")
	if err := os.Rename(whole, filepath.Join(*dir, name)); err != nil {
		return err
	}
	_ = bar.Clear()
	fmt.Printf("%s  %s  %d bytes\n", backup.SHA256, name, backup.Size)
	old, err := fs.Glob(os.DirFS(*dir), "vserver-????????T??????Z.backup") // sorted, the oldest first
	for ; err == nil && len(old) > *keep; old = old[1:] {
		err = os.Remove(filepath.Join(*dir, old[0]))
	}
	return err
}

// slow is a backup that one can watch.
type slow struct{ *bytes.Reader }

func (s slow) Read(p []byte) (int, error) {
	time.Sleep(5 * time.Millisecond)
	return s.Reader.Read(p)
}
