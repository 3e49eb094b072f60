package statuspage

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// Report is the page as JSON.
type Report struct {
	Title   string         `json:"title"`
	At      time.Time      `json:"at"`
	Counts  map[string]int `json:"counts"` // by Target.Status
	Targets []Target       `json:"targets"`
}

// Target is one row. Times are UTC; fields that Config.Public leaves out are
// marked so.
type Target struct {
	ID      string       `json:"id"`
	Name    string       `json:"name"`
	Group   string       `json:"group,omitempty"`
	Kind    monitor.Kind `json:"kind"`
	Host    string       `json:"host,omitempty"` // of its URL (not if Public)
	Status  string       `json:"status"`         // unknown, up, degraded, down or paused
	Since   time.Time    `json:"since,omitzero"`
	Checked time.Time    `json:"checked,omitzero"`          // when the last probe began
	Latency float64      `json:"latency_seconds,omitempty"` // of the last probe
	Uptime  *float64     `json:"uptime,omitempty"`          // from 0 to 1, over all Periods; absent if nothing was observed

	Reason      monitor.Reason   `json:"reason,omitempty"`      // of the last probe (not if Public)
	Detail      string           `json:"detail,omitempty"`      // of the last probe (not if Public)
	HTTPStatus  int              `json:"http_status,omitempty"` // (not if Public)
	CertExpires time.Time        `json:"cert_expires,omitzero"` // the first of the chain to end (not if Public)
	Disk        *monitor.Disk    `json:"disk,omitempty"`        // (not if Public)
	Version     string           `json:"version,omitempty"`     // of a Dolibarr (not if Public)
	Instances   int              `json:"instances,omitempty"`   // of a hosting (not if Public)
	Periods     []monitor.Period `json:"periods,omitempty"`     // oldest first
	Samples     []monitor.Sample `json:"-"`                     // for the sparkline
}

// order sorts the worst first.
var order = map[string]int{"down": 0, "degraded": 1, "unknown": 2, "up": 3, "paused": 4}

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
	slices.SortStableFunc(report.Targets, func(a, b Target) int {
		return cmp.Or(order[a.Status]-order[b.Status], strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name)))
	})
	return report
}

func (h *handler) row(s monitor.TargetState, now time.Time) Target {
	t := Target{
		ID: s.Target.ID, Name: cmp.Or(s.Target.Labels[h.Name], s.Target.ID), Group: s.Target.Labels[h.GroupBy],
		Kind: s.Target.Kind, Status: s.Status.String(), Since: s.Since,
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
	t.Checked, t.Latency = track.Last.At.UTC(), track.Last.Duration.Seconds()
	var sum monitor.Period
	for _, p := range track.Periods {
		sum.Up, sum.Degraded, sum.Down = sum.Up+p.Up, sum.Degraded+p.Degraded, sum.Down+p.Down
	}
	if ratio, known := sum.Uptime(); known {
		t.Uptime = &ratio
	}
	if !h.Public {
		t.inside(&track.Last)
	}
	return t
}

// inside adds what a visitor from outside is not told.
func (t *Target) inside(r *monitor.Result) {
	t.Reason, t.Detail, t.Disk, t.Instances = r.Reason, r.Detail, r.Disk, len(r.Instances)
	if r.HTTP != nil {
		t.HTTPStatus = r.HTTP.Status
	}
	if r.Certificate != nil {
		t.CertExpires = r.Certificate.EarliestExpiry
	}
	if r.Instance != nil {
		t.Version = r.Instance.Version
	}
}
