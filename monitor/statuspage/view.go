package statuspage

import (
	"fmt"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// view is what the template shows: texts and SVG, nothing left to decide.
type view struct {
	Title, Headline, Worst string
	At, AtText, Span       string
	Problems               []string
	Counts                 []count
	Groups                 []section
	Hidden                 int
}

type count struct {
	Status string
	N      int
}

type section struct {
	Name, Summary string
	Rows          []row
}

type row struct {
	Name, Status, StatusText, Uptime string
	Apart                            []string // what Uptime alone would hide
	Bars                             bars
	Spark                            spark
	Disk                             disk
	Cert                             cert
	Facts                            []fact
}

type disk struct {
	Known        bool
	Percent      int
	Status, Text string
}

type cert struct{ Status, Text string }

type fact struct{ Name, Value string }

// view cuts a Report to the page.
func (h *handler) view(r Report) view {
	v := view{Title: h.Title, At: r.At.Format(time.RFC3339), AtText: r.At.Format("2 January 2006, 15:04:05 UTC")}
	v.Worst, v.Headline = headline(r)
	v.Problems = r.Problems
	for _, status := range []string{"down", "degraded", "unknown", "up", "paused"} {
		if n := r.Counts[status]; n > 0 {
			v.Counts = append(v.Counts, count{status, n})
		}
	}
	if len(r.Targets) > h.Rows {
		v.Hidden = len(r.Targets) - h.Rows
		r.Targets = r.Targets[:h.Rows]
	}
	v.Span, v.Groups = span(r.Targets), h.sections(r)
	return v
}

// span is what the bars stand for.
func span(targets []Target) string {
	for _, t := range targets {
		if n := len(t.Periods); n > 1 {
			step := t.Periods[1].Start.Sub(t.Periods[0].Start)
			return fmt.Sprintf("Bars show the last %s, %s each", longTime(step*time.Duration(n)), longTime(step))
		}
	}
	return "No history yet"
}

// sections parts the rows by group, in the order of their worst target.
func (h *handler) sections(r Report) []section {
	var all []section
	place := make(map[string]int)
	for _, t := range r.Targets {
		i, known := place[t.Group]
		if !known {
			i = len(all)
			place[t.Group] = i
			all = append(all, section{Name: t.Group})
		}
		all[i].Rows = append(all[i].Rows, h.show(t, r.At))
	}
	for i := range all {
		s := &all[i]
		s.Summary = plural(len(s.Rows), "target")
		switch {
		case s.Name == "" && h.GroupBy == "":
			s.Name = "Targets"
		case s.Name == "":
			s.Name = "Others"
		}
	}
	return all
}

// headline is the page's one sentence. What is not known is never part of "all".
func headline(r Report) (worst, text string) {
	watched := len(r.Targets) - r.Counts["paused"]
	down, ill, up, blind := r.Counts["down"], r.Counts["degraded"], r.Counts["up"], 0
	for i := range r.Targets {
		if t := &r.Targets[i]; t.Status == "unknown" && !t.waits() {
			blind++
		}
	}
	waiting := watched - down - ill - up - blind
	switch {
	case watched == 0:
		return "unknown", "Nothing is watched"
	case down > 0:
		return "down", fmt.Sprintf("%d of %s %s down%s", down, plural(watched, "target"), are(down), alsoUnknown(blind))
	case blind == watched && blind > 1:
		return "unknown", fmt.Sprintf("Nothing is known of any of the %d targets", watched)
	case blind > 0:
		return "unknown", fmt.Sprintf("%d of %s %s not known", blind, plural(watched, "target"), are(blind))
	case ill > 0:
		return "degraded", fmt.Sprintf("%d of %s %s degraded", ill, plural(watched, "target"), are(ill))
	case waiting == watched:
		return "unknown", "No results yet"
	case waiting > 0:
		return "up", fmt.Sprintf("Every target with a result is up; %d without one yet", waiting)
	case watched == 1:
		return "up", "The target is up"
	}
	return "up", fmt.Sprintf("All %d targets are up", watched)
}

func alsoUnknown(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", and %d %s not known", n, are(n))
}

func (h *handler) show(t Target, now time.Time) row {
	r := row{Name: t.Name, Status: t.Status, Bars: drawBars(t.Periods), Spark: drawSpark(t.Samples), Uptime: "–"}
	r.StatusText = statusText(t, now)
	if t.Uptime != nil {
		r.Uptime = percent(*t.Uptime)
	}
	r.Apart = apart(t)
	if t.Disk != nil {
		r.Disk = showDisk(t.Disk)
	}
	if !t.CertExpires.IsZero() {
		r.Cert = showCert(t.CertExpires.Sub(now), t.CertStatus)
	}
	r.Facts = facts(t)
	return r
}

// statusText is the line below a name.
func statusText(t Target, now time.Time) string {
	text := t.Status
	switch {
	case t.Stale && t.Checked.IsZero():
		text = "unknown · stale: there is no result"
	case t.Stale:
		text = "unknown · stale: the last result is " + longTime(now.Sub(t.Checked)) + " old"
	case t.waits():
		text = "no result yet"
	case !t.Since.IsZero() && t.Status != "paused":
		text += " for " + longTime(now.Sub(t.Since))
	}
	if t.Reason != "" && t.Status != "paused" {
		text += " · " + strings.ReplaceAll(string(t.Reason), "_", " ")
	}
	return text
}

// facts are the lines of an opened row.
func facts(t Target) []fact {
	var all []fact
	add := func(name, value string) {
		if value != "" {
			all = append(all, fact{name, value})
		}
	}
	add("ID", t.ID)
	add("Kind", strings.ReplaceAll(string(t.Kind), "_", " "))
	add("Host", t.Host)
	if !t.Checked.IsZero() {
		took := ""
		if !t.Stale {
			took = ", " + shortTime(time.Duration(t.Latency*float64(time.Second)))
		}
		add("Last probe", t.Checked.Format("2 January 2006, 15:04:05 UTC")+took)
	}
	add("What it found", t.Detail)
	add("Uptime", uptimeText(t))
	if t.HTTPStatus > 0 {
		add("HTTP status", fmt.Sprint(t.HTTPStatus))
	}
	add("Dolibarr", t.Version)
	if t.Instances != nil {
		add("Instances", fmt.Sprint(*t.Instances))
	}
	if !t.CertExpires.IsZero() {
		add("Certificate ends", t.CertExpires.UTC().Format("2 January 2006"))
	}
	return all
}

func showDisk(d *monitor.Disk) disk {
	switch {
	case !d.Used.Known:
		return disk{Text: "disk unknown"}
	case !d.Total.Known || d.Total.Bytes <= 0:
		return disk{Text: bytesText(d.Used.Bytes) + " used"}
	}
	v := disk{Known: true, Status: "up", Text: bytesText(d.Used.Bytes) + " of " + bytesText(d.Total.Bytes)}
	v.Percent = int(min(100, max(0, float64(d.Used.Bytes)/float64(d.Total.Bytes)*100)))
	switch {
	case v.Percent >= 95:
		v.Status = "down"
	case v.Percent >= 85:
		v.Status = "degraded"
	}
	return v
}

// showCert goes by the probe's own verdict: what is soon depends on how long a
// certificate lives.
func showCert(left time.Duration, status string) cert {
	switch {
	case left <= 0:
		return cert{status, "certificate ended"}
	case left < 48*time.Hour:
		return cert{status, "cert " + plural(int(left.Hours()), "hour")}
	}
	return cert{status, "cert " + plural(int(left.Hours()/24), "day")}
}

// apart is what an uptime does not show, in short.
func apart(t Target) (parts []string) {
	if t.Uptime != nil && *t.Uptime > *t.Healthy {
		parts = append(parts, percentUp(*t.Uptime-*t.Healthy)+" degraded")
	}
	if t.Unknown > 0 {
		parts = append(parts, longTime(time.Duration(t.Unknown*float64(time.Second)))+" unknown")
	}
	return parts
}

// uptimeText says what an uptime leaves out: a degraded target is up in it, and
// an unknown one is not in it.
func uptimeText(t Target) string {
	var parts []string
	if t.Uptime != nil {
		parts = append(parts, percent(*t.Uptime))
		if ill := *t.Uptime - *t.Healthy; ill > 0 {
			parts = append(parts, "of it "+percentUp(ill)+" degraded")
		}
	}
	if t.Unknown > 0 {
		parts = append(parts, longTime(time.Duration(t.Unknown*float64(time.Second)))+" not known")
	}
	return strings.Join(parts, ", ")
}
