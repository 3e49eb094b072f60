package ovhsoaptest

import (
	"cmp"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/ovhsoap"
)

// The default account of Options.
const (
	Nic      = "ab12345-ovh"
	Password = "swordfish"
)

// BurstLimit is how many wrong passwords in a row an address may send.
const BurstLimit = 5

// Options configure a server; the zero value is a good default.
type Options struct {
	Nic      string           // the account's nic handle; default Nic
	Password string           // its password; default Password
	Now      func() time.Time // the server's clock; default time.Now

	// SessionTimeout ends sessions that have been idle for that long on the
	// server's clock; default 0: never.
	SessionTimeout time.Duration
}

// Call is a received call that had a valid session or needed none.
type Call struct {
	Function  string
	Time      time.Time      // when it arrived, on the server's clock
	Nic       string         // whose session it was; empty for a function without one
	Language  string         // of that session when the call arrived
	Arguments map[string]any // by name: string, int, bool, float64, []any or nil; those left out are absent
}

// Server is a fake SoAPI. It is safe for concurrent use.
type Server struct {
	URL string // to be Config.URL: http://127.0.0.1:port, without a path

	options Options
	http    *httptest.Server // nil without a socket

	mu       sync.Mutex
	accounts map[string]string // nic handle to password
	sessions map[string]*session
	issued   int // sessions ever, for their ids
	lives    int // calls that a new session lives, 0 for no limit
	limit    int // sessions that an account may have open, 0 for no limit
	wrong    int // wrong passwords in a row
	domains  map[string]*domain
	faults   []Fault
	answers  map[string]any
	calls    []Call
	charset  string // declared with each answer
	soap12   bool
}

type session struct {
	nic      string
	lives    int // 0: no limit
	language string
	used     time.Time
}

// NewServer starts a server on loopback with one empty account. The caller must
// call Close when finished.
func NewServer(options Options) *Server {
	s := New(options)
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// New returns a server without a socket: Config connects its client directly to
// the handler. It therefore works inside a testing/synctest bubble, whose clock
// does not advance while a real socket is open. It does not need Close.
func New(options Options) *Server {
	options.Nic, options.Password = cmp.Or(options.Nic, Nic), cmp.Or(options.Password, Password)
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Server{
		URL:      "http://127.0.0.1",
		options:  options,
		accounts: map[string]string{options.Nic: options.Password},
		sessions: map[string]*session{},
		domains:  map[string]*domain{},
		answers:  map[string]any{},
		charset:  "utf-8",
	}
}

// Config returns a Config for a client of this server, with the account that
// Options name.
func (s *Server) Config() ovhsoap.Config {
	cfg := ovhsoap.Config{URL: s.URL, Nic: s.options.Nic, Password: ovhsoap.NewSecret(s.options.Password)}
	if s.http == nil {
		cfg.HTTPClient = &http.Client{Transport: s.Transport()}
	}
	return cfg
}

// Transport returns a RoundTripper that passes requests to the server without a
// socket, whatever host they name.
func (s *Server) Transport() http.RoundTripper { return direct.Transport{Handler: s} }

// Close stops the server and closes its connections.
func (s *Server) Close() {
	if s.http != nil {
		s.http.CloseClientConnections()
		s.http.Close()
	}
}

// AddAccount adds a nic handle, or changes the password of an existing one.
func (s *Server) AddAccount(nic, password string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.accounts[nic] = password
}

// ExpireSessions ends all sessions: their next call returns soap:301.
func (s *Server) ExpireSessions() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.sessions)
}

// SessionLives makes each new session end after that many calls, or never if it
// is 0.
func (s *Server) SessionLives(calls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lives = calls
}

// SessionLimit sets the maximum number of open sessions per account, 0 for any
// number; a login beyond it returns soap:304.
func (s *Server) SessionLimit(sessions int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.limit = sessions
}

// Sessions returns the number of open sessions.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range maps.Clone(s.sessions) {
		s.open(id) // ends it if need be
	}
	return len(s.sessions)
}

// DeclareCharset sets the charset that responses declare, initially "utf-8". They
// are encoded as UTF-8 regardless, as behind a proxy that adds a charset.
func (s *Server) DeclareCharset(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.charset = name
}

// AnswerSOAP12 makes the server respond in SOAP 1.2, or in SOAP 1.1 if on is
// false.
func (s *Server) AnswerSOAP12(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.soap12 = on
}

// Answer makes every call of the function return value: nil, string, int,
// bool, float64, a slice of these, or a structure as map[string]any with the
// names of the WSDL. It takes precedence over the server's own state. Answer
// panics if the value can't be encoded.
func (s *Server) Answer(function string, value any) {
	resultBody(function, value)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers[function] = value
}

// Calls returns the calls that have arrived so far, in order, including logins
// and refused calls.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := slices.Clone(s.calls)
	for i := range calls {
		calls[i].Arguments = maps.Clone(calls[i].Arguments)
	}
	return calls
}
