package schedule

import (
	"cmp"
	"sync"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// HistoryConfig holds the configuration of a History. The zero value of every
// field is a good default.
type HistoryConfig struct {
	Samples int           // number of latest results kept per target; default 120
	Period  time.Duration // length of one Period, a bar on the status page; from 1 s to 31 days, default 1 h
	Periods int           // number of Periods kept; default 72
}

// History keeps each target's last Result, its latest samples and, for each of
// its latest periods, how long it had which status. It is kept in memory only:
// a target takes about 4 kB with the defaults (measured), plus the strings of
// its last Result. To store results in a database, use a Sink. It is safe for
// concurrent use.
type History struct {
	config HistoryConfig
	mu     sync.Mutex
	tracks map[string]*track
}

// Sample is a summary of one result.
type Sample struct {
	At       time.Time      `json:"at"`
	Duration time.Duration  `json:"duration_ns"`
	Result   monitor.Status `json:"result"` // as the probe returned it
	Status   monitor.Status `json:"status"` // damped
}

// Period says how long a target had which status. Unknown is the time in which
// its probes could not determine the status; time in which it was paused or not
// probed is in none of the four.
type Period struct {
	Start    time.Time     `json:"start"`
	Up       time.Duration `json:"up_ns"`
	Degraded time.Duration `json:"degraded_ns"`
	Down     time.Duration `json:"down_ns"`
	Unknown  time.Duration `json:"unknown_ns"`
}

// Observed returns the time for which it is known whether the target was down:
// Up + Degraded + Down.
func (p Period) Observed() time.Duration { return p.Up + p.Degraded + p.Down }

// Uptime returns the fraction of the observed time in which the target was not
// down, from 0 to 1; ok is false if nothing was observed. Unknown time is
// ignored, and a degraded target counts as up: see Healthy.
func (p Period) Uptime() (ratio float64, ok bool) {
	seen := p.Observed()
	if seen == 0 {
		return 0, false
	}
	return 1 - float64(p.Down)/float64(seen), true
}

// Healthy returns the fraction of the observed time in which the target was up
// and not degraded, from 0 to 1; ok is false if nothing was observed.
func (p Period) Healthy() (ratio float64, ok bool) {
	seen := p.Observed()
	if seen == 0 {
		return 0, false
	}
	return float64(p.Up) / float64(seen), true
}

// Add returns the sum of p and q, with the start of p.
func (p Period) Add(q Period) Period {
	p.Up, p.Degraded, p.Down, p.Unknown = p.Up+q.Up, p.Degraded+q.Degraded, p.Down+q.Down, p.Unknown+q.Unknown
	return p
}

// Track is a copy of the data that a History has for one target.
type Track struct {
	Last    monitor.Result `json:"last"`
	Samples []Sample       `json:"samples"` // oldest first
	Periods []Period       `json:"periods"` // without gaps, oldest first; the last one is the current one
}

// NewHistory validates cfg and returns an empty History.
func NewHistory(cfg HistoryConfig) (*History, error) {
	switch {
	case cfg.Samples < 0:
		return nil, invalid("history", "", "Samples", "is negative")
	case cfg.Periods < 0:
		return nil, invalid("history", "", "Periods", "is negative")
	case cfg.Period == 0:
		cfg.Period = time.Hour
	case cfg.Period < time.Second || cfg.Period > 31*24*time.Hour:
		return nil, invalid("history", "", "Period", "is not from 1 s to 31 days")
	}
	cfg.Samples, cfg.Periods = cmp.Or(cfg.Samples, 120), cmp.Or(cfg.Periods, 72)
	return &History{config: cfg, tracks: make(map[string]*track)}, nil
}

// Record adds a Report; a Scheduler with this History calls it. The time since
// the target's previous Report is counted for the status that it had then,
// unless more than three intervals have passed: then it was not being watched.
func (h *History) Record(r Report) {
	h.mu.Lock()
	defer h.mu.Unlock()
	id, at := r.Target.ID, r.Result.At
	t := h.tracks[id]
	if t == nil {
		t = &track{}
		h.tracks[id] = t
	}
	if t.at.Sub(at) > h.config.Period { // the clock was set back, and what it counted before was wrong
		t.periods, t.known = nil, false
	} else if at.Before(t.at) {
		at = t.at
	}
	t.every = r.Target.Interval
	h.close(t, at)
	h.advance(t, h.number(at))
	t.open, t.at, t.last = r.Status, at, r.Result
	if t.open > monitor.StatusDown { // not of our making
		t.open = monitor.StatusUnknown
	}
	t.known = t.open != monitor.StatusUnknown || !r.Since.IsZero() // before the first status nothing can be counted
	h.keep(t, sample{at.UnixNano(), uint32(min(r.Result.Duration.Microseconds(), 1<<32-1)), r.Result.Status, r.Status})
}

// Stop records that a target is no longer watched from at on. The time since
// its last Report is counted as in Record.
func (h *History) Stop(id string, at time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.tracks[id]; t != nil {
		h.close(t, at)
		t.known = false
	}
}

// Remove deletes the data of a target.
func (h *History) Remove(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.tracks, id)
}

// Last returns a target's latest Result; ok is false if there is none.
func (h *History) Last(id string) (r monitor.Result, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.tracks[id]; t != nil {
		return t.last, true
	}
	return monitor.Result{}, false
}

// Track returns the data of one target, with its periods up to now; ok is false
// if there is none.
func (h *History) Track(id string, now time.Time) (track Track, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := h.tracks[id]
	if t == nil {
		return Track{}, false
	}
	track.Last = t.last
	track.Samples = make([]Sample, 0, len(t.samples))
	for i := range t.samples {
		s := t.samples[(t.head+i)%len(t.samples)]
		track.Samples = append(track.Samples, Sample{timeOf(s.at), time.Duration(s.micros) * time.Microsecond, s.raw, s.now})
	}
	track.Periods = h.list(t, h.number(now))
	return track, true
}

// Uptime returns the sum of a target's latest periods that began within span
// before now.
func (h *History) Uptime(id string, now time.Time, span time.Duration) Period {
	h.mu.Lock()
	defer h.mu.Unlock()
	sum := Period{Start: now.Add(-span)}
	if t := h.tracks[id]; t != nil {
		sum = total(h.list(t, h.number(now)), sum)
	}
	return sum
}

// total adds up the periods that begin at sum.Start or later.
func total(periods []Period, sum Period) Period {
	for _, p := range periods {
		if !p.Start.Before(sum.Start) {
			sum = sum.Add(p)
		}
	}
	return sum
}
