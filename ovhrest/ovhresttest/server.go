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

// Options set a Server up; the zero value is a good default.
type Options struct {
	Start          time.Time        // where the clock stands until Advance; default: 2 March 2026, noon UTC
	Now            func() time.Time // in place of Start, the server's clock, such as time.Now; Advance adds to it
	Account        string           // the nichandle; default "ab12345-ovh"
	Subsidiary     string           // default "FR"
	HideUnassigned bool             // carts are listed only once they are assigned; default false

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

// Server is the fake service. Its methods are safe for concurrent use.
type Server struct {
	URL string // the API's root, with the version

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
// directly. So it works in a testing/synctest bubble, whose clock stops while a
// real socket is open. Whole answers are held in memory. It needs no Close.
func New(options Options) *Server {
	options.setDefaults()
	s := &Server{URL: directURL, options: options, lastID: 1000, domains: map[string]*domain{}, contacts: map[int64]map[string]any{}, statuses: map[int64]string{}}
	s.mux = s.routes()
	return s
}

// NewServer starts a Server on loopback. Close stops it.
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

// Close stops the server and waits for the calls under way.
func (s *Server) Close() {
	if s.http != nil {
		s.http.Close()
	}
}

// Config returns what ovhrest.New needs to call this server: its clock is the
// server's, and nothing is limited, for on a clock that stands still a Limiter
// would wait forever.
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

// Now returns the server's time; it fits the client's Config.Now.
func (s *Server) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clock()
}

// clock is Now under the lock.
func (s *Server) clock() time.Time { return s.options.Now().Add(s.moved) }

// Advance moves the clock forward, and everything happens that is due by then.
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

// Transport calls the server without a socket, as the client of New's Config
// does, whatever host a request names.
func (s *Server) Transport() http.RoundTripper { return direct.Transport{Handler: s} }
