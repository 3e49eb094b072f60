package ovhrest

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/ovh/go-ovh/ovh"

	"github.com/hebergo/hebergo/internal/transport"
)

// maxSkew is how far apart the clocks may be before the signature's time is
// suspected.
const maxSkew = 30 * time.Second

// signer makes requests with go-ovh's NewRequest, which knows the headers and
// the signature. go-ovh never sends anything: NewRequest writes to its client
// at every call, hence the mutex, and asks for the time on its own terms,
// hence a client whose transport answers from memory.
type signer struct {
	config *Config
	kind   credential
	tc     *transport.Client
	lane   lane // one caller asks for the time
	token  *tokens

	mu     sync.Mutex
	lib    *ovh.Client
	epoch  int           // counts the settings of the clock
	synced bool          // the clock is set
	offset time.Duration // what to add to Now
}

// mark tells how a request was signed.
type mark struct {
	epoch int       // the setting of the clock, 0 where none was needed
	at    time.Time // what the signature says
	token string    // OAuth2's
}

func newSigner(config *Config, kind credential, tc *transport.Client) (*signer, error) {
	s := &signer{config: config, kind: kind, tc: tc, lane: make(lane, 1)}
	s.token = &tokens{config: config, tc: tc, lane: make(lane, 1)}
	return s, s.set(config.Now())
}

// set makes go-ovh's client anew, with its clock at server. A literal, unlike
// go-ovh's constructors, reads no environment and no file.
func (s *signer) set(server time.Time) error {
	lib := &ovh.Client{
		AppKey: s.config.AppKey, AppSecret: s.config.AppSecret.Reveal(), ConsumerKey: s.config.ConsumerKey.Reveal(), AccessToken: s.config.AccessToken.Reveal(),
		Client: &http.Client{Transport: stoppedClock(server)},
	}
	if err := lib.SetEndpoint(s.config.URL); err != nil {
		return invalid("", "URL", "ends with a slash")
	}
	if _, err := lib.TimeDelta(); err != nil { // asks stoppedClock, now and never again
		return broken("", "go-ovh did not take the time")
	}
	s.lib = lib
	return nil
}

// stoppedClock answers GET /auth/time from memory.
type stoppedClock time.Time

// RoundTrip sends nothing.
func (c stoppedClock) RoundTrip(req *http.Request) (*http.Response, error) {
	body := strconv.FormatInt(time.Time(c).Unix(), 10)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// signs reports whether a request that wants this is signed.
func (s *signer) signs(want signing) bool { return want != never && s.kind > application }

// ready gets what a signature takes: the API's time, or the token it returns.
func (s *signer) ready(ctx context.Context) (token string, err error) {
	switch s.kind {
	case consumer:
		return "", s.sync(ctx)
	case oauth2:
		return s.token.get(ctx)
	}
	return "", nil
}

// request makes one attempt's request, with the time as it is now and the
// token unless a newer one has come.
func (s *signer) request(x *exchange, token string) (*http.Request, mark, error) {
	if newer := s.token.fresh(); token != "" && newer != "" {
		token = newer
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := mark{token: token}
	sign := s.signs(x.sign)
	if sign && s.kind == consumer {
		var err error
		m.epoch = s.epoch
		if m.at, err = s.clock(); err != nil {
			return nil, m, err
		}
	}
	if token != "" {
		s.lib.AccessToken = token
	}
	req, err := s.lib.NewRequest(x.method, x.target, x.payload, sign)
	if err != nil {
		return nil, m, invalid(x.route, "path", "can't be made into a request")
	}
	return req, m, nil
}

// clock returns the time that go-ovh signs with, after following a Now hook
// that has gone elsewhere than the machine's clock.
func (s *signer) clock() (time.Time, error) {
	delta, _ := s.lib.TimeDelta()
	at := time.Now().Add(-delta)
	if s.config.realTime {
		return at, nil
	}
	want := s.config.Now().Add(s.offset)
	if want.Sub(at).Abs() < time.Second {
		return at, nil
	}
	return want, s.set(want)
}

// sync asks for the API's time, once for all who wait.
func (s *signer) sync(ctx context.Context) error {
	if s.isSynced() {
		return nil
	}
	if err := s.lane.take(ctx); err != nil {
		return err
	}
	defer s.lane.leave()
	if s.isSynced() {
		return nil
	}
	server, err := s.fetchTime(ctx)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset, s.synced = server.Sub(s.config.Now()), true
	s.epoch++
	return s.set(server)
}

// now is the time by the API's clock, as far as it is known: by the machine's
// until the first sync.
func (s *signer) now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config.Now().Add(s.offset)
}

func (s *signer) isSynced() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.synced
}

// distrust makes the next request ask for the time, unless somebody else has
// since the epoch.
func (s *signer) distrust(epoch int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.epoch == epoch {
		s.synced = false
	}
}

const routeTime = "GET /auth/time"

func (s *signer) fetchTime(ctx context.Context) (time.Time, error) {
	op := transport.Op{Name: routeTime, Repeatable: true, Retry: retryable, Scrub: s.config.scrub}
	var p slot
	defer p.leave()
	resp, err := s.tc.Do(ctx, op, func(ctx context.Context) (*http.Request, error) {
		if err := p.take(ctx, s.config.Limiter); err != nil {
			return nil, err
		}
		return http.NewRequestWithContext(ctx, http.MethodGet, s.config.URL+"/auth/time", nil)
	})
	if err != nil {
		return time.Time{}, failed(routeTime, err)
	}
	if resp.Status != http.StatusOK {
		return time.Time{}, refusedAnswer(s.tc, op, resp, cleaner(s.config.scrubber()))
	}
	seconds, err := strconv.ParseInt(strings.TrimSpace(string(resp.Body)), 10, 64)
	at, ok := unixTime(seconds)
	if err != nil || !ok {
		return time.Time{}, broken(routeTime, "the answer is not a time")
	}
	return at, nil
}

// lane is a mutex that a context can leave the queue of.
type lane chan struct{}

func (l lane) take(ctx context.Context) error {
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (l lane) leave() { <-l }
