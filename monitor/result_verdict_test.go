package monitor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"testing"

	"github.com/hebergo/hebergo/internal/redact"
)

// gone is a connection that its peer has closed.
type gone struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (g *gone) Read([]byte) (int, error)    { return 0, io.EOF }
func (g *gone) Write(p []byte) (int, error) { return len(p), nil }
func (g *gone) Close() error                { g.once.Do(func() { close(g.closed) }); return nil }

// A peer that hangs up before it was asked is no connection, and not a server
// that speaks badly. net/http tells it in an error without a name.
func TestHungUpBeforeTheRequest(t *testing.T) {
	conn := &gone{closed: make(chan struct{})}
	rt := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { <-conn.closed }})
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://example.com/", nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = rt.RoundTrip(req) //nolint:bodyclose // there is no answer
	if err == nil || errors.Is(err, io.EOF) {
		t.Fatalf("net/http says %v", err)
	}
	var res Result
	if res.failed(t.Context(), err, ""); res.Status != StatusDown || res.Reason != ReasonConnect {
		t.Errorf("%v: %+v", err, res)
	}
}

// What a peer may choose freely does not make a Result large.
func TestCertificateWithALongSerial(t *testing.T) {
	leaf := &x509.Certificate{SerialNumber: new(big.Int).Lsh(big.NewInt(1), 1<<20)}
	if c := newCertificate(&tls.ConnectionState{PeerCertificates: []*x509.Certificate{leaf}}, redact.NewScrubber()); len(c.Serial) > 200 {
		t.Errorf("a serial number of %d bytes", len(c.Serial))
	}
}
