package transport_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// The frames of HTTP/2 (RFC 9113, section 6) that the peer below knows.
const (
	frameHeaders  = 1
	frameReset    = 3
	frameSettings = 4
	frameGoAway   = 7

	codeNone     = 0
	codeProtocol = 1
	codeInternal = 2
	codeRefused  = 7
)

// h2Peer is a server of HTTP/2 that answers the n-th request, counted from 1
// over all connections, with whatever answer writes.
type h2Peer struct {
	answer   func(conn h2Conn, stream uint32, n int)
	requests atomic.Int32
	dials    atomic.Int32
}

// client returns a client of the peer: HTTP/2 without TLS, in memory.
func (p *h2Peer) client(t *testing.T) *transport.Client {
	c := newClient(t, transport.Config{MaxRetryWait: time.Millisecond, HTTPClient: &http.Client{Transport: p.transport()}})
	t.Cleanup(func() { // within the bubble, which wants all of its goroutines to end
		synctest.Wait()
		c.HTTP().CloseIdleConnections()
	})
	return c
}

func (p *h2Peer) transport() *http.Transport {
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	return &http.Transport{Protocols: &protocols, DialContext: p.dial}
}

func (p *h2Peer) dial(context.Context, string, string) (net.Conn, error) {
	p.dials.Add(1)
	ours, theirs := net.Pipe()
	conn := make(h2Conn, 100)
	go conn.writeTo(theirs)
	go p.serve(theirs, conn)
	return ours, nil
}

func (p *h2Peer) serve(conn net.Conn, out h2Conn) {
	defer out.end()
	preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
	if _, err := io.ReadFull(conn, preface); err != nil {
		return
	}
	out.frame(frameSettings, 0, 0, nil)
	head := make([]byte, 9)
	for {
		if _, err := io.ReadFull(conn, head); err != nil {
			return
		}
		length := int64(head[0])<<16 | int64(head[1])<<8 | int64(head[2])
		if _, err := io.CopyN(io.Discard, conn, length); err != nil {
			return
		}
		if head[3] == frameHeaders {
			n := int(p.requests.Add(1))
			if n > 200 { // net/http would go on without an end
				return
			}
			p.answer(out, binary.BigEndian.Uint32(head[5:]), n)
		}
	}
}

// h2Conn holds the frames that wait to be written: a pipe has no room of its
// own, and the client writes before it reads. nil ends the connection.
type h2Conn chan []byte

func (c h2Conn) writeTo(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	for out := range c {
		if out == nil {
			return
		}
		if _, err := conn.Write(out); err != nil {
			return
		}
	}
}

func (c h2Conn) end() { c <- nil }

func (c h2Conn) frame(kind, flags byte, stream uint32, payload []byte) {
	out := []byte{0, 0, byte(len(payload)), kind, flags}
	c <- append(binary.BigEndian.AppendUint32(out, stream), payload...)
}

// good is ":status: 200" from HPACK's static table, with END_STREAM and
// END_HEADERS.
func (c h2Conn) good(stream uint32) { c.frame(frameHeaders, 0x5, stream, []byte{0x88}) }

func (c h2Conn) reset(stream, code uint32) {
	c.frame(frameReset, 0, stream, binary.BigEndian.AppendUint32(nil, code))
}

// goAway says that no stream above last was or will be worked on.
func (c h2Conn) goAway(last, code uint32) {
	c.frame(frameGoAway, 0, 0, binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, last), code))
}

// h2Faults end a stream in the ways that net/http repeats by itself, and in
// those that it does not.
var h2Faults = map[string]func(conn h2Conn, stream uint32){
	"reset as a protocol error":  func(c h2Conn, s uint32) { c.reset(s, codeProtocol) },
	"reset as refused":           func(c h2Conn, s uint32) { c.reset(s, codeRefused) },
	"reset as an internal error": func(c h2Conn, s uint32) { c.reset(s, codeInternal) },
	"goaway, not worked on":      func(c h2Conn, _ uint32) { c.goAway(0, codeNone) },
	"goaway, worked on": func(c h2Conn, s uint32) {
		c.goAway(s, codeInternal)
		c.end()
	},
	"closed": func(c h2Conn, _ uint32) { c.end() },
}

// What net/http repeats by itself, on the peer's word alone, would be a second
// order.
func TestUnrepeatableIsNotReplayedByHTTP2(t *testing.T) {
	requests := map[string]func() *http.Request{
		"POST with a body": func() *http.Request { return request(http.MethodPost, "/", "order=1") },
		"POST without":     func() *http.Request { return request(http.MethodPost, "/", "") },
		"DELETE":           func() *http.Request { return request(http.MethodDelete, "/", "") },
		"GET":              func() *http.Request { return request(http.MethodGet, "/", "") },
	}
	for name, fault := range h2Faults {
		for method, make := range requests {
			t.Run(name+"/"+method, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					peer := &h2Peer{answer: func(conn h2Conn, stream uint32, _ int) { fault(conn, stream) }}
					c := peer.client(t)
					_, err := c.Do(t.Context(), transport.Op{Name: "order"}, func(ctx context.Context) (*http.Request, error) {
						return make().WithContext(ctx), nil
					})
					if !errors.Is(err, condition.ErrAmbiguous) || !errors.Is(err, condition.ErrUnavailable) {
						t.Errorf("%v, want ErrAmbiguous and ErrUnavailable", err)
					}
					if n := peer.requests.Load(); n != 1 {
						t.Errorf("sent %d times", n)
					}
				})
			})
		}
	}
}

func request(method, path, body string) *http.Request {
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequest(method, "http://127.0.0.1"+path, r)
	if err != nil {
		panic(err)
	}
	return req
}

// A stream that breaks off is a connection that broke off.
func TestRepeatableIsRepeatedOverHTTP2(t *testing.T) {
	for name, fault := range h2Faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				peer := &h2Peer{answer: func(conn h2Conn, stream uint32, n int) {
					if n == 1 {
						fault(conn, stream)
						return
					}
					conn.good(stream)
				}}
				c := peer.client(t)
				resp, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/"))
				if err != nil || resp.Status != http.StatusOK {
					t.Errorf("%+v, %v", resp, err)
				}
			})
		})
	}
}

// A server that always resets gets no more than so many requests from a read.
func TestRepeatableIsBounded(t *testing.T) {
	for name, fault := range h2Faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				peer := &h2Peer{answer: func(conn h2Conn, stream uint32, _ int) { fault(conn, stream) }}
				_, err := peer.client(t).Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/"))
				if !errors.Is(err, condition.ErrUnavailable) {
					t.Errorf("%v, want ErrUnavailable", err)
				}
				if n := peer.requests.Load(); n < 3 || n > 30 {
					t.Errorf("sent %d times", n)
				}
			})
		})
	}
}

// The same behind a caller's own RoundTripper.
func TestRepeatableIsBounded_CallersRoundTripper(t *testing.T) {
	for name, fault := range h2Faults {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				peer := &h2Peer{answer: func(conn h2Conn, stream uint32, _ int) { fault(conn, stream) }}
				plain := peer.transport()
				c := newClient(t, transport.Config{MaxRetryWait: time.Millisecond, HTTPClient: &http.Client{Transport: roundTripper(plain.RoundTrip)}})
				_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/"))
				assert.ErrorIs(t, err, condition.ErrUnavailable)
				assert.LessOrEqual(t, peer.requests.Load(), int32(30))
				synctest.Wait()
				plain.CloseIdleConnections()
			})
		})
	}
}

// A caller's own RoundTripper may ask for something else on the way, on the same
// connection and with the same context.
func TestRoundTripperThatAsksBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peer := &h2Peer{answer: func(conn h2Conn, stream uint32, _ int) { conn.good(stream) }}
		plain := peer.transport()
		c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			token, err := plain.RoundTrip(request(http.MethodGet, "/token", "").WithContext(r.Context()))
			if err != nil {
				return nil, err
			}
			_ = token.Body.Close()
			return plain.RoundTrip(r)
		})}})
		if _, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/order")); err != nil {
			t.Error(err)
		}
		synctest.Wait()
		plain.CloseIdleConnections()
	})
}

// A connection whose other end is gone takes requests and never answers. All
// calls share it, so it has to be found out within one attempt.
func TestDeadHTTP2ConnectionIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		peer := &h2Peer{answer: func(conn h2Conn, stream uint32, n int) {
			if n != 2 {
				conn.good(stream)
			}
		}}
		c := newClient(t, transport.Config{Tune: func(own *http.Transport) {
			own.Protocols, own.DialContext = new(http.Protocols), peer.dial
			own.Protocols.SetUnencryptedHTTP2(true)
		}})
		for range 2 {
			if _, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/")); err != nil {
				t.Error(err)
			}
		}
		if n := peer.dials.Load(); n != 2 {
			t.Errorf("%d connections, want 2", n)
		}
		synctest.Wait()
	})
}

// The same by TLS, as services have it, against net/http's own server.
func TestAbortedStreamOverTLS(t *testing.T) {
	var hits atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		if r.ProtoMajor != 2 {
			t.Errorf("asked by %s", r.Proto)
		}
		panic(http.ErrAbortHandler) // resets the stream
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	c := newClient(t, transport.Config{HTTPClient: server.Client(), MaxRetryWait: time.Millisecond})
	for _, op := range []transport.Op{{Name: "read", Repeatable: true}, {Name: "order"}} {
		hits.Store(0)
		_, err := c.Do(t.Context(), op, get(server.URL))
		if !errors.Is(err, condition.ErrUnavailable) || errors.Is(err, condition.ErrAmbiguous) == op.Repeatable {
			t.Errorf("%s: %v, want ErrUnavailable, and ErrAmbiguous for the order", op.Name, err)
		}
		if want := map[bool]int32{true: 3, false: 1}[op.Repeatable]; hits.Load() != want {
			t.Errorf("%s: sent %d times, want %d", op.Name, hits.Load(), want)
		}
	}
}
