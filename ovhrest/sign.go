package ovhrest

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/flight"
	"github.com/hebergo/hebergo/internal/transport"
)

// maxSkew is how far apart the clocks may be before the signature's time is
// suspected.
const maxSkew = 30 * time.Second

// signer makes requests as go-ovh's NewRequest does, byte for byte; a test
// compares the two. go-ovh's own can't be used: it signs with the machine's
// clock and with the difference to the API's that it has asked for once,
// without the caller's context.
type signer struct {
	config *Config
	kind   credential
	tc     *transport.Client
	flight flight.Group[time.Time] // the query for the API's time
	token  *tokens

	mu     sync.Mutex
	epoch  int           // counts the settings of the clock
	synced bool          // the clock is set
	offset time.Duration // what to add to Now
}

// mark says how a request was signed.
type mark struct {
	epoch int       // the setting of the clock, 0 where none was needed
	at    time.Time // what the signature says
	token string    // OAuth2's
}

func newSigner(config *Config, kind credential, tc *transport.Client) *signer {
	return &signer{config: config, kind: kind, tc: tc, token: &tokens{config: config, tc: tc}}
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
func (s *signer) request(ctx context.Context, x *exchange, token string) (*http.Request, mark, error) {
	target := s.target(x.target)
	req, err := http.NewRequestWithContext(ctx, x.method, target, bytes.NewReader(x.payload))
	if err != nil {
		return nil, mark{}, invalid(x.route, "path", "can't be made into a request")
	}
	req.Header.Set("Accept", "application/json")
	if x.payload != nil {
		req.Header.Set("Content-Type", "application/json;charset=utf-8")
	}
	if s.config.AppKey != "" {
		req.Header.Set("X-Ovh-Application", s.config.AppKey)
	}
	switch {
	case !s.signs(x.sign):
		return req, mark{}, nil
	case s.kind == consumer:
		at, epoch := s.clock()
		s.sign(req, target, x.payload, at)
		return req, mark{at: at, epoch: epoch}, nil
	case s.kind == oauth2:
		token = cmp.Or(s.token.fresh(), token)
		req.Header.Set("Authorization", "Bearer "+token)
		return req, mark{token: token}, nil
	}
	req.Header.Set("Authorization", "Bearer "+s.config.AccessToken.Reveal())
	return req, mark{}, nil
}

// target returns the URL of a path. One under /v1 or /v2 replaces the endpoint's
// /1.0, as in go-ovh.
func (s *signer) target(path string) string {
	base := s.config.URL
	if strings.HasPrefix(path, "/v1/") || strings.HasPrefix(path, "/v2/") {
		base = strings.TrimSuffix(base, "/1.0")
	}
	return base + path
}

// sign adds the API's signature: SHA-1 of the secret, the key and what is sent.
func (s *signer) sign(req *http.Request, target string, payload json.RawMessage, at time.Time) {
	stamp, key := strconv.FormatInt(at.Unix(), 10), s.config.ConsumerKey.Reveal()
	h := sha1.New()
	for _, part := range []string{s.config.AppSecret.Reveal(), key, req.Method, target, string(payload)} {
		h.Write([]byte(part))
		h.Write([]byte{'+'})
	}
	h.Write([]byte(stamp))
	req.Header.Set("X-Ovh-Timestamp", stamp)
	req.Header.Set("X-Ovh-Consumer", key)
	req.Header.Set("X-Ovh-Signature", "$1$"+hex.EncodeToString(h.Sum(nil)))
}

// clock returns the time by the API's clock, as far as it is known, and the
// clock's setting. Until the first sync it is the machine's.
func (s *signer) clock() (at time.Time, epoch int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.config.Now().Add(s.offset), s.epoch
}

// now is the time by the API's clock.
func (s *signer) now() time.Time {
	at, _ := s.clock()
	return at
}

// sync asks for the API's time unless it is known, once for all callers.
func (s *signer) sync(ctx context.Context) error {
	if _, synced := s.synchronized(); synced {
		return nil
	}
	_, err := s.flight.Do(ctx, flight.Work[time.Time]{Have: s.synchronized, Run: s.fetchTime, Keep: s.set})
	return err
}

func (s *signer) synchronized() (time.Time, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return time.Time{}, s.synced
}

// set sets the clock by the API's.
func (s *signer) set(server time.Time) time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset, s.synced = server.Sub(s.config.Now()), true
	s.epoch++
	return server
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

// tokenMargin is how long before its end a token is renewed.
const tokenMargin = 30 * time.Second

// tokens gets OAuth2 tokens by client credentials (RFC 6749, 4.4) and keeps
// the one in use. go-ovh's own ignores the context and refuses endpoints that
// it does not know.
type tokens struct {
	config *Config
	tc     *transport.Client
	flight flight.Group[accessToken]

	mu  sync.Mutex
	now accessToken
}

// accessToken is an OAuth2 token and when to renew it.
type accessToken struct {
	value string
	until time.Time
}

// fresh returns the token in use, "" where there is none or it must be renewed.
func (t *tokens) fresh() string {
	current, _ := t.current()
	return current.value
}

func (t *tokens) current() (accessToken, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.config.Now().Before(t.now.until) {
		return t.now, true
	}
	return accessToken{}, false
}

// forget drops a token that the API has refused.
func (t *tokens) forget(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.now.value == value {
		t.now.until = time.Time{}
	}
}

// get returns a token, asking for one once for all callers.
func (t *tokens) get(ctx context.Context) (string, error) {
	if value := t.fresh(); value != "" {
		return value, nil
	}
	got, err := t.flight.Do(ctx, flight.Work[accessToken]{Have: t.current, Run: t.renew, Keep: t.keep})
	return got.value, err
}

func (t *tokens) keep(got accessToken) accessToken {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.now = got
	return got
}

const routeToken = "POST oauth2/token"

// renew asks for a token. One more than needed does no harm, so it is
// repeatable: the service fails now and then when several start at once
// (terraform-provider-ovh).
func (t *tokens) renew(ctx context.Context) (accessToken, error) {
	form := url.Values{
		"grant_type": {"client_credentials"}, "scope": {"all"},
		"client_id": {t.config.ClientID}, "client_secret": {t.config.ClientSecret.Reveal()},
	}.Encode()
	op := transport.Op{Name: routeToken, Repeatable: true, Retry: retryable, Scrub: t.config.scrub}
	asked := t.config.Now()
	var p slot
	defer p.leave()
	resp, err := t.tc.Do(ctx, op, func(ctx context.Context) (*http.Request, error) {
		if err := p.take(ctx, t.config.Limiter); err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.config.TokenURL, strings.NewReader(form))
		if err == nil {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set("Accept", "application/json")
		}
		return req, err
	})
	if err != nil {
		return accessToken{}, failed(routeToken, err)
	}
	if resp.Status != http.StatusOK {
		return accessToken{}, t.refused(op, resp)
	}
	return parseToken(resp.Body, asked)
}

// refused makes an Error of the token endpoint's refusal: RFC 6749 (5.2)
// answers 400 or 401 to a wrong client, with JSON that has an error.
func (t *tokens) refused(op transport.Op, resp *transport.Response) error {
	e := refusedAnswer(t.tc, op, resp, cleaner(t.config.scrubber()))
	if resp.Status == http.StatusBadRequest && e.Is(ErrInvalid) {
		e.conditions = []error{ErrUnauthorized}
	}
	return e
}

func parseToken(body []byte, asked time.Time) (accessToken, error) {
	var answer struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.TokenType != "" && !strings.EqualFold(answer.TokenType, "bearer") {
		return accessToken{}, broken(routeToken, "the answer is not a bearer token")
	}
	if answer.AccessToken == "" || strings.ContainsFunc(answer.AccessToken, notInURL) {
		return accessToken{}, broken(routeToken, "the answer has no token")
	}
	life := time.Duration(min(max(answer.ExpiresIn, 0), 1<<30)) * time.Second
	return accessToken{answer.AccessToken, asked.Add(life - tokenMargin)}, nil
}
