package conformance

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
)

func cancelBefore(t *testing.T, b *bench) {
	b.with(t, "both", nil, nil, func(t *testing.T, r *rig) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, call := range map[string]func(context.Context) error{"read": r.Read, "change": r.Change} {
			if err := call(ctx); !errors.Is(err, context.Canceled) || errors.Is(err, condition.ErrAmbiguous) {
				t.Errorf("%s: %v, want context.Canceled and nothing ambiguous", name, err)
			}
		}
		if reads, changes := r.counts(); reads+changes != 0 {
			t.Errorf("%d reads and %d changes were sent", reads, changes)
		}
	})
}

func cancelDuring(t *testing.T, b *bench) {
	hang := func(_ http.ResponseWriter, r *Request, _ int) bool { <-r.Context().Done(); return true }
	during := func(t *testing.T, call func(context.Context) error) error {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		err := call(ctx)
		if took := time.Since(start); took > 1100*time.Millisecond {
			t.Errorf("returned after %v, want 1s", took)
		}
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%v, want context.DeadlineExceeded", err)
		}
		return err
	}
	b.with(t, "read", hang, nil, func(t *testing.T, r *rig) {
		if err := during(t, r.Read); errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("a read is never ambiguous: %v", err)
		}
	})
	b.with(t, "change", hang, nil, func(t *testing.T, r *rig) {
		if err := during(t, r.Change); !errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%v, want ErrAmbiguous too", err)
		}
	})
}

func shared(t *testing.T, b *bench) {
	b.with(t, "16 goroutines", nil, nil, func(t *testing.T, r *rig) {
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				if err := r.Read(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if reads, _ := r.counts(); reads != 16 {
			t.Errorf("%d requests, want 16", reads)
		}
	})
}

func bodyOverLimit(t *testing.T, b *bench) {
	small := func(e *Env) { e.MaxResponseBytes = 16 << 10 }
	wantTooLarge := func(t *testing.T, r *rig) {
		if err := r.Read(t.Context()); !errors.Is(err, condition.ErrTooLarge) {
			t.Errorf("%v, want ErrTooLarge", err)
		}
	}
	b.with(t, "plain", func(w http.ResponseWriter, _ *Request, _ int) bool {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 1<<20))
		return true
	}, small, wantTooLarge)
	b.with(t, "gzip", func(w http.ResponseWriter, _ *Request, _ int) bool {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = io.CopyN(z, zeros{}, 16<<20)
		_ = z.Close()
		return true
	}, small, wantTooLarge)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

func endlessAndSlow(t *testing.T, b *bench) {
	b.with(t, "endless", func(w http.ResponseWriter, _ *Request, _ int) bool {
		for {
			if _, err := w.Write(make([]byte, 4096)); err != nil {
				return true
			}
		}
	}, nil, func(t *testing.T, r *rig) {
		if err := r.Read(t.Context()); !errors.Is(err, condition.ErrTooLarge) {
			t.Errorf("%v, want ErrTooLarge", err)
		}
	})
	b.with(t, "slow", func(w http.ResponseWriter, r *Request, _ int) bool {
		drip := time.NewTicker(time.Second)
		defer drip.Stop()
		for {
			_, _ = w.Write([]byte(" "))
			_ = http.NewResponseController(w).Flush()
			select {
			case <-drip.C:
			case <-r.Context().Done():
				return true
			}
		}
	}, nil, func(t *testing.T, r *rig) {
		start := time.Now()
		if err := r.Read(t.Context()); !errors.Is(err, condition.ErrUnavailable) {
			t.Errorf("%v, want ErrUnavailable", err)
		}
		if took := time.Since(start); took > 10*time.Minute {
			t.Errorf("gave up only after %v", took)
		}
	})
}

func redirectRefused(t *testing.T, b *bench) {
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		for where, location := range map[string]string{"elsewhere": "http://elsewhere.example/", "to the same address": ""} {
			b.with(t, fmt.Sprint(status, " ", where), func(w http.ResponseWriter, r *Request, _ int) bool {
				w.Header().Set("Location", cmp.Or(location, r.RequestURI))
				w.WriteHeader(status)
				return true
			}, nil, redirected)
		}
	}
}

func redirected(t *testing.T, r *rig) {
	if err := r.Read(t.Context()); !errors.Is(err, condition.ErrProtocol) {
		t.Errorf("read: %v, want ErrProtocol", err)
	}
	if err := r.Change(t.Context()); !errors.Is(err, condition.ErrProtocol) {
		t.Errorf("change: %v, want ErrProtocol", err)
	}
	if reads, changes := r.counts(); reads != 1 || changes != 1 {
		t.Errorf("%d reads and %d changes were sent, want one of each", reads, changes)
	}
	for _, address := range r.net.calls() {
		if strings.Contains(address, "elsewhere") {
			t.Errorf("%s was called", address)
		}
	}
}

func retryAfter(t *testing.T, b *bench) {
	// The first answer asks to wait, the second is good.
	asks := func(status int, value func() string) fault {
		return func(w http.ResponseWriter, _ *Request, n int) bool {
			if n > 1 {
				return false
			}
			w.Header().Set("Retry-After", value())
			w.WriteHeader(status)
			return true
		}
	}
	seconds := func() string { return "7" }
	date := func() string { return time.Now().Add(7 * time.Second).UTC().Format(http.TimeFormat) }
	for _, status := range []int{429, 503} {
		for form, value := range map[string]func() string{"seconds": seconds, "date": date} {
			b.with(t, fmt.Sprint(status, " ", form), asks(status, value), nil, func(t *testing.T, r *rig) {
				start := time.Now()
				if err := r.Read(t.Context()); err != nil {
					t.Fatal(err)
				}
				if took := time.Since(start); took < 6*time.Second || took > 8*time.Second {
					t.Errorf("waited %v, want 7s", took)
				}
			})
		}
		b.with(t, fmt.Sprint(status, " over the cap"), asks(status, func() string { return "3600" }), nil, func(t *testing.T, r *rig) {
			start := time.Now()
			err := r.Read(t.Context())
			if want := condition.FromStatus(status); !errors.Is(err, want) {
				t.Errorf("%v, want %v", err, want)
			}
			if reads, _ := r.counts(); reads != 1 || time.Since(start) > time.Second {
				t.Errorf("%d requests in %v, want one and at once", reads, time.Since(start))
			}
		})
	}
	b.with(t, "a change never waits", asks(503, seconds), nil, func(t *testing.T, r *rig) {
		if err := r.Change(t.Context()); err == nil {
			t.Error("no error")
		}
		if _, changes := r.counts(); changes != 1 {
			t.Errorf("%d requests, want 1", changes)
		}
	})
}

// failures are the ways to fail after the request has arrived.
func failures() map[string]fault {
	all := map[string]fault{
		"dropped": func(w http.ResponseWriter, _ *Request, _ int) bool { hijack(w, ""); return true },
		"cut in the header": func(w http.ResponseWriter, _ *Request, _ int) bool {
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Le")
			return true
		},
		"cut in the body": func(w http.ResponseWriter, _ *Request, _ int) bool {
			hijack(w, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")
			return true
		},
		"not HTTP": func(w http.ResponseWriter, _ *Request, _ int) bool {
			hijack(w, "SSH-2.0-nonsense\r\n\r\n")
			return true
		},
		"not an answer": func(w http.ResponseWriter, _ *Request, _ int) bool { _, _ = w.Write([]byte("<html>")); return true },
		"silence":       func(_ http.ResponseWriter, r *Request, _ int) bool { <-r.Context().Done(); return true },
	}
	for _, status := range []int{408, 500, 502, 503, 504} {
		all[fmt.Sprint(status)] = func(w http.ResponseWriter, _ *Request, _ int) bool { w.WriteHeader(status); return true }
	}
	return all
}

func changeSentOnce(t *testing.T, b *bench) {
	for name, fault := range failures() {
		b.with(t, name, fault, nil, func(t *testing.T, r *rig) {
			if err := r.Change(t.Context()); !errors.Is(err, condition.ErrAmbiguous) {
				t.Errorf("%v, want ErrAmbiguous", err)
			}
			if _, changes := r.counts(); changes != 1 {
				t.Errorf("sent %d times", changes)
			}
		})
	}
	b.with(t, "429", func(w http.ResponseWriter, _ *Request, _ int) bool { w.WriteHeader(429); return true }, nil, func(t *testing.T, r *rig) {
		if err := r.Change(t.Context()); !errors.Is(err, condition.ErrRateLimited) || errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%v, want ErrRateLimited and nothing ambiguous", err)
		}
		if _, changes := r.counts(); changes != 1 {
			t.Errorf("sent %d times", changes)
		}
	})
}

func garbage(t *testing.T, b *bench) {
	bodies := map[string]string{
		"empty": "", "blank": " \n", "NULs": "\x00\x00\x00", "not UTF-8": "\xff\xfe{}", "html": "<!doctype html><html></html>",
		"null": "null", "number": "1", "list": "[]", "object": "{}", "deep list": strings.Repeat("[", 20000),
		"deep object": strings.Repeat(`{"a":`, 10000), "deep xml": strings.Repeat("<a>", 15000), "lone brace": "{", "lone tag": "<",
	}
	for name, body := range bodies {
		b.with(t, name, func(w http.ResponseWriter, _ *Request, _ int) bool {
			_, _ = io.WriteString(w, body)
			return true
		}, nil, wantFailure)
	}
	b.with(t, "truncated", func(w http.ResponseWriter, r *Request, _ int) bool {
		whole := httptest.NewRecorder()
		r.Body = io.NopCloser(strings.NewReader(r.Form))
		b.subject.Answer.ServeHTTP(whole, r.Request)
		_, _ = w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
		return true
	}, nil, wantFailure)
}

func wantFailure(t *testing.T, r *rig) {
	if err := r.Read(t.Context()); !errors.Is(err, condition.ErrProtocol) && !errors.Is(err, condition.ErrUnavailable) {
		t.Errorf("read: %v, want ErrProtocol", err)
	}
	if err := r.Change(t.Context()); !errors.Is(err, condition.ErrAmbiguous) {
		t.Errorf("change: %v, want ErrAmbiguous", err)
	}
}

func connectionLost(t *testing.T, b *bench) {
	once := func(w http.ResponseWriter, _ *Request, n int) bool {
		if n == 1 {
			hijack(w, "")
		}
		return n == 1
	}
	b.with(t, "a read tries again", once, nil, func(t *testing.T, r *rig) {
		if err := r.Read(t.Context()); err != nil {
			t.Error(err)
		}
	})
	always := func(w http.ResponseWriter, _ *Request, _ int) bool { hijack(w, ""); return true }
	b.with(t, "and gives up", always, nil, func(t *testing.T, r *rig) {
		if err := r.Read(t.Context()); !errors.Is(err, condition.ErrUnavailable) {
			t.Errorf("%v, want ErrUnavailable", err)
		}
	})
	b.with(t, "refused is not ambiguous", nil, nil, func(t *testing.T, r *rig) {
		_ = r.net.Close()
		if err := r.Change(t.Context()); !errors.Is(err, condition.ErrUnavailable) || errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%v, want ErrUnavailable and nothing ambiguous: nothing was sent", err)
		}
	})
}

func closed(t *testing.T, b *bench) {
	b.with(t, "after Close", nil, nil, func(t *testing.T, r *rig) {
		r.Close()
		if err := r.Read(t.Context()); !errors.Is(err, condition.ErrClosed) {
			t.Errorf("read: %v, want ErrClosed", err)
		}
		if err := r.Change(t.Context()); !errors.Is(err, condition.ErrClosed) {
			t.Errorf("change: %v, want ErrClosed", err)
		}
		if reads, changes := r.counts(); reads+changes != 0 {
			t.Errorf("%d reads and %d changes were sent", reads, changes)
		}
	})
}
