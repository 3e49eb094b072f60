package wedos

import (
	"context"
	"sync"
	"time"
)

// Pending identifies a command whose outcome arrives as a notification. It
// marshals to JSON, so that a restarted process can continue to wait.
type Pending struct {
	Command string    `json:"command"`
	ClTRID  string    `json:"clTRID,omitempty"`
	SvTRID  string    `json:"svTRID,omitempty"`
	At      time.Time `json:"at"`
}

// Pending reports whether the outcome of a command is yet to come, and what to
// wait for.
func (a Answer) Pending() (Pending, bool) {
	return Pending{a.Command, a.ClTRID, a.SvTRID, a.Time}, a.Code == CodePending
}

// Pending returns what to wait for after an ambiguous failure of an
// asynchronous command: if the command was accepted, its notification has our
// id.
func (e *Error) Pending() Pending {
	return Pending{Command: e.Command, ClTRID: e.ClTRID, SvTRID: e.SvTRID, At: e.At}
}

// matches compares WAPI's id first, for it is unique, then ours.
func (p Pending) matches(n *Notification) bool {
	if p.SvTRID != "" && n.SvTRID != "" {
		return p.SvTRID == n.SvTRID
	}
	return p.ClTRID != "" && p.ClTRID == n.ClTRID
}

// TrackerConfig configures NewTracker; its zero value is a good default.
type TrackerConfig struct {
	// Remember is the number of outcomes kept for a later Wait; default 1000.
	Remember int
	// MaxBytes is the maximum total size of the kept documents, in bytes of text;
	// decoded, they take at most 16 times as much memory. The latest one is always
	// kept. Default 16 MiB.
	MaxBytes int64
	// Progress is called with each notification that is not an outcome; default
	// none.
	Progress func(*Notification)
}

// Tracker passes notifications to the callers waiting for them. Feed it through
// Deliver or Handle, from the poll queue, a Webhook or both. It starts no
// goroutines. It is safe for concurrent use.
//
// Its contents are lost when the process ends. If an outcome must not be lost,
// store it in the loop over Notifications, before it is acknowledged.
type Tracker struct {
	config  TrackerConfig
	mu      sync.Mutex
	recent  []*Notification
	bytes   int64         // of the documents of recent
	arrived chan struct{} // closed and renewed with each outcome
}

// NewTracker returns an empty tracker.
func NewTracker(config TrackerConfig) *Tracker {
	if config.Remember <= 0 {
		config.Remember = 1000
	}
	if config.MaxBytes <= 0 {
		config.MaxBytes = 16 << 20
	}
	return &Tracker{config: config, arrived: make(chan struct{})}
}

// Deliver adds a notification.
func (t *Tracker) Deliver(n *Notification) {
	if !n.Final() {
		if t.config.Progress != nil {
			t.config.Progress(n)
		}
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recent = append(t.recent, n)
	t.bytes += sizeOf(n)
	for len(t.recent) > 1 && (len(t.recent) > t.config.Remember || t.bytes > t.config.MaxBytes) {
		t.bytes -= sizeOf(t.recent[0])
		t.recent[0] = nil // the slice goes on to share its array
		t.recent = t.recent[1:]
	}
	close(t.arrived)
	t.arrived = make(chan struct{})
}

// sizeOf is what a notification counts for, the least of it for its own fields.
func sizeOf(n *Notification) int64 { return int64(len(n.Raw.Text())) + 512 }

// Handle is Deliver with the signature of WebhookConfig.Handle. It always
// returns nil.
func (t *Tracker) Handle(_ context.Context, n *Notification) error {
	t.Deliver(n)
	return nil
}

// Wait returns the outcome of p, at once if it has already arrived. If the
// outcome is a failure or can't be decoded, Wait returns the notification and
// its error. If ctx ends, it returns the error of ctx.
func (t *Tracker) Wait(ctx context.Context, p Pending) (*Notification, error) {
	if ctx == nil {
		return nil, invalid(p.Command, "ctx", "is nil")
	}
	if p.ClTRID == "" && p.SvTRID == "" {
		return nil, invalid(p.Command, "pending", "holds no id")
	}
	for {
		n, arrived := t.look(p)
		if n != nil {
			return n, n.Err()
		}
		select {
		case <-arrived:
		case <-ctx.Done():
			return nil, &Error{Command: p.Command, text: ctx.Err().Error(), cause: ctx.Err(), ClTRID: p.ClTRID, SvTRID: p.SvTRID}
		}
	}
}

func (t *Tracker) look(p Pending) (*Notification, <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var unreadable *Notification
	for _, n := range t.recent {
		switch {
		case !p.matches(n):
		case n.malformed == "":
			return n, nil
		default:
			unreadable = n // only where no other says more
		}
	}
	return unreadable, t.arrived
}
