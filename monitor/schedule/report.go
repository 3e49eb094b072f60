package schedule

import (
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// Report is one result and the status that follows from it.
type Report struct {
	Target monitor.Target `json:"target"`
	Result monitor.Result `json:"result"`          // as the probe returned it, never damped; see Config.Canary
	From   monitor.Status `json:"from"`            // the damped status before
	Status monitor.Status `json:"status"`          // the damped status after
	Began  bool           `json:"began,omitempty"` // Status began with this Result
	Late   time.Duration  `json:"late_ns"`         // how long after its scheduled time the probe began
	Since  time.Time      `json:"since,omitzero"`  // when Status began; zero if there was none yet
}

// Changed reports whether Status began with this Result. From then differs from
// Status, except for a target that is found to be unknown before any other
// status was known.
func (r Report) Changed() bool { return r.Began || r.From != r.Status }
