package transport_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// answering is a RoundTripper that counts, and the client of it.
func answering(t *testing.T, cfg transport.Config, f roundTripper) (c *transport.Client, sent *int) {
	sent = new(int)
	cfg.MaxRetryWait = time.Nanosecond
	cfg.HTTPClient = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		*sent++
		return f(r)
	})}
	return newClient(t, cfg), sent
}

func TestWhichFailuresAreRepeated(t *testing.T) {
	secret := "http://127.0.0.1/?signature=hush"
	for _, c := range []struct {
		err  error
		want error
		sent int
		text string
	}{
		{&net.DNSError{Err: "no such host", Name: "api.example", IsNotFound: true}, condition.ErrUnavailable, 1, "lookup api.example: no such host"},
		{&net.DNSError{Err: "server misbehaving", Name: "api.example"}, condition.ErrUnavailable, 3, "lookup api.example: server misbehaving"},
		{&tls.CertificateVerificationError{Err: errors.New("for a\r\nb")}, condition.ErrProtocol, 1, "TLS: tls: failed to verify certificate: for a  b"},
		{&net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}, condition.ErrUnavailable, 3, "dial tcp: connect: connection refused"},
		{syscall.ECONNRESET, condition.ErrUnavailable, 3, "connection reset by peer"},
		{os.ErrDeadlineExceeded, condition.ErrUnavailable, 3, "timeout"},
		{io.ErrUnexpectedEOF, condition.ErrUnavailable, 3, "connection lost before the answer was complete"},
		{errors.New(""), condition.ErrUnavailable, 3, "HTTP transport failed"},
		{errors.New("its own, hush"), condition.ErrUnavailable, 3, "HTTP transport failed: its own, REDACTED"},
	} {
		for _, err := range []error{c.err, &url.Error{Op: "Post", URL: secret, Err: c.err}} {
			client, sent := answering(t, transport.Config{}, func(*http.Request) (*http.Response, error) { return nil, err })
			_, got := client.Do(t.Context(), transport.Op{Repeatable: true, Scrub: redact.NewScrubber("hush").Scrub}, get(secret))
			if !errors.Is(got, c.want) || *sent != c.sent || got.Error() != c.text {
				t.Errorf("%v: %v, sent %d times, want %v and %d times", err, got, *sent, c.want, c.sent)
			}
			if withURL := (*url.Error)(nil); errors.As(got, &withURL) {
				t.Errorf("%v holds a URL", withURL)
			}
		}
	}
}

func TestWhichStatusesAreRepeated(t *testing.T) {
	count := func(op transport.Op, status int) int {
		client, sent := answering(t, transport.Config{}, func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: status, Body: http.NoBody}, nil
		})
		if resp, err := client.Do(t.Context(), op, get("http://127.0.0.1/")); err != nil || resp.Status != status {
			t.Errorf("%d: %+v, %v", status, resp, err)
		}
		return *sent
	}
	odd := func(status int) bool { return status%2 == 1 }
	for _, status := range []int{200, 400, 401, 404, 408, 409, 423, 429, 500, 501, 502, 503, 504} {
		want := 1
		if slices.Contains([]int{429, 502, 503, 504}, status) {
			want = 3
		}
		if got := count(transport.Op{Repeatable: true}, status); got != want {
			t.Errorf("%d: sent %d times, want %d", status, got, want)
		}
		if got := count(transport.Op{Repeatable: true, Retry: odd}, status); (got == 3) != odd(status) {
			t.Errorf("%d with a policy of the operation's own: sent %d times", status, got)
		}
		if got := count(transport.Op{Retry: odd}, status); got != 1 {
			t.Errorf("%d: an unrepeatable operation was sent %d times", status, got)
		}
	}
}

// An answer in hand says more than the deadline that would end the wait.
func TestNoWaitBeyondTheDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{"Retry-After": {"7"}}, Body: http.NoBody}, nil
		})}})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		start := time.Now()
		resp, err := c.Do(ctx, transport.Op{Repeatable: true}, get("http://127.0.0.1/"))
		if err != nil || resp.Status != http.StatusServiceUnavailable || resp.RetryAfter != 7*time.Second || time.Since(start) != 0 {
			t.Errorf("%+v, %v after %v, want the 503 at once", resp, err, time.Since(start))
		}
	})
}

// watchedClose reports whether a body was closed.
type watchedClose struct {
	io.Reader
	closed *bool
}

func (b watchedClose) Close() error { *b.closed = true; return nil }

func TestBodiesAreClosed(t *testing.T) {
	full := errors.New("disk full")
	for name, c := range map[string]struct {
		status  int
		body    io.Reader
		receive func(*http.Response) error
	}{
		"good":     {200, strings.NewReader("done"), nil},
		"refused":  {403, strings.NewReader("no"), nil},
		"redirect": {302, strings.NewReader("there"), nil},
		"too long": {200, strings.NewReader(strings.Repeat("x", 100)), nil},
		"cut":      {200, io.MultiReader(strings.NewReader("do"), errReader{io.ErrUnexpectedEOF}), nil},
		"received": {200, strings.NewReader("done"), func(*http.Response) error { return full }},
	} {
		var closed bool
		client, _ := answering(t, transport.Config{MaxResponseBytes: 10, MaxAttempts: 1}, func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: c.status, Body: watchedClose{c.body, &closed}}, nil
		})
		_, _ = client.Do(t.Context(), transport.Op{Repeatable: true, Receive: c.receive}, get("http://127.0.0.1/"))
		if !closed {
			t.Errorf("%s: the body was left open", name)
		}
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// What a peer says of the length costs nothing.
func TestClaimedLength(t *testing.T) {
	client, _ := answering(t, transport.Config{MaxResponseBytes: math.MaxInt64}, func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader("done")), ContentLength: math.MaxInt64}, nil
	})
	resp, err := client.Do(t.Context(), transport.Op{}, get("http://127.0.0.1/"))
	if err != nil || string(resp.Body) != "done" || cap(resp.Body) > 2<<20 {
		t.Errorf("%v", err)
	}
}

func TestLogLine(t *testing.T) {
	var out bytes.Buffer
	level := new(slog.LevelVar)
	level.Set(slog.LevelDebug)
	results := []roundTripper{
		func(*http.Request) (*http.Response, error) { return nil, syscall.ECONNRESET },
		func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 201, Header: http.Header{"X-Id": {"id of hush\n"}}, Body: http.NoBody}, nil
		},
	}
	attempt := 0
	client, _ := answering(t, transport.Config{
		Package: "probe", RequestIDHeader: "X-Id", Logger: slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: level})),
		Scrub: func(s string) string { return redact.Scrub(s, "hush") },
	}, func(r *http.Request) (*http.Response, error) { attempt++; return results[attempt-1](r) })
	if _, err := client.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/?hush")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for d := json.NewDecoder(&out); d.More(); {
		line := map[string]any{}
		if err := d.Decode(&line); err != nil {
			t.Fatal(err)
		}
		for _, varies := range []string{"time", "duration"} {
			if line[varies] == nil {
				t.Errorf("no %s in %v", varies, line)
			}
			delete(line, varies)
		}
		var words []string
		for _, key := range slices.Sorted(maps.Keys(line)) {
			words = append(words, fmt.Sprint(key, "=", line[key]))
		}
		got = append(got, strings.Join(words, " "))
	}
	want := []string{
		"attempt=1 error=connection reset by peer level=DEBUG msg=probe operation=read",
		"attempt=2 level=DEBUG msg=probe operation=read request_id=id of REDACTED status=201",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	level.Set(slog.LevelInfo)
	attempt = 0
	if _, err := client.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/")); err != nil || out.Len() != 0 {
		t.Errorf("%v, %q", err, out.String())
	}
}

// A caller's own RoundTripper is asked as it is: with our User-Agent, and its
// connections stay when we go.
type callers struct {
	roundTripper
	closed *bool
}

func (c callers) CloseIdleConnections() { *c.closed = true }

func TestCallersRoundTripperIsLeftAlone(t *testing.T) {
	var closed bool
	c := newClient(t, transport.Config{Package: "probe", HTTPClient: &http.Client{Transport: callers{func(r *http.Request) (*http.Response, error) {
		if got := r.Header.Get("User-Agent"); got != "hebergo/"+transport.Version+" (probe)" {
			t.Errorf("User-Agent %q", got)
		}
		return &http.Response{StatusCode: 200, Body: http.NoBody}, nil
	}, &closed}}})
	if _, err := c.Do(t.Context(), transport.Op{Repeatable: true}, get("http://127.0.0.1/")); err != nil {
		t.Error(err)
	}
	c.Close()
	if closed {
		t.Error("Close closed the caller's connections")
	}
}

// A proxy that does not connect has sent nothing on, and says why.
func TestProxyThatDoesNotConnect(t *testing.T) {
	for status, want := range map[int]struct {
		condition error
		sent      int32
		text      string
	}{
		http.StatusProxyAuthRequired:  {condition.ErrProtocol, 1, "the proxy does not connect (HTTP 407 Proxy Authentication Required)"},
		http.StatusForbidden:          {condition.ErrProtocol, 1, "the proxy does not connect (HTTP 403 Forbidden)"},
		http.StatusServiceUnavailable: {condition.ErrUnavailable, 3, "the proxy does not connect (HTTP 503 Service Unavailable)"},
		799:                           {condition.ErrProtocol, 1, "not a valid HTTP answer"}, // its own words
	} {
		var asked atomic.Int32
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodConnect {
				asked.Add(1)
			}
			w.WriteHeader(status)
		}))
		defer proxy.Close()
		address, err := url.Parse(proxy.URL)
		if err != nil {
			t.Fatal(err)
		}
		c := newClient(t, transport.Config{MaxRetryWait: time.Millisecond, HTTPClient: &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(address)}}})
		for _, op := range []transport.Op{{Name: "read", Repeatable: true}, {Name: "order"}} {
			asked.Store(0)
			_, err := c.Do(t.Context(), op, get("https://api.example/"))
			if !errors.Is(err, want.condition) || errors.Is(err, condition.ErrAmbiguous) || err.Error() != want.text {
				t.Errorf("%d, %s: %v, want %v: %s", status, op.Name, err, want.condition, want.text)
			}
			if op.Repeatable && asked.Load() != want.sent {
				t.Errorf("%d: asked %d times, want %d", status, asked.Load(), want.sent)
			}
		}
	}
}
