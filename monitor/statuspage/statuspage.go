// Package statuspage shows what a monitor.Scheduler knows as one web page:
// server-rendered HTML and inline SVG, in light and dark, readable without
// JavaScript, by keyboard and by screen reader, and the same as JSON.
//
//	history, err := monitor.NewHistory(monitor.HistoryConfig{})
//	// …
//	scheduler, err := monitor.NewScheduler(monitor.SchedulerConfig{Runner: m, History: history})
//	// …
//	page, err := statuspage.New(statuspage.Config{Scheduler: scheduler, History: history, Title: "Hostings"})
//	// …
//	http.Handle("GET /status", page)
//
// The page tells no URL's path or query, no parameter and no secret's name.
// What else a visitor may not know goes with Config.Public. It loads nothing
// from elsewhere, and its Content-Security-Policy allows nothing but its own
// style. The worst come first; a row opens to what its last probe found.
//
// ?format=json, or an Accept header that asks for it, gives Report as JSON.
package statuspage

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	_ "embed" // the page and its style

	"github.com/hebergo/hebergo/monitor"
)

//go:embed page.html.tmpl
var pageSource string

//go:embed style.css
var styleSource string

// Config holds what New needs. Scheduler is required; the zero value of every
// other field is a good default.
type Config struct {
	Scheduler *monitor.Scheduler
	History   *monitor.History // the Scheduler's; default: no bars, latency, disk or certificates

	Title   string                      // default "Status"
	Name    string                      // the label that holds a target's name for people; default "name"; without it, its ID
	GroupBy string                      // the label to make sections by; default: one section
	Show    func(t monitor.Target) bool // which targets to show; default: all
	Public  bool                        // leave out hosts, causes, disk, versions: status, bars and latency alone
	Rows    int                         // most rows on the page, the worst first; default 1000; the JSON has all
	Fresh   time.Duration               // how long a rendered page is used again; default 2 s, negative: never
	Now     func() time.Time            // default time.Now
}

// New validates cfg. The handler answers GET and HEAD at whatever path it is
// mounted.
func New(cfg Config) (http.Handler, error) {
	switch {
	case cfg.Scheduler == nil:
		return nil, &Error{Field: "Scheduler", text: "is nil"}
	case cfg.Rows < 0:
		return nil, &Error{Field: "Rows", text: "is negative"}
	}
	if cfg.Title == "" {
		cfg.Title = "Status"
	}
	if cfg.Name == "" {
		cfg.Name = "name"
	}
	if cfg.Rows == 0 {
		cfg.Rows = 1000
	}
	if cfg.Fresh == 0 {
		cfg.Fresh = 2 * time.Second
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	page, err := template.New("page").Parse(pageSource + `{{define "style"}}` + styleSource + `{{end}}`)
	if err != nil {
		return nil, &Error{Field: "page", text: err.Error()}
	}
	sum := sha256.Sum256([]byte(styleSource))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return &handler{Config: cfg, page: page, policy: policy}, nil
}

// Error is a Config that can't be used. It is monitor.ErrInvalid.
type Error struct {
	Field string
	text  string
}

// Error reads "statuspage: Scheduler is nil".
func (e *Error) Error() string { return "statuspage: " + e.Field + " " + e.text }

// Is matches monitor.ErrInvalid.
func (e *Error) Is(target error) bool { return target == monitor.ErrInvalid }

// GoString is Error.
func (e *Error) GoString() string { return e.Error() }

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
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
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
