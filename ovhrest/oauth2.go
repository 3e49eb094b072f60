package ovhrest

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/transport"
)

// tokenMargin is how long before its end a token is renewed.
const tokenMargin = 30 * time.Second

// tokens gets OAuth2 tokens by client credentials (RFC 6749, 4.4) and keeps
// the one in use. go-ovh's own ignores the context and refuses endpoints that
// it does not know.
type tokens struct {
	config *Config
	tc     *transport.Client
	lane   lane

	mu    sync.Mutex
	value string
	until time.Time
}

func (t *tokens) fresh() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.config.Now().Before(t.until) {
		return t.value
	}
	return ""
}

// forget drops a token that the API has refused.
func (t *tokens) forget(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.value == value {
		t.until = time.Time{}
	}
}

// get returns a token, asking for one once for all who wait.
func (t *tokens) get(ctx context.Context) (string, error) {
	if token := t.fresh(); token != "" {
		return token, nil
	}
	if err := t.lane.take(ctx); err != nil {
		return "", err
	}
	defer t.lane.leave()
	if token := t.fresh(); token != "" {
		return token, nil
	}
	return t.renew(ctx)
}

const routeToken = "POST oauth2/token"

// renew asks for a token. A token more does no harm, so it is repeatable: the
// service fails now and then when several start at once (terraform-provider-ovh).
func (t *tokens) renew(ctx context.Context) (string, error) {
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
		return "", failed(routeToken, err)
	}
	if resp.Status != http.StatusOK {
		return "", t.refused(op, resp)
	}
	return t.keep(resp.Body, asked)
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

func (t *tokens) keep(body []byte, asked time.Time) (string, error) {
	var answer struct {
		AccessToken string `json:"access_token"`
		TokenType   string `json:"token_type"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	if json.Unmarshal(body, &answer) != nil || answer.TokenType != "" && !strings.EqualFold(answer.TokenType, "bearer") {
		return "", broken(routeToken, "the answer is not a bearer token")
	}
	if answer.AccessToken == "" || strings.ContainsFunc(answer.AccessToken, notInURL) {
		return "", broken(routeToken, "the answer has no token")
	}
	life := time.Duration(min(max(answer.ExpiresIn, 0), 1<<30)) * time.Second
	t.mu.Lock()
	defer t.mu.Unlock()
	t.value, t.until = answer.AccessToken, asked.Add(life-tokenMargin)
	return t.value, nil
}
