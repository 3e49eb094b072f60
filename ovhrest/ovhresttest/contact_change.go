package ovhresttest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// contactChange is a procedure that hands one role of a domain over.
type contactChange struct {
	id               int64
	domain, role     string
	from, to         string
	state            string
	tokens           [2]string // by Party, as mailed last
	accepted         [2]bool
	requested, ended string // when
}

// contactRoles are the roles in the order that their procedures begin in.
var contactRoles = []string{"contactAdmin", "contactBilling", "contactTech"}

// ContactChangeMail returns the URL in the mail that a holder received about a
// contact change, in the form that the vendor's guide shows. The server has one
// account, which holds both tokens.
func (s *Server) ContactChangeMail(id int64, who Party) (address string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.changes {
		if t.id == id {
			return fmt.Sprintf("https://www.ovh.com/manager/#/useraccount/contacts/%d?tab=REQUESTS&token=%s", id, t.tokens[who]), nil
		}
	}
	return "", fmt.Errorf("ovhresttest: there is no contact change %d", id)
}

func (s *Server) postContactChange(c *call) (any, *failure) {
	d, fail := s.domain(c)
	if fail != nil {
		return nil, fail
	}
	to := map[string]string{}
	if fail := c.into(&to); fail != nil {
		return nil, fail
	}
	started := []int64{}
	for _, role := range contactRoles {
		if to[role] == "" {
			continue
		}
		t := &contactChange{
			id: s.newID(), domain: d.Name, role: role, from: s.holder(d, role), to: to[role],
			state: "validatingByCustomers", requested: stamp(s.clock()),
		}
		t.mail(OldOwner)
		t.mail(NewOwner)
		s.changes = append(s.changes, t)
		started = append(started, t.id)
	}
	return started, nil
}

// holder is the nic handle that has a role now.
func (s *Server) holder(d *domain, role string) string {
	if nic := d.contacts[role]; nic != "" {
		return nic
	}
	return s.options.Account
}

// mail gives a holder a new token, and the one before it is void.
func (t *contactChange) mail(who Party) {
	serial := 0
	if old := t.tokens[who]; old != "" {
		_, _ = fmt.Sscanf(old[27:], "%d", &serial)
	}
	t.tokens[who] = fmt.Sprintf("%dtoken%021d%05d", who, t.id, serial+1)
}

func (s *Server) getContactChanges(c *call) (any, *failure) {
	q := c.URL.Query()
	like := func(value, filter string) bool { return strings.Contains(value, strings.Trim(filter, "%")) }
	list := []int64{}
	for _, t := range s.changes {
		if like(t.from, q.Get("askingAccount")) && like(t.to, q.Get("toAccount")) && like(t.state, q.Get("state")) {
			list = append(list, t.id)
		}
	}
	return list, nil
}

func (s *Server) contactChange(c *call) (*contactChange, *failure) {
	for _, t := range s.changes {
		if t.id == c.id("change") {
			return t, nil
		}
	}
	return nil, notFound("id", c.PathValue("change"))
}

func (s *Server) getContactChange(c *call) (any, *failure) {
	t, fail := s.contactChange(c)
	if fail != nil {
		return nil, fail
	}
	return map[string]any{
		"id": t.id, "askingAccount": t.from, "fromAccount": t.from, "toAccount": t.to, "contactTypes": []string{t.role},
		"serviceDomain": t.domain, "state": t.state, "dateRequest": t.requested, "dateDone": orNull(t.ended),
	}, nil
}

func (s *Server) acceptContactChange(c *call) (any, *failure) {
	t, who, fail := s.answering(c)
	if fail != nil {
		return nil, fail
	}
	t.accepted[who], t.tokens[who] = true, ""
	if t.accepted[OldOwner] && t.accepted[NewOwner] {
		t.state, t.ended = "done", stamp(s.clock())
		if d := s.domains[t.domain]; d != nil {
			d.contacts[t.role] = t.to
		}
	}
	return json.RawMessage("null"), nil
}

func (s *Server) refuseContactChange(c *call) (any, *failure) {
	t, _, fail := s.answering(c)
	if fail != nil {
		return nil, fail
	}
	t.state, t.ended = "refused", stamp(s.clock())
	return json.RawMessage("null"), nil
}

// answering finds the change and the holder whose token was sent.
func (s *Server) answering(c *call) (*contactChange, Party, *failure) {
	t, fail := s.contactChange(c)
	if fail != nil {
		return nil, 0, fail
	}
	var body struct {
		Token string `json:"token"`
	}
	if fail := c.into(&body); fail != nil {
		return nil, 0, fail
	}
	for _, who := range []Party{OldOwner, NewOwner} {
		if body.Token != "" && body.Token == t.tokens[who] && t.state == "validatingByCustomers" {
			return t, who, nil
		}
	}
	return nil, 0, forbidden("This token is not valid")
}

func (s *Server) resendContactChange(c *call) (any, *failure) {
	t, fail := s.contactChange(c)
	if fail != nil {
		return nil, fail
	}
	for _, who := range []Party{OldOwner, NewOwner} {
		if !t.accepted[who] {
			t.mail(who)
		}
	}
	return json.RawMessage("null"), nil
}
