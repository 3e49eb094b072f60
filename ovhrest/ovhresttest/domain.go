package ovhresttest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Domain is a domain name as a test sets it up. All fields except Name have
// useful zero values.
type Domain struct {
	Name  string
	Owner int64 // ID of the contact that owns it; default: a contact created by AddDomain

	Quote Price  // price in the offer and the dry run; default 0 EUR
	Order *Price // price of the order; default Quote
	Tax   *Price // added to Quote and Order in the totals, but not in the offer; default none
	Lines []Line // additional lines of an order; default none

	// OrderLines are additional lines that only the placed order has, not the dry
	// run; default none.
	OrderLines []Line

	Duration  string        // duration of the offer; default "P0D"
	Offers    []string      // plan codes of the offers of the family "trade"; default "<extension>-trade"
	Required  []Requirement // configuration that an item requires besides OWNER_CONTACT; default none
	ExtraItem bool          // whether the cart gets a second item with the trade; default false

	// Checked lists the labels of Required, REASON or ACCEPT_CONDITIONS, that the
	// check of the rules requires as well. Default none.
	Checked []string

	// Stalled keeps a delivered order from creating a task; default false.
	Stalled bool
}

// Price is an amount as the API returns it. Value is written into the JSON
// verbatim, so "0.30000000000000004" is sent unchanged.
type Price struct{ Value, Currency string }

// Line is a line of an order.
type Line struct {
	Type, Description, Domain string
	Price                     Price  // price of the whole line, before tax
	Quantity                  int64  // default 1
	Plan                      string // default: the order's plan code
}

func (l Line) quantity() int64 { return max(l.Quantity, 1) }

// Requirement is one element of the response of requiredConfiguration.
type Requirement struct {
	Label, Type string
	Required    bool
}

type domain struct {
	Domain
	owner    string            // whoisOwner
	contacts map[string]string // nic handles by role, where they have changed
}

type task struct {
	id                   int64
	function, domain     string
	status, comment      string
	created, due, doneAt time.Time
	order                *order
	old, new             string // "", "accept" or "refuse"
	accepted             time.Time
	frozen               bool // a decoy: it does not run
}

// Party is one of the two holders who are asked by mail about a trade or a
// contact change.
type Party int

// The two holders.
const (
	OldOwner Party = iota
	NewOwner
)

// AddDomain adds a domain to the account.
func (s *Server) AddDomain(d Domain) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Owner == 0 {
		d.Owner = s.addContact(Contact{
			"legalForm": "individual", "firstName": "Ada", "lastName": "Former", "email": "former@example.com", "phone": "+33.100000000",
			"language": "fr_FR", "address": map[string]any{"line1": "1 rue A", "city": "Lille", "zip": "59000", "country": "FR"},
		})
	}
	if d.Quote == (Price{}) {
		d.Quote = Price{"0", "EUR"}
	}
	if d.Duration == "" {
		d.Duration = "P0D"
	}
	if d.Offers == nil {
		d.Offers = []string{extension(d.Name) + "-trade"}
	}
	s.domains[d.Name] = &domain{Domain: d, owner: strconv.FormatInt(d.Owner, 10), contacts: map[string]string{}}
}

func extension(name string) string {
	_, ext, _ := strings.Cut(name, ".")
	return ext
}

// SetPrices changes the prices of a domain's offer and order from now on.
func (s *Server) SetPrices(name string, quote, order Price) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.domains[name]; d != nil {
		d.Quote, d.Order = quote, &order
	}
}

// SetOwner changes the owner contact of a domain immediately, as if by other
// means than an order.
func (s *Server) SetOwner(name string, contact int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.domains[name]; d != nil {
		d.owner = strconv.FormatInt(contact, 10)
	}
}

// RemoveTask removes a task from the API, as may happen to an old one.
func (s *Server) RemoveTask(id int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tasks = slices.DeleteFunc(s.tasks, func(t *task) bool { return t.id == id })
}

// Owner returns the whoisOwner of a domain.
func (s *Server) Owner(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.domains[name]; d != nil {
		return d.owner
	}
	return ""
}

// AddTask adds a task to a domain and returns its ID. The task does not run by
// itself; it may be an old trade, for example. age is how long ago it was
// created.
func (s *Server) AddTask(name, function, status string, age time.Duration) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := s.clock().Add(-age)
	t := &task{id: s.newID(), function: function, domain: name, status: status, created: at, due: at, frozen: true}
	if status == "done" || status == "cancelled" {
		t.doneAt = at.Add(time.Hour)
	}
	s.tasks = append(s.tasks, t)
	return t.id
}

// SetTask sets the status and the comment of a task, as when the registry stops
// it. The task no longer runs by itself.
func (s *Server) SetTask(id int64, status, comment string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tasks {
		if t.id == id {
			t.status, t.comment, t.frozen = status, comment, true
		}
	}
}

// TradeTasks returns the IDs of the trade tasks that orders have started on a
// domain.
func (s *Server) TradeTasks(name string) []int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tick()
	var list []int64
	for _, t := range s.tasks {
		if t.domain == name && t.order != nil {
			list = append(list, t.id)
		}
	}
	return list
}

// Answer answers the mail about the domain's running trade for one of the
// holders. It returns an error if no trade is waiting for an answer.
func (s *Server) Answer(name string, who Party, accept bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tick()
	for _, t := range s.tasks {
		if t.domain != name || t.order == nil || t.status != "todo" {
			continue
		}
		word := "accept"
		if !accept {
			word = "refuse"
		}
		if who == OldOwner {
			t.old = word
		} else {
			t.new = word
		}
		s.runTask(t)
		return nil
	}
	return fmt.Errorf("ovhresttest: no trade of %s waits for an answer", name)
}

// runTask takes a trade to where it is by now.
func (s *Server) runTask(t *task) {
	if t.frozen || t.status == "done" || t.status == "cancelled" {
		return
	}
	switch {
	case t.old == "refuse" || t.new == "refuse":
		t.status, t.comment, t.doneAt = "cancelled", "Refused by a holder", s.clock()
	case t.old == "accept" && t.new == "accept":
		if t.accepted.IsZero() {
			t.accepted, t.status = s.clock(), "doing"
		}
		if !s.clock().Before(t.accepted.Add(RegistryTime)) {
			t.status, t.doneAt = "done", t.accepted.Add(RegistryTime)
			s.domains[t.domain].owner = strconv.FormatInt(t.order.owner, 10)
		}
	case !s.clock().Before(t.created.Add(MailLifetime)):
		t.status, t.comment, t.doneAt = "cancelled", "No answer in time", s.clock()
	}
}

func (s *Server) domain(c *call) (*domain, *failure) {
	if d := s.domains[c.PathValue("domain")]; d != nil {
		return d, nil
	}
	return nil, notFound("serviceName", c.PathValue("domain"))
}

func (s *Server) getDomains(*call) (any, *failure) {
	names := []string{}
	for name := range s.domains {
		names = append(names, name)
	}
	slices.Sort(names)
	return names, nil
}

func (s *Server) getDomain(c *call) (any, *failure) {
	d, fail := s.domain(c)
	if fail != nil {
		return nil, fail
	}
	nic := func(role string) any { return map[string]any{"id": s.holder(d, role)} }
	return map[string]any{
		"domain": d.Name, "serviceId": 1, "state": "ok", "offer": "gold", "whoisOwner": d.owner, "lastUpdate": stamp(s.clock()),
		"contactAdmin": nic("contactAdmin"), "contactTech": nic("contactTech"), "contactBilling": nic("contactBilling"), "contactOwner": map[string]any{"id": d.owner},
		"expirationDate": stamp(s.options.Start.AddDate(1, 0, 0)), "renewalDate": stamp(s.options.Start.AddDate(1, 0, 0)),
		"renewalState": "automatic_renew", "suspensionState": "not_suspended", "transferLockStatus": "locked",
		"dnssecState": "disabled", "dnssecSupported": true, "hostSupported": true, "owoSupported": true,
		"glueRecordIpv6Supported": true, "glueRecordMultiIpSupported": true, "nameServerType": "external", "nameServers": []any{}, "parentService": nil,
	}, nil
}

// getBelowDomain stands for two routes that overlap in the mux's eyes.
func (s *Server) getBelowDomain(c *call) (any, *failure) {
	switch {
	case c.PathValue("domain") == "contact":
		return s.getContact(c)
	case c.PathValue("below") == "task":
		return s.getTasks(c)
	}
	return nil, &failure{status: 404, code: "NOT_FOUND", message: "Got an invalid (or empty) URL"}
}

func (s *Server) getTasks(c *call) (any, *failure) {
	d, fail := s.domain(c)
	if fail != nil {
		return nil, fail
	}
	q := c.URL.Query()
	list := []int64{}
	for _, t := range s.tasks {
		like := strings.Contains(strings.ToLower(t.function), strings.ToLower(strings.Trim(q.Get("function"), "%")))
		if t.domain == d.Name && like && (q.Get("status") == "" || q.Get("status") == t.status) {
			list = append(list, t.id)
		}
	}
	return list, nil
}

func (s *Server) findTask(c *call) (*task, *failure) {
	for _, t := range s.tasks {
		if t.id == c.id("task") && t.domain == c.PathValue("domain") {
			return t, nil
		}
	}
	return nil, notFound("id", c.PathValue("task"))
}

func (s *Server) getTask(c *call) (any, *failure) {
	t, fail := s.findTask(c)
	if fail != nil {
		return nil, fail
	}
	return map[string]any{
		"id": t.id, "function": t.function, "domain": t.domain, "status": t.status, "type": "domain",
		"comment": orNull(t.comment), "creationDate": stamp(t.created), "todoDate": stamp(t.due), "lastUpdate": stamp(t.created),
		"doneDate": stampOrNull(t.doneAt), "canAccelerate": false, "canCancel": t.status == "todo", "canRelaunch": t.status == "error",
	}, nil
}

func (s *Server) cancelTask(c *call) (any, *failure) {
	t, fail := s.findTask(c)
	if fail != nil {
		return nil, fail
	}
	if t.status != "todo" {
		return nil, badRequest("The task can't be cancelled")
	}
	t.status, t.comment, t.doneAt = "cancelled", "Cancelled by the customer", s.clock()
	return json.RawMessage("null"), nil
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05+00:00") }

func stampOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return stamp(t)
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
