package ovhsoaptest

import (
	"maps"
	"slices"
	"strings"
	"time"
)

// record is a structure as it travels, by the WSDL's names.
type record = map[string]any

// domain is what an account has under one name.
type domain struct {
	nic        string
	name       string
	locked     bool
	zone       []record
	forwards   []record
	pops       map[string]*mailbox
	responders map[string]record
	lists      map[string]*mailingList
}

// AddDomain adds a domain to an account. Its zone has two NS records.
func (s *Server) AddDomain(name, nic string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &domain{
		nic: nic, name: name, locked: true,
		pops: map[string]*mailbox{}, responders: map[string]record{}, lists: map[string]*mailingList{},
	}
	for _, ns := range []string{"ns1.example.net.", "ns2.example.net."} {
		d.zone = append(d.zone, record{"subdomain": "", "fieldtype": "NS", "target": ns})
	}
	s.domains[name] = d
}

// domainServices are the functions that take a domain of the account's.
var domainServices = map[string]service{
	"domainInfo":       domainInfo,
	"domainDnsList":    domainDNSList,
	"domainLock":       func(c *call) (any, *fault) { c.domain.locked = true; return nil, nil },
	"domainUnlock":     func(c *call) (any, *fault) { c.domain.locked = false; return nil, nil },
	"domainLockStatus": domainLockStatus,

	"zoneEntryList":   func(c *call) (any, *fault) { return c.domain.zone, nil },
	"zoneEntryAdd":    zoneEntryAdd,
	"zoneEntryDel":    zoneEntryDel,
	"zoneEntryModify": zoneEntryModify,
	"zoneExport":      zoneExport,
	"zoneImport":      zoneImport,

	"emailDomainSummary": emailDomainSummary,

	"popAdd":               popAdd,
	"popDel":               popDel,
	"popGetQuota":          popGetQuota,
	"popInfo":              popInfo,
	"popList":              popList,
	"popModifyDescription": popModifyDescription,
	"popModifyPassword":    popModifyPassword,
	"popUpgradeQuota":      popUpgradeQuota,

	"redirectedEmailAdd":    redirectedEmailAdd,
	"redirectedEmailDel":    redirectedEmailDel,
	"redirectedEmailList":   func(c *call) (any, *fault) { return c.domain.forwards, nil },
	"redirectedEmailModify": redirectedEmailModify,

	"responderEmailAdd":    responderEmailAdd,
	"responderEmailDel":    responderEmailDel,
	"responderEmailInfo":   responderEmailInfo,
	"responderEmailList":   func(c *call) (any, *fault) { return byName(c.domain.responders), nil },
	"responderEmailModify": responderEmailModify,

	"mailingListAdd":                   mailingListAdd,
	"mailingListDel":                   mailingListDel,
	"mailingListFullInfo":              mailingListFullInfo,
	"mailingListInfo":                  mailingListInfo,
	"mailingListList":                  mailingListList,
	"mailingListModify":                mailingListModify,
	"mailingListModeratorAdd":          onMembers(moderators, addMember),
	"mailingListModeratorDel":          onMembers(moderators, delMember),
	"mailingListModeratorList":         onMembers(moderators, listMembers),
	"mailingListSubscriberAdd":         onMembers(subscribers, addMember),
	"mailingListSubscriberDel":         onMembers(subscribers, delMember),
	"mailingListSubscriberList":        onMembers(subscribers, listMembers),
	"mailingListSubscriberListByEmail": onMembers(subscribers, listMembers),
}

// The three faults that most functions share.
func missing(what string) *fault { return &fault{210, what + " doesn't exist"} }
func present(what string) *fault { return &fault{211, what + " exists already"} }
func lacking(name string) *fault { return &fault{201, "Missing parameter " + name} }

// byName lists a map's values in the order of their names.
func byName[V any](all map[string]V) []V {
	values := []V{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		values = append(values, all[name])
	}
	return values
}

// domainInfo has the dates of a domain that was registered for a year on the
// day of the WSDL.
func domainInfo(c *call) (any, *fault) {
	d, day := c.domain, time.Date(2013, 9, 4, 0, 0, 0, 0, time.UTC)
	servers, _ := domainDNSList(c)
	return record{
		"domain": d.name, "nicowner": d.nic, "nicadmin": d.nic, "nictech": d.nic, "nicbilling": d.nic, "authinfo": nil,
		"creation": day.Format(time.DateOnly), "modification": day.Format(time.DateOnly),
		"expiration": day.AddDate(1, 0, 0).Format(time.DateOnly), "dns": servers,
	}, nil
}

// domainDNSList reads the NS records at the zone's top: here, a domain is
// served by whom its zone names.
func domainDNSList(c *call) (any, *fault) {
	servers := []record{}
	for _, r := range c.domain.zone {
		if target, _ := r["target"].(string); r["fieldtype"] == "NS" && r["subdomain"] == "" {
			servers = append(servers, record{"name": strings.TrimSuffix(target, "."), "ip": nil})
		}
	}
	return servers, nil
}

func domainLockStatus(c *call) (any, *fault) {
	if c.domain.locked {
		return "locked", nil
	}
	return "unlocked", nil
}

// emailDomainSummary counts what there is; SoAPI has no function that makes
// an alias.
func emailDomainSummary(c *call) (any, *fault) {
	d := c.domain
	return record{
		"masterNic": d.nic, "nbpops": len(d.pops), "nbforwards": len(d.forwards), "nbaliases": 0,
		"nbresponders": len(d.responders), "nbmls": len(d.lists),
	}, nil
}

// address is what a fault calls the thing that the argument names.
func (c *call) address(argument string) string { return c.text(argument) + "@" + c.domain.name }
