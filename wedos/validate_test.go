package wedos_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// Bad input is refused with the field's name before anything is sent.
func TestArguments_RefusedBeforeSending(t *testing.T) {
	c, fake := newPair(t, wedostest.Options{}, nil)
	fake.AddZone("example.com")
	ctx := t.Context()
	var none context.Context
	long := strings.Repeat("a", 64) + ".example"
	row := wedos.NewRow{Name: "www", TTL: 1800, Type: "A", Data: "192.0.2.1"}
	add := func(change func(*wedos.NewRow)) error {
		r := row
		change(&r)
		_, err := c.DNSRowAdd(ctx, "example.com", r)
		return err
	}
	for name, try := range map[string]struct {
		field string
		err   error
	}{
		"nil context":         {"ctx", second(c.Ping(none))},
		"nil context, typed":  {"ctx", second(c.DNSRowsList(none, "example.com"))},
		"empty domain":        {"domain", second(c.DNSRowsList(ctx, ""))},
		"over-long domain":    {"domain", second(c.DNSRowsList(ctx, strings.Repeat("a.", 200)+"example"))},
		"over-long label":     {"name", second(c.DomainInfo(ctx, long))},
		"domain with a path":  {"name", second(c.DomainInfo(ctx, "example.com/x"))},
		"domain with CRLF":    {"name", second(c.DomainInfo(ctx, "example.com\r\nx"))},
		"no dot":              {"name", second(c.DomainCheck(ctx, "example"))},
		"unknown row id":      {"row_id", second(c.DNSRowDelete(ctx, "example.com", "seven"))},
		"empty row id":        {"row_id", second(c.DNSRowUpdate(ctx, "example.com", "", 1800, "x"))},
		"TTL too short":       {"ttl", add(func(r *wedos.NewRow) { r.TTL = 299 })},
		"TTL too long":        {"ttl", add(func(r *wedos.NewRow) { r.TTL = 172801 })},
		"CRLF in data":        {"rdata", add(func(r *wedos.NewRow) { r.Data = "a\r\nb" })},
		"invalid UTF-8":       {"rdata", add(func(r *wedos.NewRow) { r.Data = "a\xffb" })},
		"empty data":          {"rdata", add(func(r *wedos.NewRow) { r.Data = "" })},
		"absolute name":       {"name", add(func(r *wedos.NewRow) { r.Name = "www.Example.com" })},
		"the zone's own name": {"name", add(func(r *wedos.NewRow) { r.Name = "example.com" })},
		"name with a dot":     {"name", add(func(r *wedos.NewRow) { r.Name = "www." })},
		"type":                {"type", add(func(r *wedos.NewRow) { r.Type = "a; DROP" })},
		"comment":             {"auth_comment", add(func(r *wedos.NewRow) { r.Comment = "\x00" })},
		"period":              {"period", second(c.DomainRenew(ctx, "example.com", 0, wedos.DomainRenewOptions{}))},
		"owner":               {"owner_c", second(c.DomainCreate(ctx, wedos.NewDomain{Name: "example.com", Period: 1}))},
		"nsset and servers": {"nsset", second(c.DomainUpdateNS(ctx, "example.com", wedos.Nameservers{
			NSSET: "X", Servers: []wedos.Nameserver{{Name: "ns.example.net"}},
		}))},
		"glue": {"dns", second(c.DomainUpdateNS(ctx, "example.com", wedos.Nameservers{
			Servers: []wedos.Nameserver{{Name: "ns.example.com", IPv4: []string{"192.0.2.256"}}},
		}))},
		"two addresses": {"dns", second(c.NSSETCreate(ctx, "cz", "X", []wedos.Nameserver{
			{Name: "ns.example.com", IPv4: []string{"192.0.2.1", "192.0.2.2"}},
		}, wedos.NSSETOptions{}))},
		"no servers":        {"dns", second(c.NSSETCreate(ctx, "cz", "X", nil, wedos.NSSETOptions{}))},
		"secondary":         {"primary_ip", second(c.DNSDomainAdd(ctx, "example.net", wedos.DNSDomainSettings{Type: "secondary"}))},
		"zone type":         {"type", second(c.DNSDomainAdd(ctx, "example.net", wedos.DNSDomainSettings{Type: "x"}))},
		"axfr":              {"axfr_ips", second(c.DNSDomainAdd(ctx, "example.net", wedos.DNSDomainSettings{AXFRIPs: []string{"x"}}))},
		"copy":              {"name_new", second(c.DNSDomainCopy(ctx, "example.com", "x y.example"))},
		"tld":               {"tld", second(c.ContactInfo(ctx, ".cz", "X", wedos.ContactInfoOptions{}))},
		"contact":           {"cname", second(c.ContactCheck(ctx, "cz", ""))},
		"dates":             {"date_to", second(c.AccountList(ctx, time.Unix(2e9, 0), time.Unix(1e9, 0)))},
		"no date":           {"date_from", second(c.AccountList(ctx, time.Time{}, time.Now()))},
		"notification id":   {"id", c.PollAck(ctx, "")},
		"command":           {"command", second(c.Call(ctx, "ping</command>", nil))},
		"element name":      {"data", second(c.Call(ctx, "ping", map[string]any{"<x>": 1}))},
		"element type":      {"x", second(c.Call(ctx, "ping", map[string]any{"x": make(chan int)}))},
		"contact with CRLF": {"addr_street", second(c.ContactCreate(ctx, "cz", wedos.Contact{Street: "a\r\nb"}))},
		"changed contact":   {"email", second(c.ContactUpdate(ctx, "cz", "X", wedos.Contact{Email: "a\x00"}, wedos.ContactUpdateOptions{}))},
		"contact, UTF-8":    {"fname", second(c.ContactCreate(ctx, "cz", wedos.Contact{FirstName: "a\xff"}))},
		"rules":             {"lname", second(c.DomainCreate(ctx, wedos.NewDomain{Name: "example.com", Period: 1, Owner: "X", Rules: &wedos.Rules{LastName: "a\nb"}}))},
		"transfer's rules":  {"fname", second(c.DomainTransfer(ctx, wedos.Transfer{Name: "example.com", Rules: &wedos.Rules{FirstName: "a\nb"}}))},
		"keyset":            {"keyset", second(c.DomainUpdateKeyset(ctx, "example.com", ""))},
		"wgp":               {"variant_id", second(c.WGPDomainCreate(ctx, wedos.NewWGPDomain{Domain: "example.com"}))},
		"client id":         {"ClTRID", second(c.With(wedos.CallOptions{ClTRID: strings.Repeat("x", 41)}).Ping(ctx))},
		"client id, space":  {"ClTRID", second(c.With(wedos.CallOptions{ClTRID: "a b"}).Ping(ctx))},
		"pending":           {"pending", second(wedos.NewTracker(wedos.TrackerConfig{}).Wait(ctx, wedos.Pending{}))},
		"pending, nil":      {"ctx", second(wedos.NewTracker(wedos.TrackerConfig{}).Wait(none, wedos.Pending{ClTRID: "x"}))},
		"not ambiguous":     {"failure", second(c.Settle(ctx, errors.New("x")))},
		"XML can't have it": {"x", second(xmlClient(t, fake).Call(ctx, "ping", map[string]any{"x": "a\x00"}))},
	} {
		t.Run(name, func(t *testing.T) {
			assert.ErrorIs(t, try.err, wedos.ErrInvalid)
			e, ok := errors.AsType[*wedos.Error](try.err)
			require.True(t, ok)
			assert.Equal(t, try.field, e.Field)
			assert.True(t, utf8.ValidString(e.Error()), "the text repeats the input: %q", e.Error())
			assert.False(t, strings.ContainsAny(e.Error(), "\r\n\x00"), "the text repeats the input: %q", e.Error())
		})
	}
	assert.Empty(t, fake.Requests())
}
