package schedule

import (
	"slices"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// track is one target's record. The rings grow until they are full.
type track struct {
	last    monitor.Result
	samples []sample // a ring, the oldest at head
	head    int
	periods []spent        // a ring in which period n has place n modulo its length
	newest  int64          // the number of the latest period since 1970
	open    monitor.Status // the damped status since at
	known   bool           // that status is one that time is counted for
	at      time.Time
	every   time.Duration // the interval that the next Report is expected within
}

type sample struct {
	at       int64
	micros   uint32
	raw, now monitor.Status
}

// spent is milliseconds by Status.
type spent [4]uint32

func (h *History) number(at time.Time) int64 {
	step := int64(h.config.Period)
	n := at.UnixNano()
	return (n - (n%step+step)%step) / step
}

func (h *History) keep(t *track, s sample) {
	if len(t.samples) < h.config.Samples {
		t.samples = append(t.samples, s)
		return
	}
	t.samples[t.head] = s
	t.head = (t.head + 1) % len(t.samples)
}

// close counts the time from t.at to end for the status that held, cut at the
// borders of the periods. After three intervals nobody was watching, and what
// began before the periods that are kept is not gone through.
func (h *History) close(t *track, end time.Time) {
	if end.Sub(t.at)/3 > t.every {
		return
	}
	if oldest := time.Unix(0, (h.number(end)-int64(h.config.Periods))*int64(h.config.Period)); t.at.Before(oldest) {
		t.at = oldest
	}
	for t.known && t.at.Before(end) {
		n := h.number(t.at)
		border := time.Unix(0, (n+1)*int64(h.config.Period))
		if border.After(end) {
			border = end
		}
		h.advance(t, n)
		if place := t.newest - n; place >= 0 && place < int64(len(t.periods)) {
			t.periods[h.place(t, n)][t.open] += uint32(border.Sub(t.at).Milliseconds())
		}
		t.at = border
	}
}

// advance makes room for period n, clearing those in between.
func (h *History) advance(t *track, n int64) {
	if len(t.periods) == 0 {
		t.periods, t.newest = make([]spent, h.config.Periods), n
		return
	}
	from := max(t.newest+1, n-int64(len(t.periods))+1)
	for i := from; i <= n; i++ {
		t.periods[h.place(t, i)] = spent{}
	}
	t.newest = max(t.newest, n)
}

func (h *History) place(t *track, n int64) int { return int(n % int64(len(t.periods))) }

// list returns the periods up to number now.
func (h *History) list(t *track, now int64) []Period {
	periods := make([]Period, 0, h.config.Periods)
	for n := now; n > now-int64(h.config.Periods); n-- {
		p := Period{Start: time.Unix(0, n*int64(h.config.Period)).UTC()}
		if behind := t.newest - n; behind >= 0 && behind < int64(len(t.periods)) {
			ms := t.periods[h.place(t, n)]
			p.Up, p.Degraded = millis(ms[monitor.StatusUp]), millis(ms[monitor.StatusDegraded])
			p.Down, p.Unknown = millis(ms[monitor.StatusDown]), millis(ms[monitor.StatusUnknown])
		}
		periods = append(periods, p)
	}
	slices.Reverse(periods)
	return periods
}

func millis(n uint32) time.Duration { return time.Duration(n) * time.Millisecond }
