package monitor

import (
	"context"
	"sync"
	"time"
)

// listing is what a server manager said of its hosting. It is never changed
// once it is shared.
type listing struct {
	at        time.Time
	form      Form
	result    Result            // facts of the exchange, the volume, and the verdict if it failed
	instances map[string]record // by name
}

// listingKey says which targets are answered from one listing.
type listingKey struct {
	url, secret, tls string
	form             Form
}

// listings shares listings: a hosting with fifty instances is asked once in a
// cycle, whoever of the fifty-one comes first.
type listings struct {
	mu    sync.Mutex
	kept  map[listingKey]*pending
	sweep time.Time // when the old ones are thrown out next
}

// pending is a listing that is being fetched or was.
type pending struct {
	done chan struct{} // closed once listing is set
	*listing
	until time.Time // how long it serves
}

// failedFor is the longest that a failed listing serves: shorter than the
// default Policy.RetryAfter, so that a second look is one.
const failedFor = 5 * time.Second

// share returns a listing no older than cycle; a failed one serves for a tenth
// of that and at most failedFor, so that a recovery shows. One caller fetches, the others wait for it. It
// returns nil when ctx ends first.
func (s *listings) share(ctx context.Context, key listingKey, cycle time.Duration, now func() time.Time, fetch func() *listing) *listing {
	for {
		p, mine := s.join(key, now())
		if mine {
			return s.lead(ctx, key, p, cycle, now, fetch)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.done:
		}
		if p.listing != nil {
			return p.listing
		}
	}
}

// join returns the listing that serves now, or a new one that the caller has
// to fetch.
func (s *listings) join(key listingKey, now time.Time) (p *pending, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.kept[key]; p != nil && (p.until.IsZero() || now.Before(p.until)) {
		return p, false
	}
	if s.kept == nil {
		s.kept = make(map[listingKey]*pending)
	}
	s.clean(now)
	p = &pending{done: make(chan struct{})}
	s.kept[key] = p
	return p, true
}

// lead fetches for everybody. A fetch that the leader's own context has ended
// is nobody else's answer: the next in line fetches anew.
func (s *listings) lead(ctx context.Context, key listingKey, p *pending, cycle time.Duration, now func() time.Time, fetch func() *listing) *listing {
	var l *listing
	defer func() { // also when fetch panics
		s.mu.Lock()
		defer s.mu.Unlock()
		defer close(p.done)
		if l == nil || l.result.Reason == ReasonCanceled || ctx.Err() == context.Canceled {
			delete(s.kept, key)
			return
		}
		p.listing, p.until = l, l.at.Add(cycle)
		if l.failed() {
			p.until = now().Add(min(cycle/10, failedFor))
		}
	}()
	l = fetch()
	return l
}

// clean throws out what serves nobody any more. Called with mu held.
func (s *listings) clean(now time.Time) {
	if now.Before(s.sweep) {
		return
	}
	s.sweep = now.Add(time.Minute)
	for key, p := range s.kept {
		if !p.until.IsZero() && now.After(p.until) {
			delete(s.kept, key)
		}
	}
}
