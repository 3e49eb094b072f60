// Package monitortest provides a server to probe in tests: a real server on
// loopback that responds as a web site, as each form of the Dolibarr
// connectors, as a server manager and as Dolibarr's REST API. It fails on
// request and records the requests that it receives.
//
//	server := monitortest.NewServer(monitortest.Options{})
//	defer server.Close()
//	m, _ := monitor.New(server.Config())
//	result := m.Run(ctx, monitor.Target{ID: "erp", Kind: monitor.KindServerObserver,
//		URL: server.ObserverURL(), Secret: "token"})
//
// Clock is a clock for a schedule.Scheduler that tests advance by hand. Tests
// that run in a testing/synctest bubble do not need it. Loopback connections do
// not work well in a bubble, though, and since a Monitor dials itself, the
// Server offers no transport without a socket.
package monitortest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// The secrets of a new Server.
const (
	Token  = "observer-token" // of the connectors
	APIKey = "dolibarr-key"   // of the REST API
)

// Loopback returns the networks that a Monitor must be allowed to reach to
// probe a Server.
func Loopback() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}
}

// Options configure a new Server. The zero value of every field is a good
// default.
type Options struct {
	Now func() time.Time // the clock used to check hashes; default time.Now

	// NotBefore and NotAfter are the validity of NewTLSServer's certificate.
	// Default: from an hour ago, for 365 days.
	NotBefore, NotAfter time.Time
}

// Server is a server to probe. Its methods may be called while it serves
// requests.
type Server struct {
	URL string // http://127.0.0.1:port, or https

	options Options
	http    *http.Server
	roots   *x509.CertPool
	quit    chan struct{} // closed by Close; scripted answers end with it

	mu        sync.Mutex
	token     string
	own       monitor.Instance            // of the forms that know one
	instances map[string]monitor.Instance // of the server manager
	space     monitor.Disk
	scripts   map[string][]Answer
	always    map[string]Answer
	requests  []Request
	forget    bool
}

// Request is a request that the Server received.
type Request struct {
	Path   string
	Query  string // raw
	Header http.Header
}

// NewServer starts a Server on loopback, over plain HTTP, with one Dolibarr and
// no further instances. The caller should call Close when finished.
func NewServer(options Options) *Server { return start(options, nil) }

// NewTLSServer is like NewServer but uses TLS, with its own certificate for
// 127.0.0.1, localhost and example.com. TLSConfig returns a configuration that
// trusts it.
func NewTLSServer(options Options) *Server {
	now := time.Now()
	if options.NotBefore.IsZero() {
		options.NotBefore = now.Add(-time.Hour)
	}
	if options.NotAfter.IsZero() {
		options.NotAfter = options.NotBefore.Add(365 * 24 * time.Hour)
	}
	cert, leaf := certificate(options.NotBefore, options.NotAfter)
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	s := start(options, &tls.Config{Certificates: []tls.Certificate{cert}})
	s.roots = roots
	return s
}

func start(options Options, cfg *tls.Config) *Server {
	if options.Now == nil {
		options.Now = time.Now
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("monitortest: no loopback port: " + err.Error())
	}
	s := &Server{
		URL: "http://" + listener.Addr().String(), quit: make(chan struct{}), options: options, token: Token,
		own: Dolibarr(""), instances: map[string]monitor.Instance{}, scripts: map[string][]Answer{}, always: map[string]Answer{},
		space: monitor.Disk{Total: monitor.Bytes(250 << 30), Free: monitor.Bytes(75 << 30), Used: monitor.Bytes(175 << 30)},
	}
	if cfg != nil {
		s.URL = "https://" + listener.Addr().String()
		listener = tls.NewListener(listener, cfg)
	}
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: time.Minute, ErrorLog: nothing()}
	go func() { _ = s.http.Serve(listener) }()
	return s
}

// Close stops the Server, including requests in progress.
func (s *Server) Close() {
	select {
	case <-s.quit:
	default:
		close(s.quit)
	}
	_ = s.http.Close()
}

// TLSConfig returns a client configuration that trusts the Server's
// certificate, or nil without TLS.
func (s *Server) TLSConfig() *tls.Config {
	if s.roots == nil {
		return nil
	}
	return &tls.Config{RootCAs: s.roots}
}

// TLSName is the name, for ParamTLS, of the TLS settings in Config.
const TLSName = "monitortest"

// Config returns the Config of a Monitor that may reach the Server and knows
// its secrets. For NewTLSServer it includes TLS settings that trust its
// certificate; Targets select them with ParamTLS and TLSName.
func (s *Server) Config() monitor.Config {
	cfg := monitor.Config{Allow: Loopback(), Secrets: s.Secrets, Now: s.options.Now}
	if s.roots != nil {
		cfg.TLS = map[string]monitor.TLS{TLSName: monitor.NewTLS(s.TLSConfig())}
	}
	return cfg
}

// Secrets is a resolver for monitor.Config: the references "token" and "key"
// resolve to the Server's secrets; any other is an error.
func (s *Server) Secrets(_ context.Context, reference string) (monitor.Secret, error) {
	switch reference {
	case "token":
		return monitor.NewSecret(Token), nil
	case "key":
		return monitor.NewSecret(APIKey), nil
	}
	return monitor.Secret{}, errors.New("no such secret")
}

// ServeHTTP responds to a request: with the scripted Answer if there is one for
// its path, and otherwise as the form at that path would.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if answer := s.take(r); answer != nil {
		answer(w, r, s.quit)
		return
	}
	switch r.URL.Path {
	case sitePath:
		_, _ = w.Write([]byte("<!doctype html><title>Welcome</title>\n"))
	case observerPath, forkPath, instancePath, oldPath:
		s.observer(w, r)
	case serverPath, managerPath:
		s.manager(w, r)
	case restPath:
		s.rest(w, r)
	default:
		http.NotFound(w, r)
	}
}

// take notes the request and returns its scripted answer, if any.
func (s *Server) take(r *http.Request) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.forget {
		s.requests = append(s.requests, Request{r.URL.Path, r.URL.RawQuery, r.Header.Clone()})
	}
	if next := s.scripts[r.URL.Path]; len(next) > 0 {
		s.scripts[r.URL.Path] = next[1:]
		return next[0]
	}
	return s.always[r.URL.Path]
}

// Script sets the Answers to the next requests to path, one for each request. A
// nil Answer stands for the default response.
func (s *Server) Script(path string, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.scripts[path] = append(s.scripts[path], answers...)
}

// Always sets the Answer to all further requests to path; nil removes it.
func (s *Server) Always(path string, answer Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.always[path] = answer
}

// Forget stops recording requests, for benchmarks.
func (s *Server) Forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forget = true
}

// Requests returns the requests received so far, in order.
func (s *Server) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.requests)
}

// Set adds or replaces an instance: with a name, in the server manager; without
// one, as the Server's own Dolibarr.
func (s *Server) Set(i monitor.Instance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i.Name == "" {
		s.own = i
		return
	}
	s.instances[i.Name] = i
}

// Remove removes an instance from the server manager's list.
func (s *Server) Remove(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.instances, name)
}

// SetToken changes the token of the connectors; with "" they require none.
func (s *Server) SetToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token = token
}

// certificate makes a self-signed one.
func certificate(notBefore, notAfter time.Time) (tls.Certificate, *x509.Certificate) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic("monitortest: " + err.Error())
	}
	form := &x509.Certificate{
		SerialNumber: big.NewInt(20261), Subject: pkix.Name{CommonName: "monitortest"},
		NotBefore: notBefore, NotAfter: notAfter, IsCA: true, BasicConstraintsValid: true,
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		DNSNames:    []string{"localhost", "example.com"},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, form, form, &key.PublicKey, key)
	if err != nil {
		panic("monitortest: " + err.Error())
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		panic("monitortest: " + err.Error())
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, leaf
}
