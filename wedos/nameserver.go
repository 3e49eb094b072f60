package wedos

import (
	"slices"
	"strconv"
)

// Nameserver is a nameserver of a domain or an NSSET. Its addresses are glue
// records: only for names inside the domain, and in a request at most one IPv4
// and one IPv6 address.
type Nameserver struct {
	Name string   `wapi:"name,required"`
	IPv4 []string `wapi:"addr_ipv4"`
	IPv6 []string `wapi:"addr_ipv6"`
}

// Nameservers are the nameservers of a domain: an NSSET (.cz), a list of
// servers, or, if both are empty, WEDOS's own.
type Nameservers struct {
	NSSET   string
	Servers []Nameserver
}

func (n Nameservers) check(command string) error {
	if n.NSSET != "" && len(n.Servers) > 0 {
		return invalid(command, "nsset", "is given together with servers")
	}
	if err := checkText(command, "nsset", n.NSSET); err != nil {
		return err
	}
	return checkServers(command, n.Servers)
}

func checkServers(command string, servers []Nameserver) error {
	for _, s := range servers {
		if err := checkDomain(command, "dns", s.Name); err != nil {
			return err
		}
		if len(s.IPv4) > 1 || len(s.IPv6) > 1 { // JSON has no form for more
			return invalid(command, "dns", "has a server with more than one address of a kind")
		}
		for _, ip := range slices.Concat(s.IPv4, s.IPv6) {
			if err := checkIP(command, "dns", ip); err != nil {
				return err
			}
		}
	}
	return nil
}

// serverList is the dns element. In JSON its servers must be numbered; of the
// two forms that the vendor and its users show, this is the one in production
// use. Without a server it is empty, which means WEDOS's own and must be sent.
type serverList []Nameserver

func (l serverList) node(name string) node {
	if len(l) == 0 {
		return node{name: name}
	}
	out := node{name: name, kind: kindNumbered}
	for i, s := range l {
		server := node{name: "server" + strconv.Itoa(i+1), kind: kindObject, children: []node{{name: "name", text: s.Name}}}
		for _, ip := range s.IPv4 {
			server.children = append(server.children, node{name: "addr_ipv4", text: ip})
		}
		for _, ip := range s.IPv6 {
			server.children = append(server.children, node{name: "addr_ipv6", text: ip})
		}
		out.children = append(out.children, server)
	}
	return out
}
