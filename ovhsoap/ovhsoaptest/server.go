package ovhsoaptest

import (
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"github.com/hebergo/hebergo/ovhsoap"
)

// The account that every Server begins with.
const (
	Nic      = "ab12345-ovh"
	Password = "swordfish"
)

// BurstLimit is how many wrong passwords in a row an address may send.
const BurstLimit = 5

// Fault is how a call fails. It is written as "soap:<Status>".
type Fault struct {
	Status  int    // 210, 304, 706 …; 0 is written as "soap:Client"
	Message string // in any language
}

// Call is a call that arrived with a session that lives, or needs none.
type Call struct {
	Function  string
	Nic       string         // whose session it was; empty for a function without one
	Language  string         // of that session when the call arrived
	Arguments map[string]any // by name: string, int, bool, float64, []any or nil; those left out are absent
}

// Server is a fake SoAPI. It is safe for concurrent use.
type Server struct {
	URL string // http://127.0.0.1:port, without a path

	http *httptest.Server

	mu       sync.Mutex
	accounts map[string]string // nic handle to password
	sessions map[string]*session
	issued   int // sessions ever, for their ids
	lives    int // calls that a new session lives, 0 for no limit
	limit    int // sessions that an account may have open, 0 for no limit
	wrong    int // wrong passwords in a row
	domains  map[string]*domain
	faults   map[string][]Fault
	lost     map[string]int // answers still to lose
	answers  map[string]any
	delays   map[string]time.Duration
	calls    []Call
	charset  string // declared with each answer
	soap12   bool
}

type session struct {
	nic      string
	lives    int // 0: no limit
	language string
}

// NewServer starts a server with one account, Nic, and nothing in it. Close
// ends it.
func NewServer() *Server {
	s := &Server{
		accounts: map[string]string{Nic: Password},
		sessions: map[string]*session{},
		domains:  map[string]*domain{},
		faults:   map[string][]Fault{},
		lost:     map[string]int{},
		answers:  map[string]any{},
		delays:   map[string]time.Duration{},
		charset:  "utf-8",
	}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// Config returns what ovhsoap.New needs to call this server as Nic.
func (s *Server) Config() ovhsoap.Config {
	return ovhsoap.Config{URL: s.URL, Nic: Nic, Password: ovhsoap.NewSecret(Password)}
}

// Close ends the server and its connections.
func (s *Server) Close() { s.http.Close() }

// AddAccount adds a nic handle, or changes its password.
func (s *Server) AddAccount(nic, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[nic] = password
}

// ExpireSessions ends every session: their next call meets soap:301.
func (s *Server) ExpireSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sessions)
}

// SessionLives lets each session from now on end after that many calls, 0 for
// never.
func (s *Server) SessionLives(calls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lives = calls
}

// SessionLimit lets an account have that many sessions open, 0 for any
// number; a login beyond it meets soap:304.
func (s *Server) SessionLimit(sessions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = sessions
}

// Sessions counts the sessions that are open.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.sessions)
}

// Fail lets the next calls of the function meet the faults, one each, and
// does no work for them.
func (s *Server) Fail(function string, faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[function] = append(s.faults[function], faults...)
}

// LoseAnswer lets the next n calls of the function do their work and then
// hang up without an answer.
func (s *Server) LoseAnswer(function string, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost[function] += n
}

// Delay lets every call of the function wait that long for its answer, which
// is made before: a caller that gives up on a login leaves a session open.
func (s *Server) Delay(function string, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.delays[function] = wait
}

// DeclareCharset changes the charset that answers claim to be in, "utf-8" at
// first. They stay UTF-8 whatever that is, as behind a proxy that adds one.
func (s *Server) DeclareCharset(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.charset = name
}

// AnswerSOAP12 lets the server answer in SOAP 1.2, or in SOAP 1.1 again.
func (s *Server) AnswerSOAP12(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.soap12 = on
}

// Answer lets every call of the function return value: nil, string, int,
// bool, float64, a slice of them, or a structure as map[string]any with the
// names of the WSDL. It goes before the server's own memory. A value that can't
// be written panics.
func (s *Server) Answer(function string, value any) {
	resultBody(function, value)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[function] = value
}

// Calls returns what has arrived so far, in order, logins and refused calls
// among them.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := slices.Clone(s.calls)
	for i := range calls {
		calls[i].Arguments = maps.Clone(calls[i].Arguments)
	}
	return calls
}
