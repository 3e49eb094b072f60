package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// issuer gives tokens that end after an hour, and an API that wants the last.
type issuer struct {
	mu     sync.Mutex
	issued int
	valid  string
	forms  []url.Values
	answer func(w http.ResponseWriter) bool // true: it has answered for a token
}

func (i *issuer) serve(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if r.URL.Path == "/token" {
		form, _ := url.ParseQuery(readAll(r))
		i.forms = append(i.forms, form)
		if i.answer != nil && i.answer(w) {
			return
		}
		i.issued++
		i.valid = fmt.Sprint("hush-token-", i.issued)
		fmt.Fprintf(w, `{"access_token":%q,"token_type":"Bearer","expires_in":3599,"scope":"all"}`, i.valid)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+i.valid {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"class":"Client::Unauthorized","message":"not %s"}`, r.Header.Get("Authorization"))
		return
	}
	ok(w, r)
}

func (i *issuer) client(t *testing.T, delay func(*http.Request) time.Duration) *Client {
	a, hc := newMemoryAPI(i.serve, delay)
	return a.client(t, func(cfg *Config) {
		*cfg = Config{URL: cfg.URL, TokenURL: a.URL + "/token", ClientID: "an id", ClientSecret: NewSecret("a&secret"), HTTPClient: hc, Limiter: NewLimiter(0)}
	})
}

func TestOAuth2OneTokenForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		c := i.client(t, func(*http.Request) time.Duration { return 50 * time.Millisecond })
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				if _, err := c.Me(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if i.issued != 1 || i.forms[0].Get("client_id") != "an id" || i.forms[0].Get("client_secret") != "a&secret" || i.forms[0].Get("grant_type") != "client_credentials" {
			t.Errorf("%d tokens, %v", i.issued, i.forms)
		}
		time.Sleep(time.Hour) // the bubble's clock: no time passes
		if _, err := c.Me(t.Context()); err != nil || i.issued != 2 {
			t.Errorf("%v, %d tokens", err, i.issued)
		}
	})
}

func TestOAuth2TokenThatWasRevoked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		c := i.client(t, nil)
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		i.valid = "another"
		if _, err := c.Me(t.Context()); err != nil || i.issued != 2 {
			t.Errorf("%v, %d tokens", err, i.issued)
		}
	})
}

func TestOAuth2Refusals(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"wrong client":  {400, `{"error":"invalid_client"}`, ErrUnauthorized},
		"unauthorized":  {401, `{"error":"invalid_client"}`, ErrUnauthorized},
		"out of order":  {500, ``, ErrUnavailable},
		"login page":    {400, `<html>`, ErrProtocol},
		"firewall":      {403, `<html>`, ErrProtocol},
		"of a kind":     {200, `{"access_token":"a","token_type":"mac","expires_in":60}`, ErrProtocol},
		"locale":        {200, `{"access_token":"a","expires_in":"3 600"}`, ErrProtocol},
		"null":          {200, `null`, ErrProtocol},
		"no lifetime":   {200, `{"access_token":"a","expires_in":-1e3}`, ErrProtocol},
		"no token":      {200, `{}`, ErrProtocol},
		"not JSON":      {200, `<html>`, ErrProtocol},
		"header inside": {200, `{"access_token":"a\r\nX: y","expires_in":60}`, ErrProtocol},
	} {
		synctest.Test(t, func(t *testing.T) {
			i := &issuer{answer: func(w http.ResponseWriter) bool { w.WriteHeader(c.status); fmt.Fprint(w, c.body); return true }}
			err := i.client(t, nil).AssignCart(t.Context(), "a-cart")
			if !errors.Is(err, c.want) || errors.Is(err, ErrAmbiguous) {
				t.Errorf("%s: %v, want %v and nothing ambiguous", name, err, c.want)
			}
		})
	}
}

func TestOAuth2TriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		i := &issuer{answer: func(w http.ResponseWriter) bool {
			if n++; n == 1 {
				w.WriteHeader(http.StatusInternalServerError)
			}
			return n == 1
		}}
		if _, err := i.client(t, nil).Me(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestOAuth2EndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		c := i.client(t, func(*http.Request) time.Duration { return 10 * time.Second })
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := c.Me(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) > 150*time.Millisecond {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}

func TestOAuth2TokenStaysOutOfErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		i := &issuer{}
		c := i.client(t, nil)
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		i.answer = func(w http.ResponseWriter) bool {
			fmt.Fprint(w, `{"access_token":"hush-token-x","expires_in":60}`)
			return true
		}
		i.valid = "another"
		_, err := c.Me(t.Context())
		if !errors.Is(err, ErrUnauthorized) || strings.Contains(err.Error(), "hush-token") {
			t.Errorf("%v", err)
		}
	})
}
