package statuspage

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// Report is the JSON form of the page.
type Report struct {
	Title    string         `json:"title"`
	At       time.Time      `json:"at"`
	Counts   map[string]int `json:"counts"`             // number of targets by Target.Status
	Problems []string       `json:"problems,omitempty"` // problems of the monitor itself, in words: it has ended, it hangs, changes were not delivered
	Targets  []Target       `json:"targets"`
}

// Target is one row. Times are UTC; fields that Config.Public leaves out are
// marked.
type Target struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Group   string       `json:"group,omitempty"`
	Kind    monitor.Kind `json:"kind"`
	Host    string       `json:"host,omitempty"`            // of its URL (not if Public)
	Status  string       `json:"status"`                    // unknown, up, degraded, down or paused
	Stale   bool         `json:"stale,omitempty"`           // unknown because there was no result for three intervals; what the last one found is left out, as it is after a pause
	Since   time.Time    `json:"since,omitzero"`            // when Status began; zero if there is no result yet
	Checked time.Time    `json:"checked,omitzero"`          // when the last probe began
	Latency float64      `json:"latency_seconds,omitempty"` // of the last probe
	Uptime  *float64     `json:"uptime,omitempty"`          // from 0 to 1, over all Periods, a degraded target counting as up; absent if nothing was observed
	Healthy *float64     `json:"healthy,omitempty"`         // the fraction of the same time in which it was up and not degraded
	Unknown float64      `json:"unknown_seconds,omitempty"` // seconds in Periods that are in neither: the probes could not determine the status

	Reason      monitor.Reason    `json:"reason,omitempty"`      // of the last probe (not if Public)
	Field       string            `json:"field,omitempty"`       // the invalid field of the Target (not if Public)
	Detail      string            `json:"detail,omitempty"`      // of the last probe (not if Public)
	HTTPStatus  int               `json:"http_status,omitempty"` // (not if Public)
	CertExpires time.Time         `json:"cert_expires,omitzero"` // expiry of the leaf, or of its verified chain if that is earlier (not if Public)
	CertStatus  string            `json:"cert_status,omitempty"` // up, degraded if it needs attention, down if it has expired (not if Public)
	Disk        *monitor.Disk     `json:"disk,omitempty"`        // (not if Public)
	Version     string            `json:"version,omitempty"`     // of a Dolibarr (not if Public)
	Instances   *int              `json:"instances,omitempty"`   // of a hosting; absent if it reported no list, which is not an empty one (not if Public)
	Periods     []schedule.Period `json:"periods,omitempty"`     // oldest first
	Samples     []schedule.Sample `json:"-"`                     // for the sparkline
}

// order sorts the worst first. What was never known is none of the worst.
var order = map[string]int{"down": 0, "unknown": 1, "degraded": 2, "waiting": 3, "up": 4, "paused": 5}

// rank is a target's place in it.
func (t *Target) rank() int {
	if t.waits() {
		return order["waiting"]
	}
	return order[t.Status]
}

// waits reports whether there was no result yet and there need not be one.
func (t *Target) waits() bool { return t.Status == "unknown" && t.Since.IsZero() }

// collect takes everything from the scheduler and the history.
func (h *handler) collect() Report {
	now := h.Now().UTC()
	report := Report{Title: h.Title, At: now, Counts: make(map[string]int), Targets: []Target{}}
	for _, state := range h.Scheduler.States() {
		if h.Show != nil && !h.Show(state.Target) {
			continue
		}
		t := h.row(state, now)
		report.Counts[t.Status]++
		report.Targets = append(report.Targets, t)
	}
	report.Problems = h.problems(report)
	slices.SortStableFunc(report.Targets, func(a, b Target) int {
		return cmp.Or(a.rank()-b.rank(), strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	return report
}

func (h *handler) row(s schedule.TargetState, now time.Time) Target {
	t := Target{
		ID: s.Target.ID, Name: cmp.Or(s.Target.Labels[h.Name], s.Target.ID), Group: s.Target.Labels[h.GroupBy],
		Kind: s.Target.Kind, Status: s.Status.String(), Stale: s.Stale, Since: s.Since,
	}
	if s.Paused {
		t.Status = "paused"
	}
	if u, err := url.Parse(s.Target.URL); err == nil && !h.Public {
		t.Host = u.Hostname()
	}
	if h.History == nil {
		return t
	}
	track, ok := h.History.Track(s.Target.ID, now)
	if !ok {
		return t
	}
	t.Periods, t.Samples = track.Periods, track.Samples
	t.Checked = track.Last.At.UTC()
	t.uptime()
	if t.Stale || s.Last.IsZero() { // what was found then, or before a pause, says nothing of today
		t.Samples = nil
		return t
	}
	t.Latency = track.Last.Duration.Seconds()
	if !h.Public {
		t.inside(&track.Last, now)
	}
	return t
}

// uptime sums the periods up.
func (t *Target) uptime() {
	var sum schedule.Period
	for _, p := range t.Periods {
		sum = sum.Add(p)
	}
	if ratio, known := sum.Uptime(); known {
		t.Uptime = &ratio
	}
	if ratio, known := sum.Healthy(); known {
		t.Healthy = &ratio
	}
	t.Unknown = sum.Unknown.Seconds()
}

// problems are those of the monitor itself.
func (h *handler) problems(r Report) (all []string) {
	stats := h.Scheduler.Stats()
	stale, watched := 0, 0
	for _, t := range r.Targets {
		if t.Status != "paused" {
			watched++
		}
		if t.Stale {
			stale++
		}
	}
	switch {
	case !stats.Ended.IsZero():
		all = append(all, "The monitor ended "+longTime(r.At.Sub(stats.Ended))+" ago: nothing is watched any more")
	case stats.Started.IsZero() && watched > 0:
		all = append(all, "The monitor was not started: nothing is watched")
	case stale > 0:
		all = append(all, fmt.Sprintf("The monitor has no recent result of %s: it hangs, or can't keep up", plural(stale, "target")))
	}
	if h.Public {
		return all
	}
	if n := stats.OnChange.Dropped; n > 0 {
		all = append(all, plural(int(n), "change")+" not delivered: OnChange is too slow")
	}
	for i, sink := range stats.Sinks {
		if sink.Dropped > 0 {
			all = append(all, fmt.Sprintf("%s did not reach sink %d: it is too slow", plural(int(sink.Dropped), "result"), i))
		}
	}
	return all
}

// inside adds what a visitor from outside is not told.
func (t *Target) inside(r *monitor.Result, now time.Time) {
	t.Reason, t.Field, t.Detail, t.Disk = r.Reason, r.Field, r.Detail, r.Disk
	if r.Instances != nil {
		n := len(r.Instances)
		t.Instances = &n
	}
	if r.HTTP != nil {
		t.HTTPStatus = r.HTTP.Status
	}
	if r.Certificate != nil {
		t.CertExpires, t.CertStatus = r.Certificate.Ends(), r.Certificate.Health(now).String()
	}
	if r.Instance != nil {
		t.Version = r.Instance.Version
	}
}
