package transport_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

func TestReceiveTakesTheBody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/absent" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, strings.Repeat("x", 1000))
	}))
	defer server.Close()
	c := newClient(t, transport.Config{MaxResponseBytes: 2000})
	var got int
	op := transport.Op{Name: "download", Repeatable: true, Receive: func(hr *http.Response) error {
		raw, err := io.ReadAll(hr.Body)
		got += len(raw)
		return err
	}}
	resp, err := c.Do(t.Context(), op, get(server.URL))
	if err != nil || got != 1000 || resp.Body != nil || resp.Status != 200 {
		t.Errorf("%d bytes, %+v, %v", got, resp, err)
	}
	resp, err = c.Do(t.Context(), op, get(server.URL+"/absent"))
	if err != nil || got != 1000 || len(resp.Body) != 1000 {
		t.Errorf("a 404 is read by Do: %d bytes, %v, %v", got, resp, err)
	}
	final := transport.NewError(condition.ErrConflict, "enough")
	calls := 0
	op.Receive = func(*http.Response) error { calls++; return final }
	if _, err = c.Do(t.Context(), op, get(server.URL)); !errors.Is(err, condition.ErrConflict) || calls != 1 {
		t.Errorf("%v after %d calls, want an *Error to be final", err, calls)
	}
}

// A download may take longer than the timeout, a silence may not.
func TestReceiveIsTimedByItsSilence(t *testing.T) {
	drip := func(t *testing.T, pause time.Duration, parts int) error {
		c := newClient(t, transport.Config{MaxAttempts: 1, HTTPClient: &http.Client{
			Timeout: 10 * time.Second, Transport: dripping(pause, parts),
		}})
		defer c.Close()
		_, err := c.Do(t.Context(), transport.Op{Name: "download", Repeatable: true, Receive: func(hr *http.Response) error {
			_, err := io.Copy(io.Discard, hr.Body)
			return err
		}}, get("http://127.0.0.1/"))
		return err
	}
	synctest.Test(t, func(t *testing.T) {
		if err := drip(t, 9*time.Second, 10); err != nil {
			t.Error(err)
		}
		start := time.Now()
		if err := drip(t, 11*time.Second, 10); !errors.Is(err, condition.ErrUnavailable) || time.Since(start) != 10*time.Second {
			t.Errorf("%v after %v, want ErrUnavailable after 10s", err, time.Since(start))
		}
		time.Sleep(time.Minute) // the peer ends
	})
}

// dripping is a transport whose peer writes a byte after each pause.
func dripping(pause time.Duration, parts int) *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer func() { _ = theirs.Close() }()
			_, _ = theirs.Read(make([]byte, 4096))
			_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
			for range parts {
				time.Sleep(pause)
				if _, err := io.WriteString(theirs, "x"); err != nil {
					return
				}
			}
		}()
		return ours, nil
	}}
}

func TestOpTimeoutLengthens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for timeout, want := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Second: 10 * time.Second, time.Minute: time.Minute} {
			c := newClient(t, transport.Config{MaxAttempts: 1, HTTPClient: &http.Client{
				Timeout: 10 * time.Second, Transport: dripping(time.Hour, 1),
			}})
			start := time.Now()
			_, err := c.Do(t.Context(), transport.Op{Name: "backup", Timeout: timeout}, get("http://127.0.0.1/"))
			if took := time.Since(start); !errors.Is(err, condition.ErrAmbiguous) || took != want {
				t.Errorf("%v: %v after %v, want ErrAmbiguous after %v", timeout, err, took, want)
			}
		}
		time.Sleep(2 * time.Hour) // the peers end
	})
}
