// Package velneotest is a fake of the Velneo Cloud API, for the tests of programs
// that use package velneo: a real loopback server with state.
//
//	server := velneotest.NewServer(velneotest.Options{})
//	defer server.Close()
//	client, err := velneo.New(server.Config())
//
// It checks what the service checks: the signature and the timestamp of every
// call; the session, of which there is one per account and which ends for every
// application at once; and that credentials are set before groups, users,
// folders and instances. The state can lag behind a start or a stop, and [Fault]
// makes calls fail. Answers have a Date from [Options.Now]. Where the vendor
// guide is silent (the tolerance of the clock, the format of ids, the text of
// messages), the behavior is this package's own choice: don't test for it.
package velneotest

import (
	"cmp"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/velneo"
)

// The default account of Options.
const (
	Email  = "agency@example.com"
	APIKey = "velneotest-0f1e2d3c4b5a"
)

// Options configure a Server; the zero value is a good default.
type Options struct {
	Email   string           // default Email
	APIKey  string           // default APIKey
	Now     func() time.Time // the server's clock; default time.Now
	MaxSkew time.Duration    // how far a timestamp may be off; default 5 minutes
}

// Server is a fake of the service with one account and its vServer. Its methods
// are safe for concurrent use.
type Server struct {
	URL string // base URL of version 1 of the API; set it before the first call if the handler is served by another server

	options Options
	http    *httptest.Server

	mu      sync.Mutex
	state   state
	faults  []*Fault
	calls   []Call
	session string
	logins  int
	backup  backup
}

// directURL is the URL of a Server without a socket. It is this machine, so a
// client that gets only the URL calls nobody else.
const directURL = "http://127.0.0.1/v1"

// New returns a Server without a socket: the client of Config calls the handler
// directly, so it works in a testing/synctest bubble, whose clock stops while a
// real socket is open. Whole answers are held in memory, including backups. It
// needs no Close.
//
// The Server is also an http.Handler, for use with another server; set URL in
// that case.
func New(options Options) *Server {
	options.Email, options.APIKey = cmp.Or(options.Email, Email), cmp.Or(options.APIKey, APIKey)
	options.MaxSkew = cmp.Or(options.MaxSkew, 5*time.Minute)
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Server{URL: directURL, options: options, state: newState(), backup: defaultBackup()}
}

// Transport returns a RoundTripper that calls the server without a socket, as
// the client of New's Config does.
func (s *Server) Transport() http.RoundTripper { return direct.Transport{Handler: s} }

// NewServer starts a Server on loopback, over plain http. The caller must call
// Close when done.
func NewServer(options Options) *Server {
	s := newListening(options)
	s.http.Start()
	s.URL = s.http.URL + "/v1"
	return s
}

// NewTLSServer starts a Server on loopback, over https with a certificate that
// the system does not trust: see Config. The caller must call Close when done.
func NewTLSServer(options Options) *Server {
	s := newListening(options)
	s.http.StartTLS()
	s.URL = s.http.URL + "/v1"
	return s
}

// newListening returns a server that logs nothing about clients that refuse its
// certificate.
func newListening(options Options) *Server {
	s := New(options)
	s.http = httptest.NewUnstartedServer(s)
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

// Close stops the server and waits for calls in progress.
func (s *Server) Close() {
	if s.http != nil {
		s.http.Close()
	}
}

// Config returns the Config for a client of this server. For NewTLSServer it
// includes the pin of the server.
func (s *Server) Config() velneo.Config {
	cfg := velneo.Config{URL: s.URL, Email: s.options.Email, APIKey: velneo.NewSecret(s.options.APIKey)}
	switch {
	case s.http == nil && s.URL == directURL:
		cfg.HTTPClient = &http.Client{Transport: s.Transport()}
	case s.http != nil && s.http.TLS != nil:
		cfg.Pins = []string{velneo.Pin(s.http.Certificate())}
	}
	return cfg
}

// EndSession ends the session, as a logout by another application does.
func (s *Server) EndSession() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = ""
}

// Logins returns the number of successful logins.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// ServeHTTP handles a call or the download of a backup.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.options.Now().UTC().Format(http.TimeFormat))
	if isBackup(r) {
		s.serveBackup(w, r)
		return
	}
	c, err := parseCall(r)
	if err != nil {
		answer(w, http.StatusBadRequest, fields{"message": err.Error()})
		return
	}
	s.mu.Lock()
	s.calls = append(s.calls, c.Call)
	fault := s.takeFault(c.Call)
	s.mu.Unlock()
	if fault != nil && !fault.done() {
		fault.show(w, r)
		return
	}
	code, result := s.carryOut(c, r)
	if fault != nil {
		fault.show(w, r)
		return
	}
	answer(w, code, result)
}

// carryOut does what the call asks for.
func (s *Server) carryOut(c received, r *http.Request) (code int, result fields) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.Resource == "session" && c.Verb == http.MethodPost {
		return s.login(c)
	}
	if s.session == "" || c.session != s.session || !s.signed(c, c.session) {
		return http.StatusUnauthorized, nil
	}
	switch c.Verb + " " + c.Resource {
	case "DELETE session":
		s.session = ""
		return http.StatusOK, nil
	case "GET vserver":
		if c.Action == "" {
			return http.StatusOK, s.state.question()
		}
		return s.act(c, r)
	case "PUT vserver", "POST vserver":
		return s.act(c, r)
	case "PUT group", "PUT user", "PUT folder", "PUT instance":
		return s.state.put(c)
	}
	return http.StatusNotFound, fields{"message": "no such call"}
}

func (s *Server) act(c received, r *http.Request) (code int, result fields) {
	switch c.Action {
	case "start", "stop":
		s.state.order(map[string]velneo.Status{"start": velneo.StatusRunning, "stop": velneo.StatusStopped}[c.Action])
		return http.StatusOK, nil
	case "backup":
		return http.StatusOK, fields{"url": s.backup.link(r)}
	case "":
		return s.state.setCredentials(c)
	}
	return http.StatusForbidden, fields{"message": "unknown action"}
}
