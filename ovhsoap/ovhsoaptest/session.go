package ovhsoaptest

import (
	"fmt"
	"maps"
	"slices"
)

// service carries out one function.
type service func(*call) (any, *fault)

// services are the functions that need no domain.
var services = map[string]service{
	"login":      login,
	"logout":     logout,
	"language":   language,
	"version":    func(*call) (any, *fault) { return "1.61", nil },
	"nic":        func(c *call) (any, *fault) { return c.nic, nil },
	"domainList": domainList,
}

// login ends the account's other sessions unless it asks for multisession, as
// the argument's name tells.
func login(c *call) (any, *fault) {
	s, nic := c.server, c.text("nic")
	if s.wrong >= BurstLimit {
		return nil, &fault{320, "Too many attempts, come back later"}
	}
	if password, ok := s.accounts[nic]; !ok || password != c.text("password") {
		s.wrong++
		return nil, &fault{310, "Invalid login or password"}
	}
	s.wrong = 0
	if !c.flag("multisession") {
		maps.DeleteFunc(s.sessions, func(_ string, open *session) bool { return open.nic == nic })
	}
	if s.limit > 0 && s.openFor(nic) >= s.limit {
		return nil, &fault{304, "Too many active sessions"}
	}
	s.issued++
	id := fmt.Sprintf("session%017d", s.issued)
	s.sessions[id] = &session{nic: nic, lives: s.lives, language: c.textOr("language", "fr"), used: s.options.Now()}
	return id, nil
}

// language holds for the session, and no longer.
func language(c *call) (any, *fault) {
	if c.text("language") == "" {
		return nil, lacking("language")
	}
	if open := c.server.sessions[c.session]; open != nil {
		open.language = c.text("language")
	}
	return c.text("language"), nil
}

func (s *Server) openFor(nic string) (open int) {
	for id := range maps.Clone(s.sessions) {
		if one := s.open(id); one != nil && one.nic == nic {
			open++
		}
	}
	return open
}

// logout of a session that has ended is a fault; the vendor's table has 302
// for it.
func logout(c *call) (any, *fault) {
	if c.server.open(c.session) == nil {
		return nil, &fault{302, "This session doesn't exist"}
	}
	delete(c.server.sessions, c.session)
	return nil, nil
}

func domainList(c *call) (any, *fault) {
	var names []any
	for _, name := range slices.Sorted(maps.Keys(c.server.domains)) {
		if c.server.domains[name].nic == c.nic {
			names = append(names, name)
		}
	}
	return names, nil
}
