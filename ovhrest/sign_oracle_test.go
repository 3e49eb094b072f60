package ovhrest

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovh/go-ovh/ovh"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// generatedRequest makes a request with a random method, path, query and body.
func generatedRequest(random *rand.Rand) *exchange {
	text := func() string {
		runes := []rune("abcXYZ019-._~ /?&=+%é漢\"'<>{}|")
		out := make([]rune, 1+random.IntN(20))
		for i := range out {
			out[i] = runes[random.IntN(len(runes))]
		}
		return string(out)
	}
	method := []string{"GET", "POST", "PUT", "DELETE"}[random.IntN(4)]
	path := []string{"", "/v1", "/v2", "/v3"}[random.IntN(4)] + "/a/" + url.PathEscape(text()) + "/" + url.PathEscape(text())
	if random.IntN(2) == 0 {
		path += "?" + url.Values{text(): {text(), text()}, "b": {text()}}.Encode()
	}
	x := &exchange{request: request{sign: signing(random.IntN(3))}, method: method, target: path}
	if random.IntN(2) == 0 {
		x.payload, _ = json.Marshal(map[string]any{text(): text(), "number": random.Int64(), "list": []string{text()}})
	}
	return x
}

// sent is what a request is on the wire, but for the transport's own headers.
type sent struct {
	Method, URL, Body string
	Length            int64
	Header            http.Header
}

func wire(t *testing.T, req *http.Request) sent {
	body, err := io.ReadAll(req.Body)
	require.NoError(t, err)
	header := req.Header.Clone()
	header.Del("User-Agent") // the transport sets it
	return sent{req.Method, req.URL.String(), string(body), req.ContentLength, header}
}

// theirRequest is the request that go-ovh makes for the same exchange.
func theirRequest(t *testing.T, lib *ovh.Client, kind credential, x *exchange) sent {
	var body any
	if x.payload != nil {
		body = x.payload
	}
	req, err := lib.NewRequest(x.method, x.target, body, x.sign != never && kind > application)
	require.NoError(t, err)
	return wire(t, req)
}

func TestSign_SameAsGoOVH(t *testing.T) {
	configs := map[string]Config{
		"anonymous":    {},
		"application":  {AppKey: testAppKey, AppSecret: NewSecret(testAppSecret)},
		"consumer key": {AppKey: testAppKey, AppSecret: NewSecret(testAppSecret), ConsumerKey: NewSecret(testConsumerKey)},
		"access token": {AccessToken: NewSecret("an-access-token")},
	}
	for name, cfg := range configs {
		for _, base := range []string{"https://eu.api.ovh.com/1.0", "https://proxy.example.com/ovh"} {
			t.Run(fmt.Sprint(name, " ", strings.TrimPrefix(base, "https://")), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { compareSigners(t, cfg, base) })
			})
		}
	}
}

// compareSigners compares 1,000 generated requests. The clock of the API is two
// hours ahead, and both clocks run between requests.
func compareSigners(t *testing.T, cfg Config, base string) {
	hc := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		body := fmt.Sprint(time.Now().Add(2 * time.Hour).Unix())
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body))}, nil
	})}
	cfg.URL, cfg.HTTPClient, cfg.Limiter = base, hc, NewLimiter(0)
	c, err := New(cfg)
	require.NoError(t, err)
	defer c.Close()
	lib := &ovh.Client{
		AppKey: cfg.AppKey, AppSecret: cfg.AppSecret.Reveal(), ConsumerKey: cfg.ConsumerKey.Reveal(), AccessToken: cfg.AccessToken.Reveal(),
		Client: &http.Client{Transport: hc.Transport},
	}
	require.NoError(t, lib.SetEndpoint(base))
	_, err = lib.TimeDelta()
	require.NoError(t, err)
	token, err := c.signer.ready(t.Context())
	require.NoError(t, err)

	random := rand.New(rand.NewPCG(1, 2))
	for range 1000 {
		x := generatedRequest(random)
		ours, _, err := c.signer.request(t.Context(), x, token)
		require.NoError(t, err)
		require.Equal(t, theirRequest(t, lib, c.kind, x), wire(t, ours))
		time.Sleep(time.Duration(random.IntN(3000)) * time.Millisecond)
	}
	if c.kind == consumer {
		x := generatedRequest(random)
		x.sign = always
		ours, signed, err := c.signer.request(t.Context(), x, token)
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprint(time.Now().Add(2*time.Hour).Unix()), ours.Header.Get("X-Ovh-Timestamp"))
		assert.Equal(t, 1, signed.epoch)
	}
}

// roundTripper is a function as an http.RoundTripper.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }
