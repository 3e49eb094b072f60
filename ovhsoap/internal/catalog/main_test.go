package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wsdl.json")
	const contents = `{"operations": {
		"zAdd": {"params": [["session", "string"], ["n", "int"], ["tags", "MyArrayOfStringType"]], "return": null},
		"zList": {"params": [["session", "string"]], "return": "MyArrayOfZType"},
		"zAddAndTell": {"params": [], "return": "boolean"}},
		"types": {"MyArrayOfStringType": [["item", "string", true]], "MyArrayOfZType": [["item", "z", true]], "z": [["ratio", "float", false]]}}`
	require.NoError(t, os.WriteFile(file, []byte(contents), 0o600))
	var out bytes.Buffer
	require.NoError(t, run([]string{file}, &out))
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

// The table in the package is what the WSDL gives.
func TestCatalog_IsCurrent(t *testing.T) {
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("HEBERGO_FACTS names no folder with the WSDL")
	}
	var out strings.Builder
	require.NoError(t, run([]string{filepath.Join(folder, "ovhsoap", "soapi-1.61.json")}, &out))
	table, err := os.ReadFile("../../catalog.txt")
	if err != nil || out.String() != string(table) {
		t.Errorf("catalog.txt is not what the WSDL gives now (%v)", err)
	}
}
