package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "facts.json")
	const facts = `{"operations": {
		"zAdd": {"params": [["session", "string"], ["n", "int"], ["tags", "MyArrayOfStringType"]], "return": null},
		"zList": {"params": [["session", "string"]], "return": "MyArrayOfZType"},
		"zAddAndTell": {"params": [], "return": "boolean"}},
		"types": {"MyArrayOfStringType": [["item", "string", true]], "MyArrayOfZType": [["item", "z", true]], "z": [["ratio", "float", false]]}}`
	if err := os.WriteFile(file, []byte(facts), 0o600); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := run([]string{file}, &out); err != nil {
		t.Fatal(err)
	}
	want := "zAdd - - session:s n:i tags:[]s\nzAddAndTell - b\nzList r []z session:s\n\nz ratio:f\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
	for _, args := range [][]string{nil, {"absent.json"}, {"main.go"}} {
		if run(args, &out) == nil {
			t.Errorf("%v: no error", args)
		}
	}
}

// The table in the package is what the facts give.
func TestCatalog_IsCurrent(t *testing.T) {
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("HEBERGO_FACTS names no folder with the facts")
	}
	var out strings.Builder
	if err := run([]string{filepath.Join(folder, "ovhsoap", "soapi-1.61.json")}, &out); err != nil {
		t.Fatal(err)
	}
	table, err := os.ReadFile("../../catalog.txt")
	if err != nil || out.String() != string(table) {
		t.Errorf("catalog.txt is not what the facts give now (%v)", err)
	}
}
