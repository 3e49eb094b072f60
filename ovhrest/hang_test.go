package ovhrest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// hanging is a transport that does not care for contexts.
type hanging struct {
	path    string
	release chan struct{}
	inner   http.RoundTripper
}

func (h hanging) RoundTrip(req *http.Request) (*http.Response, error) {
	if strings.HasSuffix(req.URL.Path, h.path) {
		<-h.release
	}
	return h.inner.RoundTrip(req)
}

// Neither the token's request nor the time's can keep a call beyond its
// context, and the next caller is not held up by the one that hangs.
func TestCalls_TransportThatHangs(t *testing.T) {
	for path, tune := range map[string]func(*Config){
		"/token": func(cfg *Config) { cfg.ClientID, cfg.ClientSecret = "id", NewSecret("hush") },
		"/auth/time": func(cfg *Config) {
			cfg.AppKey, cfg.AppSecret, cfg.ConsumerKey = testAppKey, NewSecret(testAppSecret), NewSecret(testConsumerKey)
		},
		"/me": func(cfg *Config) { cfg.AccessToken = NewSecret("hush") },
	} {
		t.Run(path[1:], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				i := &issuer{}
				a, hc := newMemoryAPI(i.serve, nil)
				h := hanging{path, make(chan struct{}), hc.Transport}
				defer close(h.release)
				cfg := Config{URL: a.URL + "/1.0", HTTPClient: &http.Client{Transport: h}, Limiter: NewLimiter(0)}
				if tune(&cfg); !cfg.ClientSecret.IsZero() {
					cfg.TokenURL = a.URL + "/token"
				}
				c, err := New(cfg)
				require.NoError(t, err)
				for range 2 {
					start := time.Now()
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					_, err := c.Me(ctx)
					cancel()
					require.ErrorIs(t, err, context.DeadlineExceeded)
					assert.Less(t, time.Since(start), 2*time.Second)
				}
				c.Close()
			})
		})
	}
}
