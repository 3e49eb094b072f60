package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/interop"
	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// promtool finds nothing wrong with the configuration, and the alerts fire
// when they should.
func TestPrometheusConfiguration(t *testing.T) {
	promtool := interop.Program{Name: "promtool", Install: "apt install prometheus"}
	interop.Need(t, promtool)
	for _, args := range [][]string{{"check", "config", "prometheus.yml"}, {"test", "rules", "alerts_test.yml"}} {
		if out, err := exec.Command(promtool.Name, args...).CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
	}
}

// A real Prometheus runs the configuration against a worker's handlers: it
// finds all targets, tells who is down, and its rules are about figures that
// there are.
func TestPrometheus(t *testing.T) {
	up, down := monitortest.NewServer(monitortest.Options{}), monitortest.NewTLSServer(monitortest.Options{NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)})
	defer up.Close()
	defer down.Close() // its certificate is its own, and ends in an hour
	f := openFleet(t, settings{database: t.TempDir() + "/fleet.db", monitor: monitor.Config{Secrets: up.Secrets}})
	targets := []monitor.Target{
		{ID: "site", Kind: monitor.KindURL, URL: up.SiteURL(), Interval: time.Second},
		{ID: "untrusted", Kind: monitor.KindURL, URL: down.SiteURL(), Interval: time.Second},
		{ID: "hosting", Kind: monitor.KindServerManager, Scope: monitor.ScopeHosting, URL: up.ManagerURL(), Secret: "token", Interval: time.Second},
		{ID: "paused", Kind: monitor.KindURL, URL: up.SiteURL(), Interval: time.Second, Disabled: true},
	}
	if err := f.addTargets(t.Context(), targets); err != nil {
		t.Fatal(err)
	}
	handler, err := f.handler()
	if err != nil {
		t.Fatal(err)
	}
	worker := httptest.NewServer(handler)
	defer worker.Close()
	address := "http://" + interop.Start(t, interop.Program{
		Name: "prometheus", Install: "apt install prometheus",
		Args: []string{"--config.file=" + quickened(t, worker.URL), "--storage.tsdb.path=" + t.TempDir(), "--web.listen-address={addr}", "--log.level=warn"},
	})
	for _, c := range [][2]string{
		{`up`, "hosting=1 site=1 untrusted=1"},
		{`probe_success`, "hosting=1 site=1 untrusted=0"},
		{`hebergo_failure_info{reason="tls"}`, "untrusted=1"},
		{`ALERTS{alertname="TargetDown"}`, "untrusted=1"},
		{`ALERTS{alertname="CertificateEnds"}`, "untrusted=1"},
		{`hebergo_disk_free_bytes < bool 1e15`, "hosting=1"},
		{`hebergo_disk_size_bytes < bool 1e15`, "hosting=1"},
		// Last: by now it would be there.
		{`ALERTS{alertname=~"Disk.*"} or ALERTS{alertname="NotWatched",instance!=""}`, ""},
	} {
		expression, want := c[0], c[1]
		got := "nothing"
		for end := time.Now().Add(time.Minute); got != want && time.Now().Before(end); {
			got = ask(address, expression)
			if err := pause(t.Context(), 100*time.Millisecond); err != nil {
				t.Fatal(err)
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", expression, got, want)
		}
	}
}

// quickened is the configuration as it stands, but for the worker's address
// and for how often it looks; the rules are beside it as they are.
func quickened(t *testing.T, worker string) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"prometheus.yml", "alerts.yml"} {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if name == "prometheus.yml" {
			if strings.Count(text, "url: http://127.0.0.1:9115/targets") != 1 || strings.Count(text, ": 30s") != 2 {
				t.Fatal("prometheus.yml has changed: this test changes two of its values")
			}
			text = strings.NewReplacer("http://127.0.0.1:9115", worker, ": 30s", ": 1s").Replace(text)
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(folder, "prometheus.yml")
}

// ask returns what Prometheus knows, by instance.
func ask(address, expression string) string {
	resp, err := http.Get(address + "/api/v1/query?query=" + url.QueryEscape("sort_desc(sum by (instance) ("+expression+"))"))
	if err != nil {
		return err.Error()
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Data struct {
			Result []struct {
				Metric struct{ Instance string }
				Value  [2]any
			}
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		return err.Error()
	}
	found := map[string]any{}
	for _, r := range answer.Data.Result {
		found[r.Metric.Instance] = r.Value[1]
	}
	text := fmt.Sprintln(found) // sorted by instance
	return strings.ReplaceAll(strings.Trim(text, "map[]\n"), ":", "=")
}

// Where the database is gone, Prometheus is told so and not "no targets".
func TestHandler_NoDatabase(t *testing.T) {
	f := openFleet(t, settings{database: t.TempDir() + "/fleet.db"})
	handler, err := f.handler()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.db.close(); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"/targets": http.StatusServiceUnavailable, "/probe?target=site": http.StatusNotFound, "/": http.StatusNotFound} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}
