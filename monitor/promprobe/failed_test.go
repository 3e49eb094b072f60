package promprobe_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	dto "github.com/prometheus/client_model/go"

	"github.com/hebergo/hebergo/internal/interop"
	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// The figures that blackbox_exporter 0.23 has of a probe without an answer
// (measured).
var withoutAnswer = map[string]float64{
	"probe_success": 0, "probe_failed_due_to_regex": 0, "probe_http_content_length": 0, "probe_http_redirects": 0, "probe_http_ssl": 0,
	"probe_http_status_code": 0, "probe_http_uncompressed_body_length": 0, "probe_http_version": 0,
}

// Whatever went wrong before an answer came, the figures are there and 0.
func TestFailedProbe_HasAllFigures(t *testing.T) {
	for _, reason := range []monitor.Reason{monitor.ReasonDNS, monitor.ReasonConnect, monitor.ReasonTLS, monitor.ReasonTimeout, monitor.ReasonBlocked, monitor.ReasonConfig, monitor.ReasonPanic} {
		for _, kind := range []monitor.Kind{monitor.KindURL, monitor.KindServerObserver, monitor.KindServerManager, monitor.KindDolibarr, monitor.KindPush, "own"} {
			t.Run(string(reason)+" "+string(kind), func(t *testing.T) {
				h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup,
					Runner: runner(func(context.Context, monitor.Target) monitor.Result {
						return monitor.Result{Status: monitor.StatusDown, Reason: reason, Kind: kind}
					})})
				all := families(t, get(h, "/probe?target=erp").Body.String())
				http := kind != monitor.KindPush && kind != "own"
				for name, want := range withoutAnswer {
					if there := all[name] != nil; !there && (http || !strings.HasPrefix(name, "probe_http")) || there && value(all, name) != want {
						t.Errorf("%s is %v, want %v", name, value(all, name), want)
					}
				}
				if !http && all["probe_http_status_code"] != nil {
					t.Error("a probe that speaks no HTTP has an HTTP status")
				}
				phases := all["probe_http_duration_seconds"].GetMetric()
				if http && len(phases) != 5 {
					t.Errorf("%d phases", len(phases))
				}
			})
		}
	}
}

// The same failures, seen by blackbox_exporter and by us: the same names, and
// the same values where they don't measure time.
func TestFailedProbe_NamesAreBlackboxExporters(t *testing.T) {
	long(t)
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "owned") })
	mux.HandleFunc("/503", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.HandleFunc("/hang", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("/loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusFound) })
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	failures := map[string]string{
		"refused": "http://127.0.0.1:1/", "status": server.URL + "/503", "hang": server.URL + "/hang", "body": server.URL + "/ok",
		"no name": "http://nothing.invalid/", "no TLS": strings.Replace(server.URL, "http:", "https:", 1) + "/ok", "redirects": server.URL + "/loop",
	}
	dir := t.TempDir()
	config := "modules: {any: {prober: http, timeout: 1s, http: {preferred_ip_protocol: ip4, fail_if_body_not_matches_regexp: [welcome]}}}\n"
	if err := os.WriteFile(filepath.Join(dir, "blackbox.yml"), []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	address := interop.Start(t, interop.Program{
		Name: "prometheus-blackbox-exporter", Install: "apt install prometheus-blackbox-exporter",
		Args: []string{"--config.file=" + filepath.Join(dir, "blackbox.yml"), "--web.listen-address={addr}"},
	})
	var list []monitor.Target
	for id, url := range failures {
		list = append(list, monitor.Target{ID: id, Kind: monitor.KindURL, URL: url, Interval: time.Minute, Timeout: time.Second, Params: map[string]string{monitor.ParamBody: "welcome"}})
	}
	ours := exporter(t, loopback(t, nil), list...)
	for _, id := range slices.Sorted(maps.Keys(failures)) {
		t.Run(id, func(t *testing.T) {
			theirs := families(t, scrape(t, "http://"+address+"/probe?module=any&target="+failures[id]))
			own := families(t, scrape(t, ours.URL+"/probe?target="+strings.ReplaceAll(id, " ", "+")))
			for name := range theirs {
				if own[name] == nil {
					t.Errorf("blackbox_exporter has %s", name)
				}
			}
			for _, name := range []string{"probe_success", "probe_http_status_code", "probe_http_ssl", "probe_http_version", "probe_failed_due_to_regex"} {
				if value(own, name) != value(theirs, name) {
					t.Errorf("%s is %v, blackbox_exporter says %v", name, value(own, name), value(theirs, name))
				}
			}
		})
	}
}

// gathered is what a Collector tells, by name.
func gathered(t *testing.T, c *promprobe.Collector) map[string]*dto.MetricFamily {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	if err := registry.Register(c); err != nil {
		t.Fatal(err)
	}
	list, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := make(map[string]*dto.MetricFamily)
	for _, f := range list {
		all[f.GetName()] = f
	}
	return all
}

// collected is a Scheduler with one target, and what reads it.
type collected struct {
	scheduler *schedule.Scheduler
	collector *promprobe.Collector
}

func collect(t *testing.T, run runner) collected {
	t.Helper()
	history, err := schedule.NewHistory(schedule.HistoryConfig{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := schedule.New(schedule.Config{Runner: run, History: history, OnChange: func(schedule.Report) {}})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Add(target("erp")); err != nil {
		t.Fatal(err)
	}
	c, err := promprobe.NewCollector(promprobe.CollectorConfig{Scheduler: s, History: history})
	if err != nil {
		t.Fatal(err)
	}
	return collected{s, c}
}

func wants(t *testing.T, all map[string]*dto.MetricFamily, want map[string]float64) {
	t.Helper()
	for key, v := range want {
		words := strings.Fields(key)
		if got := value(all, words[0], words[1:]...); got != v {
			t.Errorf("%s is %v, want %v", key, got, v)
		}
	}
}

// A target that can no longer be probed is for the Collector what it is for
// the ProbeHandler.
func TestCollector_AgreesOnUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		begun := time.Now()
		answer := runner(func(context.Context, monitor.Target) monitor.Result {
			r := full(monitor.StatusUp)
			if time.Since(begun) > 5*time.Minute {
				r = monitor.Result{Reason: monitor.ReasonConfig, Field: "Secret", Detail: "Secret could not be resolved"}
			}
			r.At, r.Kind = time.Now(), monitor.KindURL
			return r
		})
		c := collect(t, answer)
		ended := make(chan error, 1)
		go func() { ended <- c.scheduler.Run(context.Background()) }()
		time.Sleep(4 * time.Minute)
		wants(t, gathered(t, c.collector), map[string]float64{"hebergo_target_status status up": 1, "probe_success": 1, "hebergo_scheduler_up": 1})
		time.Sleep(10 * time.Minute)
		unknown := map[string]float64{"probe_success": 0, "hebergo_status status unknown": 1, "hebergo_status status up": 0, "hebergo_failure_info reason config": 1, "probe_http_status_code": 0}
		told := gathered(t, c.collector)
		wants(t, told, unknown)
		wants(t, told, map[string]float64{"hebergo_target_status status unknown": 1, "hebergo_target_status status up": 0, "hebergo_target_stale": 0,
			"hebergo_scheduler_on_change_total outcome delivered": 2, "hebergo_scheduler_on_change_total outcome dropped": 0})
		h := handler(t, promprobe.ProbeConfig{Runner: answer, Lookup: register(t, target("erp")).Lookup})
		wants(t, families(t, get(h, "/probe?target=erp").Body.String()), unknown)
		if err := c.scheduler.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		<-ended
	})
}

// Ten days after the end the Collector knows nothing of its targets.
func TestCollector_Stale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := collect(t, func(context.Context, monitor.Target) monitor.Result {
			r := full(monitor.StatusUp)
			r.At = time.Now()
			return r
		})
		ended := make(chan error, 1)
		go func() { ended <- c.scheduler.Run(context.Background()) }()
		time.Sleep(4 * time.Minute)
		if err := c.scheduler.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		<-ended
		time.Sleep(10 * 24 * time.Hour)
		told := gathered(t, c.collector)
		wants(t, told, map[string]float64{"hebergo_target_stale": 1, "hebergo_target_status status unknown": 1, "hebergo_target_status status up": 0,
			"probe_success": 0, "hebergo_status status unknown": 1, "hebergo_failure_info reason stale": 1, "hebergo_scheduler_up": 0})
		for _, name := range []string{"hebergo_disk_used_bytes", "probe_http_status_code", "hebergo_dolibarr_users"} {
			if told[name] != nil {
				t.Errorf("%s is ten days old", name)
			}
		}
	})
}

// Counts that a connector did not tell are left out, and 0 is told.
func TestCounts_NotToldIsNotZero(t *testing.T) {
	for _, c := range []struct {
		instance monitor.Instance
		users    float64
		there    bool
	}{
		{monitor.Instance{Version: "20"}, 0, false},
		{monitor.Instance{Version: "20", Users: monitor.CountOf(0), ActiveUsers: monitor.CountOf(0), Modules: []monitor.Module{}}, 0, true},
	} {
		h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup,
			Runner: runner(func(context.Context, monitor.Target) monitor.Result {
				return monitor.Result{Status: monitor.StatusUp, Instance: &c.instance}
			})})
		all := families(t, get(h, "/probe?target=erp").Body.String())
		for _, name := range []string{"hebergo_dolibarr_users", "hebergo_dolibarr_active_users", "hebergo_dolibarr_modules"} {
			if there := all[name] != nil; there != c.there || there && value(all, name) != c.users {
				t.Errorf("%s is %v", name, value(all, name))
			}
		}
	}
}
