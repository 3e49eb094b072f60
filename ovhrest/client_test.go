package ovhrest

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// api is a small server that checks signatures as the API's gateway does.
type api struct {
	*httptest.Server
	times atomic.Int64     // answers to GET /auth/time
	now   func() time.Time // the API's clock
	serve func(w http.ResponseWriter, r *http.Request)
}

const (
	testAppKey, testAppSecret, testConsumerKey = "app-key", "app-secret", "consumer-key"
)

func newAPI(t *testing.T, serve func(w http.ResponseWriter, r *http.Request)) *api {
	a := &api{now: time.Now, serve: serve}
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

// newMemoryAPI is newAPI without a network; delay may be nil.
func newMemoryAPI(serve func(w http.ResponseWriter, r *http.Request), delay func(*http.Request) time.Duration) (*api, *http.Client) {
	a := &api{now: time.Now, serve: serve, Server: &httptest.Server{URL: "http://127.0.0.1"}}
	return a, &http.Client{Transport: memory{a, delay}}
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/1.0/auth/time" {
		a.times.Add(1)
		fmt.Fprint(w, a.now().Unix())
		return
	}
	body, _ := io.ReadAll(r.Body)
	if status, code := a.judge(r, body); status != 0 {
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"errorCode":%q,"httpCode":"%d","message":"%s"}`, code, status, code)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	a.serve(w, r)
}

// judge recomputes the signature from what arrived.
func (a *api) judge(r *http.Request, body []byte) (int, string) {
	h := r.Header
	if h.Get("X-Ovh-Signature") == "" {
		return 0, ""
	}
	var stamp int64
	_, _ = fmt.Sscan(h.Get("X-Ovh-Timestamp"), &stamp)
	if d := a.now().Sub(time.Unix(stamp, 0)); d.Abs() > time.Minute {
		return 400, "QUERY_TIME_OUT"
	}
	sum := sha1.Sum([]byte(strings.Join([]string{testAppSecret, h.Get("X-Ovh-Consumer"), r.Method, "http://" + r.Host + r.RequestURI, string(body), h.Get("X-Ovh-Timestamp")}, "+")))
	if h.Get("X-Ovh-Signature") != "$1$"+hex.EncodeToString(sum[:]) {
		return 400, "INVALID_SIGNATURE"
	}
	return 0, ""
}

// client makes a client of a, with the usual keys and no limit.
func (a *api) client(t *testing.T, tune func(*Config)) *Client {
	t.Helper()
	cfg := Config{URL: a.URL + "/1.0", AppKey: testAppKey, AppSecret: NewSecret(testAppSecret), ConsumerKey: NewSecret(testConsumerKey), Limiter: NewLimiter(0)}
	if tune != nil {
		tune(&cfg)
	}
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestReadSignedWithSyncedClock(t *testing.T) {
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, `{"nichandle":"ab1-ovh","ovhSubsidiary":"FR","future":{"a":1}}`)
	})
	c := a.client(t, nil)
	me, err := c.Me(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if me.Nichandle != "ab1-ovh" || string(me.Extra["future"]) != `{"a":1}` {
		t.Errorf("%+v", me)
	}
}

func newServer(t *testing.T, serve http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(serve)
	t.Cleanup(s.Close)
	return s
}

func readAll(r *http.Request) string {
	raw, _ := io.ReadAll(r.Body)
	return string(raw)
}
