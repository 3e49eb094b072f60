package ovhsoaptest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
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
	calls    []Call
}

type session struct {
	nic   string
	lives int // 0: no limit
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
	}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
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

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, fault := readRequest(r)
	if fault != nil {
		send(w, http.StatusInternalServerError, faultBody(fault))
		return
	}
	status, body := s.perform(in)
	if body == "" {
		panic(http.ErrAbortHandler)
	}
	send(w, status, body)
}

// perform carries out one call, and writes its answer, while all others wait.
// An empty answer is a lost one.
func (s *Server) perform(in *request) (status int, body string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	name := in.function.Name
	result, fault := s.result(in)
	if fault != nil {
		return http.StatusInternalServerError, faultBody(fault)
	}
	if s.lost[name] > 0 {
		s.lost[name]--
		return 0, ""
	}
	if in.function.Result == "" {
		result = nil
	}
	return http.StatusOK, resultBody(name, result)
}

func (s *Server) result(in *request) (any, *Fault) {
	name := in.function.Name
	c := &call{server: s, args: in.args}
	if fault := c.enter(in); fault != nil {
		return nil, fault
	}
	s.calls = append(s.calls, Call{name, c.nic, in.args})
	if queue := s.faults[name]; len(queue) > 0 {
		s.faults[name] = queue[1:]
		return nil, &queue[0]
	}
	return c.work(name)
}

// call is one call at work.
type call struct {
	server  *Server
	nic     string
	session string
	args    map[string]any
	domain  *domain // that the argument of this name leads to
}

// enter finds the session, and takes one of its lives.
func (c *call) enter(in *request) *Fault {
	if !in.function.Session || in.function.Name == "logout" {
		c.session = in.session
		return nil
	}
	open := c.server.sessions[in.session]
	if open == nil {
		return &Fault{301, "Your session has expired"}
	}
	c.nic, c.session = open.nic, in.session
	if open.lives--; open.lives == 0 {
		delete(c.server.sessions, in.session)
	}
	return nil
}

// work finds out what the function does here.
func (c *call) work(name string) (any, *Fault) {
	if value, ok := c.server.answers[name]; ok {
		return value, nil
	}
	if f, ok := services[name]; ok {
		return f(c)
	}
	f, ok := domainServices[name]
	if !ok {
		return nil, &Fault{250, "Function not implemented"}
	}
	d := c.server.domains[c.text("domain")]
	if d == nil {
		return nil, &Fault{210, fmt.Sprintf("The domain %s doesn't exist", c.text("domain"))}
	}
	if d.nic != c.nic {
		return nil, &Fault{401, "You have no right to access this domain"}
	}
	c.domain = d
	return f(c)
}

func (c *call) text(name string) string { s, _ := c.args[name].(string); return s }
func (c *call) flag(name string) bool   { b, _ := c.args[name].(bool); return b }
func (c *call) number(name string) int  { n, _ := c.args[name].(int); return n }
