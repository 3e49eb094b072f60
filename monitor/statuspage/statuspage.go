// Package statuspage shows the state of a schedule.Scheduler as a web page:
// server-rendered HTML and inline SVG, in light and dark, readable without
// JavaScript, by keyboard and with a screen reader. The same data is available
// as JSON.
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
// name. It shows unknown states as unknown: targets that can't be probed, and
// those without a recent result because the Scheduler ended, hangs or never
// ran, are counted as unknown in the headline too, and the findings of their
// last probe are not shown as current. Next to the uptime, the page shows how
// much of it was degraded, and how much time is unknown. Config.Public leaves
// out what else a visitor should not know. The page loads nothing from other
// servers, and its Content-Security-Policy allows only its own style. The
// targets in the worst state come first; a row expands to the findings of its
// last probe.
//
// With ?format=json, or an Accept header that asks for JSON, the handler
// returns a Report.
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

// Config holds the configuration of a status page. Scheduler is required; the
// zero value of every other field is a good default.
type Config struct {
	Scheduler *schedule.Scheduler
	History   *schedule.History // the Scheduler's; default: no bars, latency, disk or certificates

	Title   string                      // default "Status"
	Name    string                      // the label that holds a target's display name; default "name"; targets without it show their ID
	GroupBy string                      // the label to group targets by; default: one section
	Show    func(t monitor.Target) bool // which targets to show; default: all
	Public  bool                        // leave out hosts, causes, disk, versions: only status, bars and latency
	Rows    int                         // max rows on the page, the worst first; default 1000; the JSON has all
	Fresh   time.Duration               // how long a rendered page is reused; default 2 s, negative: never
	Now     func() time.Time            // default time.Now
}

// New validates cfg and returns a handler for GET and HEAD, which can be
// mounted at any path.
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

// Error is an invalid Config. It matches monitor.ErrInvalid.
type Error struct {
	Field string
	text  string
}

// Error returns a text such as "statuspage: Scheduler is nil".
func (e *Error) Error() string { return "statuspage: " + e.Field + " " + e.text }

// Is reports whether target is monitor.ErrInvalid.
func (e *Error) Is(target error) bool { return target == monitor.ErrInvalid }

// GoString returns the same as Error.
func (e *Error) GoString() string { return e.Error() }
