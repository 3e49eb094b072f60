// Command mailadmin exports a domain's mailboxes as CSV, and creates them from it.
package main

import (
	"context"
	"encoding/csv"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

const help = `mailadmin exports a domain's mailboxes as CSV, and creates them from it.

  mailadmin -fake export
  mailadmin -domain example.com export > boxes.csv
  mailadmin -domain example.com import boxes.csv

The columns are name, description and password, the latter for a new mailbox
alone. Import creates what is missing, updates descriptions and deletes nothing:
after an error or Ctrl-C run it again, and it continues from there.

Environment: OVHSOAP_NIC; OVHSOAP_PASSWORD, or OVHSOAP_PASSWORD_FILE that holds it;
OVHSOAP_URL. Exit code: 0 done, 1 failed, 2 wrong call, 130 interrupted.

`

var (
	domain = flag.String("domain", "example.com", "whose `mailboxes`")
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
	case errors.Is(err, ovhsoap.ErrInvalid):
		code = 2
	}
	fmt.Fprintf(os.Stderr, "mailadmin: %v%s\n", err, map[int]string{2: "; see -help"}[code])
	os.Exit(code)
}

func run(ctx context.Context) (err error) {
	if action := flag.Arg(0) + strconv.Itoa(flag.NArg()); action != "export1" && action != "import2" {
		return fmt.Errorf("%w: say export, or import and a file, behind the flags", ovhsoap.ErrInvalid)
	}
	var cfg ovhsoap.Config
	if *fake {
		server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
		defer server.Close()
		server.AddDomain(*domain, ovhsoaptest.Nic)
		cfg = server.Config()
	} else if cfg, err = ovhsoap.LoadConfig(); err != nil {
		return err
	}
	client, err := ovhsoap.New(cfg)
	if err != nil {
		return err
	}
	defer client.Close()
	return client.Do(ctx, func(s *ovhsoap.Session) error { // logs out at the end, also after Ctrl-C
		if *fake { // something to see
			_ = s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: *domain, Pop: "hotel", Password: ovhsoap.NewSecret("a-secret"), Description: ovhsoap.Some("Hôtel de l'Étoile")})
		}
		boxes, err := s.PopList(ctx, *domain)
		if err != nil {
			return err
		}
		if flag.Arg(0) == "export" {
			return export(boxes)
		}
		return load(ctx, s, boxes, flag.Arg(1))
	})
}

func export(boxes []ovhsoap.PopStruct) error {
	rows := [][]string{{"name", "description", "password"}}
	for _, box := range boxes {
		rows = append(rows, []string{box.Name, box.Description, ""})
	}
	return csv.NewWriter(os.Stdout).WriteAll(rows)
}

func load(ctx context.Context, s *ovhsoap.Session, boxes []ovhsoap.PopStruct, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	rows, err := csv.NewReader(file).ReadAll() // as a whole: nothing is sent for half a file
	if err == nil && (len(rows) == 0 || strings.TrimPrefix(strings.Join(rows[0], ","), "\ufeff") != "name,description,password") {
		err = errors.New("it does not begin with name,description,password")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	bar := progressbar.NewOptions(len(rows)-1, progressbar.OptionSetWriter(os.Stderr), progressbar.OptionShowCount(),
		progressbar.OptionSetVisibility(term.IsTerminal(int(os.Stderr.Fd()))))
	defer func() { _ = bar.Clear() }()
	created, updated := 0, 0
	for _, row := range rows[1:] {
		at := slices.IndexFunc(boxes, func(box ovhsoap.PopStruct) bool { return box.Name == row[0] })
		switch {
		case at < 0:
			created++
			err = s.PopAdd(ctx, ovhsoap.PopAddArgs{Domain: *domain, Pop: row[0], Description: ovhsoap.Some(row[1]), Password: ovhsoap.NewSecret(row[2])})
		case boxes[at].Description != row[1]:
			updated++
			err = s.PopModifyDescription(ctx, ovhsoap.PopModifyDescriptionArgs{Domain: *domain, Pop: row[0], Description: row[1]})
		}
		if err != nil {
			return fmt.Errorf("mailbox %s: %w", row[0], err)
		}
		_ = bar.Add(1)
	}
	_ = bar.Clear()
	fmt.Printf("%d mailboxes: %d created, %d updated\n", len(rows)-1, created, updated)
	return nil
}
