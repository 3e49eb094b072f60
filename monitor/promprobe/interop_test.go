package promprobe_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/interop"
	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
)

// long skips in a short run.
func long(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("starts programs")
	}
}

// eventually calls f until it returns nothing; what it says last is the error.
func eventually(t *testing.T, f func() string) {
	t.Helper()
	var text string
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		if text = f(); text == "" {
			return
		}
	}
	t.Fatal(text)
}

// query asks Prometheus and returns the figures by instance.
func query(address, expression string) map[string]string {
	resp, err := http.Get("http://" + address + "/api/v1/query?query=" + url.QueryEscape(expression))
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	var answer struct {
		Data struct {
			Result []struct {
				Metric map[string]string
				Value  [2]any
			}
		}
	}
	if json.NewDecoder(resp.Body).Decode(&answer) != nil {
		return nil
	}
	found := make(map[string]string)
	for _, r := range answer.Data.Result {
		found[r.Metric["job"]+" "+r.Metric["instance"]] = fmt.Sprint(r.Value[1])
	}
	return found
}

// failing starts a server of failing targets and returns its targets.
func failing(t *testing.T) []monitor.Target {
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "welcome") })
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/defaced", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "owned") })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	secure := httptest.NewUnstartedServer(mux) // nobody knows who signed its certificate
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	secure.StartTLS()
	t.Cleanup(secure.Close)
	make1 := func(id, url string, params map[string]string) monitor.Target {
		return monitor.Target{ID: id, Kind: monitor.KindURL, URL: url, Interval: time.Second, Timeout: 500 * time.Millisecond, Params: params, Labels: map[string]string{"customer": "c-" + id}}
	}
	return []monitor.Target{
		make1("good", server.URL+"/ok", map[string]string{monitor.ParamBody: "welcome"}),
		make1("broken", server.URL+"/broken", nil),
		make1("hang", server.URL+"/hang", nil),
		make1("defaced", server.URL+"/defaced", map[string]string{monitor.ParamBody: "welcome"}),
		make1("untrusted", secure.URL+"/ok", nil),
		make1("refused", "http://127.0.0.1:1/", nil),
	}
}

func loopback(t *testing.T, settings map[string]monitor.TLS) *monitor.Monitor {
	t.Helper()
	m, err := monitor.New(monitor.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, TLS: settings})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// exporter serves /probe and /targets.
func exporter(t *testing.T, m *monitor.Monitor, targets ...monitor.Target) *httptest.Server {
	t.Helper()
	catalog := register(t, targets...)
	mux := http.NewServeMux()
	mux.Handle("/probe", handler(t, promprobe.ProbeConfig{Runner: m, Lookup: catalog.Lookup, EachModule: true}))
	mux.Handle("/targets", promprobe.SDHandler(promprobe.SDConfig{List: catalog.List}))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

func TestPrometheus_FindsTheFailures(t *testing.T) {
	long(t)
	ours := exporter(t, loopback(t, nil), failing(t)...)
	dir := t.TempDir()
	job := func(name, relabel string) string {
		return "  - {job_name: " + name + ", http_sd_configs: [{url: '" + ours.URL + "/targets', refresh_interval: 1s}]" + relabel + "}\n"
	}
	shard := func(n int) string {
		return fmt.Sprintf(", relabel_configs: [{source_labels: [__param_target], modulus: 2, target_label: __tmp_shard, action: hashmod}, "+
			"{source_labels: [__tmp_shard], regex: '%d', action: keep}]", n)
	}
	config := "scrape_configs:\n" + job("all", "") + job("shard-0", shard(0)) + job("shard-1", shard(1))
	if err := os.WriteFile(filepath.Join(dir, "prometheus.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := interop.Start(t, interop.Program{Name: "prometheus", Install: "apt install prometheus", Args: []string{
		"--config.file=" + filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path=" + filepath.Join(dir, "data"),
		"--web.listen-address={addr}", "--log.level=warn",
	}})

	want := map[string]string{"good": "1", "broken": "0", "hang": "0", "defaced": "0", "untrusted": "0", "refused": "0"}
	reasons := map[string]string{"broken": "http_status", "hang": "timeout", "defaced": "assertion", "untrusted": "tls", "refused": "connect"}
	eventually(t, func() string {
		for id, success := range want {
			if got := query(address, `probe_success{job="all"}`)["all "+id]; got != success {
				return fmt.Sprintf("probe_success of %s is %q, want %s", id, got, success)
			}
			if got := query(address, `up{job="all"}`)["all "+id]; got != "1" {
				return fmt.Sprintf("the scrape of %s failed: up is %q", id, got)
			}
		}
		for id, reason := range reasons {
			if got := query(address, `hebergo_failure_info{customer="c-`+id+`",reason="`+reason+`"}`)["all "+id]; got != "1" {
				return fmt.Sprintf("the reason of %s is not %s", id, reason)
			}
		}
		return ""
	})
	// Each target is in one of the two shards, whichever it is.
	eventually(t, func() string {
		shards := query(address, `probe_success{job=~"shard-.*"}`)
		if len(shards) != len(want) {
			return fmt.Sprintf("%d targets in two shards, want %d: %v", len(shards), len(want), shards)
		}
		return ""
	})
}

func TestPromtool_FindsNothing(t *testing.T) {
	long(t)
	interop.Need(t, interop.Program{Name: "promtool", Install: "apt install prometheus"})
	h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup, EachModule: true,
		Runner: runner(func(context.Context, monitor.Target) monitor.Result {
			r := full(monitor.StatusDown)
			r.Reason = monitor.ReasonAssertion
			r.Certificate.LastChainExpiry = r.Certificate.EarliestExpiry
			r.Disk.Free, r.Disk.Documents, r.Disk.Htdocs = r.Disk.Used, r.Disk.Used, r.Disk.Used
			return r
		})})
	cmd := exec.Command("promtool", "check", "metrics")
	cmd.Stdin = get(h, "/probe?target=erp").Body
	if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("promtool: %v\n%s", err, out)
	}
}

// names are the metrics of an answer, with their label names.
func names(t *testing.T, body string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	for name, family := range families(t, body) {
		var labels []string
		for _, l := range family.GetMetric()[0].GetLabel() {
			labels = append(labels, l.GetName())
		}
		slices.Sort(labels)
		found[name] = strings.Join(labels, ",")
	}
	return found
}

func scrape(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v: %s", resp.StatusCode, err, body)
	}
	return string(body)
}

func TestFigures_NamesAreBlackboxExporters(t *testing.T) {
	long(t)
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Last-Modified", "Sun, 22 Nov 2026 01:00:00 GMT")
		fmt.Fprint(w, "welcome")
	})
	plain, secure := httptest.NewServer(page), httptest.NewTLSServer(page)
	t.Cleanup(plain.Close)
	t.Cleanup(secure.Close)
	dir := t.TempDir()
	ca := filepath.Join(dir, "ca.pem")
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	if err := os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: secure.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	config := "modules: {any: {prober: http, timeout: 5s, http: {preferred_ip_protocol: ip4, tls_config: {ca_file: '" + ca + "'}}}}\n"
	if err := os.WriteFile(filepath.Join(dir, "blackbox.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := interop.Start(t, interop.Program{
		Name: "prometheus-blackbox-exporter", Install: "apt install prometheus-blackbox-exporter",
		Args: []string{"--config.file=" + filepath.Join(dir, "blackbox.yml"), "--web.listen-address={addr}"},
	})
	ours := exporter(t, loopback(t, map[string]monitor.TLS{"test": monitor.NewTLS(&tls.Config{RootCAs: roots})}),
		monitor.Target{ID: "plain", Kind: monitor.KindURL, URL: plain.URL, Interval: time.Minute},
		monitor.Target{ID: "secure", Kind: monitor.KindURL, URL: secure.URL, Interval: time.Minute, Params: map[string]string{monitor.ParamTLS: "test"}})

	for id, server := range map[string]string{"plain": plain.URL, "secure": secure.URL} {
		theirs := scrape(t, "http://"+address+"/probe?module=any&target="+server)
		own := scrape(t, ours.URL+"/probe?target="+id)
		compareNames(t, id, names(t, own), names(t, theirs))
		a, b := families(t, own), families(t, theirs)
		for _, name := range []string{
			"probe_success", "probe_http_status_code", "probe_http_version", "probe_http_ssl", "probe_http_redirects", "probe_http_content_length",
			"probe_http_uncompressed_body_length", "probe_ip_protocol", "probe_ip_addr_hash", "probe_http_last_modified_timestamp_seconds", "probe_failed_due_to_regex",
			"probe_ssl_earliest_cert_expiry", "probe_ssl_last_chain_expiry_timestamp_seconds",
		} {
			if b[name] != nil && value(a, name) != value(b, name) {
				t.Errorf("%s: %s is %v, blackbox_exporter says %v", id, name, value(a, name), value(b, name))
			}
		}
	}
}

// compareNames wants every metric of theirs with its labels, and none of ours
// beside them that looks like theirs.
func compareNames(t *testing.T, id string, own, theirs map[string]string) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(theirs)) {
		labels, ok := own[name]
		// Later versions than 0.23 have the serial number too, and so do we.
		if labels = strings.Replace(labels, "serialnumber,", "", 1); !ok || labels != strings.Replace(theirs[name], "serialnumber,", "", 1) {
			t.Errorf("%s: blackbox_exporter has %s{%s}, we %v{%s}", id, name, theirs[name], ok, labels)
		}
	}
	for name := range own {
		if _, ok := theirs[name]; !ok && strings.HasPrefix(name, "probe_") {
			t.Errorf("%s: blackbox_exporter has no %s", id, name)
		}
	}
}
