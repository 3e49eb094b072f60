package wedos_test

import (
	"context"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// data is what a command should send, by path; elements that hold others and
// nothing else are left out.
type data = map[string]string

// The names of the parameters are the vendor's.
func TestWhatEachCommandSends(t *testing.T) {
	ctx := context.Background()
	yes := true
	servers := []wedos.Nameserver{{Name: "ns1.example.com", IPv4: []string{"192.0.2.1"}, IPv6: []string{"2001:db8::1"}}, {Name: "ns.example.net"}}
	dns := data{"dns/server1/name": "ns1.example.com", "dns/server1/addr_ipv4": "192.0.2.1", "dns/server1/addr_ipv6": "2001:db8::1", "dns/server2/name": "ns.example.net"}
	rules := &wedos.Rules{FirstName: "A", LastName: "B"}
	contact := wedos.Contact{
		ID: "1", FirstName: "2", LastName: "3", Company: "4", Street: "5", City: "6", ZIP: "7", State: "8", Country: "9", Phone: "+10",
		Fax: "11", Email: "12", Email2: "13", CompanyNumber: "14", TaxNumber: "15", IdentType: "16",
	}
	items := data{
		"contact/cname": "1", "contact/fname": "2", "contact/lname": "3", "contact/company": "4", "contact/addr_street": "5",
		"contact/addr_city": "6", "contact/addr_zip": "7", "contact/addr_state": "8", "contact/addr_country": "9", "contact/phone": "+10",
		"contact/fax": "11", "contact/email": "12", "contact/email2": "13", "contact/ic": "14", "contact/dic": "15", "contact/ident_type": "16",
	}
	settings := wedos.DNSDomainSettings{Type: "secondary", AXFREnabled: &yes, AXFRIPs: []string{"192.0.2.1", "192.0.2.2"}, PrimaryIP: "192.0.2.3"}
	zone := data{"name": "example.com", "type": "secondary", "axfr_enabled": "1", "axfr_ips/ip/0": "192.0.2.1", "axfr_ips/ip/1": "192.0.2.2", "primary_ip": "192.0.2.3"}
	prague := time.Date(2026, 5, 1, 23, 30, 0, 0, time.UTC) // the second of May there
	for _, call := range []struct {
		command string
		send    func(*wedos.Client) error
		want    data
	}{
		{"ping", func(c *wedos.Client) error { return second(c.Ping(ctx)) }, data{}},
		{"ping-async", func(c *wedos.Client) error { return second(c.PingAsync(ctx)) }, data{}},
		{"poll-req", func(c *wedos.Client) error { return second(c.PollReq(ctx)) }, data{}},
		{"poll-ack", func(c *wedos.Client) error { return c.PollAck(ctx, "7") }, data{"id": "7"}},
		{"credit-info", func(c *wedos.Client) error { return second(c.CreditInfo(ctx)) }, data{}},
		{"account-list", func(c *wedos.Client) error { return second(c.AccountList(ctx, prague, prague.AddDate(0, 0, 1))) },
			data{"date_from": "2026-05-02", "date_to": "2026-05-03"}},
		{"domains-list", func(c *wedos.Client) error { return second(c.DomainsList(ctx, wedos.DomainsListOptions{})) }, data{}},
		{"domains-list", func(c *wedos.Client) error {
			return second(c.DomainsList(ctx, wedos.DomainsListOptions{Status: wedos.DomainExpired}))
		}, data{"status": "expired"}},
		{"domain-check", func(c *wedos.Client) error { return second(c.DomainCheck(ctx, "example.com")) }, data{"name": "example.com"}},
		{"domain-create", func(c *wedos.Client) error {
			return second(c.DomainCreate(ctx, wedos.NewDomain{Name: "example.com", Period: 2, Owner: "O", Admin: "A", Rules: rules, Nameservers: wedos.Nameservers{Servers: servers}}))
		}, with(dns, data{"name": "example.com", "period": "2", "owner_c": "O", "admin_c": "A", "rules/fname": "A", "rules/lname": "B"})},
		{"domain-create", func(c *wedos.Client) error {
			return second(c.DomainCreate(ctx, wedos.NewDomain{Name: "example.com", Period: 1, Owner: "O"}))
		}, data{"name": "example.com", "period": "1", "owner_c": "O", "dns": ""}},
		{"domain-create", func(c *wedos.Client) error {
			return second(c.DomainCreate(ctx, wedos.NewDomain{Name: "example.cz", Period: 1, Owner: "O", Nameservers: wedos.Nameservers{NSSET: "N"}}))
		}, data{"name": "example.cz", "period": "1", "owner_c": "O", "nsset": "N"}},
		{"domain-info", func(c *wedos.Client) error { return second(c.DomainInfo(ctx, "example.com")) }, data{"name": "example.com"}},
		{"domain-renew", func(c *wedos.Client) error {
			return second(c.DomainRenew(ctx, "example.com", 3, wedos.DomainRenewOptions{Expires: prague}))
		}, data{"name": "example.com", "period": "3"}},
		{"domain-update-ns", func(c *wedos.Client) error {
			return second(c.DomainUpdateNS(ctx, "example.com", wedos.Nameservers{Servers: servers}))
		}, with(dns, data{"name": "example.com"})},
		{"domain-transfer-check", func(c *wedos.Client) error { return second(c.DomainTransferCheck(ctx, "example.com")) }, data{"name": "example.com"}},
		{"domain-transfer", func(c *wedos.Client) error {
			return second(c.DomainTransfer(ctx, wedos.Transfer{Name: "example.com", AuthInfo: wedos.NewSecret("pw"), Owner: "O", Rules: rules, DNS: &wedos.Nameservers{Servers: servers}}))
		}, with(dns, data{"name": "example.com", "auth_info": "pw", "owner_c": "O", "rules/fname": "A", "rules/lname": "B"})},
		{"domain-transfer", func(c *wedos.Client) error {
			return second(c.DomainTransfer(ctx, wedos.Transfer{Name: "example.sk"}))
		}, data{"name": "example.sk"}},
		{"domain-send-auth-info", func(c *wedos.Client) error { return second(c.DomainSendAuthInfo(ctx, "example.com")) }, data{"name": "example.com"}},
		{"domain-tld-period-check", func(c *wedos.Client) error { return second(c.DomainTLDPeriodCheck(ctx, "cz", 5)) }, data{"tld": "cz", "period": "5"}},
		{"domain-update-keyset", func(c *wedos.Client) error { return second(c.DomainUpdateKeyset(ctx, "example.cz", "1")) }, data{"name": "example.cz", "keyset": "1"}},

		{"contact-check", func(c *wedos.Client) error { return second(c.ContactCheck(ctx, "cz", "C")) }, data{"tld": "cz", "cname": "C"}},
		{"contact-info", func(c *wedos.Client) error {
			return second(c.ContactInfo(ctx, "cz", "C", wedos.ContactInfoOptions{AuthInfo: wedos.NewSecret("pw")}))
		}, data{"tld": "cz", "cname": "C", "auth_info": "pw"}},
		{"contact-create", func(c *wedos.Client) error { return second(c.ContactCreate(ctx, "cz", contact)) }, with(items, data{"tld": "cz"})},
		{"contact-update", func(c *wedos.Client) error {
			return second(c.ContactUpdate(ctx, "cz", "C", contact, wedos.ContactUpdateOptions{AuthInfo: wedos.NewSecret("pw")}))
		}, with(items, data{"tld": "cz", "cname": "C", "auth_info": "pw"})},
		{"contact-transfer", func(c *wedos.Client) error { return second(c.ContactTransfer(ctx, "cz", "C", wedos.NewSecret("pw"))) }, data{"tld": "cz", "cname": "C", "auth_info": "pw"}},
		{"contact-send-auth-info", func(c *wedos.Client) error { return second(c.ContactSendAuthInfo(ctx, "cz", "C")) }, data{"tld": "cz", "cname": "C"}},

		{"nsset-check", func(c *wedos.Client) error { return second(c.NSSETCheck(ctx, "cz", "N")) }, data{"tld": "cz", "name": "N"}},
		{"nsset-info", func(c *wedos.Client) error { return second(c.NSSETInfo(ctx, "cz", "N")) }, data{"tld": "cz", "name": "N"}},
		{"nsset-create", func(c *wedos.Client) error {
			return second(c.NSSETCreate(ctx, "cz", "N", servers, wedos.NSSETOptions{TechC: "T"}))
		}, with(dns, data{"tld": "cz", "name": "N", "tech_c": "T"})},
		{"nsset-update", func(c *wedos.Client) error {
			return second(c.NSSETUpdate(ctx, "cz", "N", servers, wedos.NewSecret("pw"), wedos.NSSETOptions{TechC: "T"}))
		}, with(dns, data{"tld": "cz", "name": "N", "tech_c": "T", "auth_info": "pw"})},
		{"nsset-transfer", func(c *wedos.Client) error { return second(c.NSSETTransfer(ctx, "cz", "N", wedos.NewSecret("pw"))) }, data{"tld": "cz", "name": "N", "auth_info": "pw"}},
		{"nsset-send-auth-info", func(c *wedos.Client) error { return second(c.NSSETSendAuthInfo(ctx, "cz", "N")) }, data{"tld": "cz", "name": "N"}},

		{"dns-domains-list", func(c *wedos.Client) error { return second(c.DNSDomainsList(ctx)) }, data{}},
		{"dns-domain-info", func(c *wedos.Client) error { return second(c.DNSDomainInfo(ctx, "example.com")) }, data{"name": "example.com"}},
		{"dns-domain-add", func(c *wedos.Client) error { return second(c.DNSDomainAdd(ctx, "example.com", settings)) }, zone},
		{"dns-domain-update", func(c *wedos.Client) error { return second(c.DNSDomainUpdate(ctx, "example.com", settings)) }, zone},
		{"dns-domain-delete", func(c *wedos.Client) error { return second(c.DNSDomainDelete(ctx, "example.com")) }, data{"name": "example.com"}},
		{"dns-domain-commit", func(c *wedos.Client) error { return second(c.DNSDomainCommit(ctx, "example.com")) }, data{"name": "example.com"}},
		{"dns-domain-axfr-run", func(c *wedos.Client) error { return second(c.DNSDomainAXFRRun(ctx, "example.com")) }, data{"name": "example.com"}},
		{"dns-domain-copy", func(c *wedos.Client) error { return second(c.DNSDomainCopy(ctx, "example.com", "example.net")) }, data{"name": "example.com", "name_new": "example.net"}},
		{"dns-rows-list", func(c *wedos.Client) error { return second(c.DNSRowsList(ctx, "example.com")) }, data{"domain": "example.com"}},
		{"dns-row-detail", func(c *wedos.Client) error {
			return second(c.DNSRowDetail(ctx, "example.com", "7", wedos.DNSRowDetailOptions{}))
		}, data{"domain": "example.com", "row_id": "7"}},
		{"dns-row-detail", func(c *wedos.Client) error {
			return second(c.DNSRowDetail(ctx, "example.com", "7", wedos.DNSRowDetailOptions{NameParameter: true}))
		}, data{"name": "example.com", "row_id": "7"}},
		{"dns-row-add", func(c *wedos.Client) error {
			return second(c.DNSRowAdd(ctx, "example.com", wedos.NewRow{TTL: 300, Type: "A", Data: "192.0.2.1", Comment: "c"}))
		}, data{"domain": "example.com", "name": "", "ttl": "300", "type": "A", "rdata": "192.0.2.1", "auth_comment": "c"}},
		{"dns-row-update", func(c *wedos.Client) error { return second(c.DNSRowUpdate(ctx, "example.com", "7", 600, "x")) },
			data{"domain": "example.com", "row_id": "7", "ttl": "600", "rdata": "x"}},
		{"dns-row-delete", func(c *wedos.Client) error { return second(c.DNSRowDelete(ctx, "example.com", "7")) }, data{"domain": "example.com", "row_id": "7"}},

		{"wgp-domain-create", func(c *wedos.Client) error {
			return second(c.WGPDomainCreate(ctx, wedos.NewWGPDomain{Domain: "example.com", VariantID: wedos.WGPExpert, PeriodID: wedos.WGPYear, UpstreamIPs: []string{"192.0.2.1"}, TemplateDomainID: 9, Mode: "ns"}))
		}, data{"domain": "example.com", "variant_id": "3", "period_id": "4", "upstream_ips/0": "192.0.2.1", "template_domain_id": "9", "mode": "ns"}},
	} {
		fake := wedostest.New(wedostest.Options{})
		c, err := wedos.New(fake.Config())
		if err != nil {
			t.Fatal(err)
		}
		_ = call.send(c) // that the fake has no such object matters not
		requests := fake.Requests()
		if len(requests) != 1 || requests[0].Command != call.command {
			t.Errorf("%s: sent %+v", call.command, requests)
		} else if got := leavesOf(requests[0].Data); !reflect.DeepEqual(got, call.want) {
			t.Errorf("%s sent\n%v, want\n%v", call.command, got, call.want)
		}
	}
}

func with(a, b data) data {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}

// leavesOf leaves the elements out that hold others.
func leavesOf(all data) data {
	out := data{}
	for path, text := range all {
		holds := false
		for other := range all {
			holds = holds || strings.HasPrefix(other, path+"/")
		}
		if !holds {
			out[path] = text
		}
	}
	return out
}

// The names of the items are those that clients in production use.
func TestDomainInfoHoldsEveryItem(t *testing.T) {
	item := func(names ...string) (doc string) {
		for i, name := range names {
			if i > 0 {
				doc += ","
			}
			doc += `"` + name + `":"` + strings.ToUpper(name) + `"`
		}
		return doc
	}
	c := answering(t, `{"response":{"code":1000,"result":"OK","data":{"domain":{`+
		item("name", "status", "nsset", "keyset", "owner_c", "admin_c", "tech_c", "billing_c", "reg_owner", "reg_creator", "reg_update", "rgp_status",
			"own_company", "own_name", "own_fname", "own_lname", "own_email", "own_email2", "own_phone", "own_fax", "own_ic", "own_dic", "own_taxpayer",
			"own_addr_street", "own_addr_city", "own_addr_zip", "own_addr_state", "own_addr_country")+
		`,"expiration":"2030-01-02","setup_date":"2020-01-02 03:04:05","updated_date":"2021-01-02 03:04:05","transfer_date":null,"dnssec_keys":["K1","K2"],`+
		`"dns":{"server":[{"name":"ns.example.net","addr_ipv4":["192.0.2.1","192.0.2.2"],"addr_ipv6":""}]},`+
		`"own_other":{`+item("notify_email", "ident_type", "ident", "del_addr")+`}}}}}`)
	got, err := c.DomainInfo(t.Context(), "example.com")
	if err != nil {
		t.Fatal(err)
	}
	prague := got.Time.Location()
	if got.Time.IsZero() {
		t.Error("no time from the Date header")
	}
	got.Answer = wedos.Answer{}
	want := &wedos.Domain{
		Name: "NAME", Status: "STATUS", NSSET: "NSSET", Keyset: "KEYSET", OwnerC: "OWNER_C", AdminC: "ADMIN_C", TechC: "TECH_C", BillingC: "BILLING_C",
		RegOwner: "REG_OWNER", RegCreator: "REG_CREATOR", RegUpdate: "REG_UPDATE", RGPStatus: "RGP_STATUS",
		Expiration: time.Date(2030, 1, 2, 0, 0, 0, 0, prague), SetupDate: time.Date(2020, 1, 2, 3, 4, 5, 0, prague), UpdatedDate: time.Date(2021, 1, 2, 3, 4, 5, 0, prague),
		DNSSECKeys: []string{"K1", "K2"},
		DNS:        wedos.ServerSet{Servers: []wedos.Nameserver{{Name: "ns.example.net", IPv4: []string{"192.0.2.1", "192.0.2.2"}}}},
		Owner: wedos.DomainOwner{
			Company: "OWN_COMPANY", Name: "OWN_NAME", FirstName: "OWN_FNAME", LastName: "OWN_LNAME", Email: "OWN_EMAIL", Email2: "OWN_EMAIL2", Phone: "OWN_PHONE",
			Fax: "OWN_FAX", CompanyNumber: "OWN_IC", TaxNumber: "OWN_DIC", Taxpayer: "OWN_TAXPAYER", Street: "OWN_ADDR_STREET", City: "OWN_ADDR_CITY",
			ZIP: "OWN_ADDR_ZIP", State: "OWN_ADDR_STATE", Country: "OWN_ADDR_COUNTRY",
			Other: wedos.DomainOwnerOther{NotifyEmail: "NOTIFY_EMAIL", IdentType: "IDENT_TYPE", Ident: "IDENT", DeleteAddress: "DEL_ADDR"},
		},
	}
	if prague.String() != "Europe/Prague" || !reflect.DeepEqual(got, want) {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
}

func TestWGPDomainCreated(t *testing.T) {
	c := answering(t, `{"response":{"code":1001,"result":"Request pending","svTRID":"s","data":{"WGP_ID":7,"domain":"example.com","order_num":"8","currency":"CZK","amount":"1.10","acc_amount_before":"3.30","acc_amount_current":"2.20"}}}`)
	got, err := c.WGPDomainCreate(t.Context(), wedos.NewWGPDomain{Domain: "example.com", VariantID: wedos.WGPStart, PeriodID: wedos.WGPMonth})
	if err != nil || got.WGPID != "7" || got.Domain != "example.com" || got.OrderNumber != "8" || got.Currency != "CZK" ||
		got.Amount.String() != "1.1" || got.AccountBefore.String() != "3.3" || got.AccountNow.String() != "2.2" {
		t.Errorf("%+v, %v", got, err)
	}
	if p, pending := got.Pending(); !pending || p.SvTRID != "s" {
		t.Errorf("%+v, %v", p, pending)
	}
}
