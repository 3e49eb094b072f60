// Package conformance is one suite of behaviour that the tests of every
// provider run: what happens when a call is cancelled, an answer is hostile, a
// server asks to wait, a connection is lost, and where secrets may not appear.
//
// Each case runs in a synctest bubble on an in-memory network, so that waits
// and timeouts cost no time and no case depends on the machine.
package conformance

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// Env is what the suite hands to a provider's maker: the transport fields of
// its Config, and the address of the server.
type Env struct {
	URL              string // http, on loopback, without a path
	HTTPClient       *http.Client
	Logger           *slog.Logger
	MaxResponseBytes int64
	MaxAttempts      int
	MaxRetryWait     time.Duration
}

// Provider is a provider's client as the suite sees it.
type Provider struct {
	Read     func(context.Context) error // an operation declared repeatable
	Change   func(context.Context) error // one that must be sent at most once
	IsRead   func(*Request) bool         // distinguishes Read's requests from a login's
	IsChange func(*Request) bool
	Show     []any // client, config, credentials, sessions: all that a caller may print
	Close    func()

	// Shows: the operations take their secrets out of a RoundTripper's error
	// (transport.Op.Scrub), which is shown then.
	Shows bool

	// Hold returns all values with secrets that a caller may keep in a struct of
	// its own, unexported: configurations, credentials, sessions, users. nil leaves
	// out the case Held.
	Hold func(context.Context) ([]any, error)
}

// Subject is what a provider's test gives.
type Subject struct {
	// New makes a client that knows the secrets.
	New func(t *testing.T, env Env) Provider
	// Answer answers every request as the service would on a good day.
	Answer http.Handler
	// Secrets are markers that New puts in as password, key and the like.
	Secrets []string
	// ChangeSecrets are markers that New puts into Change alone, such as a new
	// password, so that Read can't know them.
	ChangeSecrets []string
	// Parts are looked for like the markers, but no error of a RoundTripper quotes
	// them by themselves: what remains of a spelling, or what only a login holds.
	Parts []string
	// Without names cases that don't apply, with the reason.
	Without map[string]string
}

// markers are all that must not be shown.
func (s Subject) markers() []string { return slices.Concat(s.Secrets, s.ChangeSecrets, s.Parts) }

// Request is a request as the server received it.
type Request struct {
	*http.Request
	Form string // the body
}

// Run runs the suite.
func Run(t *testing.T, s Subject) {
	for _, c := range []struct {
		name string
		run  func(*testing.T, *bench)
	}{
		{"CancelBefore", cancelBefore},
		{"CancelDuring", cancelDuring},
		{"Shared", shared},
		{"BodyOverLimit", bodyOverLimit},
		{"EndlessAndSlowBodies", endlessAndSlow},
		{"RedirectRefused", redirectRefused},
		{"RetryAfter", retryAfter},
		{"ChangeSentOnce", changeSentOnce},
		{"Garbage", garbage},
		{"ConnectionLost", connectionLost},
		{"Secrets", secrets},
		{"Held", held},
		{"TransportHangs", transportHangs},
		{"TransportFails", transportFails},
		{"DefaultTransportReplaced", defaultReplaced},
		{"Closed", closed},
	} {
		t.Run(c.name, func(t *testing.T) {
			if why := s.Without[c.name]; why != "" {
				t.Skip("does not apply: " + why)
			}
			c.run(t, &bench{subject: s})
		})
	}
}

// bench makes one server and client after another.
type bench struct{ subject Subject }

// rig is one server with its client.
type rig struct {
	Provider
	net *network
	log *bytes.Buffer

	mu      sync.Mutex
	reads   int
	changes int
}

// fault answers one request in a special way; false leaves it to the subject's
// own answer. n counts the requests of its kind from 1.
type fault func(w http.ResponseWriter, r *Request, n int) bool

// with runs f in a bubble against a server whose Read and Change requests meet
// the fault.
func (b *bench) with(t *testing.T, name string, fault fault, tune func(*Env), f func(*testing.T, *rig)) {
	t.Run(name, func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := &rig{net: newNetwork(), log: new(bytes.Buffer)}
			server := &http.Server{Handler: r.handler(b.subject.Answer, fault), ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
			go func() { _ = server.Serve(r.net) }()
			hc := r.net.client()
			env := Env{
				URL: "http://127.0.0.1", HTTPClient: hc,
				Logger:           slog.New(slog.NewJSONHandler(r.log, &slog.HandlerOptions{Level: slog.LevelDebug})),
				MaxResponseBytes: 64 << 10, MaxAttempts: 3, MaxRetryWait: 30 * time.Second,
			}
			if tune != nil {
				tune(&env)
			}
			r.Provider = b.subject.New(t, env)
			f(t, r)
			r.Close()
			hc.CloseIdleConnections()
			_ = server.Close()
			synctest.Wait()
		})
	})
}

func (r *rig) handler(answer http.Handler, fault fault) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, hr *http.Request) {
		body, err := io.ReadAll(hr.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		req := &Request{Request: hr, Form: string(body)}
		if n := r.count(req); n > 0 && fault != nil && fault(w, req, n) {
			return
		}
		hr.Body = io.NopCloser(bytes.NewReader(body))
		answer.ServeHTTP(w, hr)
	})
}

// count notes the request and returns its number among those of its kind, 0
// for a login and its like.
func (r *rig) count(req *Request) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case r.IsChange(req):
		r.changes++
		return r.changes
	case r.IsRead(req):
		r.reads++
		return r.reads
	}
	return 0
}

func (r *rig) counts() (reads, changes int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reads, r.changes
}

// hijack takes the connection from net/http, to break the protocol on it.
func hijack(w http.ResponseWriter, raw string) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	_, _ = io.Copy(conn, strings.NewReader(raw))
	_ = conn.Close()
}
