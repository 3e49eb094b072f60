package promprobe

import (
	"context"
	"hash/fnv"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// ProbeConfig holds the configuration of ProbeHandler. Runner is required, and
// so is one of Lookup and Modules; the zero value of every other field is a
// good default.
type ProbeConfig struct {
	Runner monitor.Runner
	// Lookup returns the registered target with an ID; usually Catalog.Lookup.
	Lookup func(id string) (monitor.Target, bool)
	// Modules lets a request name any URL, as blackbox_exporter does:
	// /probe?module=<name>&target=<URL> probes a copy of the module's Target
	// with that URL. Anyone who can reach the handler can then make it call any
	// address that the Runner's guard allows. A Target with a Secret is
	// refused, because the request would choose who receives the secret.
	// Default: none.
	Modules map[string]monitor.Target

	TimeoutOffset time.Duration // subtracted from the scrape's timeout, to leave time for the response; default 500 ms
	MaxProbes     int           // max concurrent probes; further requests get 503; default 256
	EachModule    bool          // one series for each module of a Dolibarr; default: only their number
}

// ProbeHandler returns a handler that responds to GET /probe?target=<ID> with
// the metrics of one probe, made at that time. The probe ends within the
// scrape's timeout, taken from the header X-Prometheus-Scrape-Timeout-Seconds,
// and within the target's own.
func ProbeHandler(cfg ProbeConfig) (http.Handler, error) {
	switch {
	case cfg.Runner == nil:
		return nil, invalid("probe handler", "", "Runner", "is nil")
	case cfg.Lookup == nil && len(cfg.Modules) == 0:
		return nil, invalid("probe handler", "", "Lookup", "is nil, and so is Modules")
	case cfg.TimeoutOffset < 0:
		return nil, invalid("probe handler", "", "TimeoutOffset", "is negative")
	case cfg.MaxProbes < 0:
		return nil, invalid("probe handler", "", "MaxProbes", "is negative")
	}
	for name, module := range cfg.Modules {
		if module.Secret != "" {
			return nil, invalid("probe handler", name, "Modules", "has a Secret, which would go to whatever server a request names")
		}
	}
	if cfg.TimeoutOffset == 0 {
		cfg.TimeoutOffset = 500 * time.Millisecond
	}
	if cfg.MaxProbes == 0 {
		cfg.MaxProbes = 256
	}
	return &probeHandler{cfg, make(chan struct{}, cfg.MaxProbes)}, nil
}

type probeHandler struct {
	ProbeConfig
	busy chan struct{}
}

// refusal is a request that is not carried out.
type refusal struct {
	code int
	text string
}

func (h *probeHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target, no := h.target(r)
	timeout, bad := h.timeout(r.Header.Get("X-Prometheus-Scrape-Timeout-Seconds"))
	if no == nil {
		no = bad
	}
	if no != nil {
		if no.code == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", "GET, HEAD")
		}
		http.Error(w, no.text, no.code)
		return
	}
	select {
	case h.busy <- struct{}{}:
		defer func() { <-h.busy }()
	default:
		w.Header().Set("Retry-After", "1")
		http.Error(w, "too many probes at the same time", http.StatusServiceUnavailable)
		return
	}
	ctx := r.Context()
	if timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	result := h.Runner.Run(ctx, target)
	answer := text{buf: make([]byte, 0, 4096)}
	figures(&answer, &result, h.EachModule)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(answer.buf)))
	_, _ = w.Write(answer.buf)
}

// target finds what is to be probed.
func (h *probeHandler) target(r *http.Request) (monitor.Target, *refusal) {
	query, err := url.ParseQuery(r.URL.RawQuery)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return monitor.Target{}, &refusal{http.StatusMethodNotAllowed, "GET alone"}
	case err != nil || len(query["target"]) != 1 || query["target"][0] == "" || len(query["module"]) > 1:
		return monitor.Target{}, &refusal{http.StatusBadRequest, "one target parameter is needed, and at most one module"}
	}
	name := query["target"][0]
	if query.Has("module") {
		t, known := h.Modules[query["module"][0]]
		if !known {
			return t, &refusal{http.StatusBadRequest, "unknown module"}
		}
		t.ID, t.URL = idOf(name), name
		if t.Interval == 0 {
			t.Interval = time.Hour // Validate wants one
		}
		if t.Validate() != nil {
			return t, &refusal{http.StatusBadRequest, "the target is not a URL that can be probed"}
		}
		return t, nil
	}
	if h.Lookup != nil {
		if t, known := h.Lookup(name); known {
			return t, nil
		}
	}
	return monitor.Target{}, &refusal{http.StatusNotFound, "the target is not registered"}
}

// idOf names a target that is not registered, each URL apart: one that hangs
// must not stand for the others. The URL itself may be too long, or private.
func idOf(url string) string {
	sum := fnv.New64a()
	_, _ = sum.Write([]byte(url))
	return "probe-" + strconv.FormatUint(sum.Sum64(), 16)
}

// timeout is how long the scraper waits, less the way back. No header is 0:
// the target's own timeout decides.
func (h *probeHandler) timeout(header string) (time.Duration, *refusal) {
	if header == "" {
		return 0, nil
	}
	seconds, err := strconv.ParseFloat(header, 64)
	if err != nil || math.IsNaN(seconds) || seconds <= 0 {
		return 0, &refusal{http.StatusBadRequest, "X-Prometheus-Scrape-Timeout-Seconds is not a number above zero"}
	}
	whole := time.Duration(min(seconds, 3600) * float64(time.Second))
	return max(whole-h.TimeoutOffset, whole/2), nil
}
