package promprobe_test

import (
	"context"
	"errors"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	dto "github.com/prometheus/client_model/go"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
)

// runner is a monitor.Runner that a test writes.
type runner func(ctx context.Context, t monitor.Target) monitor.Result

func (f runner) Run(ctx context.Context, t monitor.Target) monitor.Result { return f(ctx, t) }

func up(_ context.Context, t monitor.Target) monitor.Result {
	return monitor.Result{Target: t.ID, Kind: t.Kind, Status: monitor.StatusUp, Duration: time.Second}
}

func register(t *testing.T, targets ...monitor.Target) *promprobe.Catalog {
	t.Helper()
	c := &promprobe.Catalog{}
	if err := c.Replace(targets); err != nil {
		t.Fatal(err)
	}
	return c
}

func handler(t *testing.T, cfg promprobe.ProbeConfig) http.Handler {
	t.Helper()
	h, err := promprobe.ProbeHandler(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func get(h http.Handler, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// families parses an answer as Prometheus's own library does.
func families(t *testing.T, body string) map[string]*dto.MetricFamily {
	t.Helper()
	p := expfmt.NewTextParser(model.UTF8Validation)
	all, err := p.TextToMetricFamilies(strings.NewReader(body))
	if err != nil {
		t.Fatalf("%v in:\n%s", err, body)
	}
	return all
}

// value finds the figure with these labels, NaN where there is none.
func value(all map[string]*dto.MetricFamily, name string, labels ...string) float64 {
metrics:
	for _, m := range all[name].GetMetric() {
		for i := 0; i < len(labels); i += 2 {
			found := false
			for _, l := range m.GetLabel() {
				found = found || l.GetName() == labels[i] && l.GetValue() == labels[i+1]
			}
			if !found {
				continue metrics
			}
		}
		if m.GetCounter() != nil {
			return m.GetCounter().GetValue()
		}
		return m.GetGauge().GetValue()
	}
	return math.NaN()
}

func target(id string) monitor.Target {
	return monitor.Target{ID: id, Kind: monitor.KindURL, URL: "https://" + id + ".example.test/", Interval: time.Minute, Secret: "vault:key"}
}

func TestRefusedConfigsNameTheField(t *testing.T) {
	lookup := (&promprobe.Catalog{}).Lookup
	for field, cfg := range map[string]promprobe.ProbeConfig{
		"Runner":        {Lookup: lookup},
		"Lookup":        {Runner: runner(up)},
		"TimeoutOffset": {Runner: runner(up), Lookup: lookup, TimeoutOffset: -1},
		"MaxProbes":     {Runner: runner(up), Lookup: lookup, MaxProbes: -1},
		"Modules":       {Runner: runner(up), Modules: map[string]monitor.Target{"erp": {Kind: monitor.KindDolibarr, Secret: "TOKEN"}}},
	} {
		_, err := promprobe.ProbeHandler(cfg)
		wantField(t, err, field)
	}
}

func wantField(t *testing.T, err error, field string) {
	t.Helper()
	var e *promprobe.Error
	if !errors.As(err, &e) || e.Field != field || !errors.Is(err, promprobe.ErrInvalid) || !strings.Contains(err.Error(), field) {
		t.Errorf("error %v, want field %s", err, field)
	}
}

func TestOnlyRegisteredTargetsAreProbed(t *testing.T) {
	off := target("off")
	off.Disabled = true
	probed := 0
	h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp"), off).Lookup,
		Runner: runner(func(ctx context.Context, t monitor.Target) monitor.Result { probed++; return up(ctx, t) })})
	for path, want := range map[string]int{
		"/probe?target=erp":                     200,
		"/probe":                                400,
		"/probe?target=":                        400,
		"/probe?target=erp&target=off":          400,
		"/probe?target=%zz":                     400,
		"/probe?target=off":                     404,
		"/probe?target=http://169.254.169.254/": 404,
		"/probe?module=http_2xx&target=http://169.254.169.254/":   400,
		"/probe?target=erp&module=a&module=b":                     400,
		"/probe?target=" + strings.Repeat("x", 10_000) + "%00%ff": 404,
	} {
		if w := get(h, path); w.Code != want {
			t.Errorf("%.60s: %d, want %d", path, w.Code, want)
		}
	}
	if probed != 1 {
		t.Errorf("%d probes, want 1", probed)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/probe?target=erp", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", w.Code, w.Header())
	}
}

func TestModulesProbeAnyURLWithTheirSettings(t *testing.T) {
	var got monitor.Target
	h := handler(t, promprobe.ProbeConfig{
		Modules: map[string]monitor.Target{"http_2xx": {Kind: monitor.KindURL, Params: map[string]string{"status": "200"}}},
		Runner:  runner(func(ctx context.Context, t monitor.Target) monitor.Result { got = t; return up(ctx, t) }),
	})
	if w := get(h, "/probe?module=http_2xx&target=https://shop.example.test/x"); w.Code != 200 || got.URL != "https://shop.example.test/x" || got.Params["status"] != "200" {
		t.Errorf("%d, probed %+v", w.Code, got)
	}
	for _, bad := range []string{"ftp://x.example.test/", "shop.example.test", "https://user:pass@example.test/"} {
		if w := get(h, "/probe?module=http_2xx&target="+bad); w.Code != 400 || strings.Contains(w.Body.String(), "pass") {
			t.Errorf("%s: %d %s", bad, w.Code, w.Body)
		}
	}
	if w := get(h, "/probe?target=http_2xx"); w.Code != 404 {
		t.Errorf("without a module: %d", w.Code)
	}
}

func TestScrapeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var left time.Duration
		h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup,
			Runner: runner(func(ctx context.Context, t monitor.Target) monitor.Result {
				deadline, ok := ctx.Deadline()
				if left = -1; ok {
					left = time.Until(deadline)
				}
				return up(ctx, t)
			})})
		for header, want := range map[string]time.Duration{
			"10": 9500 * time.Millisecond, "1": 500 * time.Millisecond, "0.4": 200 * time.Millisecond, "1e300": time.Hour - 500*time.Millisecond, "": -1,
		} {
			if w := get(h, "/probe?target=erp", "X-Prometheus-Scrape-Timeout-Seconds", header); w.Code != 200 || left != want {
				t.Errorf("timeout %s left %v, want %v", header, left, want)
			}
		}
		for _, bad := range []string{"NaN", "-1", "0", "ten", "1s"} {
			if w := get(h, "/probe?target=erp", "X-Prometheus-Scrape-Timeout-Seconds", bad); w.Code != 400 {
				t.Errorf("timeout %s: %d", bad, w.Code)
			}
		}
	})
}

func TestTooManyProbesAreTurnedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup, MaxProbes: 3,
			Runner: runner(func(ctx context.Context, t monitor.Target) monitor.Result { time.Sleep(time.Minute); return up(ctx, t) })})
		codes := make(chan int, 5)
		for range 5 {
			go func() { codes <- get(h, "/probe?target=erp").Code }()
		}
		count := make(map[int]int)
		for range 5 {
			count[<-codes]++
		}
		if count[200] != 3 || count[503] != 2 {
			t.Errorf("answers %v, want 3 and 2", count)
		}
		if w := get(h, "/probe?target=erp"); w.Code != 200 {
			t.Errorf("afterwards: %d", w.Code)
		}
	})
}

// full is a Result with everything in it.
func full(status monitor.Status) monitor.Result {
	end := time.Date(2027, 1, 31, 12, 0, 0, 0, time.UTC)
	return monitor.Result{
		Target: "erp", Status: status, Duration: 1500 * time.Millisecond, At: end,
		HTTP: &monitor.HTTP{Status: 200, Proto: "HTTP/1.1", URL: "https://erp.example.test/", Redirects: 2, RemoteAddr: "[2001:db8::1]:443",
			ContentLength: -1, BodyBytes: 2048, LastModified: end},
		Phases:      monitor.Phases{DNS: time.Millisecond, Connect: 2 * time.Millisecond, TLS: 3 * time.Millisecond, FirstByte: 4 * time.Millisecond, Transfer: 5 * time.Millisecond},
		Certificate: &monitor.Certificate{EarliestExpiry: end, Subject: `CN="quoted\name"`, Issuer: "CN=line\nbreak\xff", Serial: "01", DNSNames: []string{"a.example.test", "b.example.test"}, Version: "TLS 1.3"},
		Disk:        &monitor.Disk{Used: monitor.Bytes(870788), Total: monitor.Bytes(5e10)},
		Instance: &monitor.Instance{Version: "20.0.2", Form: monitor.FormWebObserver, Users: monitor.CountOf(7), ActiveUsers: monitor.CountOf(5),
			Modules: []monitor.Module{{Name: "modA", Active: true, Version: "1"}, {Name: "modB", Version: "2"}, {Name: "modA", Version: "1"}}},
		Instances: []monitor.Instance{{Name: "clientA", Version: "20.0.2", Users: monitor.CountOf(3), ActiveUsers: monitor.CountOf(2), Disk: monitor.Disk{Used: monitor.Bytes(26580)}}, {Name: "clientB"}, {Name: "clientA"}},
		Values:    map[string]float64{"queue": 12, "mails": 3},
	}
}

func TestFigures(t *testing.T) {
	h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup, EachModule: true,
		Runner: runner(func(context.Context, monitor.Target) monitor.Result { return full(monitor.StatusUp) })})
	w := get(h, "/probe?target=erp")
	if got := w.Header().Get("Content-Type"); got != "text/plain; version=0.0.4; charset=utf-8" {
		t.Errorf("content type %s", got)
	}
	all := families(t, w.Body.String())
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"probe_success", nil, 1},
		{"probe_duration_seconds", nil, 1.5},
		{"probe_dns_lookup_time_seconds", nil, 0.001},
		{"probe_ip_protocol", nil, 6},
		{"probe_http_status_code", nil, 200},
		{"probe_http_content_length", nil, -1},
		{"probe_http_uncompressed_body_length", nil, 2048},
		{"probe_http_redirects", nil, 2},
		{"probe_http_ssl", nil, 1},
		{"probe_http_version", nil, 1.1},
		{"probe_http_last_modified_timestamp_seconds", nil, 1801396800},
		{"probe_http_duration_seconds", []string{"phase", "resolve"}, 0.001},
		{"probe_http_duration_seconds", []string{"phase", "connect"}, 0.002},
		{"probe_http_duration_seconds", []string{"phase", "tls"}, 0.003},
		{"probe_http_duration_seconds", []string{"phase", "processing"}, 0.004},
		{"probe_http_duration_seconds", []string{"phase", "transfer"}, 0.005},
		{"probe_ssl_earliest_cert_expiry", nil, 1801396800},
		{"probe_ssl_last_chain_info", []string{"subject", `CN="quoted\name"`, "issuer", "CN=line\nbreak\ufffd", "subjectalternative", "a.example.test,b.example.test"}, 1},
		{"probe_tls_version_info", []string{"version", "TLS 1.3"}, 1},
		{"hebergo_status", []string{"status", "up"}, 1},
		{"hebergo_status", []string{"status", "down"}, 0},
		{"hebergo_disk_used_bytes", nil, 870788},
		{"hebergo_disk_size_bytes", nil, 5e10},
		{"hebergo_dolibarr_info", []string{"version", "20.0.2", "form", "webobserver"}, 1},
		{"hebergo_dolibarr_active_users", nil, 5},
		{"hebergo_dolibarr_users", nil, 7},
		{"hebergo_dolibarr_modules", []string{"active", "true"}, 1},
		{"hebergo_dolibarr_module_active", []string{"module", "modA"}, 1},
		{"hebergo_dolibarr_module_active", []string{"module", "modB"}, 0},
		{"hebergo_instances", nil, 3},
		{"hebergo_instance_disk_used_bytes", []string{"name", "clientA"}, 26580},
		{"hebergo_instance_active_users", []string{"name", "clientA"}, 2},
		{"hebergo_value", []string{"name", "queue"}, 12},
	} {
		if got := value(all, c.name, c.labels...); got != c.want {
			t.Errorf("%s%v is %v, want %v", c.name, c.labels, got, c.want)
		}
	}
	for _, absent := range []string{"probe_ssl_last_chain_expiry_timestamp_seconds", "hebergo_disk_free_bytes", "hebergo_failure_info", "hebergo_dolibarr_locked"} {
		if all[absent] != nil {
			t.Errorf("%s of what is not known", absent)
		}
	}
	if n := len(all["hebergo_instance_active_users"].GetMetric()); n != 1 {
		t.Errorf("%d instances tell their users, and one knows them", n)
	}
	if n := len(all["hebergo_dolibarr_module_active"].GetMetric()); n != 2 {
		t.Errorf("%d module series: a series told twice spoils the scrape", n)
	}
}

// A figure is told by those who know it: 0 is not "unknown".
func TestFigures_DolibarrWithoutUsers(t *testing.T) {
	for login, locked := range map[string]float64{"": 0, "admin": 1} {
		h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup,
			Runner: runner(func(context.Context, monitor.Target) monitor.Result {
				return monitor.Result{Status: monitor.StatusUp, Instance: &monitor.Instance{Version: "20.0.2", Form: monitor.FormDolibarr, LockedBy: login}}
			})})
		all := families(t, get(h, "/probe?target=erp").Body.String())
		if got := value(all, "hebergo_dolibarr_locked"); got != locked {
			t.Errorf("locked %v, want %v", got, locked)
		}
		for _, absent := range []string{"hebergo_dolibarr_users", "hebergo_dolibarr_active_users", "hebergo_dolibarr_modules"} {
			if all[absent] != nil {
				t.Errorf("%s, which REST does not tell", absent)
			}
		}
	}
}

// A probe that ignores its context holds up the next one of its own URL alone.
func TestModuleThatHangsHoldsUpNoOtherURL(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := monitor.New(monitor.Config{})
		if err != nil {
			t.Fatal(err)
		}
		quit := make(chan struct{})
		defer close(quit)
		if err := m.Register("own", monitor.ProbeFunc(func(ctx context.Context, t monitor.Target) monitor.Result {
			if strings.Contains(t.URL, "hangs") {
				<-quit
			}
			return up(ctx, t)
		})); err != nil {
			t.Fatal(err)
		}
		h := handler(t, promprobe.ProbeConfig{Runner: m, Modules: map[string]monitor.Target{"own": {Kind: "own", Timeout: time.Second}}})
		for url, want := range map[string]float64{"http://hangs.example.test/": 0, "http://lives.example.test/": 1} {
			for range 2 {
				w := get(h, "/probe?module=own&target="+url)
				if all := families(t, w.Body.String()); value(all, "probe_success") != want {
					t.Errorf("%s: %s", url, w.Body)
				}
			}
		}
	})
}

func TestFailuresAreAnswers(t *testing.T) {
	for status, want := range map[monitor.Status]float64{monitor.StatusUp: 1, monitor.StatusDegraded: 1, monitor.StatusDown: 0, monitor.StatusUnknown: 0} {
		h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup,
			Runner: runner(func(context.Context, monitor.Target) monitor.Result {
				return monitor.Result{Status: status, Reason: monitor.ReasonAssertion, Detail: "detail\nof the peer"}
			})})
		w := get(h, "/probe?target=erp")
		all := families(t, w.Body.String())
		if w.Code != 200 || value(all, "probe_success") != want || value(all, "hebergo_failure_info", "reason", "assertion") != 1 ||
			value(all, "probe_failed_due_to_regex") != 1-want || value(all, "hebergo_status", "status", status.String()) != 1 {
			t.Errorf("%v: %d %s", status, w.Code, w.Body)
		}
	}
}

func TestCatalogKeepsTheGoodOnes(t *testing.T) {
	c := &promprobe.Catalog{}
	err := c.Replace([]monitor.Target{target("b"), {ID: "broken"}, target("a"), target("b")})
	wantField(t, err, "ID")
	var e *monitor.Error
	if !errors.As(err, &e) || e.Field != "Interval" || !errors.Is(err, monitor.ErrInvalid) {
		t.Errorf("the broken one is not told: %v", err)
	}
	if list := c.List(); len(list) != 2 || list[0].ID != "a" || list[1].ID != "b" {
		t.Errorf("list %v", list)
	}
	if err := c.Replace(nil); err != nil || len(c.List()) != 0 {
		t.Errorf("after Replace(nil): %v", c.List())
	}
}
