package main

import (
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hebergo/hebergo/internal/tree"
)

// api holds the lines of each package, by its folder: "wedos/wedostest".
type api map[string][]string

const folder = "api"

// current describes the code as it stands. It reads what the compiler says of
// each package, which the build cache has at hand.
func current(root string) (api, error) {
	all, err := tree.List(root)
	if err != nil {
		return nil, err
	}
	public, err := tree.Public(root)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for _, p := range all {
		exports[p.ImportPath] = p.Export
	}
	imports := importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})
	a := api{}
	for _, p := range public {
		compiled, err := imports.Import(p.ImportPath)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", p.ImportPath, err)
		}
		if lines := describe(compiled); len(lines) > 0 { // the root package has words only
			a[p.Rel()] = lines
		}
	}
	return a, nil
}

// read reads the files that were accepted; there may be none yet.
func read(root string) (api, error) {
	a := api{}
	dir := filepath.Join(root, folder)
	err := filepath.WalkDir(dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(file) != ".txt" {
			return err
		}
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, file)
		a[name(rel)] = lines(text)
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return a, nil
	}
	return a, err
}

func name(file string) string {
	return strings.TrimSuffix(filepath.ToSlash(file), ".txt")
}

// lines takes a checkout with \r\n as well.
func lines(text []byte) []string {
	return strings.FieldsFunc(string(text), func(r rune) bool { return r == '\n' || r == '\r' })
}

// readAt reads the files of a commit.
func readAt(root, commit string) (api, error) {
	list, err := git(root, "ls-tree", "-r", "-z", "--name-only", commit, "--", folder)
	if err != nil {
		return nil, err
	}
	a := api{}
	for file := range strings.SplitSeq(strings.TrimRight(string(list), "\x00"), "\x00") {
		if file == "" {
			continue
		}
		text, err := git(root, "show", commit+":"+file)
		if err != nil {
			return nil, err
		}
		a[name(strings.TrimPrefix(file, folder+"/"))] = lines(text)
	}
	return a, nil
}

func git(root string, args ...string) ([]byte, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("git %s: %s", args[0], strings.TrimSpace(string(exit.Stderr)))
	}
	return out, err
}

// write replaces all files.
func (a api) write(root string) error {
	if err := os.RemoveAll(filepath.Join(root, folder)); err != nil {
		return err
	}
	for rel, lines := range a {
		file := filepath.Join(root, folder, filepath.FromSlash(rel)+".txt")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// change is a line that one side has alone.
type change struct {
	sign, pkg, line string
}

func (c change) String() string { return c.sign + " " + c.pkg + ": " + c.line }

// breaks reports whether c may keep somebody's program from compiling: a line
// that is gone, or a new method of an interface that others could implement.
func (c change) breaks(before api) bool {
	if c.sign == "-" {
		return true
	}
	head, _, isMethod := strings.Cut(c.line, " interface, ")
	return isMethod && slices.Contains(before[c.pkg], head+" interface")
}

// compare lists the changes from one to the other, by package and then by
// line, so that the two versions of a line stand together.
func compare(from, to api) []change {
	var changes []change
	only := func(sign string, a, b api) {
		for pkg, lines := range a {
			for _, line := range lines {
				if !slices.Contains(b[pkg], line) {
					changes = append(changes, change{sign, pkg, line})
				}
			}
		}
	}
	only("-", from, to)
	only("+", to, from)
	slices.SortFunc(changes, func(a, b change) int {
		if c := strings.Compare(a.pkg, b.pkg); c != 0 {
			return c
		}
		return strings.Compare(a.line+b.sign, b.line+a.sign)
	})
	return changes
}
