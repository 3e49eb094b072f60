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
	v.Worst, v.Headline = headline(r.Counts, len(r.Targets))
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

// span tells what the bars stand for.
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

// headline is the page's one sentence.
func headline(counts map[string]int, all int) (worst, text string) {
	watched := all - counts["paused"]
	down, ill, unknown := counts["down"], counts["degraded"], counts["unknown"]
	switch {
	case watched == 0:
		return "unknown", "Nothing is watched"
	case down > 0:
		return "down", fmt.Sprintf("%d of %s %s down", down, plural(watched, "target"), are(down))
	case ill > 0:
		return "degraded", fmt.Sprintf("%d of %s %s degraded", ill, plural(watched, "target"), are(ill))
	case unknown == watched:
		return "unknown", "No results yet"
	case unknown > 0:
		return "up", fmt.Sprintf("Every target with a result is up; %d without one yet", unknown)
	case watched == 1:
		return "up", "The target is up"
	}
	return "up", fmt.Sprintf("All %d targets are up", watched)
}

func (h *handler) show(t Target, now time.Time) row {
	r := row{Name: t.Name, Status: t.Status, Bars: drawBars(t.Periods), Spark: drawSpark(t.Samples), Uptime: "–"}
	r.StatusText = t.Status
	if !t.Since.IsZero() && t.Status != "paused" {
		r.StatusText += " for " + longTime(now.Sub(t.Since))
	}
	if t.Reason != "" && t.Status != "paused" {
		r.StatusText += " · " + strings.ReplaceAll(string(t.Reason), "_", " ")
	}
	if t.Uptime != nil {
		r.Uptime = percent(*t.Uptime)
	}
	if t.Disk != nil {
		r.Disk = showDisk(t.Disk)
	}
	if !t.CertExpires.IsZero() {
		r.Cert = showCert(t.CertExpires.Sub(now))
	}
	r.Facts = facts(t)
	return r
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
		add("Last probe", t.Checked.Format("2 January 2006, 15:04:05 UTC")+", "+shortTime(time.Duration(t.Latency*float64(time.Second))))
	}
	add("What it found", t.Detail)
	if t.HTTPStatus > 0 {
		add("HTTP status", fmt.Sprint(t.HTTPStatus))
	}
	add("Dolibarr", t.Version)
	if t.Instances > 0 {
		add("Instances", fmt.Sprint(t.Instances))
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

func showCert(left time.Duration) cert {
	days := int(left.Hours() / 24)
	switch {
	case left <= 0:
		return cert{"down", "certificate ended"}
	case days < 7:
		return cert{"down", "cert " + plural(days, "day")}
	case days < 21:
		return cert{"degraded", "cert " + plural(days, "day")}
	}
	return cert{"up", "cert " + plural(days, "day")}
}
