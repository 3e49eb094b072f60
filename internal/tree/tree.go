// Package tree finds the public packages of this repository, those of nested
// modules included, for the tools and tests that look at all of them.
package tree

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Module is the path of the root module.
const Module = "github.com/hebergo/hebergo"

// Package is one package as the go command lists it.
type Package struct {
	ImportPath string
	Name       string
	Dir        string
	Export     string // the file of its compiled declarations
	DepOnly    bool   // listed because another one needs it
	Standard   bool
	Module     *struct{ Path, Dir, GoMod string }
}

// Rel is the package's folder below the root: "wedos/wedostest", "." for the
// root itself.
func (p Package) Rel() string {
	if p.ImportPath == Module {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, Module+"/")
}

// Provider is the first element of the folder: "wedos" for wedos/wedostest.
func (p Package) Provider() string {
	first, _, _ := strings.Cut(p.Rel(), "/")
	return first
}

// Root finds the repository that the working directory is in.
func Root() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		mod, readErr := os.ReadFile(filepath.Join(dir, "go.mod"))
		if readErr == nil && bytes.HasPrefix(mod, []byte("module "+Module+"\n")) {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			err = errors.New("tree: not inside " + Module)
		}
		dir = up
	}
	return "", err
}

// Modules lists the folders of the modules that hold public packages, the root
// first.
func Modules(root string) ([]string, error) {
	var dirs []string
	err := filepath.WalkDir(root, func(file string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && file != root && private(d.Name()):
			return fs.SkipDir
		case d.Name() == "go.mod":
			dirs = append(dirs, filepath.Dir(file))
		}
		return nil
	})
	slices.Sort(dirs)
	return dirs, err
}

// private reports whether a folder of that name holds nothing for users to import.
func private(name string) bool {
	return slices.Contains([]string{"internal", "examples", "testdata"}, name) || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")
}

// Public lists the packages that users import, by import path.
func Public(root string) ([]Package, error) {
	all, err := List(root)
	if err != nil {
		return nil, err
	}
	var public []Package
	for _, p := range all {
		if !p.DepOnly && p.Name != "main" && !slices.ContainsFunc(strings.Split(p.Rel(), "/"), private) {
			public = append(public, p)
		}
	}
	slices.SortFunc(public, func(a, b Package) int { return strings.Compare(a.ImportPath, b.ImportPath) })
	return public, nil
}

// List lists the packages of all public modules and, marked DepOnly, what they
// compile. Of a package that several modules compile, the first is kept.
func List(root string) ([]Package, error) {
	modules, err := Modules(root)
	if err != nil {
		return nil, err
	}
	var all []Package
	index := map[string]int{}
	for _, dir := range modules {
		listed, err := listModule(dir)
		if err != nil {
			return nil, fmt.Errorf("tree: %s: %w", path.Base(filepath.ToSlash(dir)), err)
		}
		for _, p := range listed {
			if at, ok := index[p.ImportPath]; ok {
				all[at].DepOnly = all[at].DepOnly && p.DepOnly
				continue
			}
			index[p.ImportPath] = len(all)
			all = append(all, p)
		}
	}
	return all, nil
}

func listModule(dir string) ([]Package, error) {
	const fields = "-json=ImportPath,Name,Dir,Export,DepOnly,Standard,Module"
	out, err := Go(dir, "list", "-export", "-deps", fields, "./...")
	if err != nil {
		return nil, err
	}
	var listed []Package
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p Package
		switch err := d.Decode(&p); {
		case err == io.EOF:
			return listed, nil
		case err != nil:
			return nil, err
		}
		listed = append(listed, p)
	}
}

// Go runs the go command in dir, without the work file, and returns what it
// printed; what it complains of is in the error.
func Go(dir string, args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off", "PWD="+dir)
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go %s: %w\n%s", args[0], err, &complaint)
	}
	return out, nil
}
