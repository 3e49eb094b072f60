// Package velneotest is a Velneo Cloud API in this process, for the tests of
// programs that use package velneo: a real loopback server with memory.
//
//	server := velneotest.NewServer()
//	defer server.Close()
//	client, err := velneo.New(server.Config())
//
// It checks what the service checks: the signature, computed on its own, and
// the clock of every call; the session, which is one per account and ends for
// every application at once; that credentials are set before groups, users,
// folders and instances. States can lag behind an order, and faults are made
// on demand. What the vendor guide leaves open (the tolerance of the clock,
// the form of ids, the words of messages) is this package's own choice: don't
// test for it.
package velneotest

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/velneo"
)

// The account of a new Server.
const (
	Email  = "agency@example.com"
	APIKey = "velneotest-0f1e2d3c4b5a"
)

// Server is one account with its vServer. Its methods may be called while it
// serves; its fields are set before.
type Server struct {
	URL     string           // of version 1 of the API
	Email   string           // default Email
	APIKey  string           // default APIKey
	Now     func() time.Time // default time.Now
	MaxSkew time.Duration    // how far a timestamp may be off; default 5 minutes

	http *httptest.Server

	mu      sync.Mutex
	state   state
	faults  []*Fault
	calls   []Call
	session string
	logins  int
	backup  backup
}

// directURL is where a Server without a socket is. It is this machine, so that
// a client which is given the address alone asks nobody else.
const directURL = "http://127.0.0.1/v1"

// New returns a Server without a socket: Config leads its client straight to
// the handler. So it works inside a testing/synctest bubble, whose clock stands
// still while a real socket is open. A whole answer is held in memory, backups
// included. It needs no Close.
//
// It is an http.Handler for a server of the caller's own as well; set URL then.
func New() *Server {
	return &Server{
		URL: directURL, Email: Email, APIKey: APIKey, Now: time.Now, MaxSkew: 5 * time.Minute,
		state: newState(), backup: defaultBackup(),
	}
}

// NewServer returns a Server that listens on loopback, over plain http. Close
// ends it.
func NewServer() *Server {
	s := newListening()
	s.http.Start()
	s.URL = s.http.URL + "/v1"
	return s
}

// NewTLSServer returns a Server that listens on loopback, over https with a
// certificate that no CA of the system vouches for: see Config.
func NewTLSServer() *Server {
	s := newListening()
	s.http.StartTLS()
	s.URL = s.http.URL + "/v1"
	return s
}

// newListening makes a server that keeps quiet about clients that refuse its
// certificate.
func newListening() *Server {
	s := New()
	s.http = httptest.NewUnstartedServer(s)
	s.http.Config.ErrorLog = log.New(io.Discard, "", 0)
	return s
}

// Close ends the server and waits for the calls under way.
func (s *Server) Close() {
	if s.http != nil {
		s.http.Close()
	}
}

// Config returns what a client of this server needs. For NewTLSServer the
// server's key is pinned.
func (s *Server) Config() velneo.Config {
	cfg := velneo.Config{URL: s.URL, Email: s.Email, APIKey: velneo.NewSecret(s.APIKey)}
	switch {
	case s.http == nil && s.URL == directURL:
		cfg.HTTPClient = &http.Client{Transport: direct.Transport{Handler: s}}
	case s.http != nil && s.http.TLS != nil:
		cfg.Pins = []string{velneo.Pin(s.http.Certificate())}
	}
	return cfg
}

// EndSession ends the session, as another application's logout does.
func (s *Server) EndSession() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.session = ""
}

// Logins tells how many logins were answered with a session.
func (s *Server) Logins() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.logins
}

// ServeHTTP answers a call, or the download of a backup.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Date", s.Now().UTC().Format(http.TimeFormat))
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
	if fault != nil && !fault.Done {
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
