package monitortest

import (
	"compress/gzip"
	"io"
	"log"
	"net/http"
	"strings"
	"time"
)

// Answer handles one request in place of the Server's default response. It must
// return when quit is closed or the request's context ends.
type Answer func(w http.ResponseWriter, r *http.Request, quit <-chan struct{})

// Status responds with an HTTP status and a line of text; 0 is the default
// response.
func Status(status int) Answer {
	if status == 0 {
		return nil
	}
	return func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) {
		http.Error(w, http.StatusText(status), status)
	}
}

// Text responds with 200 and body, as PHP does: as text/html.
func Text(body string) Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) { html(w, body) }
}

// Redirect responds with 302 and location. "{query}" in location is replaced by
// the raw query of the request, to simulate a server that passes it on.
func Redirect(location string) Answer {
	return func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
		w.Header().Set("Location", strings.ReplaceAll(location, "{query}", r.URL.RawQuery))
		w.WriteHeader(http.StatusFound)
	}
}

// CookieWall sets a cookie and redirects to the same address until the cookie
// is sent back; then it responds with next, or with 200 if next is nil.
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

// Drop closes the connection without a response.
func Drop() Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = conn.Close()
		}
	}
}

// Hang never responds.
func Hang() Answer { return wait }

// HangAfterHeaders sends the headers of a response but never its body.
func HangAfterHeaders() Answer {
	return func(w http.ResponseWriter, r *http.Request, quit <-chan struct{}) {
		w.Header().Set("Content-Length", "100")
		flush(w)
		wait(w, r, quit)
	}
}

// Drip sends one byte per second without end.
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

// Endless sends data as fast as it can, without end.
func Endless() Answer {
	return func(w http.ResponseWriter, r *http.Request, quit <-chan struct{}) { pour(w, r, quit) }
}

// GzipBomb is Endless with gzip, compressed about a thousand times.
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
