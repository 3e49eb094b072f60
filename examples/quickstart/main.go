// Command quickstart walks through what the SDK does, on a fresh machine and
// without an account: it starts the packages' own fakes in this process and
// drives them through the public API.
//
//	go run ./examples/quickstart
//
// With a provider's credentials in the environment it talks to that provider
// instead, and only reads: WEDOS_LOGIN and WEDOS_PASSWORD, VELNEO_EMAIL and
// VELNEO_API_KEY, OVHSOAP_NIC, OVHSOAP_PASSWORD and OVHSOAP_DOMAIN, OVH_* as
// go-ovh reads them, MONITOR_URL.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// story is one provider's main job, told in a few lines.
type story struct {
	title string
	tell  func(ctx context.Context, out io.Writer) error
}

func stories() []story {
	return []story{
		{"wedos: a DNS change and its notifications", wedosStory},
		{"velneo: a backup of a server at rest", velneoStory},
		{"ovhsoap: mailboxes in one session", ovhsoapStory},
		{"ovhrest: a domain gets another owner", ovhrestStory},
		{"monitor: a round over five targets", monitorStory},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the program at once
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "quickstart: it takes no flags and no arguments; what it does is up to the environment")
		os.Exit(2)
	}
	err, code := tell(ctx, os.Stdout), 1
	if err == nil {
		return
	}
	if ctx.Err() != nil {
		err, code = fmt.Errorf("interrupted: %w", err), 130
	}
	fmt.Fprintln(os.Stderr, "quickstart:", err)
	os.Exit(code)
}

func tell(ctx context.Context, out *os.File) error {
	for _, s := range stories() {
		title(out, s.title)
		if err := s.tell(ctx, out); err != nil {
			return err
		}
	}
	return nil
}

// title is bold on a terminal, unless NO_COLOR is set.
func title(out *os.File, text string) {
	info, err := out.Stat()
	if err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("NO_COLOR") == "" {
		text = "\033[1m" + text + "\033[0m"
	}
	fmt.Fprintln(out, text)
}

// line prints one step of a story.
func line(out io.Writer, step, format string, args ...any) {
	fmt.Fprintf(out, "  %-11s %s\n", step, fmt.Sprintf(format, args...))
}
