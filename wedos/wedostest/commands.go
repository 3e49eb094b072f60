package wedostest

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
		"domain-update-keyset":    (*Server).domainUpdateKeyset,
		"domain-send-auth-info":   (*Server).domainSendAuthInfo,
		"domain-transfer-check":   (*Server).domainTransferCheck,
		"domain-transfer":         (*Server).domainTransfer,
		"domain-tld-period-check": (*Server).domainTLDPeriodCheck,

		"contact-check":          (*Server).contactCheck,
		"contact-info":           (*Server).contactInfo,
		"contact-create":         (*Server).contactCreate,
		"contact-update":         (*Server).contactUpdate,
		"contact-transfer":       (*Server).contactKnown,
		"contact-send-auth-info": (*Server).contactKnown,

		"nsset-check":          (*Server).nssetCheck,
		"nsset-info":           (*Server).nssetInfo,
		"nsset-create":         (*Server).nssetCreate,
		"nsset-update":         (*Server).nssetUpdate,
		"nsset-transfer":       (*Server).nssetKnown,
		"nsset-send-auth-info": (*Server).nssetKnown,

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
