// Package statuspage shows what a schedule.Scheduler knows as one web page:
// server-rendered HTML and inline SVG, in light and dark, readable without
// JavaScript, by keyboard and by screen reader, and the same as JSON.
//
//	history, err := schedule.NewHistory(schedule.HistoryConfig{})
//	// …
//	scheduler, err := schedule.New(schedule.Config{Runner: m, History: history})
//	// …
//	page, err := statuspage.New(statuspage.Config{Scheduler: scheduler, History: history, Title: "Hostings"})
//	// …
//	http.Handle("GET /status", page)
//
// The page shows no URL's path or query, no parameter's value and no secret's
// name. Nor does it pass over what it does not know: targets that can't be
// probed, and those without a recent result because the Scheduler ended, hangs
// or never ran, are unknown, in the headline too, and what their last probe
// found is not shown as today's. Uptime says apart how much of it was degraded,
// and how much time is not known. What else a visitor may not know goes with
// Config.Public. It loads nothing from elsewhere, and its
// Content-Security-Policy allows nothing but its own style. The worst come
// first; a row opens to what its last probe found.
//
// ?format=json, or an Accept header that asks for it, gives Report as JSON.
package statuspage

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"net/http"
	"time"

	_ "embed" // the page and its style

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

//go:embed page.html.tmpl
var pageSource string

//go:embed style.css
var styleSource string

// Config holds what New needs. Scheduler is required; the zero value of every
// other field is a good default.
type Config struct {
	Scheduler *schedule.Scheduler
	History   *schedule.History // the Scheduler's; default: no bars, latency, disk or certificates

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
