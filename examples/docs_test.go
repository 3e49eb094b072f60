package examples_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// addRow stands in docs/errors.md, to the letter.
func addRow(ctx context.Context, client *wedos.Client, zone string, row wedos.NewRow) error {
	_, err := client.DNSRowAdd(ctx, zone, row)
	var e *wedos.Error
	switch {
	case err == nil, errors.Is(err, wedos.ErrConflict): // it exists, which is what was wanted
		return nil
	case errors.Is(err, wedos.ErrAmbiguous):
		found, unsettled := client.Settle(ctx, err)
		if unsettled != nil {
			return errors.Join(err, unsettled) // nothing is known yet: settle again later
		}
		if found.Verdict == wedos.VerdictDone {
			return nil
		}
		return fmt.Errorf("%s: %w", found.Verdict, err) // after VerdictNotDone it is safe to call again
	case errors.As(err, &e) && e.Field != "":
		return fmt.Errorf("fix %s: %w", e.Field, err) // nothing was sent
	}
	return err
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestCookbookSampleIsThisCode(t *testing.T) {
	_, sample, _ := strings.Cut(read(t, "../docs/errors.md"), "```go\n")
	sample, _, _ = strings.Cut(sample, "```")
	if sample == "" || !strings.Contains(read(t, "docs_test.go"), "\n"+sample) {
		t.Errorf("the sample is another one:\n%s", sample)
	}
}

func TestCookbookSampleWorks(t *testing.T) {
	server := wedostest.NewServer(wedostest.Options{})
	defer server.Close()
	server.AddZone("example.com")
	client, err := wedos.New(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	row := wedos.NewRow{Name: "home", TTL: 300, Type: "A", Data: "203.0.113.7"}
	server.Inject(wedostest.Fault{Command: "dns-row-add", Lose: true})
	for range 2 {
		if err := addRow(t.Context(), client, "example.com", row); err != nil {
			t.Error(err)
		}
	}
	if zone, _ := server.Zone("example.com"); len(zone.Rows) != 1 {
		t.Errorf("rows: %v", zone.Rows)
	}
	// A row that WAPI could not add is not one that is there.
	other := wedos.NewRow{Name: "other", TTL: 300, Type: "A", Data: "203.0.113.8"}
	server.Inject(wedostest.Fault{Command: "dns-row-add", Code: 3307})
	if err := addRow(t.Context(), client, "example.com", other); !errors.Is(err, wedos.ErrFailed) {
		t.Errorf("%v, want ErrFailed", err)
	}
	row.Type = ""
	if err := addRow(t.Context(), client, "example.com", row); err == nil || !strings.HasPrefix(err.Error(), "fix ") {
		t.Error(err)
	}
}

// TestCookbookIsComplete: it has every condition that a package exports, and
// none that there is not.
func TestCookbookIsComplete(t *testing.T) {
	doc := read(t, "../docs/errors.md")
	declared := regexp.MustCompile(`(?m)^(?:var |\t)(Err[A-Z]\w*)\s+=`)
	exists := map[string]bool{}
	for _, name := range []string{"monitor", "ovhrest", "ovhrest/trade", "ovhsoap", "velneo", "wedos"} {
		files, err := filepath.Glob("../" + name + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", name, len(files), err)
		}
		for _, file := range files {
			for _, match := range declared.FindAllStringSubmatch(read(t, file), -1) {
				exists[match[1]] = true
				line := match[1]
				if name == "ovhrest/trade" { // in ovhrest's table
					line = "trade." + line
				}
				if !strings.Contains(doc, "| `"+line+"` |") {
					t.Errorf("%s.%s has no line", name, match[1])
				}
			}
		}
	}
	for _, word := range regexp.MustCompile(`\bErr[A-Z]\w*`).FindAllString(doc, -1) {
		if !exists[word] {
			t.Errorf("there is no %s", word)
		}
	}
}
