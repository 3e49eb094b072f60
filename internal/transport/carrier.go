package transport

import (
	"net/http"
	"reflect"
	"sync/atomic"
	"time"

	"github.com/hebergo/hebergo/internal/condition"
)

const (
	// maxHung is how many round trips of one transport may hang before it sends
	// nothing more: each holds a goroutine and a connection.
	maxHung = 32
	// maxReplaced is how many of its own transports a client abandons.
	maxReplaced = 8
)

// carrier is a RoundTripper with its properties.
type carrier struct {
	http.RoundTripper
	owned    bool // made by this package, to close and to replace
	standard bool // net/http's own, so that its errors may quote the peer
	http2    bool // may speak HTTP/2 without TLS
	hung     *atomic.Int32
}

func newCarrier(rt http.RoundTripper, owned bool) *carrier {
	c := &carrier{RoundTripper: rt, owned: owned, hung: new(atomic.Int32)}
	if t, standard := rt.(*http.Transport); standard {
		c.standard, c.http2 = true, t.Protocols != nil && t.Protocols.UnencryptedHTTP2()
	}
	return c
}

// plain reports whether a request goes by net/http's HTTP/1 for certain, which
// ends with its context and sends a request no more often than a few times.
func (c *carrier) plain(req *http.Request) bool {
	return c.standard && !c.http2 && req.URL.Scheme == "http"
}

// standardTransport is the transport that net/http made, which programs replace, mostly
// in tests, to see or answer all that is sent.
var standardTransport, _ = http.DefaultTransport.(*http.Transport)

// replacedDefault returns the replacement of http.DefaultTransport, or nil if
// it was not replaced.
func replacedDefault() http.RoundTripper {
	now := http.DefaultTransport
	if t, same := now.(*http.Transport); same && t == standardTransport || now == nil {
		return nil
	}
	return now
}

// carrier returns the carrier of the next attempt.
func (c *Client) carrier() (*carrier, *Error) {
	by, refusal := c.choose()
	if refusal == nil && by.hung.Load() >= maxHung {
		return nil, NewError(condition.ErrUnavailable, errHung.Error()+": too many requests have not ended")
	}
	return by, refusal
}

// choose prefers a replaced http.DefaultTransport to one of our own, whenever it
// was replaced. A transport that the caller gave goes before both.
func (c *Client) choose() (*carrier, *Error) {
	if c.given == nil {
		if replaced := replacedDefault(); replaced != nil {
			return c.substitute(replaced)
		}
	}
	return c.current.Load(), nil
}

// substitute carries an attempt by a replaced http.DefaultTransport.
func (c *Client) substitute(rt http.RoundTripper) (*carrier, *Error) {
	known := c.replaced.Load()
	if known.standsFor(rt) {
		return known.carrier, nil
	}
	used := &substitute{rt, newCarrier(rt, false)}
	if c.config.Tune != nil {
		t, ok := rt.(*http.Transport)
		if !ok {
			return nil, NewError(condition.ErrInvalid, "HTTPClient "+untunable)
		}
		t = t.Clone()
		c.config.Tune(t)
		used.carrier = newCarrier(t, false)
	}
	if known != nil && reflect.TypeOf(known.from) == reflect.TypeOf(rt) && !reflect.ValueOf(rt).Comparable() {
		used.hung = known.hung // a func can't be known again
	}
	if !c.replaced.CompareAndSwap(known, used) {
		return c.substitute(rt)
	}
	if known != nil && c.config.Tune != nil {
		go known.closeIdle()
	}
	return used.carrier, nil
}

// substitute is a carrier for a replaced http.DefaultTransport.
type substitute struct {
	from http.RoundTripper
	*carrier
}

func (s *substitute) standsFor(rt http.RoundTripper) bool {
	return s != nil && reflect.TypeOf(s.from) == reflect.TypeOf(rt) && reflect.ValueOf(rt).Comparable() && s.from == rt
}

const untunable = "is not set, and http.DefaultTransport was replaced by a type other than *http.Transport, which can't take the TLS or dial options: set HTTPClient, or leave the options out"

// leave abandons a round trip that hangs. If the transport is our own, it is
// replaced by one that uses HTTP/1 only, whose round trips return.
func (c *Client) leave(from *carrier) {
	from.hung.Add(1)
	if !from.owned || c.current.Load() != from || c.replacements.Load() >= maxReplaced {
		return
	}
	if c.current.CompareAndSwap(from, c.ownCarrier(true)) {
		c.replacements.Add(1)
		go from.closeIdle()
	}
}

// closeIdle closes the connections that are not in use.
func (c *carrier) closeIdle() {
	if t, ok := c.RoundTripper.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// ownCarrier makes a transport owned by the client.
func (c *Client) ownCarrier(http1 bool) *carrier {
	t := ownTransport()
	if base, given := c.given.(*http.Transport); given {
		t = base.Clone()
	}
	if c.config.Tune != nil {
		c.config.Tune(t)
	}
	if http1 && (t.Protocols == nil || t.Protocols.HTTP1()) {
		t.Protocols = new(http.Protocols)
		t.Protocols.SetHTTP1(true)
	}
	by := newCarrier(t, true)
	if !by.http2 {
		readAnswersOnly(t)
	}
	return by
}

// ownTransport is net/http's default with room for idle connections of
// concurrent callers and a bound on headers. A connection of HTTP/2 that fell
// silent is asked whether it lives: all calls share it, so a dead one would
// fail them all until TCP gives up, a quarter of an hour later.
func ownTransport() *http.Transport {
	t := &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, IdleConnTimeout: 90 * time.Second}
	if standardTransport != nil {
		t = standardTransport.Clone()
	}
	t.MaxIdleConnsPerHost = 16
	t.MaxResponseHeaderBytes = maxHeaderBytes
	t.HTTP2 = &http.HTTP2Config{SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second}
	return t
}
