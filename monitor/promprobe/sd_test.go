package promprobe_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
)

type group struct {
	Targets []string
	Labels  map[string]string
}

func discover(t *testing.T, cfg promprobe.SDConfig) ([]group, string) {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, "http://monitor.example.test:9115/targets", nil)
	w := httptest.NewRecorder()
	promprobe.SDHandler(cfg).ServeHTTP(w, r)
	var groups []group
	if err := json.Unmarshal(w.Body.Bytes(), &groups); err != nil || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("%v: %s", err, w.Body)
	}
	return groups, w.Body.String()
}

func TestServiceDiscovery(t *testing.T) {
	erp, off := target("erp"), target("off")
	off.Disabled = true
	erp.URL = "https://erp.example.test/token-in-path?hash=hunter2"
	erp.Timeout = 1500 * time.Millisecond
	erp.Hosting, erp.Scope = "host-1", monitor.ScopeInstance
	erp.Labels = map[string]string{"customer": "A\"B", "9 lives": "x", "__address__": "evil:1", "instance": "forged", "empty": ""}
	erp.Params = map[string]string{"header.X-Key": "hunter2"}
	groups, body := discover(t, promprobe.SDConfig{List: register(t, erp, off).List})
	for _, secret := range []string{"hunter2", "token-in-path", "vault", "X-Key"} {
		if strings.Contains(body, secret) {
			t.Errorf("the list holds %q", secret)
		}
	}
	want := map[string]string{
		"instance": "erp", "kind": "url", "scope": "instance", "hosting": "host-1", "customer": `A"B`, "_9_lives": "x", "label__address__": "evil:1",
		"__metrics_path__": "/probe", "__param_target": "erp", "__scrape_interval__": "60000ms", "__scrape_timeout__": "2500ms",
	}
	if len(groups) != 1 || len(groups[0].Targets) != 1 || groups[0].Targets[0] != "monitor.example.test:9115" {
		t.Fatalf("groups %+v", groups)
	}
	for name, text := range want {
		if groups[0].Labels[name] != text {
			t.Errorf("label %s is %q, want %q", name, groups[0].Labels[name], text)
		}
	}
	if len(groups[0].Labels) != len(want) {
		t.Errorf("labels %v", groups[0].Labels)
	}
}

func TestServiceDiscoveryOptions(t *testing.T) {
	erp := target("erp")
	erp.Labels = map[string]string{"customer": "A", "internal": "x"}
	groups, _ := discover(t, promprobe.SDConfig{List: register(t, erp).List, Address: "probes.example.test:80", Path: "/p", Labels: []string{"customer"}})
	if l := groups[0].Labels; groups[0].Targets[0] != "probes.example.test:80" || l["__metrics_path__"] != "/p" || l["customer"] != "A" || l["internal"] != "" {
		t.Errorf("groups %+v", groups)
	}
	if _, body := discover(t, promprobe.SDConfig{List: register(t).List}); strings.TrimSpace(body) != "[]" {
		t.Errorf("nothing is %s, and Prometheus wants a list", body)
	}
	w := httptest.NewRecorder()
	promprobe.SDHandler(promprobe.SDConfig{List: register(t).List}).ServeHTTP(w, httptest.NewRequest(http.MethodDelete, "/targets", nil))
	if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("DELETE: %d %v", w.Code, w.Header())
	}
}

func TestShardsPartTheTargets(t *testing.T) {
	var targets []monitor.Target
	for i := range 10_000 {
		targets = append(targets, target(fmt.Sprintf("erp-%05d", i)))
	}
	h := promprobe.SDHandler(promprobe.SDConfig{List: register(t, targets...).List})
	seen := make(map[string]bool)
	for n := range 10 {
		var groups []group
		w := get(h, fmt.Sprintf("/targets?shard=%d&of=10", n))
		if err := json.Unmarshal(w.Body.Bytes(), &groups); err != nil {
			t.Fatal(err)
		}
		if len(groups) < 850 || len(groups) > 1150 { // a thousand, give or take five standard deviations
			t.Errorf("shard %d has %d of 10000", n, len(groups))
		}
		for _, g := range groups {
			if seen[g.Labels["instance"]] {
				t.Errorf("%s is in two shards", g.Labels["instance"])
			}
			seen[g.Labels["instance"]] = true
		}
	}
	if len(seen) != len(targets) {
		t.Errorf("%d targets in all shards", len(seen))
	}
	for _, bad := range []string{"shard=10&of=10", "shard=1", "of=2", "shard=-1&of=2", "shard=0&of=0", "shard=a&of=b", "shard=0&of=99999999"} {
		if w := get(h, "/targets?"+bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, w.Code)
		}
	}
}
