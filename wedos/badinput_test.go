package wedos_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/hebergo/hebergo/wedos"
	"github.com/hebergo/hebergo/wedos/wedostest"
)

// Bad input is refused with the field's name before anything is sent.
func TestBadInputIsRefusedBeforeSending(t *testing.T) {
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
		var e *wedos.Error
		if !errors.As(try.err, &e) || e.Field != try.field || !errors.Is(try.err, wedos.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid with the field %q", name, try.err, try.field)
		}
		if e != nil && (!utf8.ValidString(e.Error()) || strings.ContainsAny(e.Error(), "\r\n\x00")) {
			t.Errorf("%s: the text repeats the input: %q", name, e.Error())
		}
	}
	if n := len(fake.Requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}

func second[T any](_ T, err error) error { return err }

func xmlClient(t *testing.T, fake *wedostest.Server) *wedos.Client {
	config := fake.Config()
	config.Codec = wedos.XML
	c, err := wedos.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestNewNamesTheField(t *testing.T) {
	good := wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("pw")}
	for field, change := range map[string]func(*wedos.Config){
		"Login":            func(c *wedos.Config) { *c = wedos.Config{} },
		"Password":         func(c *wedos.Config) { c.Password = wedos.NewSecret("") },
		"Codec":            func(c *wedos.Config) { c.Codec = "yaml" },
		"URL":              func(c *wedos.Config) { c.URL = "http://api.example" },
		"UserAgent":        func(c *wedos.Config) { c.UserAgent = "x\r\nEvil: 1" },
		"MaxAttempts":      func(c *wedos.Config) { c.MaxAttempts = -1 },
		"MaxResponseBytes": func(c *wedos.Config) { c.MaxResponseBytes = -1 },
		"MaxRetryWait":     func(c *wedos.Config) { c.MaxRetryWait = -1 },
		"HTTPClient": func(c *wedos.Config) {
			c.IPv4Only, c.HTTPClient = true, wedostest.New(wedostest.Options{}).Config().HTTPClient
		},
	} {
		config := good
		change(&config)
		_, err := wedos.New(config)
		var e *wedos.Error
		if !errors.As(err, &e) || e.Field != field || !errors.Is(err, wedos.ErrInvalid) {
			t.Errorf("%v, want ErrInvalid with the field %s", err, field)
		}
	}
	hook := wedos.WebhookConfig{Token: wedos.NewSecret("0123456789abcdef"), Handle: wedos.NewTracker(wedos.TrackerConfig{}).Handle}
	for field, change := range map[string]func(*wedos.WebhookConfig){
		"Token":                nil,
		"Handle":               func(c *wedos.WebhookConfig) { c.Handle = nil },
		"MaxBytes or Remember": func(c *wedos.WebhookConfig) { c.MaxBytes = -1 },
	} {
		config := hook
		if change == nil {
			config.Token = wedos.NewSecret("short")
		} else {
			change(&config)
		}
		var e *wedos.Error
		if _, err := wedos.NewWebhook(config); !errors.As(err, &e) || e.Field != field {
			t.Errorf("%v, want the field %s", err, field)
		}
	}
}

// An IPv4-only client does not reach a server that listens on IPv6 alone.
func TestIPv4Only(t *testing.T) {
	c, err := wedos.New(wedos.Config{Login: "a@example.test", Password: wedos.NewSecret("pw"), URL: "http://[::1]:1", IPv4Only: true, MaxAttempts: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Ping(t.Context()); !errors.Is(err, wedos.ErrUnavailable) || strings.Contains(err.Error(), "refused") {
		t.Errorf("%v, want a dial error that never reached [::1]", err)
	}
	fake := wedostest.NewServer(wedostest.Options{})
	defer fake.Close()
	var network atomic.Value
	dial := func(ctx context.Context, n, address string) (net.Conn, error) {
		network.Store(n)
		return (&net.Dialer{}).DialContext(ctx, n, address)
	}
	for name, hc := range map[string]*http.Client{
		"no transport": {}, "an empty one": {Transport: &http.Transport{}}, "own dialer": {Transport: &http.Transport{DialContext: dial}},
	} {
		config := fake.Config()
		config.IPv4Only, config.HTTPClient = true, hc
		c4, err := wedos.New(config)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c4.Ping(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c4.Close()
	}
	if network.Load() != "tcp4" {
		t.Errorf("the caller's own dialer was asked for %v", network.Load())
	}
}
