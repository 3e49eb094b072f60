package ovhsoaptest

import "slices"

// standardQuota is what a mailbox gets that asks for none. The facts give no
// unit; the number is ours.
const standardQuota = 5120

type mailbox struct {
	info     record
	password string
	quota    int
}

// MailboxPassword tells the password that a mailbox has now.
func (s *Server) MailboxPassword(domain, pop string) (password string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.domains[domain]; d != nil && d.pops[pop] != nil {
		return d.pops[pop].password, true
	}
	return "", false
}

func emailDomainSummary(c *call) (any, *Fault) {
	d := c.domain
	return record{
		"masterNic": d.nic, "nbpops": len(d.pops), "nbforwards": len(d.forwards), "nbaliases": 0,
		"nbresponders": len(d.responders), "nbmls": len(d.lists),
	}, nil
}

// address is what a fault calls the thing that the argument names.
func (c *call) address(argument string) string { return c.text(argument) + "@" + c.domain.name }

// pop finds the mailbox that the call names.
func (c *call) pop() (*mailbox, *Fault) {
	if m := c.domain.pops[c.text("pop")]; m != nil {
		return m, nil
	}
	return nil, missing(c.address("pop"))
}

func popAdd(c *call) (any, *Fault) {
	name := c.text("pop")
	switch {
	case name == "":
		return nil, lacking("pop")
	case c.text("password") == "":
		return nil, lacking("password")
	case c.domain.pops[name] != nil:
		return nil, present(c.address("pop"))
	}
	owner := c.text("nic")
	if owner == "" {
		owner = c.nic
	}
	quota := c.number("quota")
	if quota == 0 {
		quota = standardQuota
	}
	info := record{"nic": owner, "domain": c.domain.name, "name": name, "description": c.text("description"), "size": "0"}
	c.domain.pops[name] = &mailbox{info, c.text("password"), quota}
	return nil, nil
}

func popDel(c *call) (any, *Fault) {
	_, fault := c.pop()
	delete(c.domain.pops, c.text("pop"))
	return nil, fault
}

func popInfo(c *call) (any, *Fault) {
	m, fault := c.pop()
	if fault != nil {
		return nil, fault
	}
	return m.info, nil
}

func popList(c *call) (any, *Fault) {
	all := []record{}
	for _, m := range byName(c.domain.pops) {
		all = append(all, m.info)
	}
	return all, nil
}

func popGetQuota(c *call) (any, *Fault) {
	m, fault := c.pop()
	if fault != nil {
		return nil, fault
	}
	return record{"emailCount": 0, "quota": 0, "maxQuota": m.quota}, nil
}

func popModifyDescription(c *call) (any, *Fault) {
	m, fault := c.pop()
	if fault == nil {
		m.info["description"] = c.text("description")
	}
	return nil, fault
}

func popModifyPassword(c *call) (any, *Fault) {
	m, fault := c.pop()
	if fault == nil {
		m.password = c.text("password")
	}
	return nil, fault
}

func popUpgradeQuota(c *call) (any, *Fault) {
	m, fault := c.pop()
	if fault == nil {
		m.quota = c.number("size")
	}
	return nil, fault
}

// forward finds the redirection with that target, -1 if there is none.
func (c *call) forward(target string) int {
	return slices.IndexFunc(c.domain.forwards, func(r record) bool {
		return r["local"] == c.text("redirected") && r["subdomain"] == c.text("subdomain") && r["target"] == target
	})
}

func redirectedEmailAdd(c *call) (any, *Fault) {
	if c.text("target") == "" {
		return nil, lacking("target")
	}
	if c.forward(c.text("target")) >= 0 {
		return nil, present("The redirection " + c.address("redirected"))
	}
	c.domain.forwards = append(c.domain.forwards, record{
		"local": c.text("redirected"), "subdomain": c.text("subdomain"), "target": c.text("target"), "dnsRedirection": false,
	})
	return nil, nil
}

func redirectedEmailDel(c *call) (any, *Fault) {
	i := c.forward(c.text("target"))
	if i < 0 {
		return nil, missing("The redirection " + c.address("redirected"))
	}
	c.domain.forwards = slices.Delete(c.domain.forwards, i, i+1)
	return nil, nil
}

func redirectedEmailModify(c *call) (any, *Fault) {
	i := c.forward(c.text("old_target"))
	if i < 0 {
		return nil, missing("The redirection " + c.address("redirected"))
	}
	c.domain.forwards[i]["target"] = c.text("target")
	return nil, nil
}

func responderEmailAdd(c *call) (any, *Fault) {
	name := c.text("responder")
	if name == "" {
		return nil, lacking("responder")
	}
	if c.domain.responders[name] != nil {
		return nil, present(c.address("responder"))
	}
	c.domain.responders[name] = record{
		"domain": c.domain.name, "responder": name, "content": c.text("content"),
		"hasPop": c.domain.pops[name] != nil, "hasAlias": c.text("delivered_to") != "",
	}
	return nil, nil
}

func responderEmailDel(c *call) (any, *Fault) {
	if _, fault := responderEmailInfo(c); fault != nil {
		return nil, fault
	}
	delete(c.domain.responders, c.text("responder"))
	return nil, nil
}

func responderEmailInfo(c *call) (any, *Fault) {
	if r := c.domain.responders[c.text("responder")]; r != nil {
		return r, nil
	}
	return nil, missing(c.address("responder"))
}

func responderEmailModify(c *call) (any, *Fault) {
	if _, fault := responderEmailInfo(c); fault != nil {
		return nil, fault
	}
	r := c.domain.responders[c.text("responder")]
	r["content"], r["hasAlias"] = c.text("content"), c.text("delivered_to") != ""
	return nil, nil
}
