package statuspage

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

type handler struct {
	Config
	page   *template.Template
	policy string

	mu     sync.Mutex // one visitor renders, the others wait for that
	html   rendered
	report rendered
}

// rendered is an answer that is used again while it is fresh.
type rendered struct {
	until       time.Time
	plain, gzip []byte
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "GET alone", http.StatusMethodNotAllowed)
		return
	}
	head := w.Header()
	head.Set("Content-Security-Policy", h.policy)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Referrer-Policy", "no-referrer")
	head.Set("Cache-Control", "no-cache")
	head.Set("Vary", "Accept, Accept-Encoding")
	var answer rendered
	var err error
	if wantsJSON(r) {
		head.Set("Content-Type", "application/json")
		answer, err = h.fresh(&h.report, h.writeJSON)
	} else {
		head.Set("Content-Type", "text/html; charset=utf-8")
		answer, err = h.fresh(&h.html, h.writePage)
	}
	if err != nil {
		http.Error(w, "the page can't be rendered", http.StatusInternalServerError)
		return
	}
	body := answer.plain
	if takesGzip(r) {
		head.Set("Content-Encoding", "gzip")
		body = answer.gzip
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

func wantsJSON(r *http.Request) bool {
	if format := r.URL.Query().Get("format"); format != "" {
		return format == "json"
	}
	accept := r.Header.Get("Accept")
	return strings.Contains(accept, "application/json") && !strings.Contains(accept, "text/html")
}

// takesGzip reports whether gzip is among what the visitor accepts: with q=0 it
// is named and refused.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(name, "gzip") {
			return strings.Trim(strings.TrimPrefix(strings.ToLower(weight), "q="), "0.") != "" || weight == ""
		}
	}
	return false
}

// fresh returns what is kept, or renders it anew.
func (h *handler) fresh(kept *rendered, write func(*bytes.Buffer) error) (rendered, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.Now()
	if h.Fresh > 0 && now.Before(kept.until) {
		return *kept, nil
	}
	var plain, packed bytes.Buffer
	if err := write(&plain); err != nil {
		return rendered{}, err
	}
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	_, _ = z.Write(plain.Bytes())
	_ = z.Close()
	*kept = rendered{now.Add(h.Fresh), plain.Bytes(), packed.Bytes()}
	return *kept, nil
}

func (h *handler) writePage(to *bytes.Buffer) error { return h.page.Execute(to, h.view(h.collect())) }

func (h *handler) writeJSON(to *bytes.Buffer) error { return json.NewEncoder(to).Encode(h.collect()) }
