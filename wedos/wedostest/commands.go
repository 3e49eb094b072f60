package wedostest

import "strings"

// command carries a request out and changes its answer from 1000. s.mu is held.
type command func(*Server, *call)

// commands lists what the server knows.
func commands() map[string]command {
	return map[string]command{
		"ping":       func(*Server, *call) {},
		"ping-async": (*Server).pingAsync,
		"poll-req":   (*Server).pollReq,
		"poll-ack":   (*Server).pollAck,

		"credit-info":  (*Server).creditInfo,
		"account-list": (*Server).accountList,

		"domains-list":            (*Server).domainsList,
		"domain-check":            (*Server).domainCheck,
		"domain-create":           (*Server).domainCreate,
		"domain-info":             (*Server).domainInfo,
		"domain-renew":            (*Server).domainRenew,
		"domain-update-ns":        (*Server).domainUpdateNS,
		"domain-update-keyset":    (*Server).domainSendAuthInfo,
		"domain-send-auth-info":   (*Server).domainSendAuthInfo,
		"domain-transfer-check":   (*Server).domainTransferCheck,
		"domain-transfer":         (*Server).domainTransfer,
		"domain-tld-period-check": (*Server).domainTLDPeriodCheck,

		"contact-check":          check(3231, "Contact is already registered", contactsOf),
		"contact-info":           info("contact", "contact_id", 3229, "Contact is not available", contactsOf),
		"contact-create":         (*Server).contactCreate,
		"contact-update":         known(3229, "Contact is not available", contactsOf),
		"contact-transfer":       known(3229, "Contact is not available", contactsOf),
		"contact-send-auth-info": known(3229, "Contact is not available", contactsOf),

		"nsset-check":          check(3245, "NSSET is registered", nssetsOf),
		"nsset-info":           info("nsset", "name", 3214, "NSSET is not available", nssetsOf),
		"nsset-create":         (*Server).nssetCreate,
		"nsset-update":         known(3214, "NSSET is not available", nssetsOf),
		"nsset-transfer":       known(3214, "NSSET is not available", nssetsOf),
		"nsset-send-auth-info": known(3214, "NSSET is not available", nssetsOf),

		"dns-domains-list":  (*Server).dnsDomainsList,
		"dns-domain-info":   (*Server).dnsDomainInfo,
		"dns-domain-add":    (*Server).dnsDomainAdd,
		"dns-domain-update": func(s *Server, c *call) { s.zone(c, "name") },
		"dns-domain-delete": (*Server).dnsDomainDelete,
		"dns-domain-commit": (*Server).dnsDomainCommit,
		"dns-domain-copy":   (*Server).dnsDomainCopy,
		"dns-domain-axfr-run": func(s *Server, c *call) {
			c.answer(2319, "Invalid request - WDNS domain - unsupported action for primary domain")
		},
		"dns-rows-list":  (*Server).dnsRowsList,
		"dns-row-detail": (*Server).dnsRowDetail,
		"dns-row-add":    (*Server).dnsRowAdd,
		"dns-row-update": (*Server).dnsRowUpdate,
		"dns-row-delete": (*Server).dnsRowDelete,

		"wgp-domain-create": func(s *Server, c *call) { s.later(c, object{{"domain", c.data["domain"]}}) },
	}
}

// shelf is a set of objects by name: contacts or NSSETs.
type shelf func(*Server) map[string]values

func contactsOf(s *Server) map[string]values { return s.contacts }

func nssetsOf(s *Server) map[string]values { return s.nssets }

// key is the name that a command gives: a contact's cname, an NSSET's name.
func key(c *call) string { return c.data["tld"] + "/" + c.data["cname"] + c.data["name"] }

// check answers code if the name is taken.
func check(code int, text string, of shelf) command {
	return func(s *Server, c *call) {
		if _, taken := of(s)[key(c)]; taken {
			c.answer(code, text)
		}
	}
}

// known answers code if there is no such object.
func known(code int, text string, of shelf) command {
	return func(s *Server, c *call) {
		if _, ok := of(s)[key(c)]; !ok {
			c.answer(code, text)
		}
	}
}

// info describes an object.
func info(name, id string, code int, text string, of shelf) command {
	return func(s *Server, c *call) {
		v, ok := of(s)[key(c)]
		if !ok {
			c.answer(code, text)
			return
		}
		o := object{{id, c.data["cname"] + c.data["name"]}, {"status", "ok"}}
		for _, k := range sortedKeys(v) {
			if item, ok := strings.CutPrefix(k, "contact/"); ok {
				o = append(o, member{item, v[k]})
			}
		}
		c.out = object{{name, o}}
	}
}

func (s *Server) contactCreate(c *call) {
	id := c.data["contact/cname"]
	if id == "" {
		id = "WEDOS-EXAMPLE-1"
	}
	name := c.data["tld"] + "/" + id
	switch _, taken := s.contacts[name]; {
	case taken:
		c.answer(3231, "Contact is already registered")
	case c.data["contact/email"] == "":
		c.answer(2222, "Invalid request - required parameter missing: email")
	default:
		if !c.Test {
			s.contacts[name] = c.data
		}
		c.out = object{{"cname", id}}
	}
}

func (s *Server) nssetCreate(c *call) {
	switch _, taken := s.nssets[key(c)]; {
	case taken:
		c.answer(3245, "NSSET is registered")
	default:
		if !c.Test {
			s.nssets[key(c)] = c.data
		}
		c.out = object{{"nsset", c.data["name"]}}
	}
}
