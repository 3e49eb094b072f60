// Command vserver-backup makes a backup of a Velneo vServer and downloads it. Run
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

const help = `vserver-backup makes a backup of a Velneo vServer and downloads it.

  vserver-backup -fake
  vserver-backup -dir /var/backups -keep 7

After an error or Ctrl-C run it again: a download continues where it stopped. Until
it is complete the folder holds its link, which gives access to the backup.

Environment: VELNEO_EMAIL; VELNEO_API_KEY, or VELNEO_API_KEY_FILE that holds it;
VELNEO_URL. Exit code: 0 success, 1 failure, 2 wrong usage, 130 interrupted.

`

var (
	dir  = flag.String("dir", ".", "the `folder` for the backups")
	keep = flag.Int("keep", 7, "how `many` of the latest backups to keep")
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
		return fmt.Errorf("%w: unexpected argument, or -keep is less than 1", velneo.ErrInvalid)
	}
	var cfg velneo.Config
	if *fake {
		server := velneotest.NewServer(velneotest.Options{})
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
	link, err := savedLink(state)
	if errors.Is(err, fs.ErrNotExist) {
		link, err = order(ctx, client, state)
	}
	if err == nil {
		err = download(ctx, client, link)
	}
	if err == nil || errors.Is(err, velneo.ErrNotFound) || errors.Is(err, velneo.ErrForbidden) { // the link has expired
		err = cmp.Or(err, os.Remove(state))
	}
	return err
}

// order makes a backup and saves its link, which the service returns only once.
func order(ctx context.Context, client *velneo.Client, state string) (velneo.Secret, error) {
	// Created before the call, so that a link is not lost to a full disk or a
	// folder that can't be written.
	file, err := os.CreateTemp(filepath.Dir(state), "vserver.link.*")
	if err != nil {
		return velneo.Secret{}, err
	}
	defer func() { _ = os.Remove(file.Name()) }() // unless it was renamed
	link, err := client.Backup(ctx)
	if !link.IsZero() { // even beside an error: see Backup
		_, err = file.WriteString(link.Reveal())
		err = cmp.Or(err, file.Sync())
	}
	if err = cmp.Or(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), state)
	}
	return link, err
}

// savedLink returns the link of an earlier run. The file is nobody else's to
// write, so a symbolic link or a pipe in its place is refused.
func savedLink(state string) (velneo.Secret, error) {
	info, err := os.Lstat(state)
	if err != nil {
		return velneo.Secret{}, err
	}
	if !info.Mode().IsRegular() || info.Size() > 64<<10 {
		return velneo.Secret{}, fmt.Errorf("%s is not a file with a link", state)
	}
	raw, err := os.ReadFile(state)
	return velneo.NewSecret(string(raw)), err
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

// slow is a backup whose download takes long enough to be seen.
type slow struct{ *bytes.Reader }

func (s slow) Read(p []byte) (int, error) {
	time.Sleep(5 * time.Millisecond)
	return s.Reader.Read(p)
}
