package ovhresttest

import (
	"cmp"
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/ovhrest"
)

// The credentials that a Server accepts.
const (
	ApplicationKey    = "test-application-key"
	ApplicationSecret = "test-application-secret"
	ConsumerKey       = "test-consumer-key"
)

// How long the service takes.
const (
	CheckingTime  = time.Minute         // from the payment until the order is being delivered
	DeliveryTime  = 10 * time.Minute    // from the payment until the task exists
	RegistryTime  = time.Hour           // from the second holder's answer until the owner changes
	MailLifetime  = 14 * 24 * time.Hour // from the creation of the task until unanswered mails cancel it
	OrderLifetime = 15 * 24 * time.Hour // from the order until it can no longer be paid
	MaxClockSkew  = 30 * time.Second    // maximum difference between a request's timestamp and the server's clock
)

// Options configures a Server. All fields have useful zero values.
type Options struct {
	Start          time.Time        // initial time of the clock, which stands still until Advance; default: 2 March 2026, noon UTC
	Now            func() time.Time // the server's clock in place of Start, such as time.Now; Advance adds to it
	Account        string           // nic handle of the account; default "ab12345-ovh"
	Subsidiary     string           // subsidiary of the account; default "FR"
	HideUnassigned bool             // whether carts are listed only after they are assigned; default false

	// ErrorCodes makes the gateway reject keys and signatures with errorCode and
	// httpCode, as it did until 2024. By default it returns class and message
	// only.
	ErrorCodes bool

	// Rules are the access rules of the consumer key. A call that they don't cover
	// is rejected. Default: every call is allowed.
	Rules []ovhrest.AccessRule

	// NotSameOwner makes the dry run and the checkout of a trade fail if the new
	// owner is the domain's present owner; default false. What the service does is
	// not documented.
	NotSameOwner bool
}

// Server is the fake service. Its methods are safe for concurrent use.
type Server struct {
	URL string // root URL of the API, including the version

	http *httptest.Server
	mux  *http.ServeMux

	faultMu  sync.Mutex
	faults   []*Fault
	requests []string

	mu       sync.Mutex // everything below
	options  Options
	moved    time.Duration // by Advance
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

// lateWork is a request that the server carries out only later.
type lateWork struct {
	at time.Time
	do func()
}

// directURL is the URL of a Server without a socket. It is this machine, so a
// client that gets only the URL calls nobody else.
const directURL = "http://127.0.0.1/1.0"

// New returns a Server without a socket: the client of Config calls the handler
// directly. It therefore works in a testing/synctest bubble, whose clock stops
// while a real socket is open. Responses are held in memory as a whole. The
// Server need not be closed.
func New(options Options) *Server {
	options.setDefaults()
	s := &Server{URL: directURL, options: options, lastID: 1000, domains: map[string]*domain{}, contacts: map[int64]map[string]any{}, statuses: map[int64]string{}}
	s.mux = s.routes()
	return s
}

// NewServer starts a Server on the loopback interface. Close stops it.
func NewServer(options Options) *Server {
	s := New(options)
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL + "/1.0"
	return s
}

func (o *Options) setDefaults() {
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	}
	if start := o.Start; o.Now == nil {
		o.Now = func() time.Time { return start }
	} else {
		o.Start = o.Now()
	}
	o.Account, o.Subsidiary = cmp.Or(o.Account, "ab12345-ovh"), cmp.Or(o.Subsidiary, "FR")
	if o.Rules == nil {
		for _, method := range []ovhrest.HTTPMethod{"GET", "POST", "PUT", "DELETE"} {
			o.Rules = append(o.Rules, ovhrest.AccessRule{Method: method, Path: "/*"})
		}
	}
}

// Close stops the server and waits for running requests to finish.
func (s *Server) Close() {
	if s.http != nil {
		s.http.Close()
	}
}

// Config returns the configuration of a client for this server. The client uses
// the server's clock. Its requests are not rate limited, because a Limiter
// would wait forever on a clock that stands still.
func (s *Server) Config() ovhrest.Config {
	cfg := ovhrest.Config{
		URL: s.URL, AppKey: ApplicationKey, AppSecret: ovhrest.NewSecret(ApplicationSecret), ConsumerKey: ovhrest.NewSecret(ConsumerKey),
		Now: s.Now, Limiter: ovhrest.NewLimiter(0),
	}
	if s.http == nil {
		cfg.HTTPClient = &http.Client{Transport: s.Transport()}
	}
	return cfg
}

// Accepting returns a function for trade.Config.Sleep. It only advances the
// server's clock, and both holders of the domain accept their mails as they
// arrive.
func (s *Server) Accepting(domain string) func(ctx context.Context, d time.Duration) error {
	return func(ctx context.Context, d time.Duration) error {
		s.Advance(d)
		_ = s.Answer(domain, OldOwner, true) // an error says that there is no mail
		_ = s.Answer(domain, NewOwner, true)
		return ctx.Err()
	}
}

// Now returns the server's time. It can be used as ovhrest.Config.Now.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock()
}

// clock is Now under the lock.
func (s *Server) clock() time.Time { return s.options.Now().Add(s.moved) }

// Advance moves the clock forward and does everything that is due by then.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	s.moved += d
	s.mu.Unlock()
	s.catchUp()
}

// catchUp lets everything happen that is due by now.
func (s *Server) catchUp() {
	s.mu.Lock()
	var due []lateWork
	keep := s.late[:0]
	for _, w := range s.late {
		if w.at.After(s.clock()) {
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

// tick is catchUp under the lock, without the work of late requests.
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

// Transport returns an http.RoundTripper that calls the server without a
// socket, as the client of New's Config does, whatever host a request names.
func (s *Server) Transport() http.RoundTripper { return direct.Transport{Handler: s} }
