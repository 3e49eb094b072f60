// Package compare_test shows what docs/comparison.md says of other clients, by
// giving them and ours the same bad server. It is a module of its own, so that
// nothing else depends on them:
//
//	cd internal/compare && GOWORK=off go test -v .
//
// A test that fails because another client has improved is good news: fix the
// table.
package compare_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hebergo/hebergo/wedos"
)

// serve answers creates, those with the marker in their body, by h; what a
// client asks beforehand it answers as the service would.
func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		switch {
		case strings.Contains(string(body), marker):
			h(w, r)
		case strings.HasSuffix(r.URL.Path, "/auth/time"):
			_, _ = fmt.Fprint(w, time.Now().Unix())
		default: // velneo's login
			_, _ = fmt.Fprint(w, `{"status_code":200,"session":"session"}`)
		}
	}))
	t.Cleanup(s.Close)
	return s.URL
}

// TestCreateThatFailsUnclearly: 502 and a connection that ends leave open
// whether it was done.
func TestCreateThatFailsUnclearly(t *testing.T) {
	for failure, answer := range map[string]http.HandlerFunc{
		"502":         func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) },
		"lost answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		for name, c := range clients {
			t.Run(failure+"/"+name, func(t *testing.T) {
				var sent atomic.Int64
				err := c.create(t.Context(), serve(t, func(w http.ResponseWriter, r *http.Request) {
					sent.Add(1)
					answer(w, r)
				}))
				t.Logf("sent %d times: %v", sent.Load(), err)
				if want := max(attempts[failure+"/"+name], 1); err == nil || sent.Load() != want {
					t.Errorf("sent %d times, want %d", sent.Load(), want)
				}
				// the conditions are the same values in all of our packages
				if ambiguous := errors.Is(err, wedos.ErrAmbiguous); ambiguous != c.ours {
					t.Errorf("ambiguous: %v", ambiguous)
				}
			})
		}
	}
}

// attempts are those that are more than one.
var attempts = map[string]int64{"502/azcore": 4, "502/hcloud-go": 6, "lost answer/azcore": 4}

// TestCreateRedirectedElsewhere: 307 asks to send the same body to another
// host.
func TestCreateRedirectedElsewhere(t *testing.T) {
	for name, c := range clients {
		t.Run(name, func(t *testing.T) {
			var leaked atomic.Bool
			elsewhere := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				leaked.Store(true)
				_, _ = fmt.Fprint(w, "{}")
			})
			var asked atomic.Bool
			url := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				asked.Store(true)
				w.Header().Set("Location", strings.Replace(elsewhere, "127.0.0.1", "localhost", 1)+"/elsewhere")
				w.WriteHeader(http.StatusTemporaryRedirect)
			})
			err := c.create(t.Context(), url)
			t.Logf("body handed over: %v, %v", leaked.Load(), err)
			if !asked.Load() || leaked.Load() == c.ours || c.ours != errors.Is(err, wedos.ErrProtocol) {
				t.Errorf("sent %v, body handed over: %v", asked.Load(), leaked.Load())
			}
		})
	}
}

// TestCreateAnsweredWithoutEnd: 64 MiB are more than any answer to a create.
func TestCreateAnsweredWithoutEnd(t *testing.T) {
	for name, c := range clients {
		t.Run(name, func(t *testing.T) {
			var taken atomic.Int64
			piece := []byte(strings.Repeat("a", 1<<20))
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				begin, end := `{"x":"`, `"}`
				if strings.Contains(r.Header.Get("Content-Type"), "xml") {
					begin, end = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><r>`, `</r></Body></Envelope>`
				}
				w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
				_, _ = io.WriteString(w, begin)
				for range 64 {
					if _, err := w.Write(piece); err != nil {
						return
					}
					taken.Add(1)
				}
				_, _ = io.WriteString(w, end)
			})
			err := c.create(t.Context(), url)
			t.Logf("took %d MiB, %v", taken.Load(), err)
			if c.ours != errors.Is(err, wedos.ErrTooLarge) || c.ours != (taken.Load() < 64) {
				t.Errorf("took %d MiB, %v", taken.Load(), err)
			}
		})
	}
}
