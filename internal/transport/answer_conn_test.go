package transport_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// standardLog catches what is written to the standard logger.
func standardLog(t *testing.T) *lockedBuffer {
	was, text := log.Writer(), new(lockedBuffer)
	log.SetOutput(text)
	t.Cleanup(func() { log.SetOutput(was) })
	return text
}

type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// h1Peer answers requests of HTTP/1 in memory and, with a pause before, goes on
// with what nobody asked for.
type h1Peer struct {
	answer string
	pause  time.Duration
	apart  bool // the rest is a write of its own
	early  bool // the rest comes before any request
	tls    *tls.Config
	dials  atomic.Int32
}

const echo = "HTTP/1.1 200 OK\r\nX-Echo: my-password\r\n\r\n"

func (p *h1Peer) dial(context.Context, string, string) (net.Conn, error) {
	p.dials.Add(1)
	ours, theirs := net.Pipe()
	go p.serve(theirs)
	return ours, nil
}

func (p *h1Peer) serve(conn net.Conn) {
	if p.tls != nil {
		conn = tls.Server(conn, p.tls)
	}
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	for {
		if p.early {
			_, _ = io.WriteString(conn, echo)
		}
		req, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, req.Body)
		answers := []string{p.answer, echo}
		if !p.apart {
			answers = []string{p.answer + echo}
		}
		for _, text := range answers {
			if _, err := io.WriteString(conn, text); err != nil {
				return
			}
			time.Sleep(p.pause)
		}
	}
}

func (p *h1Peer) tune(roots *x509.CertPool) func(*http.Transport) {
	return func(own *http.Transport) {
		own.DialContext = p.dial
		if p.tls != nil {
			own.TLSClientConfig = &tls.Config{RootCAs: roots}
		}
	}
}

// certificate is one for example.com, and what trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	return &tls.Config{Certificates: server.TLS.Certificates}, roots
}

func TestUnsolicitedAnswer_IsNotLogged(t *testing.T) {
	serving, roots := certificate(t)
	addresses := map[string]string{"plain": "http://127.0.0.1/", "TLS": "https://example.com/"}
	answers := map[string]string{
		"of a length": "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"in chunks":   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n",
		"empty":       "HTTP/1.1 204 No Content\r\n\r\n",
	}
	peers := map[string]func(*h1Peer){
		"with the answer":     func(*h1Peer) {},
		"right after":         func(p *h1Peer) { p.apart = true },
		"long after":          func(p *h1Peer) { p.apart, p.pause = true, 10*time.Second },
		"before it was asked": func(p *h1Peer) { p.apart, p.early = true, true },
	}
	for security, address := range addresses {
		for kind, answer := range answers {
			for when, shape := range peers {
				t.Run(security+"/"+kind+"/"+when, func(t *testing.T) {
					logged := standardLog(t)
					synctest.Test(t, func(t *testing.T) {
						peer := &h1Peer{answer: answer}
						shape(peer)
						if security == "TLS" {
							peer.tls = serving
						}
						c := newClient(t, transport.Config{Tune: peer.tune(roots), MaxAttempts: 1})
						for range 3 {
							_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get(address))
							if !peer.early {
								assert.NoError(t, err)
							}
							time.Sleep(time.Minute)
						}
						assert.GreaterOrEqual(t, peer.dials.Load(), int32(3), "the connection was kept")
						c.Close()
						synctest.Wait()
					})
					assert.Empty(t, logged.String())
				})
			}
		}
	}
}

// What comes at once is no reason to doubt that the request was answered.
func TestUnsolicitedAnswer_OrderIsNotInDoubt(t *testing.T) {
	logged := standardLog(t)
	synctest.Test(t, func(t *testing.T) {
		peer := &h1Peer{answer: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"}
		c := newClient(t, transport.Config{Tune: peer.tune(nil)})
		for range 3 {
			resp, err := c.Do(t.Context(), transport.Op{Name: "order"}, func(ctx context.Context) (*http.Request, error) {
				return request(http.MethodPost, "/", "order=1").WithContext(ctx), nil
			})
			require.NoError(t, err)
			assert.Equal(t, "ok", string(resp.Body))
		}
		c.Close()
		synctest.Wait()
	})
	assert.Empty(t, logged.String())
}

func TestOwnTransport_KeepsItsConnections(t *testing.T) {
	for name, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		t.Run(name, func(t *testing.T) {
			var dials atomic.Int32
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.WriteString(w, r.Proto)
			}))
			server.EnableHTTP2 = http2
			server.StartTLS()
			defer server.Close()
			c := newClient(t, transport.Config{Tune: func(own *http.Transport) {
				own.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
				own.TLSClientConfig.RootCAs.AddCert(server.Certificate())
				own.DialContext = counted(&dials)
			}})
			shook := 0
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{TLSHandshakeDone: func(state tls.ConnectionState, err error) {
				assert.NoError(t, err)
				assert.Len(t, state.PeerCertificates, 1)
				shook++
			}})
			for range 3 {
				resp, err := c.Do(ctx, transport.Op{Name: "read", Repeatable: true}, get(server.URL))
				require.NoError(t, err)
				assert.Equal(t, name, string(resp.Body))
			}
			assert.Equal(t, int32(1), dials.Load())
			assert.NotZero(t, shook)
		})
	}
}

func counted(dials *atomic.Int32) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dials.Add(1)
		return new(net.Dialer).DialContext(ctx, network, address)
	}
}

// A dial function of the caller's for TLS is used, and what it returns watched.
func TestOwnTransport_DialTLSContext(t *testing.T) {
	logged := standardLog(t)
	serving, roots := certificate(t)
	for name, wrap := range map[string]func(net.Conn) net.Conn{
		"TLS": func(c net.Conn) net.Conn {
			return tls.Client(c, &tls.Config{RootCAs: roots, ServerName: "example.com"})
		},
		"their own": func(c net.Conn) net.Conn { return c },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				peer := &h1Peer{answer: "HTTP/1.1 204 No Content\r\n\r\n"}
				if name == "TLS" {
					peer.tls = serving
				}
				c := newClient(t, transport.Config{Tune: func(own *http.Transport) {
					own.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
						conn, err := peer.dial(ctx, network, address)
						return wrap(conn), err
					}
				}})
				for range 2 {
					_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("https://api.example.invalid/"))
					require.NoError(t, err)
				}
				assert.Equal(t, int32(2), peer.dials.Load())
				c.Close()
				synctest.Wait()
			})
		})
	}
	assert.Empty(t, logged.String())
}

func TestOwnTransport_HandshakeTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		silent := func(context.Context, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			go func() { _, _ = io.Copy(io.Discard, theirs) }()
			return ours, nil
		}
		c := newClient(t, transport.Config{MaxAttempts: 1, Tune: func(own *http.Transport) {
			own.DialContext, own.TLSHandshakeTimeout = silent, time.Second
		}})
		start := time.Now()
		_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("https://example.com/"))
		require.ErrorIs(t, err, condition.ErrUnavailable)
		assert.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, "timeout", err.Error())
		assert.Equal(t, time.Second, time.Since(start))
	})
}

// tunnel is a proxy that connects to anything.
func tunnel(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		http.Error(w, "proxied", http.StatusOK)
		return
	}
	far, err := new(net.Dialer).DialContext(r.Context(), "tcp", r.URL.Host)
	if err != nil {
		http.Error(w, "", http.StatusBadGateway)
		return
	}
	defer func() { _ = far.Close() }()
	near, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = near.Close() }()
	_, _ = io.WriteString(near, "HTTP/1.1 200 OK\r\n\r\n")
	go func() {
		_, _ = io.Copy(far, near)
		_ = far.Close()
	}()
	_, _ = io.Copy(near, far)
}

func TestOwnTransport_ByProxy(t *testing.T) {
	for name, start := range map[string]func(http.Handler) *httptest.Server{"http": httptest.NewServer, "https": httptest.NewTLSServer} {
		t.Run(name, func(t *testing.T) {
			target := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "direct") }))
			defer target.Close()
			proxy := start(http.HandlerFunc(tunnel))
			defer proxy.Close()
			at, err := url.Parse(proxy.URL)
			require.NoError(t, err)
			c := newClient(t, transport.Config{Tune: func(own *http.Transport) {
				own.Proxy = http.ProxyURL(at)
				own.TLSClientConfig = &tls.Config{RootCAs: x509.NewCertPool()}
				own.TLSClientConfig.RootCAs.AddCert(target.Certificate())
			}})
			for address, want := range map[string]string{target.URL: "direct", "http://example.invalid/": "proxied\n"} {
				for range 2 {
					resp, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get(address))
					require.NoError(t, err)
					assert.Equal(t, want, string(resp.Body))
				}
			}
			c.Close()
		})
	}
}
