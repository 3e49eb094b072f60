package wedos_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// both runs a test in each codec.
func both(t *testing.T, test func(*testing.T, *wedos.Client, *wedostest.Server)) {
	for _, codec := range []wedos.Codec{wedos.JSON, wedos.XML} {
		t.Run(string(codec), func(t *testing.T) {
			c, fake := newPair(t, wedostest.Options{}, func(c *wedos.Config) { c.Codec = codec })
			test(t, c, fake)
		})
	}
}

func TestDNSRows(t *testing.T) {
	both(t, func(t *testing.T, c *wedos.Client, fake *wedostest.Server) {
		ctx := t.Context()
		fake.AddZone("example.com")
		text := `v=DKIM1; p=a+b/c==&%41 "ž" <x>`
		if _, err := c.DNSRowAdd(ctx, "example.com", wedos.NewRow{TTL: 300, Type: "TXT", Data: text, Comment: "by us"}); err != nil {
			t.Fatal(err)
		}
		rows, err := c.DNSRowsList(ctx, "example.com")
		if err != nil || len(rows) != 1 || rows[0].Data != text || rows[0].TTL != 300 || rows[0].Comment != "by us" || rows[0].Name != "" {
			t.Fatalf("%+v, %v", rows, err)
		}
		if rows[0].Changed.IsZero() || rows[0].Changed.Location().String() != "Europe/Prague" {
			t.Errorf("changed %v, want a time in Prague", rows[0].Changed)
		}
		_, err = c.DNSRowAdd(ctx, "example.com", wedos.NewRow{TTL: 300, Type: "TXT", Data: text})
		if !errors.Is(err, wedos.ErrConflict) || !errors.Is(err, wedos.Code(2316)) {
			t.Errorf("the same row again: %v", err)
		}
		if _, err := c.DNSRowUpdate(ctx, "example.com", rows[0].ID, 600, "other"); err != nil {
			t.Error(err)
		}
		row, err := c.DNSRowDetail(ctx, "example.com", rows[0].ID, wedos.DNSRowDetailOptions{})
		if err != nil || row.TTL != 600 || row.Data != "other" {
			t.Errorf("%+v, %v", row, err)
		}
		byName, err := c.DNSRowDetail(ctx, "example.com", rows[0].ID, wedos.DNSRowDetailOptions{NameParameter: true})
		if err != nil || !reflect.DeepEqual(row, byName) {
			t.Errorf("%+v, %v", byName, err)
		}
		if z, _ := fake.Zone("example.com"); !z.Changed || len(z.Published) != 0 {
			t.Errorf("published before the commit: %+v", z)
		}
		if _, err := c.DNSDomainCommit(ctx, "example.com"); err != nil {
			t.Error(err)
		}
		if z, _ := fake.Zone("example.com"); z.Changed || len(z.Published) != 1 {
			t.Errorf("not published: %+v", z)
		}
		if _, err := c.DNSRowDelete(ctx, "example.com", rows[0].ID); err != nil {
			t.Error(err)
		}
		if _, err := c.DNSRowDelete(ctx, "example.com", rows[0].ID); !errors.Is(err, wedos.ErrNotFound) {
			t.Errorf("deleted twice: %v", err)
		}
	})
}

func TestDNSZones(t *testing.T) {
	both(t, func(t *testing.T, c *wedos.Client, fake *wedostest.Server) {
		ctx := t.Context()
		yes := true
		if _, err := c.DNSDomainAdd(ctx, "example.com", wedos.DNSDomainSettings{AXFREnabled: &yes, AXFRIPs: []string{"192.0.2.1"}}); err != nil {
			t.Fatal(err)
		}
		sent := fake.Requests()[0].Data
		if sent["axfr_enabled"] != "1" || sent["axfr_ips/ip"]+sent["axfr_ips/ip/0"] != "192.0.2.1" {
			t.Errorf("sent %v", sent)
		}
		if _, err := c.DNSDomainAdd(ctx, "example.com", wedos.DNSDomainSettings{}); !errors.Is(err, wedos.ErrConflict) {
			t.Errorf("added twice: %v", err)
		}
		info, err := c.DNSDomainInfo(ctx, "example.com")
		if err != nil || info.Name != "example.com" || !info.AutoCommit || info.Refresh != 3600 || info.Code != wedos.CodeOK || info.Raw.Text() == "" {
			t.Errorf("%+v, %v", info, err)
		}
		if _, err := c.DNSDomainUpdate(ctx, "example.com", wedos.DNSDomainSettings{PrimaryIP: "2001:db8::1"}); err != nil {
			t.Error(err)
		}
		if _, err := c.DNSDomainCopy(ctx, "example.com", "example.net"); err != nil {
			t.Error(err)
		}
		zones, err := c.DNSDomainsList(ctx)
		if want := []wedos.DNSDomain{{"example.com", "primary", "active"}, {"example.net", "primary", "active"}}; err != nil || !reflect.DeepEqual(zones, want) {
			t.Errorf("%+v, %v", zones, err)
		}
		if _, err := c.DNSDomainDelete(ctx, "example.net"); err != nil {
			t.Error(err)
		}
		if _, err := c.DNSDomainInfo(ctx, "example.net"); !errors.Is(err, wedos.ErrNotFound) {
			t.Errorf("deleted: %v", err)
		}
		if _, err := c.DNSDomainAXFRRun(ctx, "example.com"); !errors.Is(err, wedos.Code(2319)) {
			t.Errorf("%v, want 2319", err)
		}
	})
}

func TestDomains(t *testing.T) {
	both(t, func(t *testing.T, c *wedos.Client, fake *wedostest.Server) {
		ctx := t.Context()
		fake.Take("taken.example")
		free, err := c.DomainCheck(ctx, "new.example")
		if err != nil || !free.Available {
			t.Errorf("%+v, %v", free, err)
		}
		taken, err := c.DomainCheck(ctx, "taken.example")
		if err != nil || taken.Available || taken.Code != 3201 || taken.Result == "" {
			t.Errorf("a taken name is an answer: %+v, %v", taken, err)
		}
		servers := wedos.Nameservers{Servers: []wedos.Nameserver{{Name: "ns1.new.example", IPv4: []string{"192.0.2.1"}, IPv6: []string{"2001:db8::1"}}, {Name: "ns.example.net"}}}
		made, err := c.DomainCreate(ctx, wedos.NewDomain{Name: "new.example", Period: 2, Owner: "X", Nameservers: servers, Rules: &wedos.Rules{FirstName: "A", LastName: "B"}})
		if err != nil || time.Until(made.Expiration) < 720*24*time.Hour || made.Credit.Amount.String() != "9750" || made.Credit.Currency != "CZK" {
			t.Fatalf("%+v, %v", made, err)
		}
		if _, err := c.DomainCreate(ctx, wedos.NewDomain{Name: "taken.example", Period: 1, Owner: "X"}); !errors.Is(err, wedos.ErrConflict) || errors.Is(err, wedos.ErrAmbiguous) {
			t.Errorf("%v, want ErrConflict", err)
		}
		info, err := c.DomainInfo(ctx, "new.example")
		if err != nil || info.Status != wedos.DomainActive || !reflect.DeepEqual(info.DNS.Servers, servers.Servers) || !info.TransferDate.IsZero() {
			t.Errorf("%+v, %v", info, err)
		}
		renewed, err := c.DomainRenew(ctx, "new.example", 1, wedos.DomainRenewOptions{})
		if err != nil || !renewed.Expiration.Equal(info.Expiration.AddDate(1, 0, 0)) {
			t.Errorf("%+v, %v", renewed, err)
		}
		listed, err := c.DomainsList(ctx, wedos.DomainsListOptions{Status: wedos.DomainActive})
		if err != nil || len(listed) != 1 || !listed[0].Expiration.Equal(renewed.Expiration) {
			t.Errorf("%+v, %v", listed, err)
		}
		moves, err := c.AccountList(ctx, time.Now().AddDate(0, 0, -1), time.Now())
		if err != nil || len(moves) != 2 || moves[0].Amount.String() != "-250" || moves[0].Blocked || moves[0].ID == "" {
			t.Errorf("%+v, %v", moves, err)
		}
		credit, err := c.CreditInfo(ctx)
		if err != nil || credit.Amount.StringFixed(2) != fake.Credit() {
			t.Errorf("%v, %v", credit, err)
		}
	})
}

func TestDomainsElsewhere(t *testing.T) {
	both(t, func(t *testing.T, c *wedos.Client, fake *wedostest.Server) {
		ctx := t.Context()
		fake.Take("taken.example")
		fake.AddDomain(wedostest.Domain{Name: "ours.example", Expiration: time.Now()})
		for name, want := range map[string]bool{"taken.example": true, "ours.example": false, "none.example": false} {
			check, err := c.DomainTransferCheck(ctx, name)
			if err != nil || check.Possible != want {
				t.Errorf("%s: %+v, %v", name, check, err)
			}
		}
		fake.Inject(wedostest.Fault{Command: "domain-transfer-check", Code: 3217})
		if _, err := c.DomainTransferCheck(ctx, "taken.example"); !errors.Is(err, wedos.ErrUnavailable) {
			t.Errorf("3217 is the registry's silence here: %v", err)
		}
		a, err := c.DomainTransfer(ctx, wedos.Transfer{Name: "taken.example", AuthInfo: wedos.NewSecret("pw"), DNS: &wedos.Nameservers{}})
		if err != nil {
			t.Fatal(err)
		}
		if p, pending := a.Pending(); !pending || p.Command != "domain-transfer" || p.SvTRID == "" {
			t.Errorf("%+v", a)
		}
		if _, err := c.DomainUpdateNS(ctx, "ours.example", wedos.Nameservers{NSSET: "NSS"}); err != nil {
			t.Error(err)
		}
		if _, err := c.DomainUpdateKeyset(ctx, "ours.example", "1"); err != nil {
			t.Error(err)
		}
		if _, err := c.DomainSendAuthInfo(ctx, "none.example"); !errors.Is(err, wedos.ErrNotFound) {
			t.Error(err)
		}
		for years, want := range map[int]bool{1: true, 11: false} {
			if ok, err := c.DomainTLDPeriodCheck(ctx, "cz", years); ok != want || err != nil {
				t.Errorf("%d years: %v, %v", years, ok, err)
			}
		}
		if _, err := c.WGPDomainCreate(ctx, wedos.NewWGPDomain{Domain: "ours.example", VariantID: wedos.WGPStart, PeriodID: wedos.WGPYear, UpstreamIPs: []string{"192.0.2.1"}}); err != nil {
			t.Error(err)
		}
	})
}

func TestContactsAndNSSETs(t *testing.T) {
	both(t, func(t *testing.T, c *wedos.Client, fake *wedostest.Server) {
		ctx := t.Context()
		contact := wedos.Contact{ID: "CON-1", FirstName: "A", Email: "user+tag@example.com", Phone: "+420 123456789"}
		if free, err := c.ContactCheck(ctx, "cz", "CON-1"); !free || err != nil {
			t.Error(free, err)
		}
		if made, err := c.ContactCreate(ctx, "cz", contact); err != nil || made.ID != "CON-1" {
			t.Fatal(made, err)
		}
		if free, err := c.ContactCheck(ctx, "cz", "CON-1"); free || err != nil {
			t.Error(free, err)
		}
		info, err := c.ContactInfo(ctx, "cz", "CON-1", wedos.ContactInfoOptions{AuthInfo: wedos.NewSecret("pw")})
		if err != nil || info.Contact.Phone != contact.Phone || info.Contact.Email != contact.Email || info.ContactID != "CON-1" {
			t.Errorf("%+v, %v", info, err)
		}
		if _, err := c.ContactUpdate(ctx, "cz", "CON-1", contact, wedos.ContactUpdateOptions{}); err != nil {
			t.Error(err)
		}
		if _, err := c.ContactTransfer(ctx, "cz", "NONE", wedos.NewSecret("pw")); !errors.Is(err, wedos.ErrNotFound) {
			t.Error(err)
		}
		if _, err := c.ContactSendAuthInfo(ctx, "cz", "CON-1"); err != nil {
			t.Error(err)
		}
		servers := []wedos.Nameserver{{Name: "ns.example.net"}}
		if made, err := c.NSSETCreate(ctx, "cz", "NSS-1", servers, wedos.NSSETOptions{TechC: "CON-1"}); err != nil || made.Name != "NSS-1" {
			t.Fatal(made, err)
		}
		if free, err := c.NSSETCheck(ctx, "cz", "NSS-1"); free || err != nil {
			t.Error(free, err)
		}
		if set, err := c.NSSETInfo(ctx, "cz", "NSS-1"); err != nil || set.Name != "NSS-1" {
			t.Error(set, err)
		}
		if _, err := c.NSSETUpdate(ctx, "cz", "NSS-1", servers, wedos.NewSecret("pw"), wedos.NSSETOptions{}); err != nil {
			t.Error(err)
		}
		if _, err := c.NSSETTransfer(ctx, "cz", "NONE", wedos.NewSecret("pw")); !errors.Is(err, wedos.ErrNotFound) {
			t.Error(err)
		}
		if _, err := c.NSSETSendAuthInfo(ctx, "cz", "NSS-1"); err != nil {
			t.Error(err)
		}
	})
}

func TestTestModeChangesNothing(t *testing.T) {
	both(t, func(t *testing.T, c *wedos.Client, fake *wedostest.Server) {
		fake.AddZone("example.com")
		dry := c.With(wedos.CallOptions{Test: true})
		a, err := dry.DNSRowAdd(t.Context(), "example.com", wedos.NewRow{TTL: 300, Type: "A", Data: "192.0.2.1"})
		if err != nil || !a.Test {
			t.Errorf("%+v, %v", a, err)
		}
		if _, err := dry.DomainCreate(t.Context(), wedos.NewDomain{Name: "new.example", Period: 1, Owner: "X"}); err != nil {
			t.Error(err)
		}
		if z, _ := fake.Zone("example.com"); len(z.Rows) != 0 || fake.Credit() != "10000.00" {
			t.Errorf("changed: %+v, credit %s", z, fake.Credit())
		}
	})
}

func TestOnAnswerSeesEveryEnvelope(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddZone("example.com")
	var seen []wedos.Code
	c = c.With(wedos.CallOptions{ClTRID: "mine-1", OnAnswer: func(a *wedos.Answer) {
		seen = append(seen, a.Code)
		if a.ClTRID != "mine-1" || a.Raw.Text() == "" || a.SvTRID == "" || a.Time.IsZero() {
			t.Errorf("%+v", a)
		}
	}})
	_, _ = c.DNSRowsList(t.Context(), "example.com")
	_, _ = c.DNSRowsList(t.Context(), "none.example")
	if !reflect.DeepEqual(seen, []wedos.Code{1000, 3222}) {
		t.Errorf("%v", seen)
	}
}

// Call serves commands that are not typed, with structs and with maps.
func TestCallDecodes(t *testing.T) {
	c := answering(t, `{"response":{"code":1000,"result":"OK","data":{"n":"7","ok":1,"at":"2026-05-01 10:00:00","sum":"0.10","tag":["a","b"],"sub":{"x":"y"}}}}`)
	a, err := c.Call(t.Context(), "some-command", map[string]any{"a": 1, "b": []string{"x"}, "c": true, "d": nil})
	if err != nil {
		t.Fatal(err)
	}
	var out struct {
		N   int       `wapi:"n"`
		OK  bool      `wapi:"ok"`
		At  time.Time `wapi:"at"`
		Tag []string  `wapi:"tag"`
		Sub struct {
			X string `wapi:"x"`
		} `wapi:"sub"`
	}
	if err := a.Decode(&out); err != nil || out.N != 7 || !out.OK || out.At.Hour() != 10 || len(out.Tag) != 2 || out.Sub.X != "y" {
		t.Errorf("%+v, %v", out, err)
	}
	if a.Value("sub", "x") != "y" || a.Value("none", "x") != "" {
		t.Error("Value")
	}
	if err := a.Decode(out); err == nil {
		t.Error("Decode into a value must fail")
	}
}
