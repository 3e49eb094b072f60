package ovhsoaptest

// standardQuota is the quota of a mailbox that asks for none. The WSDL gives no
// unit; the number is ours.
const standardQuota = 5120

type mailbox struct {
	info     record
	password string
	quota    int
}

// MailboxPassword returns the current password of a mailbox.
func (s *Server) MailboxPassword(domain, pop string) (password string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d := s.domains[domain]; d != nil && d.pops[pop] != nil {
		return d.pops[pop].password, true
	}
	return "", false
}

// pop finds the mailbox that the call names.
func (c *call) pop() (*mailbox, *fault) {
	if m := c.domain.pops[c.text("pop")]; m != nil {
		return m, nil
	}
	return nil, missing(c.address("pop"))
}

// popAdd wants a name and a password; that the service does as well is
// inferred. Where the account, the description or the quota is nil or absent,
// the mailbox gets the default, as with PHP's short call; "" and 0 are taken as
// they are.
func popAdd(c *call) (any, *fault) {
	name := c.text("pop")
	switch {
	case name == "":
		return nil, lacking("pop")
	case c.text("password") == "":
		return nil, lacking("password")
	case c.domain.pops[name] != nil:
		return nil, present(c.address("pop"))
	}
	info := record{
		"nic": c.textOr("nic", c.nic), "domain": c.domain.name, "name": name, "description": c.textOr("description", ""), "size": "0",
	}
	c.domain.pops[name] = &mailbox{info, c.text("password"), c.numberOr("quota", standardQuota)}
	return nil, nil
}

func popDel(c *call) (any, *fault) {
	_, fault := c.pop()
	delete(c.domain.pops, c.text("pop"))
	return nil, fault
}

func popInfo(c *call) (any, *fault) {
	m, fault := c.pop()
	if fault != nil {
		return nil, fault
	}
	return m.info, nil
}

func popList(c *call) (any, *fault) {
	all := []record{}
	for _, m := range byName(c.domain.pops) {
		all = append(all, m.info)
	}
	return all, nil
}

// popGetQuota knows no mail, so that no mailbox fills up.
func popGetQuota(c *call) (any, *fault) {
	m, fault := c.pop()
	if fault != nil {
		return nil, fault
	}
	return record{"emailCount": 0, "quota": 0, "maxQuota": m.quota}, nil
}

func popModifyDescription(c *call) (any, *fault) {
	m, fault := c.pop()
	if fault == nil {
		m.info["description"] = c.text("description")
	}
	return nil, fault
}

func popModifyPassword(c *call) (any, *fault) {
	m, fault := c.pop()
	if fault == nil && c.text("password") == "" {
		return nil, lacking("password")
	}
	if fault == nil {
		m.password = c.text("password")
	}
	return nil, fault
}

func popUpgradeQuota(c *call) (any, *fault) {
	m, fault := c.pop()
	if fault == nil && !c.given("size") {
		return nil, lacking("size")
	}
	if fault == nil {
		m.quota = c.number("size")
	}
	return nil, fault
}
