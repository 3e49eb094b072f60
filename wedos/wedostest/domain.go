package wedostest

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/wedos"
)

// YearPrice is the price of any domain per year, in CZK.
const YearPrice = "125.00"

// Domain is a domain of the account.
type Domain struct {
	Name       string
	Status     string // active if empty
	Expiration time.Time
	Setup      time.Time
	Owner      string // the owner contact's id
	NSSET      string
	Keyset     string
	Servers    []wedos.Nameserver // WEDOS's own if both Servers and NSSET are empty
}

// servers reads the dns element of a request, in its order.
func (c *call) servers() []wedos.Nameserver {
	var out []wedos.Nameserver
	for i := 0; ; i++ {
		path := "dns/server" + strconv.Itoa(i+1)
		if _, ok := c.data[path]; !ok && i == 0 {
			path = "dns/server" // the first of XML's siblings
		}
		if _, ok := c.data[path]; !ok {
			return out
		}
		server := wedos.Nameserver{Name: c.data[path+"/name"]}
		if ip := c.data[path+"/addr_ipv4"]; ip != "" {
			server.IPv4 = []string{ip}
		}
		if ip := c.data[path+"/addr_ipv6"]; ip != "" {
			server.IPv6 = []string{ip}
		}
		out = append(out, server)
	}
}

// dns is the element of an answer that lists servers.
func dns(servers []wedos.Nameserver) object {
	var all list
	for _, s := range servers {
		all = append(all, object{{"name", s.Name}, {"addr_ipv4", strings.Join(s.IPv4, "")}, {"addr_ipv6", strings.Join(s.IPv6, "")}})
	}
	return object{{"server", all}}
}

// servedBy is who serves a domain without a choice of its own.
func (d *Domain) servedBy() []wedos.Nameserver {
	if len(d.Servers) > 0 || d.NSSET != "" {
		return d.Servers
	}
	return []wedos.Nameserver{{Name: "ns.example.net"}, {Name: "ns1." + d.Name, IPv4: []string{"192.0.2.53"}}}
}

// AddDomain adds a domain to the account.
func (s *Server) AddDomain(d Domain) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Status == "" {
		d.Status = "active"
	}
	s.domains[d.Name] = &d
}

// Domain returns a copy of a domain; ok is false if the account has no such
// domain.
func (s *Server) Domain(name string) (domain Domain, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d, ok := s.domains[name]
	if !ok {
		return Domain{}, false
	}
	return *d, true
}

// Take marks a domain as registered elsewhere.
func (s *Server) Take(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken[name] = true
}

// Credit returns the balance of the credit account in CZK.
func (s *Server) Credit() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return amount(s.credit)
}

// movement is a payment.
type movement struct {
	id, description string
	hundredths      int64
	at              time.Time
}

// prague is the server's wall time.
func (s *Server) prague() time.Time {
	loc, err := time.LoadLocation("Europe/Prague")
	if err != nil {
		return s.options.Now()
	}
	return s.options.Now().In(loc)
}

// pay takes years' worth from the account, or answers that it is too poor.
func (s *Server) pay(c *call, name string, years int) bool {
	cost := hundredths(YearPrice) * int64(years)
	if s.credit < cost {
		c.answer(3002, "Billing error - insufficient credit")
		return false
	}
	if c.Test {
		return false
	}
	s.credit -= cost
	s.serial++
	s.moves = append(s.moves, movement{strconv.Itoa(s.serial), name, -cost, s.prague()})
	return true
}

func (s *Server) creditInfo(c *call) {
	c.out = object{{"amount", amount(s.credit)}, {"currency", "CZK"}}
}

func (s *Server) accountList(c *call) {
	if c.data["date_from"] == "" || c.data["date_to"] == "" {
		c.answer(3004, "Invalid input - date_from/date_to missing")
		return
	}
	from, fromErr := time.Parse(time.DateOnly, c.data["date_from"])
	to, toErr := time.Parse(time.DateOnly, c.data["date_to"])
	if fromErr != nil || toErr != nil {
		c.answer(3005, "Invalid input - invalid date")
		return
	}
	c.out = object{}
	for _, m := range s.moves {
		if day, _ := time.Parse(time.DateOnly, m.at.Format(time.DateOnly)); day.Before(from) || day.After(to) {
			continue
		}
		c.out = append(c.out, member{m.id, object{
			{"ID", m.id}, {"type", "payment"}, {"num", "3113000018"}, {"description", m.description},
			{"amount", amount(m.hundredths)}, {"bill_num", ""}, {"bill_date", ""}, {"blocked", "0"},
			{"created_date", m.at.Format(time.DateTime)},
		}})
	}
}

func (s *Server) domainsList(c *call) {
	var all list
	for _, name := range sortedKeys(s.domains) {
		d := s.domains[name]
		if want := c.data["status"]; want == "" || want == d.Status {
			all = append(all, object{{"name", d.Name}, {"status", d.Status}, {"expiration", d.Expiration.Format(time.DateOnly)}})
		}
	}
	c.out = object{{"domain", all}}
}

func (s *Server) domainCheck(c *call) {
	name := c.data["name"]
	switch {
	case !strings.Contains(name, "."):
		c.answer(2202, "Invalid or unsupported domain name format")
	case s.taken[name] || s.domains[name] != nil:
		c.answer(3201, "Domain is registered")
	default:
		c.out = object{{"name", name}}
	}
}

func (s *Server) domainCreate(c *call) {
	name := c.data["name"]
	years, err := strconv.Atoi(c.data["period"])
	_, hasDNS := c.data["dns"]
	switch {
	case s.taken[name] || s.domains[name] != nil:
		c.answer(3201, "Domain is registered")
	case err != nil || years < 1 || years > 10:
		c.answer(2203, "Invalid period")
	case c.data["owner_c"] == "":
		c.answer(2204, "Invalid request - required parameter missing: owner_c")
	case !hasDNS && c.data["nsset"] == "":
		c.answer(2213, "Invalid request - required parameter missing: dns")
	case s.pay(c, name, years):
		now := s.prague()
		d := &Domain{
			Name: name, Status: "active", Expiration: now.AddDate(years, 0, 0), Setup: now,
			Owner: c.data["owner_c"], NSSET: c.data["nsset"], Servers: c.servers(),
		}
		s.domains[name] = d
		c.out = object{
			{"num", "1111100020"}, {"expiration", d.Expiration.Format(time.DateOnly)},
			{"credit", object{{"amount", amount(s.credit)}, {"currency", "CZK"}}},
		}
	}
}

// domain finds the domain that a command names, or answers that there is none.
func (s *Server) domain(c *call) *Domain {
	d := s.domains[c.data["name"]]
	if d == nil {
		c.answer(3222, "Domain open failed")
	}
	return d
}

func (s *Server) domainInfo(c *call) {
	d := s.domain(c)
	if d == nil {
		return
	}
	setup := ""
	if !d.Setup.IsZero() {
		setup = d.Setup.Format(time.DateTime)
	}
	c.out = object{{"domain", object{
		{"name", d.Name}, {"status", d.Status}, {"expiration", d.Expiration.Format(time.DateOnly)}, {"nsset", d.NSSET},
		{"keyset", d.Keyset}, {"owner_c", d.Owner}, {"setup_date", setup}, {"transfer_date", ""}, {"dns", dns(d.servedBy())},
	}}}
}

func (s *Server) domainRenew(c *call) {
	d := s.domain(c)
	if d == nil {
		return
	}
	years, err := strconv.Atoi(c.data["period"])
	if err != nil || years < 1 || years > 10 {
		c.answer(2203, "Invalid period")
		return
	}
	if s.pay(c, d.Name, years) {
		d.Expiration = d.Expiration.AddDate(years, 0, 0)
		c.out = object{{"expiration", d.Expiration.Format(time.DateOnly)}}
	}
}

func (s *Server) domainUpdateNS(c *call) {
	if d := s.domain(c); d != nil && !c.Test {
		d.NSSET, d.Servers = c.data["nsset"], c.servers()
	}
}

func (s *Server) domainUpdateKeyset(c *call) {
	if d := s.domain(c); d != nil && !c.Test {
		d.Keyset = c.data["keyset"]
	}
}

func (s *Server) domainSendAuthInfo(c *call) { s.domain(c) }

func (s *Server) domainTransferCheck(c *call) {
	name := c.data["name"]
	switch {
	case s.domains[name] != nil:
		c.answer(3220, "Domain is already registered in our system")
	case !s.taken[name]:
		c.answer(3218, "Domain transfer is not possible")
	}
}

// domainTransfer is done when its notification is there; this server lets the
// account have the domain at once.
func (s *Server) domainTransfer(c *call) {
	name := c.data["name"]
	switch {
	case s.domains[name] != nil:
		c.answer(3220, "Domain is already registered in our system")
	case c.data["auth_info"] == "":
		c.answer(2215, "Invalid request - required parameter missing: auth info")
	default:
		s.later(c, object{{"domain", name}})
		if !c.Test {
			delete(s.taken, name)
			s.domains[name] = &Domain{Name: name, Status: "transfer_processing", Expiration: s.prague().AddDate(1, 0, 0), Setup: s.prague()}
		}
	}
}

func (s *Server) domainTLDPeriodCheck(c *call) {
	if years, err := strconv.Atoi(c.data["period"]); err != nil || years > 10 {
		c.answer(2203, "Invalid period")
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

func boolText(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
