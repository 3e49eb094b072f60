package wedostest

import (
	"strings"

	"github.com/hebergo/hebergo/wedos"
)

// key is the name that a command gives: a contact's cname, an NSSET's name.
func key(c *call) string { return c.data["tld"] + "/" + c.data["cname"] + c.data["name"] }

// items are the items of the contact that a command gives.
func (c *call) items() values {
	items := values{}
	for path, text := range c.data {
		if name, ok := strings.CutPrefix(path, "contact/"); ok {
			items[name] = text
		}
	}
	return items
}

func (s *Server) contactCheck(c *call) {
	if _, taken := s.contacts[key(c)]; taken {
		c.answer(3231, "Contact is already registered")
	}
}

// contactKnown answers 3229 if there is no such contact.
func (s *Server) contactKnown(c *call) { s.contact(c) }

// contact finds the contact that a command names, or answers that there is
// none.
func (s *Server) contact(c *call) (values, bool) {
	contact, ok := s.contacts[key(c)]
	if !ok {
		c.answer(3229, "Contact is not available")
	}
	return contact, ok
}

func (s *Server) contactInfo(c *call) {
	contact, ok := s.contact(c)
	if !ok {
		return
	}
	o := object{{"contact_id", c.data["cname"]}, {"status", "ok"}}
	for _, name := range sortedKeys(contact) {
		o = append(o, member{name, contact[name]})
	}
	c.out = object{{"contact", o}}
}

func (s *Server) contactCreate(c *call) {
	items := c.items()
	id := items["cname"]
	if id == "" {
		id = "WEDOS-EXAMPLE-1"
	}
	name := c.data["tld"] + "/" + id
	switch _, taken := s.contacts[name]; {
	case taken:
		c.answer(3231, "Contact is already registered")
	case items["email"] == "":
		c.answer(2222, "Invalid request - required parameter missing: email")
	default:
		if !c.Test {
			s.contacts[name] = items
		}
		c.out = object{{"cname", id}}
	}
}

// contactUpdate replaces all items but the names, which WAPI ignores.
func (s *Server) contactUpdate(c *call) {
	old, ok := s.contact(c)
	if !ok || c.Test {
		return
	}
	items := c.items()
	for _, name := range []string{"cname", "fname", "lname", "company"} {
		delete(items, name)
		if text, had := old[name]; had {
			items[name] = text
		}
	}
	s.contacts[key(c)] = items
}

// nsset is a named set of servers.
type nsset struct {
	servers []wedos.Nameserver
	techC   string
}

func (s *Server) nssetCheck(c *call) {
	if _, taken := s.nssets[key(c)]; taken {
		c.answer(3245, "NSSET is registered")
	}
}

// nssetKnown answers 3214 if there is no such NSSET.
func (s *Server) nssetKnown(c *call) {
	if _, ok := s.nssets[key(c)]; !ok {
		c.answer(3214, "NSSET is not available")
	}
}

func (s *Server) nssetInfo(c *call) {
	if s.nssetKnown(c); c.code == 1000 {
		set := s.nssets[key(c)]
		c.out = object{{"nsset", object{
			{"name", c.data["name"]}, {"status", "ok"}, {"tech_c", set.techC}, {"dns", dns(set.servers)},
		}}}
	}
}

func (s *Server) nssetCreate(c *call) {
	if s.nssetCheck(c); c.code == 1000 {
		s.keepNSSET(c)
		c.out = object{{"nsset", c.data["name"]}}
	}
}

func (s *Server) nssetUpdate(c *call) {
	if s.nssetKnown(c); c.code == 1000 {
		s.keepNSSET(c)
	}
}

func (s *Server) keepNSSET(c *call) {
	if !c.Test {
		s.nssets[key(c)] = nsset{c.servers(), c.data["tech_c"]}
	}
}
