package ovhsoaptest

import "slices"

// forward finds the redirection with that target, -1 if there is none.
func (c *call) forward(target string) int {
	return slices.IndexFunc(c.domain.forwards, func(r record) bool {
		return r["local"] == c.text("redirected") && r["subdomain"] == c.text("subdomain") && r["target"] == target
	})
}

// redirectedEmailAdd takes several targets for one address, each once.
// localCopy has nothing to copy here.
func redirectedEmailAdd(c *call) (any, *fault) {
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

func redirectedEmailDel(c *call) (any, *fault) {
	i := c.forward(c.text("target"))
	if i < 0 {
		return nil, missing("The redirection " + c.address("redirected"))
	}
	c.domain.forwards = slices.Delete(c.domain.forwards, i, i+1)
	return nil, nil
}

func redirectedEmailModify(c *call) (any, *fault) {
	i := c.forward(c.text("old_target"))
	if i < 0 {
		return nil, missing("The redirection " + c.address("redirected"))
	}
	c.domain.forwards[i]["target"] = c.text("target")
	return nil, nil
}
