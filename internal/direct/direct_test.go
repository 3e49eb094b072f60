package direct_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/internal/direct"
)

func get(ctx context.Context, t *testing.T, h http.HandlerFunc) (body string, err error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://127.0.0.1/v1/a?b=c", strings.NewReader("sent"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := direct.Transport{Handler: h}.RoundTrip(req)
	if err != nil {
		return "", err
	}
	raw, err := io.ReadAll(resp.Body)
	return string(raw), errors.Join(err, resp.Body.Close())
}

func TestAnswer(t *testing.T) {
	body, err := get(t.Context(), t, func(w http.ResponseWriter, r *http.Request) {
		sent, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, r.Host+r.RequestURI+" "+string(sent))
	})
	if body != "127.0.0.1/v1/a?b=c sent" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
}

// An abort is a lost connection: before the answer, or in the middle of it.
func TestAbort(t *testing.T) {
	for _, flush := range []bool{false, true} {
		body, err := get(t.Context(), t, func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "half")
			if flush {
				w.(http.Flusher).Flush()
			}
			panic(http.ErrAbortHandler)
		})
		if !errors.Is(err, io.ErrUnexpectedEOF) || (body == "half") != flush {
			t.Errorf("flushed %v: %q, %v", flush, body, err)
		}
	}
}

func TestContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	served := 0
	for range 2 { // it ends while the handler is at work, then it has ended
		_, err := get(ctx, t, func(http.ResponseWriter, *http.Request) { served++; cancel() })
		if !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
	if served != 1 {
		t.Errorf("served %d times", served)
	}
}

// A handler's own panic is a bug that must not pass for a lost connection.
func TestPanic(t *testing.T) {
	defer func() {
		if recover() != "a bug" {
			t.Error("swallowed")
		}
	}()
	_, _ = get(t.Context(), t, func(http.ResponseWriter, *http.Request) { panic("a bug") })
}
