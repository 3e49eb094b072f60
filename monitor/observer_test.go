package monitor_test

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// a and b tell the same real sizes in different units, and it is the same
// bytes that come out. The instance of the fake counts in whole MiB.
func TestObserver_SameSizesFromBothForms(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	a := m.Run(t.Context(), target(monitor.KindServerObserver, s.ObserverURL(), "token"))
	b := m.Run(t.Context(), target(monitor.KindServerObserver, s.ServerObserverURL(), ""))
	want(t, a, monitor.StatusUp, "")
	want(t, b, monitor.StatusUp, "")
	if a.Instance.Form != monitor.FormWebObserver || b.Instance.Form != monitor.FormServerObserver {
		t.Errorf("forms %s and %s", a.Instance.Form, b.Instance.Form)
	}
	if a.Disk.Used != monitor.Bytes(144<<20) || a.Disk.Used != b.Disk.Used || a.Disk.Documents != b.Disk.Documents || a.Disk.Htdocs != b.Disk.Htdocs {
		t.Errorf("%+v\n%+v", a.Disk, b.Disk)
	}
	if b.Disk.Total != monitor.Bytes(250<<30) || a.Disk.Total.Known {
		t.Errorf("%+v\n%+v", a.Disk, b.Disk)
	}
	wanted := monitortest.Dolibarr("")
	wanted.Form = monitor.FormWebObserver
	if !reflect.DeepEqual(*a.Instance, wanted) {
		t.Errorf("%+v, want %+v", *a.Instance, wanted)
	}
	// At the hosting's level the volume counts.
	hosting := target(monitor.KindServerObserver, s.ServerObserverURL(), "")
	hosting.Scope = monitor.ScopeHosting
	if res := m.Run(t.Context(), hosting); res.Disk.Used != monitor.Bytes(175<<30) || res.Instance.Disk.Used != monitor.Bytes(144<<20) {
		t.Errorf("%+v", res.Disk)
	}
}

func TestObserver_ForksAndOldForms(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	fork := m.Run(t.Context(), target(monitor.KindServerObserver, s.ForkURL(), "token"))
	want(t, fork, monitor.StatusUp, "")
	if fork.Disk.Used.Known || fork.Disk.Documents.Known || fork.Disk.Htdocs.Known {
		t.Errorf("a size that was not told: %+v", fork.Disk)
	}
	old := m.Run(t.Context(), target(monitor.KindServerObserver, s.OldObserverURL(), ""))
	want(t, old, monitor.StatusUp, "")
	if old.Disk.Used != monitor.Bytes(144<<20) || !reflect.DeepEqual(old.Instance.Modules, []monitor.Module{{Name: "modSociete", Active: true}}) {
		t.Errorf("%+v", old.Instance)
	}
	// The override decides where content would say otherwise.
	forced := target(monitor.KindServerObserver, s.ObserverURL(), "token")
	forced.Params = map[string]string{monitor.ParamForm: string(monitor.FormServerObserver)}
	if res := m.Run(t.Context(), forced); res.Disk.Used != monitor.Bytes(144<<40) {
		t.Errorf("%+v", res.Disk)
	}
}

// The window is ±180 s, to the second, on both sides.
func TestObserver_ClockWindow(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := newServerAt(t, func() time.Time { return now })
	for skew, up := range map[int]bool{0: true, 179: true, 180: true, 181: false, -180: true, -182: false, 3600: false} {
		m := newMonitor(t, s, func(c *monitor.Config) {
			c.Now = func() time.Time { return now.Add(time.Duration(skew) * time.Second) }
		})
		res := m.Run(t.Context(), target(monitor.KindServerObserver, s.ObserverURL(), "token"))
		if up {
			want(t, res, monitor.StatusUp, "")
			continue
		}
		want(t, res, monitor.StatusDown, monitor.ReasonAuth)
		if !res.Reachable || res.HTTP.Status != 200 || !strings.Contains(res.Detail, "clock") {
			t.Errorf("%+v", res)
		}
	}
}

// Known answers of md5sum.
func TestObserverHash(t *testing.T) {
	if got := monitor.ObserverHash("token", time.Unix(1700000000, 0)); got != "47a54eb2b471fafd861fd25fc0bc5027" {
		t.Error(got)
	}
}

// 200 without the document is reachable and down, never up.
func TestObserver_RefusalsComeWith200(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	path := monitortest.PathOf(s.ObserverURL())
	x := target(monitor.KindServerObserver, s.ObserverURL(), "token")
	unsigned := x
	unsigned.Secret = ""
	res := m.Run(t.Context(), unsigned)
	want(t, res, monitor.StatusDown, monitor.ReasonAuth)
	if !res.Reachable || !strings.Contains(res.Detail, "Secret") {
		t.Errorf("%+v", res)
	}
	s.SetToken("another")
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonAuth)
	s.SetToken("")
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonAuth)
	s.SetToken(monitortest.Token)
	for _, body := range []string{"", "Fatal error: out of memory", "<html>Welcome</html>", "{}", `{"a":1}`, "[]", `"x"`, "null", `{"dolibarr":`, `{"apiname":"serverobserver","apiversion":"1.0"}`} {
		s.Script(path, monitortest.Text(body))
		res := m.Run(t.Context(), x)
		want(t, res, monitor.StatusDown, monitor.ReasonBadPayload)
		if !res.Reachable {
			t.Errorf("%q: %+v", body, res)
		}
	}
	s.Script(path, monitortest.Status(403), monitortest.Status(500))
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonAuth)
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonHTTPStatus)
}

// What PHP makes of the same facts. The shapes are those of the captured
// answers, the values are made up.
func TestObserver_PHPSpellings(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for name, c := range map[string]struct {
		body string
		want monitor.Instance
	}{
		"junk first": {
			"<br />\n<b>Warning</b>: foreach() in {closure} {main}\n\ufeff" + `{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"18.0.1"}}` + "\n<!-- -->",
			monitor.Instance{Version: "18.0.1", Form: monitor.FormWebObserver},
		},
		"empty lists for maps": {
			`{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"18.0.1","path":[],"data":[]},"db":[],"user":[],"module":[]}`,
			monitor.Instance{Version: "18.0.1", Form: monitor.FormWebObserver, Modules: []monitor.Module{}},
		},
		"active in all its spellings": {
			`{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"18.0.1"},"module":{
				"modA":{"active":true},"modB":{"active":"1"},"modC":{"active":1},"modD":{"active":""},"modE":{"active":null},"modF":{"active":false},"modG":{},"modH":{"active":"0"},"modI":[]}}`,
			monitor.Instance{Version: "18.0.1", Form: monitor.FormWebObserver, Modules: []monitor.Module{
				{Name: "modA", Active: true}, {Name: "modB", Active: true}, {Name: "modC", Active: true},
				{Name: "modD"}, {Name: "modE"}, {Name: "modF"}, {Name: "modG", Unclear: true}, {Name: "modH"}, {Name: "modI", Unclear: true}}},
		},
		"unknown sizes": {
			`{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"18.0.1","data":{"size":-1},"htdocs":{"size":null},"repertoire_client":{"size":false}}}`,
			monitor.Instance{Version: "18.0.1", Form: monitor.FormWebObserver},
		},
		"sizes as text and 0": {
			`{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"18.0.1","data":{"size":"24576"},"htdocs":{"size":0},"repertoire_client":{"size":1e30}}}`,
			monitor.Instance{Version: "18.0.1", Form: monitor.FormWebObserver, Disk: monitor.Disk{Documents: monitor.Bytes(24576), Htdocs: monitor.Bytes(0)}},
		},
		"a number without its unit is unknown": {
			`{"apiversion":"1.0","dolibarr":{"version":"18.0.1","data":{"size":5}}}`,
			monitor.Instance{Version: "18.0.1"},
		},
		"numbers as text, text as numbers": {
			`{"apiname":"serverobserver","apiversion":1.0,"dolibarr":{"version":18},"user":{"all":"7","active":5},"module":{"modA":{"numero":"104999","version":2,"source":"external","active":1}}}`,
			monitor.Instance{Version: "18", Form: monitor.FormWebObserver, Users: monitor.CountOf(7), ActiveUsers: monitor.CountOf(5),
				Modules: []monitor.Module{{Name: "modA", Number: monitor.CountOf(104999), Version: "2", External: true, Active: true}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s.Script(monitortest.PathOf(s.ObserverURL()), monitortest.Text(c.body))
			res := m.Run(t.Context(), target(monitor.KindServerObserver, s.ObserverURL(), "token"))
			want(t, res, monitor.StatusUp, "")
			if !reflect.DeepEqual(*res.Instance, c.want) {
				t.Errorf("%+v\nwant %+v", *res.Instance, c.want)
			}
		})
	}
}

// captured reads the answers captured from the real connectors, by title.
func captured(t *testing.T) map[string]string {
	t.Helper()
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("set HEBERGO_FACTS to the folder of recorded facts")
	}
	data, err := os.ReadFile(filepath.Join(folder, "monitor", "samples_dolibarr.txt"))
	if err != nil {
		t.Fatal(err)
	}
	samples := map[string]string{}
	for part := range strings.SplitSeq(string(data), "### ") {
		title, rest, _ := strings.Cut(part, "\n")
		rest = strings.ReplaceAll(rest, "\r\n", "\n")
		if _, body, ok := strings.Cut(rest, "\n\n"); ok {
			samples[title] = body
		}
	}
	return samples
}

func TestObserver_CapturedSamples(t *testing.T) {
	samples := captured(t)
	s := newServer(t)
	m := newMonitor(t, s)
	run := func(title string) monitor.Result {
		body, ok := samples[title]
		if !ok {
			t.Fatalf("no sample %q", title)
		}
		s.Script(monitortest.PathOf(s.ObserverURL()), monitortest.Text(body))
		return m.Run(t.Context(), target(monitor.KindServerObserver, s.ObserverURL(), "token"))
	}
	a, b := run("WebObserver OK"), run("ServerObserver legacy check.php")
	want(t, a, monitor.StatusUp, "")
	want(t, b, monitor.StatusUp, "")
	if *a.Disk != (monitor.Disk{Used: monitor.Bytes(870788), Documents: monitor.Bytes(24576), Htdocs: monitor.Bytes(731753)}) {
		t.Errorf("%+v", a.Disk)
	}
	if b.Disk.Used != monitor.Bytes(144<<20) || b.Disk.Documents != monitor.Bytes(1<<20) || fmt.Sprintf("%.2f", float64(b.Disk.Total.Bytes)/(1<<30)) != "251.97" {
		t.Errorf("%+v", b.Disk)
	}
	for _, res := range []monitor.Result{a, b} {
		if i := res.Instance; i.Version != "20.0.2" || i.Users != monitor.CountOf(7) || i.ActiveUsers != monitor.CountOf(5) || i.Database.Name != "dolibarr" || len(i.Modules) != 2 ||
			!i.Modules[1].Active || i.Modules[0].Active || !i.Modules[0].External || i.Modules[0].Number != monitor.CountOf(104999) || i.URL != "http://erp.example.test/" {
			t.Errorf("%+v", i)
		}
	}
	for _, title := range []string{"WebObserver missing", "WebObserver bad hash", "WebObserver stale -182s"} {
		want(t, run(title), monitor.StatusDown, monitor.ReasonAuth)
	}
}

func TestManager_CapturedSamples(t *testing.T) {
	samples := captured(t)
	s := newServer(t)
	m := newMonitor(t, s)
	s.Always(monitortest.PathOf(s.ActionsURL()), func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
		q := r.URL.Query()
		title := map[string]string{
			"": "server v2 check-server", "get-all-instance": "server v2 get-all-instance", "get-info-instanceclientA": "server v2 get-info-instance clientA",
			"get-info-instanceclientB": "server v2 get-info-instance clientB (no dolibarr)",
		}[q.Get("action")+q.Get("instance_name")]
		if len(q.Get("hash")) != 32 || samples[title] == "" {
			title = "WebObserver missing"
		}
		_, _ = w.Write([]byte(samples[title]))
	})
	hosting := target(monitor.KindServerManager, s.ActionsURL(), "token")
	hosting.Scope = monitor.ScopeHosting
	res := m.Run(t.Context(), hosting)
	want(t, res, monitor.StatusUp, "")
	if *res.Disk != (monitor.Disk{Total: monitor.Bytes(270553174016), Free: monitor.Bytes(80606912512), Used: monitor.Bytes(189946261504)}) || len(res.Instances) != 2 {
		t.Errorf("%+v %+v", res.Disk, res.Instances)
	}
	found, err := m.Discover(t.Context(), hosting)
	if err != nil || len(found) != 2 || found[0].Instance != "clientA" {
		t.Fatalf("%+v, %v", found, err)
	}
	a, b := m.Run(t.Context(), found[0]), m.Run(t.Context(), found[1])
	want(t, a, monitor.StatusUp, "")
	if a.Disk.Used != monitor.Bytes(26580) || a.Disk.Documents.Known || a.Instance.Version != "20.0.2" || !a.Instance.Modules[0].Active {
		t.Errorf("%+v", a.Instance)
	}
	want(t, b, monitor.StatusDown, monitor.ReasonBadPayload)
}

func TestDolibarrREST(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	x := target(monitor.KindDolibarr, s.DolibarrURL(), "key")
	res := m.Run(t.Context(), x)
	want(t, res, monitor.StatusUp, "")
	if res.Instance.Version != "20.0.2" || res.Disk != nil {
		t.Errorf("%+v", res)
	}
	locked := monitortest.Dolibarr("")
	locked.LockedBy = "admin"
	s.Set(locked)
	res = m.Run(t.Context(), x)
	want(t, res, monitor.StatusDegraded, monitor.ReasonLocked)
	if res.Instance.LockedBy != "admin" || strings.Contains(res.Detail, "admin") {
		t.Errorf("%+v", res)
	}
	wrong := x
	wrong.Secret = "token"
	want(t, m.Run(t.Context(), wrong), monitor.StatusDown, monitor.ReasonAuth)
	s.Script("/api/index.php/status", monitortest.Text("<html>"), monitortest.Text("{}"), monitortest.Status(404))
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonBadPayload)
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonBadPayload)
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonHTTPStatus)
}

func TestURLAssertions(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	s.Always("/", monitortest.Text(`{"db":[{"state":"ok","lag":0.5}],"ready":true,"x":null}`))
	for params, c := range map[string]struct {
		status monitor.Status
		reason monitor.Reason
	}{
		"status=200":                       {monitor.StatusUp, ""},
		"status=404, 500-599":              {monitor.StatusDown, monitor.ReasonHTTPStatus},
		"body=state\":\"ok":                {monitor.StatusUp, ""},
		"body=^never$":                     {monitor.StatusDown, monitor.ReasonAssertion},
		"not_body=error":                   {monitor.StatusUp, ""},
		"not_body=ready":                   {monitor.StatusDown, monitor.ReasonAssertion},
		"header.content-type=^text/html":   {monitor.StatusUp, ""},
		"header.Content-Type=json":         {monitor.StatusDown, monitor.ReasonAssertion},
		"header.X-Absent=.":                {monitor.StatusDown, monitor.ReasonAssertion},
		"json.db.0.state=ok":               {monitor.StatusUp, ""},
		"json.db.0.lag=0.5":                {monitor.StatusUp, ""},
		"json.ready=true":                  {monitor.StatusUp, ""},
		"json.x=":                          {monitor.StatusUp, ""},
		"json.db.1.state=":                 {monitor.StatusDown, monitor.ReasonAssertion},
		"json.db.x=":                       {monitor.StatusDown, monitor.ReasonAssertion},
		"json.ready.x=":                    {monitor.StatusDown, monitor.ReasonAssertion},
		"json.db.0.state=broken":           {monitor.StatusDown, monitor.ReasonAssertion},
		"slow=1ns":                         {monitor.StatusDegraded, monitor.ReasonAssertion},
		"slow=1h":                          {monitor.StatusUp, ""},
		"json.db.0.state=ok;body=ready":    {monitor.StatusUp, ""},
		"json.db.0.state=ok;not_body=lag":  {monitor.StatusDown, monitor.ReasonAssertion},
		"json.db.0.state=ok;status=500":    {monitor.StatusDown, monitor.ReasonHTTPStatus},
		"json.db.0.state=ok;reuse=true":    {monitor.StatusUp, ""},
		"json.db.0.state=ok;redirects=0":   {monitor.StatusUp, ""},
		"json.db.0.state=ok;cert_days=100": {monitor.StatusUp, ""},
	} {
		x := target(monitor.KindURL, s.SiteURL(), "")
		x.Params = map[string]string{}
		for pair := range strings.SplitSeq(params, ";") {
			name, value, _ := strings.Cut(pair, "=")
			x.Params[name] = value
		}
		if res := m.Run(t.Context(), x); res.Status != c.status || res.Reason != c.reason {
			t.Errorf("%s: %v %s %s", params, res.Status, res.Reason, res.Detail)
		}
	}
	s.Always("/", monitortest.Text("no JSON"))
	x := target(monitor.KindURL, s.SiteURL(), "")
	x.Params = map[string]string{"json.a": "1"}
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonBadPayload)
}

func TestTLS(t *testing.T) {
	now := time.Now()
	s := monitortest.NewTLSServer(monitortest.Options{NotBefore: now.Add(-time.Hour), NotAfter: now.Add(100 * 24 * time.Hour)})
	defer s.Close()
	trusting := func(c *monitor.Config) { c.TLS = map[string]monitor.TLS{"own": monitor.NewTLS(s.TLSConfig())} }
	m := newMonitor(t, s, trusting)
	x := target(monitor.KindURL, s.SiteURL(), "")
	res := m.Run(t.Context(), x) // the system does not know this authority
	want(t, res, monitor.StatusDown, monitor.ReasonTLS)
	if res.Certificate == nil || res.Certificate.Subject != "CN=monitortest" {
		t.Errorf("%+v", res.Certificate)
	}
	x.Params = map[string]string{monitor.ParamTLS: "own"}
	res = m.Run(t.Context(), x)
	want(t, res, monitor.StatusUp, "")
	c := res.Certificate
	if c.Version != "TLS 1.3" || c.Cipher == "" || c.Serial != "4f25" || len(c.FingerprintSHA256) != 64 || !c.EarliestExpiry.Equal(c.NotAfter) ||
		!c.LastChainExpiry.Equal(c.NotAfter) || len(c.DNSNames) != 2 || res.Phases.TLS <= 0 || res.HTTP.Proto != "HTTP/1.1" {
		t.Errorf("%+v %+v", c, res.Phases)
	}
	x.Params[monitor.ParamCertDays] = "200"
	want(t, m.Run(t.Context(), x), monitor.StatusDegraded, monitor.ReasonTLS)
	// Our default: at most 14 days, and a sixth of a short life.
	for days, status := range map[int]monitor.Status{80: monitor.StatusUp, 87: monitor.StatusDegraded} {
		m := newMonitor(t, s, trusting, func(c *monitor.Config) {
			c.Now = func() time.Time { return now.Add(time.Duration(days) * 24 * time.Hour) }
		})
		delete(x.Params, monitor.ParamCertDays)
		if res := m.Run(t.Context(), x); res.Status != status {
			t.Errorf("after %d days: %v %s", days, res.Status, res.Detail)
		}
	}
	plain := newServer(t)
	want(t, m.Run(t.Context(), target(monitor.KindURL, "https"+strings.TrimPrefix(plain.SiteURL(), "http"), "")), monitor.StatusDown, monitor.ReasonTLS)
}

func TestTLS_ExpiredCertificateShowsItsDates(t *testing.T) {
	now := time.Now()
	s := monitortest.NewTLSServer(monitortest.Options{NotBefore: now.Add(-48 * time.Hour), NotAfter: now.Add(-24 * time.Hour)})
	defer s.Close()
	m := newMonitor(t, s, func(c *monitor.Config) { c.TLS = map[string]monitor.TLS{"own": monitor.NewTLS(s.TLSConfig())} })
	x := target(monitor.KindURL, s.SiteURL(), "")
	x.Params = map[string]string{monitor.ParamTLS: "own"}
	res := m.Run(t.Context(), x)
	want(t, res, monitor.StatusDown, monitor.ReasonTLS)
	if !strings.Contains(res.Detail, "expired") || res.Certificate.Left(now) > -23*time.Hour {
		t.Errorf("%s %+v", res.Detail, res.Certificate)
	}
	lax := newMonitor(t, s, func(c *monitor.Config) {
		c.TLS = map[string]monitor.TLS{"own": monitor.NewTLS(&tls.Config{InsecureSkipVerify: true})}
	})
	want(t, lax.Run(t.Context(), x), monitor.StatusDegraded, monitor.ReasonTLS)
}

// Every probe takes a connection of its own and a full handshake, unless it is
// told to keep it.
func TestConnections(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	x := target(monitor.KindURL, s.SiteURL(), "")
	var addrs sync.Map
	s.Always("/", func(_ http.ResponseWriter, r *http.Request, _ <-chan struct{}) { addrs.Store(r.RemoteAddr, nil) })
	connections := func() (n int) {
		addrs.Range(func(any, any) bool { n++; return true })
		return n
	}
	for range 3 {
		want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
	}
	if n := connections(); n != 3 {
		t.Errorf("%d connections for 3 probes", n)
	}
	x.Params = map[string]string{monitor.ParamReuse: "true"}
	addrs.Clear()
	for range 3 {
		want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
	}
	if n := connections(); n != 1 {
		t.Errorf("%d connections for 3 probes that share one", n)
	}
}

// A handshake that takes an old session up again would hide a new certificate.
func TestTLS_NoResumption(t *testing.T) {
	s := monitortest.NewTLSServer(monitortest.Options{NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(1000 * time.Hour)})
	defer s.Close()
	cfg := s.TLSConfig()
	cfg.ClientSessionCache = tls.NewLRUClientSessionCache(8)
	m := newMonitor(t, s, func(c *monitor.Config) { c.TLS = map[string]monitor.TLS{"own": monitor.NewTLS(cfg)} })
	var resumed atomic.Int32
	s.Always("/", func(_ http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
		if r.TLS.DidResume {
			resumed.Add(1)
		}
	})
	x := target(monitor.KindURL, s.SiteURL(), "")
	x.Params = map[string]string{monitor.ParamTLS: "own"}
	for range 3 {
		want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
	}
	if n := resumed.Load(); n != 0 || cfg.ClientSessionCache == nil {
		t.Errorf("%d of 3 handshakes were resumed", n)
	}
}

func TestFetch(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	s.Always("/own", monitortest.Text("41"))
	x := target("own", s.SiteURL(), "")
	res, body := m.Fetch(t.Context(), x, monitor.Request{URL: s.URL + "/own", Header: http.Header{"x-key": {"k"}}})
	want(t, res, monitor.StatusUp, "")
	if string(body) != "41" || s.Requests()[0].Header.Get("X-Key") != "k" || !strings.HasPrefix(s.Requests()[0].Header.Get("User-Agent"), "hebergo/") {
		t.Errorf("%q %+v", body, s.Requests())
	}
	s.Always("/own", monitortest.Status(500))
	res, body = m.Fetch(t.Context(), x, monitor.Request{URL: s.URL + "/own"})
	want(t, res, monitor.StatusDown, monitor.ReasonHTTPStatus)
	if body != nil {
		t.Errorf("%q", body)
	}
	if res, _ := m.Fetch(t.Context(), x, monitor.Request{URL: "ftp://www.example.com"}); res.Field != "URL" {
		t.Errorf("%+v", res)
	}
	x.Params = map[string]string{"body": "its own", "threshold": "3", "slow": "1ns"}
	s.Always("/own", monitortest.Text("42"))
	res, body = m.Fetch(t.Context(), x, monitor.Request{URL: s.URL + "/own"})
	want(t, res, monitor.StatusDegraded, monitor.ReasonAssertion)
	if string(body) != "42" {
		t.Errorf("%q", body)
	}
	x.Params = map[string]string{"status": "x"}
	if res, _ := m.Fetch(t.Context(), x, monitor.Request{}); res.Field != "Params[status]" {
		t.Errorf("%+v", res)
	}
	x.Params, x.Timeout = nil, 100*time.Millisecond
	s.Always("/own", monitortest.Hang())
	res, _ = m.Fetch(t.Context(), x, monitor.Request{URL: s.URL + "/own"})
	want(t, res, monitor.StatusDown, monitor.ReasonTimeout)
	m.Close()
	if res, _ := m.Fetch(t.Context(), x, monitor.Request{}); !errors.Is(res.Err(), monitor.ErrClosed) {
		t.Errorf("%+v", res)
	}
}

func TestProbeURL_AndItsLike(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("a"))
	allow := monitortest.Loopback()
	for name, res := range map[string]monitor.Result{
		"url":      monitor.ProbeURL(t.Context(), s.SiteURL(), allow...),
		"observer": monitor.ProbeObserver(t.Context(), s.ObserverURL(), monitor.NewSecret(monitortest.Token), allow...),
		"manager":  monitor.ProbeManager(t.Context(), s.ManagerURL(), monitor.NewSecret(monitortest.Token), allow...),
		"dolibarr": monitor.ProbeDolibarr(t.Context(), s.DolibarrURL(), monitor.NewSecret(monitortest.APIKey), allow...),
	} {
		if res.Err() != nil {
			t.Errorf("%s: %v", name, res.Err())
		}
	}
	want(t, monitor.ProbeURL(t.Context(), s.SiteURL()), monitor.StatusUnknown, monitor.ReasonBlocked)
	field(t, monitor.ProbeURL(t.Context(), "www.example.com").Err(), "URL", monitor.ErrInvalid)
	field(t, monitor.ProbeURL(t.Context(), s.SiteURL(), badPrefix...).Err(), "Allow[0]", monitor.ErrInvalid)
}
