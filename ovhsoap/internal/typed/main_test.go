package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestGenerate_FilesAreCurrent fails when somebody changed catalog.txt, functions.txt
// or a generated file alone.
func TestGenerate_FilesAreCurrent(t *testing.T) {
	files, err := generate("../../catalog.txt")
	require.NoError(t, err)
	require.Greater(t, strings.Count(functions, "\n= "), 20, "families")
	require.Greater(t, len(files), 10)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "%s is not what go generate writes", name)
	}
}

// families are those that have typed functions, by how their names begin.
var families = []string{
	"language", "version", "pop", "redirectedEmail", "responderEmail", "mailingList", "email", "domain", "dns", "zone", "nic", "billing", "service",
	"dedicatedList", "dedicatedInfo", "dedicatedReverse", "dedicatedHardReboot", "dedicatedFailover", "telephonySms",
}

func TestFunctions_FamiliesAreComplete(t *testing.T) {
	table, err := readCatalog("../../catalog.txt")
	require.NoError(t, err)
	for name := range table.functions {
		for _, family := range families {
			if strings.HasPrefix(name, family) && !strings.Contains(functions, "\n"+name+" ") && !strings.Contains(functions, "\n"+name+"~ ") {
				t.Errorf("%s is not typed", name)
			}
		}
	}
}

func TestFunctions_TheirTypesAreTyped(t *testing.T) {
	table, err := readCatalog("../../catalog.txt")
	require.NoError(t, err)
	for line := range strings.Lines(functions) {
		name, _, _ := strings.Cut(line, " ")
		name = strings.TrimSuffix(name, "~")
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

func TestFile_UnknownNameIsRefused(t *testing.T) {
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

// TestArguments_AreDescribed: each line of arguments.txt is the first that fits
// some parameter, and each parameter has one.
func TestArguments_AreDescribed(t *testing.T) {
	table, err := readCatalog("../../catalog.txt")
	require.NoError(t, err)
	table.arguments, err = readArguments(arguments)
	require.NoError(t, err)
	used := map[argument]bool{}
	for line := range strings.Lines(functions) {
		name, _, _ := strings.Cut(line, " ")
		m := method{catalogTable: table, name: strings.TrimSuffix(name, "~"), declaration: table.functions[strings.TrimSuffix(name, "~")]}
		require.NoError(t, m.prepare())
		for _, a := range m.arguments {
			used[a] = true
		}
	}
	for _, a := range table.arguments {
		assert.True(t, used[a], "no parameter needs %s %s", a.function, a.name)
	}
}

func TestReadArguments_Refusals(t *testing.T) {
	for name, line := range map[string]string{
		"no text":          "popAdd nic",
		"optional for why": "popAdd nic? the account",
		"unknown source":   "popAdd nic? WSDL: the account",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readArguments(line)
			assert.Error(t, err)
		})
	}
}
