package wedostest

import (
	"slices"
	"strconv"
	"time"

	"github.com/hebergo/hebergo/wedos"
)

// Zone is a zone of the account.
type Zone struct {
	Name      string
	Rows      []wedos.Row
	Published []wedos.Row // as of the last commit
	Changed   bool        // there are uncommitted rows
}

// AddZone adds a zone with its rows to the account. Rows without an id are
// given one.
func (s *Server) AddZone(name string, rows ...wedos.Row) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z := &Zone{Name: name}
	for _, r := range rows {
		if r.ID == "" {
			s.serial++
			r.ID = strconv.Itoa(s.serial)
		}
		z.Rows = append(z.Rows, r)
	}
	z.Published = slices.Clone(z.Rows)
	s.zones[name] = z
}

// Zone returns a copy of the current state of a zone; ok is false if there is
// no such zone.
func (s *Server) Zone(name string) (zone Zone, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	z, ok := s.zones[name]
	if !ok {
		return Zone{}, false
	}
	return Zone{z.Name, slices.Clone(z.Rows), slices.Clone(z.Published), z.Changed}, true
}

// zone finds the zone that a command names, or answers that there is none.
func (s *Server) zone(c *call, parameter string) *Zone {
	z := s.zones[c.data[parameter]]
	if c.data[parameter] == "" {
		c.answer(2100, "Required parameter missing")
		return nil
	}
	if z == nil {
		c.answer(3222, "Domain open failed")
	}
	return z
}

func (s *Server) dnsDomainsList(c *call) {
	var all list
	for _, name := range sortedKeys(s.zones) {
		all = append(all, object{{"name", name}, {"type", "primary"}, {"status", "active"}})
	}
	c.out = object{{"domain", all}}
}

func (s *Server) dnsDomainInfo(c *call) {
	z := s.zone(c, "name")
	if z == nil {
		return
	}
	c.out = object{{"domain", object{
		{"name", z.Name}, {"status", "active"}, {"type", "primary"}, {"tlock", "none"}, {"autocommit", "1"},
		{"axfr_enabled", "0"}, {"axfr_ips", ""}, {"changed", boolText(z.Changed)}, {"serial", "2026010101"},
		{"refresh", "3600"}, {"retry", "1800"}, {"expire", "2592000"}, {"minimum", "3600"},
		{"rr_cnt", strconv.Itoa(len(z.Rows))}, {"ns_out", "4"},
	}}}
}

func (s *Server) dnsDomainAdd(c *call) {
	name := c.data["name"]
	switch {
	case name == "":
		c.answer(2100, "Required parameter missing")
	case s.zones[name] != nil:
		c.answer(3303, "WDNS domain exists")
	case !c.Test:
		s.zones[name] = &Zone{Name: name}
	}
}

func (s *Server) dnsDomainDelete(c *call) {
	if z := s.zone(c, "name"); z != nil && !c.Test {
		delete(s.zones, z.Name)
	}
}

func (s *Server) dnsDomainCommit(c *call) {
	if z := s.zone(c, "name"); z != nil && !c.Test {
		z.Published, z.Changed = slices.Clone(z.Rows), false
	}
}

func (s *Server) dnsDomainCopy(c *call) {
	z := s.zone(c, "name")
	if z == nil || c.Test {
		return
	}
	name := c.data["name_new"]
	if s.zones[name] != nil {
		c.answer(3312, "WDNS new domain exists")
		return
	}
	s.zones[name] = &Zone{Name: name, Rows: slices.Clone(z.Rows), Changed: true}
}

func rowObject(r wedos.Row) object {
	changed := ""
	if !r.Changed.IsZero() {
		changed = r.Changed.Format(time.DateTime)
	}
	return object{
		{"ID", r.ID}, {"name", r.Name}, {"ttl", strconv.Itoa(r.TTL)}, {"rdtype", r.Type}, {"rdata", r.Data},
		{"changed_date", changed}, {"author_comment", r.Comment},
	}
}

func (s *Server) dnsRowsList(c *call) {
	z := s.zone(c, "domain")
	if z == nil {
		return
	}
	var all list
	for _, r := range z.Rows {
		all = append(all, rowObject(r))
	}
	c.out = object{{"row", all}}
}

// row finds the row that a command names, or answers that there is none.
func (s *Server) row(c *call) (*Zone, int) {
	parameter := "domain"
	if c.data["domain"] == "" {
		parameter = "name"
	}
	z := s.zone(c, parameter)
	if z == nil {
		return nil, -1
	}
	at := slices.IndexFunc(z.Rows, func(r wedos.Row) bool { return r.ID == c.data["row_id"] })
	if at < 0 {
		c.answer(3309, "WDNS domain row ID does not exists")
	}
	return z, at
}

func (s *Server) dnsRowDetail(c *call) {
	if z, at := s.row(c); at >= 0 {
		c.out = object{{"row", list{rowObject(z.Rows[at])}}}
	}
}

func validTTL(c *call) bool {
	ttl, err := strconv.Atoi(c.data["ttl"])
	return err == nil && ttl >= wedos.MinTTL && ttl <= wedos.MaxTTL
}

func (s *Server) dnsRowAdd(c *call) {
	z := s.zone(c, "domain")
	if z == nil {
		return
	}
	_, named := c.data["name"]
	ttl, _ := strconv.Atoi(c.data["ttl"])
	r := wedos.Row{Name: c.data["name"], TTL: ttl, Type: c.data["type"], Data: c.data["rdata"], Comment: c.data["auth_comment"], Changed: s.prague()}
	switch {
	case !named, r.Type == "", r.Data == "":
		c.answer(2100, "Required parameter missing")
	case !validTTL(c):
		c.answer(2315, "Invalid request - WDNS domain - invalid TTL")
	case slices.ContainsFunc(z.Rows, func(o wedos.Row) bool { return o.Name == r.Name && o.Type == r.Type && o.Data == r.Data }):
		c.answer(2316, "Invalid request - WDNS domain - this row exists")
	case !c.Test:
		s.serial++
		r.ID = strconv.Itoa(s.serial)
		z.Rows, z.Changed = append(z.Rows, r), true
	}
}

func (s *Server) dnsRowUpdate(c *call) {
	z, at := s.row(c)
	switch {
	case at < 0:
	case c.data["rdata"] == "":
		c.answer(2100, "Required parameter missing")
	case !validTTL(c):
		c.answer(2315, "Invalid request - WDNS domain - invalid TTL")
	case !c.Test:
		r := &z.Rows[at]
		r.TTL, _ = strconv.Atoi(c.data["ttl"])
		r.Data, r.Changed, z.Changed = c.data["rdata"], s.prague(), true
	}
}

func (s *Server) dnsRowDelete(c *call) {
	if z, at := s.row(c); at >= 0 && !c.Test {
		z.Rows, z.Changed = slices.Delete(z.Rows, at, at+1), true
	}
}
