package ovhsoaptest

import (
	"fmt"
	"slices"
	"strings"
)

// entry finds the zone's record that the call names, -1 if there is none.
func (c *call) entry() int {
	return slices.IndexFunc(c.domain.zone, func(r record) bool {
		return r["subdomain"] == c.text("subdomain") && r["fieldtype"] == c.text("fieldtype") && r["target"] == c.text("target")
	})
}

func (c *call) entryName() string {
	return strings.TrimPrefix(c.text("subdomain")+"."+c.domain.name, ".") + " " + c.text("fieldtype")
}

// zoneEntryAdd refuses the same record twice, and with overwrite removes the
// others of its name and type first.
func zoneEntryAdd(c *call) (any, *fault) {
	if c.text("fieldtype") == "" {
		return nil, lacking("fieldtype")
	}
	if c.entry() >= 0 {
		return nil, present(c.entryName())
	}
	if c.flag("overwrite") {
		c.domain.zone = slices.DeleteFunc(c.domain.zone, func(r record) bool {
			return r["subdomain"] == c.text("subdomain") && r["fieldtype"] == c.text("fieldtype")
		})
	}
	c.domain.zone = append(c.domain.zone, record{
		"subdomain": c.text("subdomain"), "fieldtype": c.text("fieldtype"), "target": c.text("target"),
	})
	return nil, nil
}

// zoneEntryDel takes all records of the name and type where the target is nil
// or absent, as PHP programs call it; an empty target is a record's.
func zoneEntryDel(c *call) (any, *fault) {
	if !c.given("target") {
		return c.deleteEntries()
	}
	i := c.entry()
	if i < 0 {
		return nil, missing(c.entryName())
	}
	c.domain.zone = slices.Delete(c.domain.zone, i, i+1)
	return nil, nil
}

func (c *call) deleteEntries() (any, *fault) {
	before := len(c.domain.zone)
	c.domain.zone = slices.DeleteFunc(c.domain.zone, func(r record) bool {
		return r["subdomain"] == c.text("subdomain") && r["fieldtype"] == c.text("fieldtype")
	})
	if len(c.domain.zone) == before {
		return nil, missing(c.entryName())
	}
	return nil, nil
}

func zoneEntryModify(c *call) (any, *fault) {
	i := c.entry()
	if i < 0 {
		return nil, missing(c.entryName())
	}
	c.domain.zone[i]["target"] = c.text("newTarget")
	return nil, nil
}

// zoneExport writes one record a line: subdomain, type and target.
func zoneExport(c *call) (any, *fault) {
	var b strings.Builder
	for _, r := range c.domain.zone {
		fmt.Fprintf(&b, "%s IN %s %s\n", r["subdomain"], r["fieldtype"], r["target"])
	}
	return b.String(), nil
}

// zoneImport reads what zoneExport writes.
func zoneImport(c *call) (any, *fault) {
	if !c.given("zone") {
		return nil, lacking("zone")
	}
	zone := []record{}
	for line := range strings.Lines(c.text("zone")) {
		name, rest, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " IN ")
		kind, target, also := strings.Cut(rest, " ")
		if !ok || !also {
			return nil, &fault{202, "Invalid parameter zone"}
		}
		zone = append(zone, record{"subdomain": name, "fieldtype": kind, "target": target})
	}
	c.domain.zone = zone
	return nil, nil
}
