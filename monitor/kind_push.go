package monitor

import (
	"context"
	"sync"
	"time"
)

// pushProbe is KindPush: it calls nobody, and judges what a Receiver took.
type pushProbe struct{ m *Monitor }

func (p pushProbe) prepare(t Target) (pl plan, err error) {
	if t.URL != "" {
		return pl, invalid("target", t.ID, "URL", "is not used: the observer calls us")
	}
	if t.Secret == "" {
		return pl, invalid("target", t.ID, "Secret", "is empty: pushes are signed")
	}
	pl.opts, err = p.m.options(t, pushParams)
	return pl, err
}

// Probe returns up while the last document is recent enough. A target that has
// never pushed is unknown for the same time, counted from its first probe, and
// then down.
func (p pushProbe) Probe(ctx context.Context, t Target) Result { return lookOnce(ctx, p, t) }

func (p pushProbe) look(_ context.Context, t Target, pl plan) Result {
	res, now, most := Result{}, p.m.config.Now(), maxAge(t, pl.opts)
	last, since := p.m.inbox.last(t.ID, now)
	switch {
	case last == nil && now.Sub(since) <= most:
		res.Reason, res.Detail = ReasonTimeout, "nothing was pushed yet"
	case last == nil:
		res.down(ReasonTimeout, "nothing was pushed for "+most.String())
	case now.Sub(last.at) > most:
		last.document.observed(t, "", &res)
		res.ObservedAt = last.at
		res.down(ReasonTimeout, "the last push is older than "+most.String())
	default:
		last.document.observed(t, "", &res)
		res.Reachable, res.ObservedAt = true, last.at
	}
	return res
}

func maxAge(t Target, opts *options) time.Duration {
	switch {
	case opts.maxAge > 0:
		return opts.maxAge
	case t.Interval > 0:
		return 3 * t.Interval
	}
	return 15 * time.Minute
}

// inbox keeps the last push of each target.
type inbox struct {
	mu      sync.Mutex
	kept    map[string]*push
	waiting map[string]time.Time // since when, for those that have not pushed yet
}

// push is a document and the time that it was signed with.
type push struct {
	at       time.Time
	document *document
}

// last returns a target's last push, or since when it is waited for.
func (b *inbox) last(id string, now time.Time) (p *push, since time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if p = b.kept[id]; p != nil {
		return p, since
	}
	since, asked := b.waiting[id]
	if !asked {
		if b.waiting == nil {
			b.waiting = make(map[string]time.Time)
		}
		since = now
		b.waiting[id] = since
	}
	return nil, since
}

// wants reports whether a document of that time could be kept.
func (b *inbox) wants(id string, at time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	old := b.kept[id]
	return old == nil || at.After(old.at)
}

// put keeps p if it is newer than what is there: a hash works once, so that
// an eavesdropper can't use it for another document.
func (b *inbox) put(id string, p *push) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if old := b.kept[id]; old != nil && !p.at.After(old.at) {
		return false
	}
	if b.kept == nil {
		b.kept = make(map[string]*push)
	}
	b.kept[id] = p
	delete(b.waiting, id)
	return true
}
