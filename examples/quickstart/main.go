// Command quickstart walks through what the SDK does, on a fresh machine and
// without an account: it starts the packages' own fakes in this process and
// drives them through the public API.
//
//	go run ./examples/quickstart
//
// With a provider's credentials in the environment (WEDOS_LOGIN and
// WEDOS_PASSWORD) it talks to that provider instead, and only reads.
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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := tell(ctx, os.Stdout)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
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
