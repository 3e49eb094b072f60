package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesAreCurrent fails when somebody changed catalog.txt, functions.txt
// or a generated file alone.
func TestFilesAreCurrent(t *testing.T) {
	files, err := generate("../../catalog.txt")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d files", len(files))
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../..", name))
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not what go generate writes (%v)", name, err)
		}
	}
}

// families are those that have typed functions, by how their names begin.
var families = []string{
	"language", "version", "pop", "redirectedEmail", "responderEmail", "mailingList", "email", "domain", "dns", "zone", "nic", "billing", "service",
	"dedicatedList", "dedicatedInfo", "dedicatedReverse", "dedicatedHardReboot", "dedicatedFailover", "telephonySms",
}

func TestFamiliesAreComplete(t *testing.T) {
	table, err := readCatalog("../../catalog.txt")
	if err != nil {
		t.Fatal(err)
	}
	for name := range table.functions {
		for _, family := range families {
			if strings.HasPrefix(name, family) && !strings.Contains(functions, "\n"+name+" ") {
				t.Errorf("%s is not typed", name)
			}
		}
	}
}

func TestTypesOfTypedFunctionsAreTyped(t *testing.T) {
	table, err := readCatalog("../../catalog.txt")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(functions) {
		name, _, _ := strings.Cut(line, " ")
		needs := []param{{kind: table.functions[name].result}}
		needs = append(needs, table.types[name]...)
		for _, p := range needs {
			kind := strings.TrimPrefix(p.kind, "[]")
			if len(kind) > 1 && !strings.Contains(functions, "\n"+kind+" ") {
				t.Errorf("%s needs %s, which is not typed", name, kind)
			}
		}
	}
}

func TestUnknownNameIsRefused(t *testing.T) {
	table := &catalogTable{}
	if _, err := table.file("noSuchFunction does a lot\n"); err == nil {
		t.Fatal("a name outside the catalog was taken")
	}
}

func TestNames(t *testing.T) {
	for in, want := range map[string]string{"popStruct": "PopStruct", "action_param": "ActionParam", "zone": "Zone"} {
		if got := goName(in); got != want {
			t.Errorf("goName(%q) = %q", in, got)
		}
	}
	for in, want := range map[string]string{"type": "typ", "old_target": "oldTarget", "domain": "domain"} {
		if got := localName(in); got != want {
			t.Errorf("localName(%q) = %q", in, got)
		}
	}
}
