package ovhresttest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// The credential that a Server accepts.
const (
	ApplicationKey    = "test-application-key"
	ApplicationSecret = "test-application-secret"
	ConsumerKey       = "test-consumer-key"
)

// What the service takes its time for.
const (
	CheckingTime  = time.Minute         // from the payment until the order is being delivered
	DeliveryTime  = 10 * time.Minute    // from the payment until the task is there
	RegistryTime  = time.Hour           // from the second answer until the owner has changed
	MailLifetime  = 14 * 24 * time.Hour // from the task until unanswered mails cancel it
	OrderLifetime = 15 * 24 * time.Hour // from the order until it can't be paid any more
	MaxClockSkew  = 30 * time.Second    // between a request's timestamp and the server's clock
)

// Config makes a Server differ from the usual. Its zero value is a good
// default.
type Config struct {
	Start          time.Time // where the clock stands; default: 2 March 2026, noon UTC
	Account        string    // the nichandle; default "ab12345-ovh"
	Subsidiary     string    // default "FR"
	HideUnassigned bool      // carts are listed only once they are assigned; default false
}

// Server is the stand-in. Its methods are safe for concurrent use.
type Server struct {
	URL string // the API's root, with the version

	http *httptest.Server
	mux  *http.ServeMux

	faultMu  sync.Mutex
	faults   []*Fault
	requests []string

	mu       sync.Mutex // everything below
	config   Config
	now      time.Time
	lastID   int64
	domains  map[string]*domain
	contacts map[int64]map[string]any
	carts    []*cart
	orders   []*order
	tasks    []*task
	methods  []int64
	late     []lateWork
	ledger   counters
}

// lateWork is a request that the server gets round to only later.
type lateWork struct {
	at time.Time
	do func()
}

// NewServer starts a Server. Close ends it.
func NewServer(cfg Config) *Server {
	if cfg.Start.IsZero() {
		cfg.Start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	}
	if cfg.Account == "" {
		cfg.Account = "ab12345-ovh"
	}
	if cfg.Subsidiary == "" {
		cfg.Subsidiary = "FR"
	}
	s := &Server{config: cfg, now: cfg.Start, lastID: 1000, domains: map[string]*domain{}, contacts: map[int64]map[string]any{}}
	s.mux = s.routes()
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL + "/1.0"
	return s
}

// Close ends the server.
func (s *Server) Close() { s.http.Close() }

// Now is the server's time; it fits the client's Config.Now.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// Advance moves the clock, and what was due happens.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	s.now = s.now.Add(d)
	var due []lateWork
	keep := s.late[:0]
	for _, w := range s.late {
		if w.at.After(s.now) {
			keep = append(keep, w)
		} else {
			due = append(due, w)
		}
	}
	s.late = keep
	s.mu.Unlock()
	for _, w := range due {
		w.do()
	}
	s.mu.Lock()
	s.tick()
	s.mu.Unlock()
}

// tick lets everything happen that is due by now.
func (s *Server) tick() {
	for _, o := range s.orders {
		s.deliver(o)
	}
	for _, t := range s.tasks {
		s.runTask(t)
	}
}

func (s *Server) newID() int64 {
	s.lastID += 7
	return s.lastID
}

// Transport carries requests to the server without a socket, whatever host
// they name. It is for many tests in little time; a caller that wants real
// connections uses URL alone.
func (s *Server) Transport() http.RoundTripper { return direct{s} }

type direct struct{ server *Server }

// RoundTrip answers in the caller's goroutine. An aborted answer is an error,
// as a lost connection is.
func (d direct) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	in.Host = r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			resp, err = nil, errLost
		} else if p != nil {
			panic(p)
		}
	}()
	w := httptest.NewRecorder()
	d.server.ServeHTTP(w, in)
	return w.Result(), nil
}
