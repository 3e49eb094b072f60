package conformance

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// secrets makes the server repeat the whole request in every place of an
// answer, and looks for the markers in all that the client then shows.
func secrets(t *testing.T, b *bench) {
	for name, fault := range echoes(b.subject.markers()) {
		b.with(t, name, fault, nil, func(t *testing.T, r *rig) {
			var shown strings.Builder
			for _, call := range []func() error{
				func() error { return r.Read(t.Context()) },
				func() error { return r.Change(t.Context()) },
			} {
				show(&shown, call())
			}
			for _, v := range r.Show {
				show(&shown, v)
			}
			shown.WriteString(r.log.String())
			leaks(t, shown.String(), b.subject.markers())
		})
	}
	for name, fault := range failures() {
		b.with(t, name, fault, nil, func(t *testing.T, r *rig) {
			var shown strings.Builder
			show(&shown, r.Change(t.Context()))
			shown.WriteString(r.log.String())
			leaks(t, shown.String(), b.subject.markers())
		})
	}
}

// echoes send the request back in the body, a header, the status line, a
// redirect and instead of an answer.
func echoes(secrets []string) map[string]fault {
	whole := func(r *Request) string {
		plain, _ := url.QueryUnescape(r.Form)
		return fmt.Sprint(r.URL, " ", r.Header, " ", r.Form, " ", plain)
	}
	line := func(r *Request) string { return strings.NewReplacer("\r", " ", "\n", " ").Replace(whole(r)) }
	return map[string]fault{
		"good": nil,
		"echo in the body": func(w http.ResponseWriter, r *Request, _ int) bool {
			_, _ = w.Write([]byte(whole(r)))
			return true
		},
		"echo in an error's body": func(w http.ResponseWriter, r *Request, _ int) bool {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = w.Write([]byte(whole(r)))
			return true
		},
		"echo in JSON": func(w http.ResponseWriter, r *Request, _ int) bool {
			quoted, _ := json.Marshal(whole(r))
			w.WriteHeader(http.StatusBadRequest)
			_, _ = fmt.Fprintf(w, `{"message":%[1]s,"class":%[1]s,"result":%[1]s,"status_code":403,"response":{"code":2100,"result":%[1]s}}`, quoted)
			return true
		},
		"echo in headers": func(w http.ResponseWriter, r *Request, _ int) bool {
			for _, name := range []string{"X-Request-Id", "X-Ovh-Queryid", "Content-Type", "Retry-After"} {
				w.Header().Set(name, ahead(secrets, line(r)))
			}
			w.WriteHeader(http.StatusBadGateway)
			return true
		},
		"echo in the redirect": func(w http.ResponseWriter, r *Request, _ int) bool {
			w.Header().Set("Location", "http://elsewhere.example/?"+url.QueryEscape(whole(r)))
			w.WriteHeader(http.StatusTemporaryRedirect)
			return true
		},
		"echo in the status line": func(w http.ResponseWriter, r *Request, _ int) bool {
			hijack(w, "HTTP/1.1 500 "+line(r)+"\r\nContent-Length: 0\r\n\r\n")
			return true
		},
		"echo instead of HTTP": func(w http.ResponseWriter, r *Request, _ int) bool {
			hijack(w, line(r)+"\r\n\r\n")
			return true
		},
	}
}

// ahead puts what a text holds of the secrets before it: clients cut what they
// show of a header.
func ahead(secrets []string, text string) string {
	for _, s := range secrets {
		if strings.Contains(text, s) {
			text = s + " " + text
		}
	}
	return text
}

// show prints v in every way that a caller's log might.
func show(out *strings.Builder, v any) {
	logger := slog.New(slog.NewJSONHandler(out, nil))
	logger.Info("shown", "value", v)
	slog.New(slog.NewTextHandler(out, nil)).Info("shown", "value", v)
	if raw, err := json.Marshal(v); err == nil {
		out.Write(raw)
	}
	fmt.Fprintf(out, "%v %+v %#v %s\n", v, v, v, v)
	err, ok := v.(error)
	for ok && err != nil {
		fmt.Fprintf(out, "%v %#v\n", err, err)
		err = errors.Unwrap(err)
	}
}

func leaks(t *testing.T, shown string, markers []string) {
	for _, m := range markers {
		if at := strings.Index(shown, m); at >= 0 {
			t.Errorf("a secret leaks: …%s…", shown[max(0, at-120):min(len(shown), at+len(m)+20)])
		}
		if q := url.QueryEscape(m); q != m && strings.Contains(shown, q) {
			t.Errorf("a secret leaks, percent-encoded")
		}
	}
}
