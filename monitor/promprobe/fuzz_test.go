package promprobe_test

import (
	"context"
	"math"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/promprobe"
)

// Whatever a peer wrote, the answer can be parsed and says it unchanged.
func FuzzLabelsSurvive(f *testing.F) {
	for _, seed := range []string{"", "CN=a", `quote " and \ and \n`, "line\nbreak", "\xff\xfe", "\x00", "é€😀", "# HELP x y\nx 1"} {
		f.Add(seed, 1.5)
	}
	f.Fuzz(func(t *testing.T, label string, figure float64) {
		h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup,
			Runner: runner(func(context.Context, monitor.Target) monitor.Result {
				return monitor.Result{Status: monitor.StatusUp, Values: map[string]float64{label: figure}}
			})})
		all := families(t, get(h, "/probe?target=erp").Body.String())
		got := value(all, "hebergo_value", "name", strings.ToValidUTF8(label, "\ufffd"))
		if n := len(all["hebergo_value"].GetMetric()); n != 1 || got != figure && !math.IsNaN(figure) && strings.ToValidUTF8(label, "") == label {
			t.Errorf("%q %v became %v", label, figure, all["hebergo_value"])
		}
	})
}

// No request makes the handler panic, or probe what is not registered.
func FuzzProbeRequest(f *testing.F) {
	f.Add("target=erp", "10")
	f.Add("target=http://169.254.169.254/&module=any", "NaN")
	f.Add("target=%zz&target=", "-1")
	f.Add("target=http://[::1]/&module=any", "1e999")
	f.Fuzz(func(t *testing.T, query, timeout string) {
		probed := ""
		h := handler(t, promprobe.ProbeConfig{Lookup: register(t, target("erp")).Lookup, Modules: map[string]monitor.Target{"any": {Kind: monitor.KindURL}},
			Runner: runner(func(ctx context.Context, t monitor.Target) monitor.Result {
				probed = t.URL
				if t.Validate() != nil {
					panic("a target that is not valid")
				}
				return up(ctx, t)
			})})
		r := httptest.NewRequest("GET", "/probe", nil)
		r.URL.RawQuery = query
		r.Header.Set("X-Prometheus-Scrape-Timeout-Seconds", timeout)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		values, _ := url.ParseQuery(query)
		if w.Code == 200 && values.Get("module") == "" && probed != target("erp").URL {
			t.Errorf("%q probed %q", query, probed)
		}
	})
}
