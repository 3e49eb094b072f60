package monitor_test

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// hash is what observers ask for, and the time beside it.
var hash = regexp.MustCompile(`(?i)[0-9a-f]{32}|time=[0-9]{10}`)

// secretless fails the test if anything that opens the first server arrived
// at the second.
func secretless(t *testing.T, other *monitortest.Server) {
	t.Helper()
	for _, r := range other.Requests() {
		for _, name := range []string{"Dolapikey", "Authorization", "Referer", "Cookie"} {
			if r.Header.Get(name) != "" {
				t.Errorf("%s arrived: %q", name, r.Header.Get(name))
			}
		}
		if hash.MatchString(r.Query) {
			t.Errorf("query %q arrived", r.Query)
		}
	}
}

// The other machine gets nothing, not even where the first one writes its own
// query into the address.
func TestRedirect_ToAnotherHost(t *testing.T) {
	for name, location := range map[string]string{
		"plain": "/", "query passed on": "/?{query}", "in upper case": "/?a=1&HASH={query}", "encoded name": "/?h%61sh=x&{query}",
	} {
		t.Run(name, func(t *testing.T) {
			first, other := newServer(t), newServer(t)
			m := newMonitor(t, first)
			for kind, address := range map[monitor.Kind]string{
				monitor.KindServerObserver: first.ObserverURL(), monitor.KindDolibarr: first.URL + "/api/index.php/status", monitor.KindURL: first.SiteURL(),
			} {
				first.Always(monitortest.PathOf(address), monitortest.Redirect(other.URL+location))
				secret := map[monitor.Kind]string{monitor.KindDolibarr: "key"}[kind]
				if secret == "" {
					secret = "token"
				}
				res := m.Run(t.Context(), target(kind, address, secret))
				if !res.HTTP.DroppedSecret || res.HTTP.Redirects != 1 || strings.Contains(res.HTTP.URL, "?") {
					t.Errorf("%s: %+v", kind, res.HTTP)
				}
				if kind != monitor.KindURL {
					want(t, res, monitor.StatusDown, monitor.ReasonAuth)
				}
			}
			if len(other.Requests()) != 3 {
				t.Errorf("%d requests arrived, want 3", len(other.Requests()))
			}
			secretless(t, other)
		})
	}
}

// A hash that hides deeper in the address stops the redirect.
func TestRedirect_HiddenHash(t *testing.T) {
	for _, location := range []string{"/login?back=https%3A%2F%2Fx%2F%3F{query}", "/{query}", "/login?back=" + strings.Repeat("%25", 2) + "3F{query}"} {
		first, other := newServer(t), newServer(t)
		// {query} is not a parameter of its own here
		first.Always(monitortest.PathOf(first.ObserverURL()), monitortest.Redirect(other.URL+strings.ReplaceAll(location, "{query}", "x{query}")))
		res := newMonitor(t, first).Run(t.Context(), target(monitor.KindServerObserver, first.ObserverURL(), "token"))
		want(t, res, monitor.StatusDown, monitor.ReasonBlocked)
		if len(other.Requests()) != 0 {
			t.Errorf("%s: %+v arrived", location, other.Requests())
		}
	}
}

// Credentials that were left behind don't come back with a redirect back.
func TestRedirect_ThereAndBack(t *testing.T) {
	first, other := newServer(t), newServer(t)
	first.Script(monitortest.PathOf(first.DolibarrURL())+"api/index.php/status", monitortest.Redirect(other.SiteURL()))
	other.Always("/", monitortest.Redirect(first.URL+"/api/index.php/status"))
	res := newMonitor(t, first).Run(t.Context(), target(monitor.KindDolibarr, first.URL, "key"))
	want(t, res, monitor.StatusDown, monitor.ReasonAuth)
	if last := first.Requests(); len(last) != 2 || last[1].Header.Get("Dolapikey") != "" {
		t.Errorf("%+v", last)
	}
}

// On the same host a redirect is nothing special.
func TestRedirect_OnTheSameHost(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	s.Script("/old/get-data.php", monitortest.Redirect(s.ObserverURL()+"?{query}"))
	want(t, m.Run(t.Context(), target(monitor.KindServerObserver, s.URL+"/old/get-data.php", "token")), monitor.StatusUp, "")
	s.Script("/moved/status", monitortest.Redirect("/api/index.php/status"))
	res := m.Run(t.Context(), target(monitor.KindDolibarr, s.URL+"/moved/status", "key"))
	want(t, res, monitor.StatusUp, "")
	if res.HTTP.Redirects != 1 || res.HTTP.DroppedSecret || res.HTTP.URL != s.URL+"/api/index.php/status" {
		t.Errorf("%+v", res.HTTP)
	}
}

func TestRedirect_Limits(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	s.Always("/loop", monitortest.Redirect("/loop"))
	res := m.Run(t.Context(), target(monitor.KindURL, s.URL+"/loop", ""))
	want(t, res, monitor.StatusDown, monitor.ReasonHTTPStatus)
	if n := len(s.Requests()); n != 11 {
		t.Errorf("%d requests, want 11", n)
	}
	stay := target(monitor.KindURL, s.URL+"/loop", "")
	stay.Params = map[string]string{monitor.ParamRedirects: "0", monitor.ParamStatus: "302"}
	want(t, m.Run(t.Context(), stay), monitor.StatusUp, "")
	for _, location := range []string{"file:///etc/passwd", "https://user:pass@www.example.com/", "gopher://127.0.0.1:6379/_", "http://", "%zz"} {
		s.Always("/odd", monitortest.Redirect(location))
		want(t, m.Run(t.Context(), target(monitor.KindURL, s.URL+"/odd", "")), monitor.StatusDown, monitor.ReasonBlocked)
	}
}

func TestGuard_PrivateAddresses(t *testing.T) {
	m := newMonitor(t, nil, func(c *monitor.Config) { c.Allow = nil })
	for _, address := range []string{
		"http://[::ffff:169.254.169.254]/latest/meta-data/", "http://169.254.169.254/", "http://127.0.0.1:1/", "http://[::1]:1/", "http://0.0.0.0:1/",
		"http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1%25lo]:1/", "http://100.64.0.1/", "https://10.0.0.1/", "http://localhost:1/",
	} {
		res := m.Run(t.Context(), target(monitor.KindURL, address, ""))
		if res.Reason == monitor.ReasonDNS && strings.Contains(address, "localhost") {
			continue // a machine that does not resolve it
		}
		want(t, res, monitor.StatusUnknown, monitor.ReasonBlocked)
		if res.Reachable || res.Field != "URL" || !strings.HasPrefix(res.Detail, "URL leads to ") {
			t.Errorf("%s: %+v", address, res)
		}
	}
}

// This machine is allowed, and sends us to one that is not.
func TestGuard_RedirectToPrivateAddress(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s, func(c *monitor.Config) {
		c.Allow = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	for _, location := range []string{"http://169.254.169.254/", "http://[::ffff:169.254.169.254]/", "http://127.0.0.2:1/", "//10.0.0.1/"} {
		s.Always("/", monitortest.Redirect(location))
		res := m.Run(t.Context(), target(monitor.KindURL, s.SiteURL(), ""))
		want(t, res, monitor.StatusDown, monitor.ReasonBlocked)
		if !res.Reachable || res.HTTP.Status != 302 {
			t.Errorf("%+v", res.HTTP)
		}
	}
}

// A name that is public when it is first asked for and private the next time:
// what counts is the address that is dialled.
func TestGuard_RebindingResolver(t *testing.T) {
	var asked atomic.Int32
	resolver := fakeDNS(t, func() [4]byte {
		asked.Add(1)
		return [4]byte{127, 0, 0, 1}
	})
	s := newServer(t)
	m := newMonitor(t, s, func(c *monitor.Config) { c.Allow, c.Resolver = nil, resolver })
	address := strings.Replace(s.SiteURL(), "127.0.0.1", "rebind.example.com", 1)
	want(t, m.Run(t.Context(), target(monitor.KindURL, address, "")), monitor.StatusUnknown, monitor.ReasonBlocked)
	if asked.Load() == 0 || len(s.Requests()) != 0 {
		t.Errorf("asked %d times, %d requests", asked.Load(), len(s.Requests()))
	}
	// The same name passes where the network is allowed: the resolver works.
	m = newMonitor(t, s, func(c *monitor.Config) { c.Resolver = resolver })
	res := m.Run(t.Context(), target(monitor.KindURL, address, ""))
	want(t, res, monitor.StatusUp, "")
	if res.Phases.DNS <= 0 || res.HTTP.RemoteAddr != strings.TrimSuffix(strings.TrimPrefix(s.URL, "http://"), "/") {
		t.Errorf("%+v %+v", res.Phases, res.HTTP)
	}
}

// fakeDNS answers every question for an IPv4 address, and no other.
func fakeDNS(t *testing.T, answer func() [4]byte) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	go func() {
		buf := make([]byte, 512)
		for {
			n, from, err := server.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = server.WriteTo(dnsAnswer(buf[:n], answer), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

// dnsAnswer turns a question into its answer (RFC 1035, section 4).
func dnsAnswer(question []byte, answer func() [4]byte) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	kind := binary.BigEndian.Uint16(question[end+1:])
	reply := append([]byte{}, question[:end+5]...)
	copy(reply[2:], []byte{0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0})
	if kind != 1 {
		return reply
	}
	reply[7] = 1
	addr := answer()
	reply = append(reply, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
	return append(reply, addr[:]...)
}

// A server that writes its query into a path does not make the Result show
// the hash.
func TestRedirect_HashInThePath(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for _, prefix := range []string{"/login/{query}", "/%25{query}/x"} {
		s.Always(monitortest.PathOf(s.ObserverURL()), monitortest.Redirect(prefix))
		res := m.Run(t.Context(), target(monitor.KindServerObserver, s.ObserverURL(), "token"))
		if res.HTTP == nil || res.HTTP.Redirects != 1 || hash.MatchString(res.HTTP.URL) {
			t.Errorf("%+v", res.HTTP)
		}
	}
}
