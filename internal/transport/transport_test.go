package transport_test

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

func newClient(t *testing.T, cfg transport.Config) *transport.Client {
	t.Helper()
	c, err := transport.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func get(url string) func(context.Context) (*http.Request, error) {
	return func(ctx context.Context) (*http.Request, error) {
		return http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	}
}

func TestNewNamesTheField(t *testing.T) {
	other := &http.Client{Transport: roundTripper(nil)}
	for field, cfg := range map[string]transport.Config{
		"MaxResponseBytes": {MaxResponseBytes: -1},
		"MaxAttempts":      {MaxAttempts: -1},
		"MaxRetryWait":     {MaxRetryWait: -1},
		"UserAgent":        {UserAgent: "a\r\nb"},
		"HTTPClient":       {HTTPClient: other, Tune: func(*http.Transport) {}},
	} {
		_, err := transport.New(cfg)
		var fe *transport.FieldError
		if !errors.As(err, &fe) || fe.Field != field {
			t.Errorf("%v, want a FieldError for %s", err, field)
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// The caller's client stays as it was, whatever we need of ours.
func TestCallersClientIsNotChanged(t *testing.T) {
	theirs := &http.Client{Timeout: time.Minute, Transport: &http.Transport{}}
	c := newClient(t, transport.Config{HTTPClient: theirs, Tune: func(t *http.Transport) { t.MaxIdleConns = 7 }})
	if theirs.CheckRedirect != nil || theirs.Timeout != time.Minute || theirs.Transport.(*http.Transport).MaxIdleConns != 0 {
		t.Errorf("changed: %+v", theirs)
	}
	if c.HTTP().Transport.(*http.Transport).MaxIdleConns != 7 || c.HTTP().Timeout != 0 {
		t.Error("the copy was not tuned")
	}
}

// The largest limit there is means no limit, not an empty answer.
func TestLargestLimit(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "done") }))
	defer server.Close()
	c := newClient(t, transport.Config{MaxResponseBytes: math.MaxInt64, MaxRetryWait: math.MaxInt64, MaxAttempts: math.MaxInt})
	resp, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get(server.URL))
	if err != nil || string(resp.Body) != "done" {
		t.Errorf("%+v, %v", resp, err)
	}
}

// A program may have put its own RoundTripper in the place of net/http's.
func TestOwnTransportWithoutNetHTTPs(t *testing.T) {
	kept := http.DefaultTransport
	defer func() { http.DefaultTransport = kept }()
	http.DefaultTransport = roundTripper(nil)
	own := newClient(t, transport.Config{}).HTTP().Transport.(*http.Transport)
	if own.IdleConnTimeout == 0 || own.MaxResponseHeaderBytes == 0 || own.MaxIdleConnsPerHost == 0 {
		t.Errorf("%+v", own)
	}
}

func TestUserAgent(t *testing.T) {
	c := newClient(t, transport.Config{Package: "wedos", UserAgent: "agency/2"})
	if got, want := c.UserAgent(), "hebergo/"+transport.Version+" (wedos) agency/2"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

// net/http repeats a GET, and a POST with an Idempotency-Key, by itself when a
// reused connection breaks. For an unrepeatable operation it must not.
func TestUnrepeatableIsNotReplayed(t *testing.T) {
	for method, header := range map[string]string{"GET": "X-Nothing", "OPTIONS": "X-Nothing", "POST": "Idempotency-Key", "PUT": "X-Idempotency-Key"} {
		var hits atomic.Int32
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			if hits.Add(1) > 1 {
				conn, _, _ := w.(http.Hijacker).Hijack()
				_ = conn.Close()
			}
		}))
		defer server.Close()
		c := newClient(t, transport.Config{})
		once := func() error {
			_, err := c.Do(t.Context(), transport.Op{Name: "backup"}, func(ctx context.Context) (*http.Request, error) {
				req, err := http.NewRequestWithContext(ctx, method, server.URL, nil)
				req.Header.Set(header, "1")
				return req, err
			})
			return err
		}
		if err := once(); err != nil {
			t.Fatal(err)
		}
		if err := once(); !errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%s: %v, want ErrAmbiguous", method, err)
		}
		if n := hits.Load(); n != 2 {
			t.Errorf("%s: %d requests, want 2", method, n)
		}
	}
}

// A RoundTripper that reports no connections proves nothing.
func TestSilentRoundTripperIsAmbiguous(t *testing.T) {
	broken := errors.New("custom transport broke")
	c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
		return nil, broken
	})}})
	_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
	if !errors.Is(err, condition.ErrAmbiguous) || !errors.Is(err, broken) {
		t.Errorf("%v, want ErrAmbiguous with the cause", err)
	}
}

func TestBuildRunsForEachAttempt(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer server.Close()
	c := newClient(t, transport.Config{MaxRetryWait: time.Millisecond})
	built := 0
	resp, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, func(ctx context.Context) (*http.Request, error) {
		built++
		return get(server.URL)(ctx)
	})
	if err != nil || resp.Status != http.StatusBadGateway || built != 3 {
		t.Errorf("built %d times, status %v, %v", built, resp, err)
	}
	refuse := errors.New("no budget")
	_, err = c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, func(context.Context) (*http.Request, error) {
		return nil, refuse
	})
	if !errors.Is(err, refuse) {
		t.Errorf("%v, want build's own error", err)
	}
}

func TestParseRetryAfter(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	for value, want := range map[string]time.Duration{
		"": 0, "0": 0, "5": 5 * time.Second, " 5 ": 5 * time.Second, "-3": 0, "soon": 0, "1.5": 0,
		"99999999999999999":             365 * 24 * time.Hour,
		strings.Repeat("9", 40):         365 * 24 * time.Hour, // more than an int64
		"-" + strings.Repeat("9", 40):   0,
		"Fri, 31 Dec 9999 23:59:59 GMT": 365 * 24 * time.Hour,
		"Sun, 01 Nov 2026 12:00:30 GMT": 30 * time.Second,
		"Sun, 01 Nov 2026 11:00:00 GMT": 0,
	} {
		if got := transport.ParseRetryAfter(value, now); got != want {
			t.Errorf("%q: %v, want %v", value, got, want)
		}
	}
}

func FuzzParseRetryAfter(f *testing.F) {
	f.Add("5")
	f.Add("Sun, 01 Nov 2026 12:00:30 GMT")
	f.Fuzz(func(t *testing.T, value string) {
		if d := transport.ParseRetryAfter(value, time.Now()); d < 0 {
			t.Errorf("%q: %v", value, d)
		}
	})
}

func TestStatusError(t *testing.T) {
	resp := &transport.Response{Status: 503, RetryAfter: time.Minute}
	err := resp.StatusError(transport.Op{Name: "order"})
	if !errors.Is(err, condition.ErrUnavailable) || !errors.Is(err, condition.ErrAmbiguous) || err.RetryAfter != time.Minute {
		t.Errorf("%v", err)
	}
	if errors.Is(resp.StatusError(transport.Op{Repeatable: true}), condition.ErrAmbiguous) {
		t.Error("a repeatable operation is never ambiguous")
	}
}

func TestCheckURL(t *testing.T) {
	for raw, ok := range map[string]bool{
		"https://api.example/v1/": true, "http://127.0.0.1:80": true, "http://[::1]/": true, "http://localhost:1": true,
		"http://api.example": false, "ftp://api.example": false, "https://u:p@api.example": false, "https://api.example?x=1": false,
		"https://api.example#f": false, "https://:443": false, "http://:80/": false, "/v1": false, "": false, "https://": false, "http://127.0.0.1.example": false, "%": false,
	} {
		u, err := transport.CheckURL("URL", raw, false)
		if (err == nil) != ok {
			t.Errorf("%q: %v, %v", raw, u, err)
		}
		if err != nil && strings.Contains(err.Error(), "u:p") {
			t.Errorf("%q: the error repeats the URL", raw)
		}
	}
	if _, err := transport.CheckURL("URL", "http://api.example", true); err != nil {
		t.Error(err)
	}
	for raw, want := range map[string]string{"https://api.example/": "https://api.example", "https://api.example/v1//": "https://api.example/v1", "https://api.example/a%2Fb/": "https://api.example/a%2Fb"} {
		if u, err := transport.CheckURL("URL", raw, false); err != nil || u.String() != want {
			t.Errorf("%q: %v, %v, want %s", raw, u, err, want)
		}
	}
}
