package monitor

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
	"github.com/hebergo/hebergo/internal/transport"
)

// maxHeaderBytes bounds what an answer's header may take in memory.
const maxHeaderBytes = 256 << 10

// transportKey says what probes must have in common to share a transport.
type transportKey struct {
	tls   string // the name of the TLS settings, "" for the default
	reuse bool   // connections are kept
}

// newTransports makes a transport for each kind of connection there can be.
func newTransports(settings map[string]TLS, dialer *net.Dialer) map[transportKey]*http.Transport {
	all := make(map[transportKey]*http.Transport, 2*len(settings)+2)
	add := func(name string, cfg TLS) {
		for _, reuse := range []bool{false, true} {
			all[transportKey{name, reuse}] = newTransport(cfg.config(), dialer, reuse)
		}
	}
	add("", TLS{})
	for name, cfg := range settings {
		add(name, cfg)
	}
	return all
}

// newTransport speaks HTTP/1.1 straight to the peer: no proxy, which would
// dial in the guard's place, and no TLS session taken up again, which would
// hide a certificate that has changed.
func newTransport(cfg *tls.Config, dialer *net.Dialer, reuse bool) *http.Transport {
	cfg.ClientSessionCache = nil
	cfg.NextProtos = []string{"http/1.1"}
	return &http.Transport{
		DisableKeepAlives:      !reuse,
		MaxIdleConns:           1000,
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeaderBytes,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return flightOf(ctx).dial(dialer, network, address)
		},
		DialTLSContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			return flightOf(ctx).dialTLS(dialer, cfg, network, address)
		},
	}
}

// flight follows one probe through its hops and takes the time of its phases.
// It is the context of its requests as well: net/http dials with a context
// that outlives the request, and dialling must end with the probe.
type flight struct {
	context.Context
	kind   Kind
	trace  httptrace.ClientTrace
	traced context.Context

	mu     sync.Mutex // the dial runs on a goroutine of net/http's
	phases Phases
	doing  string         // what a timeout would interrupt
	dialed bool           // the guard let an address of this hop through
	remote netip.AddrPort // the address that answers
	mark   time.Time      // when the present phase began
}

type flightKey struct{}

func newFlight(ctx context.Context, kind Kind) *flight {
	f := &flight{Context: ctx, kind: kind, doing: "connecting"}
	f.trace = httptrace.ClientTrace{
		DNSStart:             func(httptrace.DNSStartInfo) { f.next(nil, "resolving the name") },
		DNSDone:              f.resolved,
		GotConn:              f.got,
		GotFirstResponseByte: func() { f.next(&f.phases.FirstByte, "reading the answer") },
	}
	f.traced = httptrace.WithClientTrace(f, &f.trace)
	return f
}

// Value makes the flight and its operation known to whoever has only the
// context.
func (f *flight) Value(key any) any {
	switch {
	case key == (flightKey{}):
		return f
	case transport.IsOperationKey(key):
		return f.operation()
	}
	return f.Context.Value(key)
}

func flightOf(ctx context.Context) *flight {
	f, _ := ctx.Value(flightKey{}).(*flight)
	return f
}

// next ends the present phase, whose time goes to *phase unless that is nil,
// and begins another.
func (f *flight) next(phase *time.Duration, doing string) {
	now := time.Now()
	f.mu.Lock()
	defer f.mu.Unlock()
	if phase != nil {
		*phase += now.Sub(f.mark)
	}
	f.mark, f.doing = now, doing
}

// resolved ends the DNS phase. When the name was not resolved in time, that is
// still what a timeout has interrupted.
func (f *flight) resolved(info httptrace.DNSDoneInfo) {
	doing := "connecting"
	if info.Err != nil {
		doing = "resolving the name"
	}
	f.next(&f.phases.DNS, doing)
}

// got notes the connection that a request goes out on.
func (f *flight) got(info httptrace.GotConnInfo) {
	if info.Reused {
		f.next(nil, "waiting for the answer")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if addr, ok := info.Conn.RemoteAddr().(*net.TCPAddr); ok {
		plain := addr.AddrPort()
		f.remote = netip.AddrPortFrom(plain.Addr().Unmap(), plain.Port())
	}
}

// begin is called before each request.
func (f *flight) begin() {
	f.next(nil, "connecting")
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dialed = false
}

// dials notes that the guard let an address through.
func (f *flight) dials() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.dialed = true
}

// reached reports whether an address of this hop was dialled.
func (f *flight) reached() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.dialed
}

// report returns the phases so far and what is being done.
func (f *flight) report() (Phases, string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.phases, f.doing
}

func (f *flight) dial(dialer *net.Dialer, network, address string) (net.Conn, error) {
	f.next(nil, "connecting")
	conn, err := dialer.DialContext(f.traced, network, address)
	if err != nil {
		return nil, err
	}
	f.next(&f.phases.Connect, "waiting for the answer")
	return conn, nil
}

func (f *flight) dialTLS(dialer *net.Dialer, cfg *tls.Config, network, address string) (net.Conn, error) {
	conn, err := f.dial(dialer, network, address)
	if err != nil {
		return nil, err
	}
	f.next(nil, "in the TLS handshake")
	cfg = cfg.Clone()
	if cfg.ServerName == "" {
		host, _, _ := net.SplitHostPort(address)
		cfg.ServerName = strings.TrimSuffix(host, ".")
	}
	secured := tls.Client(conn, cfg)
	if err := secured.HandshakeContext(f); err != nil {
		_ = conn.Close()
		return nil, &handshakeError{err}
	}
	f.next(&f.phases.TLS, "waiting for the answer")
	return secured, nil
}

// handshakeError is a TLS handshake that failed.
type handshakeError struct{ cause error }

func (e *handshakeError) Error() string { return e.text(redact.NewScrubber()) }

// text is Error without secrets.
func (e *handshakeError) text(scrubber *redact.Scrubber) string {
	var plain tls.RecordHeaderError
	switch {
	case errors.As(e.cause, &plain):
		return "TLS: the peer does not speak it"
	case errors.Is(e.cause, io.EOF):
		return "TLS: connection lost in the handshake"
	}
	return "TLS: " + strings.TrimPrefix(scrubber.Line(e.cause.Error(), 200), "tls: ")
}

func (e *handshakeError) Unwrap() error { return e.cause }

// certificate shows the one that was refused, so that an expired certificate
// can be recognised by its dates.
func (e *handshakeError) certificate(scrubber *redact.Scrubber) *Certificate {
	var refused *tls.CertificateVerificationError
	if !errors.As(e.cause, &refused) {
		return nil
	}
	return newCertificate(&tls.ConnectionState{PeerCertificates: refused.UnverifiedCertificates}, scrubber)
}
