package ovhsoap_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// migrations reads the tables of docs/soapi-to-rest.md: SoAPI's functions on the
// left, what replaces them on the right.
func migrations(t *testing.T) map[string][]string {
	t.Helper()
	source, err := os.ReadFile("../docs/soapi-to-rest.md")
	require.NoError(t, err)
	table, columns := map[string][]string{}, regexp.MustCompile("(?m)^\\| (`.*`) \\| (.*) \\|$")
	for _, row := range columns.FindAllStringSubmatch(string(source), -1) {
		for function := range strings.SplitSeq(strings.ReplaceAll(row[1], "`", ""), ", ") {
			table[function] = append(table[function], regexp.MustCompile("[,;] ").Split(row[2], -1)...)
		}
	}
	return table
}

func TestMigrationTable_NamesRealFunctions(t *testing.T) {
	table := migrations(t)
	if len(table) < 90 {
		t.Fatalf("only %d functions read", len(table))
	}
	for function := range table {
		if _, ok := ovhsoap.Lookup(function); !ok {
			t.Errorf("%s is not in the catalog", function)
		}
	}
}

// TestMigrationTable_NamesRealMethods looks the right side up in package
// ovhrest's source: the two packages don't import each other.
func TestMigrationTable_NamesRealMethods(t *testing.T) {
	files, err := filepath.Glob("../ovhrest/*.go")
	trades, _ := filepath.Glob("../ovhrest/trade/*.go")
	if files = append(files, trades...); err != nil || len(files) == 0 {
		t.Skip("package ovhrest is not there")
	}
	methods := map[string]bool{}
	for _, file := range files {
		source, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`(?m)^func (?:\(\w+ \*?(?:Client|Trader)\) )?([A-Z]\w*)\(`).FindAllSubmatch(source, -1) {
			methods[string(m[1])] = true
		}
	}
	for function, targets := range migrations(t) {
		for _, target := range targets {
			words := strings.Fields(target)
			if len(words) == 0 || slices.Contains([]string{"GET", "POST", "PUT", "DELETE"}, words[0]) {
				continue
			}
			name := words[0]
			if name == "for" { // "for an owner alone CreateDomainContact"
				name = words[len(words)-1]
			}
			if !methods[name] {
				t.Errorf("%s: ovhrest has no %s", function, name)
			}
		}
	}
}

// Routes are looked up in the published schemas.
func TestMigrationTable_NamesPublishedRoutes(t *testing.T) {
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("needs HEBERGO_FACTS, the folder of the published schemas")
	}
	routes := map[string]bool{}
	for _, file := range []string{"domain.json", "me.json"} {
		raw, err := os.ReadFile(filepath.Join(folder, "ovhrest", "schemas", file))
		require.NoError(t, err)
		var schema struct {
			APIs []struct {
				Path       string
				Operations []struct{ HTTPMethod string }
			}
		}
		require.NoError(t, json.Unmarshal(raw, &schema))
		for _, api := range schema.APIs {
			for _, op := range api.Operations {
				routes[op.HTTPMethod+" "+api.Path] = true
			}
		}
	}
	checked := 0
	for function, targets := range migrations(t) {
		for _, target := range targets {
			if strings.Contains(target, " /domain/") || strings.Contains(target, " /me/") {
				checked++
				if !routes[target] {
					t.Errorf("%s: %s is not published", function, target)
				}
			}
		}
	}
	if checked < 15 {
		t.Errorf("only %d routes checked", checked)
	}
}
