// Command figures prints how the code measures up to what CONTRIBUTING.md asks:
//
//	go run ./internal/figures
//
// Columns, all of them without tests, and but for the first without generated
// files:
//
//   - exported: names that users can write; doc: those that are documented; own:
//     those that are by words of their own, not by those of their group or type
//   - func p50, p95: lines between the braces of a function
//   - file p50: lines of a file
//   - code, generated: lines with code
//   - test/code: lines of the folder's tests with code, by those of its code. The
//     tests of a service's fake are often its client's
//   - comments: lines with nothing but a comment, by those that are not blank
//   - modules: those of others that a program compiles by importing the package
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/hebergo/hebergo/internal/tree"
)

func main() {
	if err := run(os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "figures:", err)
		os.Exit(1)
	}
}

// row is what the figures are of.
type row struct {
	name string
	figures
}

func run(out io.Writer) error {
	root, err := tree.Root()
	if err != nil {
		return err
	}
	public, err := publicRows(root)
	if err != nil {
		return err
	}
	rest, err := otherRows(root, public)
	if err != nil {
		return err
	}
	total := row{name: "the tree"}
	rows := append(public, rest...)
	for _, r := range rows {
		total.add(r.figures)
	}
	return table(out, append(rows, total))
}

// publicRows measures each public package.
func publicRows(root string) ([]row, error) {
	packages, err := tree.Public(root)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, p := range packages {
		f, err := measure(p.Dir)
		if err != nil {
			return nil, err
		}
		if f.modules, err = modules(p); err != nil {
			return nil, err
		}
		rows = append(rows, row{p.Rel(), f})
	}
	return rows, nil
}

// modules lists those of others that compiling p takes.
func modules(p tree.Package) ([]string, error) {
	out, err := tree.Go(p.Module.Dir, "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", p.ImportPath)
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(strings.Fields(string(out)), func(m string) bool {
		return m == tree.Module || strings.HasPrefix(m, tree.Module+"/")
	})
	slices.Sort(list)
	return slices.Compact(list), nil
}

// otherRows measures the folders that no user imports, in one row for internal
// packages and tools and one for the examples.
func otherRows(root string, public []row) ([]row, error) {
	internal, examples := row{name: "internal"}, row{name: "examples"}
	err := filepath.WalkDir(root, func(dir string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if strings.HasPrefix(d.Name(), ".") && dir != root || d.Name() == "testdata" {
			return fs.SkipDir
		}
		rel, err := filepath.Rel(root, dir)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		if slices.ContainsFunc(public, func(r row) bool { return r.name == rel }) {
			return nil
		}
		f, err := measure(dir)
		if strings.HasPrefix(rel, "examples") {
			examples.add(f)
		} else {
			f.exported, f.documented, f.own = 0, 0, 0 // nobody's API
			internal.add(f)
		}
		return err
	})
	return []row{internal, examples}, err
}

// table prints the rows, and below them whose modules they compile.
func table(out io.Writer, rows []row) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "package\texported\tdoc\town\tfunc p50\tp95\tfile p50\tcode\tgenerated\ttest/code\tcomments\tmodules\t")
	for _, r := range rows {
		if r.name == "." {
			continue // words only
		}
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%d\t%d\t%d\t%d\t%d\t%s\t%s\t%d\t\n", r.name, r.exported,
			percent(r.documented, r.exported), percent(r.own, r.exported),
			quantile(r.functions, 0.5), quantile(r.functions, 0.95), quantile(r.files, 0.5),
			r.code, r.generated, ratio(r.test, r.code), percent(r.comment, r.code+r.comment), len(r.modules))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(out, "\nmodules of others, by package:")
	for _, r := range rows {
		if len(r.modules) > 0 && r.name != "the tree" {
			fmt.Fprintf(out, "  %s: %s\n", r.name, strings.Join(r.modules, ", "))
		}
	}
	return nil
}

func percent(part, whole int) string {
	if whole == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(whole))
}

func ratio(a, b int) string {
	if b == 0 {
		return "-"
	}
	return fmt.Sprintf("%.2f", float64(a)/float64(b))
}
