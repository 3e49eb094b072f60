package ovhsoaptest

// responderEmailAdd notes whether the address is a mailbox or redirected too:
// hasPop and hasAlias, as far as their names tell.
func responderEmailAdd(c *call) (any, *fault) {
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

func responderEmailDel(c *call) (any, *fault) {
	if _, fault := responderEmailInfo(c); fault != nil {
		return nil, fault
	}
	delete(c.domain.responders, c.text("responder"))
	return nil, nil
}

func responderEmailInfo(c *call) (any, *fault) {
	if r := c.domain.responders[c.text("responder")]; r != nil {
		return r, nil
	}
	return nil, missing(c.address("responder"))
}

func responderEmailModify(c *call) (any, *fault) {
	if _, fault := responderEmailInfo(c); fault != nil {
		return nil, fault
	}
	r := c.domain.responders[c.text("responder")]
	r["content"], r["hasAlias"] = c.text("content"), c.text("delivered_to") != ""
	return nil, nil
}
