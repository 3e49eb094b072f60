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
	instances map[string]listed // by name
	unread    int               // entries of the list that could not be read
	length    int64             // of the answer
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
	done     chan struct{} // closed once listing is set, or never will be
	*listing               // nil until then
	asked    map[string]struct{}
	longest  time.Duration // of the cycles of who asked
}

// asker is who wants a listing. One that comes back wants news, even a moment
// before its cycle is over: a second look at the same listing is none. An
// empty id, a Scheduler's discovery, takes what is there.
type asker struct {
	id    string
	cycle time.Duration
	now   func() time.Time
	fresh bool // a discovery by hand: it wants to know how it is now, and what it hears is good for the others
}

// failedFor is the longest that a failed listing serves the other targets.
const failedFor = 5 * time.Second

// share returns a listing no older than the asker's cycle, a failed one no
// older than a tenth of that or failedFor. One asker fetches, the others wait
// for it. It returns nil when ctx ends first.
func (s *listings) share(ctx context.Context, key listingKey, who asker, fetch func() *listing) *listing {
	for {
		p, mine := s.join(key, who)
		if mine {
			return s.lead(ctx, key, p, fetch)
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

// join returns the listing that serves who, or a new one that who has to fetch.
func (s *listings) join(key listingKey, who asker) (p *pending, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := who.now()
	p = s.kept[key]
	if mine = p == nil || !p.serves(who, now); mine {
		s.clean(now)
		p = &pending{done: make(chan struct{}), asked: make(map[string]struct{})}
		s.kept[key] = p
	}
	p.asked[who.id] = struct{}{}
	p.longest = max(p.longest, who.cycle)
	return p, mine
}

func (p *pending) serves(who asker, now time.Time) bool {
	switch {
	case who.fresh:
		return false
	case p.listing == nil:
		return true
	}
	if _, again := p.asked[who.id]; again && who.id != "" {
		return false
	}
	age := now.Sub(p.at)
	if p.failed() {
		return age < min(who.cycle/10, failedFor)
	}
	return age < who.cycle
}

// lead fetches for everybody. A fetch that the leader's own context has ended
// is nobody else's answer: the next in line fetches anew.
func (s *listings) lead(ctx context.Context, key listingKey, p *pending, fetch func() *listing) *listing {
	var l *listing
	defer func() { // also when fetch panics
		s.mu.Lock()
		defer s.mu.Unlock()
		defer close(p.done)
		if l == nil || ctx.Err() == context.Canceled {
			if s.kept[key] == p { // a discovery by hand may have taken its place
				delete(s.kept, key)
			}
			return
		}
		p.listing = l
	}()
	l = fetch()
	return l
}

// clean throws out what serves nobody any more. Called with mu held.
func (s *listings) clean(now time.Time) {
	if s.kept == nil {
		s.kept = make(map[listingKey]*pending)
	}
	if now.Before(s.sweep) {
		return
	}
	s.sweep = now.Add(time.Minute)
	for key, p := range s.kept {
		if p.listing != nil && now.Sub(p.at) > p.longest {
			delete(s.kept, key)
		}
	}
}
