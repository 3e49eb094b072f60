// Package wedostest is a stateful fake of WAPI for tests and demos: a real
// server on loopback, like those of net/http/httptest.
//
//	server := wedostest.NewServer(wedostest.Options{})
//	defer server.Close()
//	client, err := wedos.New(server.Config())
//
// It checks signatures by the hour in Prague, accepts JSON and XML, stores
// zones, domains and credit, and applies the budgets and blocks that the vendor
// documents. It queues notifications and posts them to a webhook, writes lists
// in every form that WAPI has been seen to use, and can be made to fail. Its
// return codes are the vendor's; where the vendor documents nothing, its
// behavior is this package's own choice and does not show how WAPI behaves.
package wedostest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/direct"
	"github.com/hebergo/hebergo/wedos"
)

// The default account of Options.
const (
	Login    = "owner@example.test"
	Password = "not-a-real-secret"
)

// Options configure a server; the zero value is a good default.
type Options struct {
	Login    string           // default Login
	Password string           // default Password
	Now      func() time.Time // the server's clock; default time.Now
	Shape    Shape            // of lists; default ShapeList
	Credit   string           // the credit account's balance in CZK; default "10000.00"

	AccountBudget      int // requests per hour; default 1000
	AvailabilityBudget int // default 100
	InvalidBudget      int // invalid requests before the block; default 10

	// Strict counts documented negative results, such as a taken domain, as
	// invalid requests too; the vendor's text can be read that way. Default: they
	// are not counted.
	Strict bool

	// HoldAsync holds the outcomes of asynchronous commands until Complete is
	// called. Default: each notification is queued at once.
	HoldAsync bool
	// PollDisabled makes poll-req return 2150.
	PollDisabled bool
	// WebhookURL is the URL that Deliver posts notifications to; default: none.
	WebhookURL string
}

// Server is a fake WAPI server. It is safe for concurrent use.
type Server struct {
	URL string // for Config.URL

	options Options
	http    *httptest.Server

	mu       sync.Mutex
	requests []Request
	faults   []*Fault
	serial   int // of server ids, rows and notifications
	zones    map[string]*Zone
	domains  map[string]*Domain
	taken    map[string]bool
	contacts map[string]values
	nssets   map[string]nsset
	credit   int64 // in hundredths
	moves    []movement
	queue    []notification // not acknowledged, oldest first
	outbox   []notification // not delivered to the webhook
	held     []notification
	budget   budgets
}

// Request is a request as the server parsed it.
type Request struct {
	Command string
	ClTRID  string
	Test    bool
	Code    int               // the code of the answer
	Data    map[string]string // by path: "dns/server1/name"; repeated XML elements are server, server2, …
}

// NewServer starts a server on loopback. The caller must call Close when done.
func NewServer(options Options) *Server {
	s := New(options)
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL + "/wapi"
	return s
}

// New returns a server without a socket: the client of its Config calls the
// handler directly, so it works in a testing/synctest bubble. It needs no
// Close.
func New(options Options) *Server {
	setDefaults(&options)
	s := &Server{
		options: options, zones: map[string]*Zone{}, domains: map[string]*Domain{}, taken: map[string]bool{},
		contacts: map[string]values{}, nssets: map[string]nsset{}, serial: 157000,
	}
	s.credit = hundredths(options.Credit)
	s.URL = "http://127.0.0.1/wapi"
	return s
}

func setDefaults(o *Options) {
	for field, def := range map[*string]string{&o.Login: Login, &o.Password: Password, &o.Credit: "10000.00"} {
		if *field == "" {
			*field = def
		}
	}
	for field, def := range map[*int]int{&o.AccountBudget: 1000, &o.AvailabilityBudget: 100, &o.InvalidBudget: 10} {
		if *field == 0 {
			*field = def
		}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
}

// Close stops the server and aborts requests in progress.
func (s *Server) Close() {
	if s.http != nil {
		s.http.CloseClientConnections()
		s.http.Close()
	}
}

// Config returns what wedos.New needs to call this server.
func (s *Server) Config() wedos.Config {
	config := wedos.Config{Login: s.options.Login, Password: wedos.NewSecret(s.options.Password), URL: s.URL}
	if s.http == nil {
		config.HTTPClient = &http.Client{Transport: s.Transport()}
	}
	return config
}

// Transport returns a RoundTripper that calls the server without a socket,
// whatever the host of the request, as the client of New's Config does.
func (s *Server) Transport() http.RoundTripper { return direct.Transport{Handler: s} }

// Requests returns the requests received so far, including refused ones.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.requests...)
}

// Count returns the number of requests received for a command.
func (s *Server) Count(command string) int {
	n := 0
	for _, r := range s.Requests() {
		if r.Command == command {
			n++
		}
	}
	return n
}

// call is one request on its way through the server.
type call struct {
	Request
	data  values
	asXML bool
	svID  string
	code  int
	text  string
	out   object
}

// ServeHTTP handles one WAPI request. Like WAPI, it always responds with status
// 200 and as text/html.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		return
	}
	form, err := url.ParseQuery(string(body))
	asXML := strings.HasSuffix(r.URL.Path, "/xml")
	s.mu.Lock()
	c := &call{asXML: asXML}
	fault := s.serve(c, form.Get("request"), err)
	now := s.options.Now()
	s.mu.Unlock()
	w.Header().Set("Content-Type", "text/html; charset=UTF-8")
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	fault.show(w, r, encode(c.envelope(now), s.options.Shape, asXML))
}

// serve reads, checks and carries out one request. s.mu is held.
func (s *Server) serve(c *call, text string, formErr error) Fault {
	s.serial++
	c.svID = fmt.Sprintf("%d.%04d.%d.1", s.options.Now().Unix(), s.serial%10000, s.serial)
	in, err := decode(text, c.asXML)
	if err != nil || formErr != nil {
		c.answer(2000, "Request parse error")
		return Fault{}
	}
	c.read(in)
	fault := s.takeFault(c.Command)
	switch {
	case fault.Break, fault.Redirect:
		return fault
	case fault.Code != 0:
		c.answer(fault.Code, "Injected")
	case fault.NoEffect: // as in a test, but that the answer does not say so
		test := c.Test
		c.Test = true
		s.carryOut(c, in)
		c.Test = test
	default:
		s.carryOut(c, in)
	}
	s.budget.book(s.options, c.Command, c.code, s.options.Now())
	c.Code = c.code
	s.requests = append(s.requests, c.Request)
	return fault
}

// read takes the envelope and the data out of the flat request.
func (c *call) read(in values) {
	c.Command, c.ClTRID = in["request/command"], in["request/clTRID"]
	c.Test = in["request/test"] == "1"
	c.data = values{}
	for path, text := range in {
		if key, ok := strings.CutPrefix(path, "request/data/"); ok {
			c.data[key] = text
		}
	}
	c.Data = c.data
}

// carryOut checks account, hour and budgets, then runs the command.
func (s *Server) carryOut(c *call, in values) {
	now := s.options.Now()
	command, known := commands()[c.Command]
	switch code, text := s.budget.check(s.options, c.Command, now); {
	case code != 0:
		c.answer(code, text)
	case in["request/user"] == "":
		c.answer(2001, "Invalid request - required parameter missing: user")
	case in["request/user"] != s.options.Login,
		in["request/auth"] != wedos.AuthHash(s.options.Login, s.options.Password, now):
		c.answer(2050, "Authentication failure")
	case len(c.ClTRID) > 64:
		c.answer(2005, "Invalid request - clTRID parameter is too long")
	case !known:
		c.answer(2010, "Unknown command")
	default:
		c.answer(1000, "OK")
		command(s, c)
	}
}

func (c *call) answer(code int, text string) { c.code, c.text = code, text }

// envelope is the answer's document.
func (c *call) envelope(now time.Time) object {
	o := object{{"code", c.code}, {"result", c.text}, {"timestamp", int(now.Unix())}}
	if c.ClTRID != "" {
		o = append(o, member{"clTRID", c.ClTRID})
	}
	o = append(o, member{"svTRID", c.svID}, member{"command", c.Command})
	if c.out != nil && c.code < 2000 {
		o = append(o, member{"data", c.out})
	}
	if c.Test {
		o = append(o, member{"test", "1"})
	}
	return object{{"response", o}}
}

func hundredths(amount string) int64 {
	whole, fraction, _ := strings.Cut(amount, ".")
	n, _ := strconv.ParseInt(whole+(fraction + "00")[:2], 10, 64)
	return n
}

func amount(hundredths int64) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	return fmt.Sprintf("%s%d.%02d", sign, hundredths/100, hundredths%100)
}
