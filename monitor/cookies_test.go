package monitor_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// named is a Monitor for which every name leads to this machine.
func named(t *testing.T) *monitor.Monitor {
	t.Helper()
	resolver := fakeDNS(t, func() [4]byte { return [4]byte{127, 0, 0, 1} })
	return newMonitor(t, nil, func(c *monitor.Config) { c.Resolver = resolver })
}

// site serves mux and returns its port.
func site(t *testing.T, mux http.Handler) (port string) {
	t.Helper()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL)
	require.NoError(t, err)
	return u.Port()
}

// A site that sets a cookie and redirects to itself to see it is up, and each
// probe comes as a new visitor.
func TestCookies_BetweenRedirects(t *testing.T) {
	first := 0
	port := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := r.Cookie("session"); err != nil {
			first++
			http.SetCookie(w, &http.Cookie{Name: "session", Value: "a quoted one", Path: "/", HttpOnly: true})
			http.Redirect(w, r, "/", http.StatusFound)
		}
	}))
	m := named(t)
	for range 2 {
		res := m.Run(t.Context(), target(monitor.KindURL, "http://shop.example.com:"+port+"/", ""))
		want(t, res, monitor.StatusUp, "")
		assert.Equal(t, 1, res.HTTP.Redirects)
	}
	assert.Equal(t, 2, first)
}

// Cookies go where they belong: by host, domain, path and TLS.
func TestCookies_Scope(t *testing.T) {
	for name, c := range map[string]struct{ from, set, to, arrives string }{
		"its own host":               {"www.example.com", "a=1", "www.example.com", "a=1"},
		"another host":               {"www.example.com", "a=1", "other.example.com", ""},
		"the whole domain":           {"www.example.com", "a=1; Domain=example.com", "login.example.com", "a=1"},
		"another domain":             {"www.example.com", "a=1; Domain=example.org", "www.example.org", ""},
		"everybody below a suffix":   {"www.example.com", "a=1; Domain=com", "bank.com", ""},
		"below a second level":       {"shop.co.uk", "a=1; Domain=co.uk", "bank.co.uk", ""},
		"a domain in such a country": {"www.shop.co.uk", "a=1; Domain=shop.co.uk", "pay.shop.co.uk", "a=1"},
		"another path":               {"www.example.com", "a=1; Path=/elsewhere", "www.example.com", ""},
		"only over TLS":              {"www.example.com", "a=1; Secure", "www.example.com", ""},
		"one that has ended":         {"www.example.com", "a=1; Max-Age=0", "www.example.com", ""},
		"too long":                   {"www.example.com", "a=" + strings.Repeat("x", 5000), "www.example.com", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got string
			var port string
			mux := http.NewServeMux()
			mux.HandleFunc("/start", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Set-Cookie", c.set+map[bool]string{true: "", false: "; Path=/"}[strings.Contains(c.set, "Path=")])
				http.Redirect(w, r, "http://"+c.to+":"+port+"/end", http.StatusFound)
			})
			mux.HandleFunc("/end", func(_ http.ResponseWriter, r *http.Request) { got = r.Header.Get("Cookie") })
			port = site(t, mux)
			want(t, named(t).Run(t.Context(), target(monitor.KindURL, "http://"+c.from+":"+port+"/start", "")), monitor.StatusUp, "")
			assert.Equal(t, c.arrives, got)
		})
	}
}

// What the program sends itself stays in front, and with its own host.
func TestCookies_BesideTheProgramsOwn(t *testing.T) {
	var got []string
	port := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Cookie"))
		if len(got) < 3 {
			http.SetCookie(w, &http.Cookie{Name: fmt.Sprint("hop", len(got)), Value: "1", Path: "/"})
			http.Redirect(w, r, "/again", http.StatusFound)
		}
	}))
	x := target(monitor.KindURL, "http://shop.example.com:"+port+"/", "")
	res, _ := named(t).Fetch(t.Context(), x, monitor.Request{Header: http.Header{"Cookie": {"mine=1"}}})
	want(t, res, monitor.StatusUp, "")
	assert.Equal(t, []string{"mine=1", "mine=1; hop1=1", "mine=1; hop1=1; hop2=1"}, got)
}

// A site can't make a probe carry more than a browser would.
func TestCookies_AreBounded(t *testing.T) {
	most := 0
	port := site(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most = max(most, len(r.Cookies()))
		for i := range 40 {
			http.SetCookie(w, &http.Cookie{Name: fmt.Sprintf("n%s-%d", r.URL.Query().Get("n"), i), Value: "x", Path: "/"})
		}
		http.Redirect(w, r, fmt.Sprintf("/?n=%d", most), http.StatusFound)
	}))
	want(t, named(t).Run(t.Context(), target(monitor.KindURL, "http://shop.example.com:"+port+"/", "")), monitor.StatusDown, monitor.ReasonHTTPStatus)
	assert.Equal(t, 50, most)
}

// A Unicode name and its punycode are one host, and credentials stay.
func TestRedirect_UnicodeHost(t *testing.T) {
	for _, c := range [][2]string{{"bücher.example.com", "xn--bcher-kva.example.com"}, {"xn--bcher-kva.example.com", "BÜCHER.example.com"}} {
		s := newServer(t)
		u, err := url.Parse(s.URL)
		require.NoError(t, err)
		resolver := fakeDNS(t, func() [4]byte { return [4]byte{127, 0, 0, 1} })
		m := newMonitor(t, s, func(cfg *monitor.Config) { cfg.Resolver = resolver })
		s.Script("/old/api/index.php/status", monitortest.Redirect("http://"+c[1]+":"+u.Port()+"/api/index.php/status"))
		res := m.Run(t.Context(), target(monitor.KindDolibarr, "http://"+c[0]+":"+u.Port()+"/old", "key"))
		want(t, res, monitor.StatusUp, "")
		assert.False(t, res.HTTP.DroppedSecret)
	}
}
