package ovhresttest

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/ovhrest"
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

	// ErrorCodes makes the gateway refuse keys and signatures with errorCode
	// and httpCode, as it did until 2024; by default it gives class and message
	// alone.
	ErrorCodes bool

	// Rules are those of the consumer key; a call that they don't cover is
	// refused. Default: every call.
	Rules []ovhrest.AccessRule

	// NotSameOwner refuses the dry run and the checkout of a trade to the
	// domain's present owner; default false. What the service does is not
	// documented.
	NotSameOwner bool
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
	changes  []*contactChange
	methods  []int64
	revoked  bool // the consumer key
	late     []lateWork
	statuses map[int64]string // of orders, as SetOrderStatus fixed them
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
	s := &Server{config: cfg, now: cfg.Start, lastID: 1000, domains: map[string]*domain{}, contacts: map[int64]map[string]any{}, statuses: map[int64]string{}}
	if cfg.Rules == nil {
		for _, method := range []ovhrest.HTTPMethod{"GET", "POST", "PUT", "DELETE"} {
			s.config.Rules = append(s.config.Rules, ovhrest.AccessRule{Method: method, Path: "/*"})
		}
	}
	s.mux = s.routes()
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL + "/1.0"
	return s
}

// Close ends the server.
func (s *Server) Close() { s.http.Close() }

// Config returns what ovhrest.New needs to call this server: its clock is the
// server's, and nothing is limited, for on a clock that stands still a Limiter
// would wait for ever.
func (s *Server) Config() ovhrest.Config {
	return ovhrest.Config{
		URL: s.URL, AppKey: ApplicationKey, AppSecret: ovhrest.NewSecret(ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ConsumerKey),
		Now: s.Now, Limiter: ovhrest.NewLimiter(0),
	}
}

// Accepting returns a trade.Config.Sleep for which time passes on the server's
// clock alone, and both holders of the domain accept their mails as they come.
func (s *Server) Accepting(domain string) func(ctx context.Context, d time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		s.Advance(d)
		_ = s.Answer(domain, OldOwner, true) // an error says that there is no mail
		_ = s.Answer(domain, NewOwner, true)
		return ctx.Err()
	}
}

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
func (s *Server) Transport() http.RoundTripper { return direct.Transport{Handler: s} }
