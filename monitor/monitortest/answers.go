package monitortest

import (
	"compress/gzip"
	"io"
	"log"
	"net/http"
	"strings"
	"time"
)

// Answer is what a Server does with one request in place of the usual. It ends
// when quit is closed or the request is given up.
type Answer func(w http.ResponseWriter, r *http.Request, quit <-chan struct{})

// Status answers with a status and a line of text; 0 is the usual answer.
func Status(status int) Answer {
	if status == 0 {
		return nil
	}
	return func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) {
		http.Error(w, http.StatusText(status), status)
	}
}

// Text answers 200 with a body, as PHP does: text/html.
func Text(body string) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) { html(w, body) }
}

// Redirect answers 302 to an address. "{query}" in it stands for the raw query
// of the request, so a careless server can be played that passes it on.
func Redirect(location string) Answer {
	return func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
		w.Header().Set("Location", strings.ReplaceAll(location, "{query}", r.URL.RawQuery))
		w.WriteHeader(http.StatusFound)
	}
}

// CookieWall sets a cookie and redirects to the same address until it comes
// back; then the answer is next, or 200 if that is nil.
func CookieWall(name string, next Answer) Answer {
	return func(w http.ResponseWriter, r *http.Request, quit <-chan struct{}) {
		switch _, err := r.Cookie(name); {
		case err != nil:
			http.SetCookie(w, &http.Cookie{Name: name, Value: "1", Path: "/", HttpOnly: true})
			http.Redirect(w, r, r.URL.RequestURI(), http.StatusFound)
		case next != nil:
			next(w, r, quit)
		}
	}
}

// Drop closes the connection without an answer.
func Drop() Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

// Hang says nothing.
func Hang() Answer { return wait }

// HangAfterHeaders announces a body and never sends it.
func HangAfterHeaders() Answer {
	return func(w http.ResponseWriter, r *http.Request, quit <-chan struct{}) {
		w.Header().Set("Content-Length", "100")
		flush(w)
		wait(w, r, quit)
	}
}

// Drip sends a byte a second, for ever.
func Drip() Answer {
	return func(w http.ResponseWriter, r *http.Request, quit <-chan struct{}) {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			_, _ = io.WriteString(w, "x")
			flush(w)
			select {
			case <-tick.C:
			case <-quit:
				return
			case <-r.Context().Done():
				return
			}
		}
	}
}

// Endless sends as fast as it can, for ever.
func Endless() Answer {
	return func(w http.ResponseWriter, r *http.Request, quit <-chan struct{}) { pour(w, r, quit) }
}

// GzipBomb is Endless packed a thousandfold.
func GzipBomb() Answer {
	return func(w http.ResponseWriter, r *http.Request, quit <-chan struct{}) {
		w.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(w)
		pour(packed, r, quit)
		_ = packed.Close()
	}
}

func pour(w io.Writer, r *http.Request, quit <-chan struct{}) {
	block := make([]byte, 64<<10)
	for {
		select {
		case <-quit:
			return
		case <-r.Context().Done():
			return
		default:
		}
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func wait(_ http.ResponseWriter, r *http.Request, quit <-chan struct{}) {
	select {
	case <-quit:
	case <-r.Context().Done():
	}
}

func flush(w http.ResponseWriter) { _ = http.NewResponseController(w).Flush() }

func html(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	_, _ = io.WriteString(w, body)
}

// nothing is where http.Server complains about clients that hang up.
func nothing() *log.Logger { return log.New(io.Discard, "", 0) }
