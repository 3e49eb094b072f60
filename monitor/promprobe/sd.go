package promprobe

import (
	"encoding/json"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// SDConfig holds the configuration of SDHandler. List is required; the zero
// value of every other field is a good default.
type SDConfig struct {
	List    func() []monitor.Target // usually Catalog.List
	Address string                  // host and port of the ProbeHandler; default: those of the request
	Path    string                  // path of the ProbeHandler; default "/probe"
	Labels  []string                // names of the targets' labels to show; default: all of them
}

// group is one entry of http_sd's answer.
type group struct {
	Targets []string          `json:"targets"`
	Labels  map[string]string `json:"labels"`
}

// SDHandler returns a handler for Prometheus's http_sd, with one entry for each
// enabled target. An entry contains address, path, parameter, interval and
// timeout, so that the scrape configuration needs no relabelling; instance is
// the target's ID, and kind, scope, hosting and the target's labels are labels.
//
// With ?shard=2&of=10 it returns the third of ten parts, divided by a hash of
// the ID: every target is always in exactly one part, and always the same.
// SDHandler panics if List is nil.
func SDHandler(cfg SDConfig) http.Handler {
	if cfg.List == nil {
		panic("promprobe: SDConfig.List is nil")
	}
	if cfg.Path == "" {
		cfg.Path = "/probe"
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, "GET alone", http.StatusMethodNotAllowed)
			return
		}
		mine, ok := shard(r)
		if !ok {
			http.Error(w, "shard and of are not numbers with 0 <= shard < of", http.StatusBadRequest)
			return
		}
		address := cfg.Address
		if address == "" {
			address = r.Host
		}
		groups := []group{} // never null: Prometheus wants a list
		for _, t := range cfg.List() {
			if !t.Disabled && mine(t.ID) {
				groups = append(groups, cfg.group(address, t))
			}
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(groups)
	})
}

// shard returns which targets a request is for.
func shard(r *http.Request) (mine func(id string) bool, ok bool) {
	query := r.URL.Query()
	if !query.Has("shard") && !query.Has("of") {
		return func(string) bool { return true }, true
	}
	n, err := strconv.ParseUint(query.Get("shard"), 10, 16)
	of, err2 := strconv.ParseUint(query.Get("of"), 10, 16)
	if err != nil || err2 != nil || n >= of {
		return nil, false
	}
	return func(id string) bool {
		sum := fnv.New64a()
		_, _ = sum.Write([]byte(id))
		h := sum.Sum64()
		return (h^h>>32)%of == n // the low bits alone are the weakest
	}, true
}

func (c *SDConfig) group(address string, t monitor.Target) group {
	labels := make(map[string]string)
	names := c.Labels
	if names == nil {
		names = sortedKeys(t.Labels)
	}
	for _, name := range names {
		clean := labelName(name)
		if strings.HasPrefix(clean, "__") { // those steer the scrape
			clean = "label" + clean
		}
		if t.Labels[name] != "" {
			labels[clean] = t.Labels[name]
		}
	}
	set(labels, "instance", t.ID)
	set(labels, "kind", string(t.Kind))
	set(labels, "scope", string(t.Scope))
	set(labels, "hosting", t.Hosting)
	set(labels, "__metrics_path__", c.Path)
	set(labels, "__param_target", t.ID)
	if t.Interval > 0 {
		set(labels, "__scrape_interval__", milliseconds(t.Interval))
		set(labels, "__scrape_timeout__", milliseconds(min(t.Interval, t.EffectiveTimeout()+time.Second)))
	}
	return group{[]string{address}, labels}
}

func set(labels map[string]string, name, value string) {
	if value != "" {
		labels[name] = value
	}
}

// milliseconds writes a duration as Prometheus reads it: it knows no 1.5s.
func milliseconds(d time.Duration) string {
	return strconv.FormatInt(max(d.Milliseconds(), 1), 10) + "ms"
}
