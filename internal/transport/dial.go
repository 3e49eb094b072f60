package transport

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
)

type dialFunc = func(ctx context.Context, network, address string) (net.Conn, error)

// readAnswersOnly makes the HTTP/1 connections of t end when a peer sends
// unsolicited data. HTTP/2 has frames for that. TLS inside a proxy tunnel
// belongs to net/http and can't be reached.
func readAnswersOnly(t *http.Transport) {
	own := t.DialTLSContext
	//lint:ignore SA1019 they are deprecated, and still honoured by net/http
	old, oldTLS := t.Dial, t.DialTLS //nolint:staticcheck // the same for golangci-lint
	dial := dialer(t.DialContext, old)
	if t.Protocols == nil && t.TLSNextProto == nil && t.TLSClientConfig == nil && t.DialContext == nil && old == nil && own == nil && oldTLS == nil {
		t.ForceAttemptHTTP2 = true // what net/http does unless it is given a dial function
	}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil || conn == nil {
			return nil, err
		}
		return &answerConn{Conn: conn}, nil
	}
	if own == nil && oldTLS == nil {
		own = dialTLS(t, dial)
	} else {
		own = dialer(own, oldTLS)
	}
	t.DialTLSContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := own(ctx, network, address)
		if err != nil || conn == nil {
			return nil, err
		}
		return answersByTLS(ctx, conn)
	}
}

// dialer returns the one of net/http's two dial functions that it would use.
func dialer(dial dialFunc, old func(network, address string) (net.Conn, error)) dialFunc {
	switch {
	case dial != nil:
		return dial
	case old != nil:
		return func(_ context.Context, network, address string) (net.Conn, error) { return old(network, address) }
	}
	return new(net.Dialer).DialContext
}

// answersByTLS leaves a connection of HTTP/2 as it is, which net/http knows by
// its type.
func answersByTLS(ctx context.Context, conn net.Conn) (net.Conn, error) {
	if c, ok := conn.(*tls.Conn); ok {
		if err := c.HandshakeContext(ctx); err != nil {
			_ = c.Close()
			return nil, err
		}
		if c.ConnectionState().NegotiatedProtocol == "h2" {
			return c, nil
		}
	}
	return &answerConn{Conn: conn}, nil
}

// dialTLS does what net/http does without DialTLSContext. The TLS configuration
// of t is read for each call, because net/http adds its protocols to it.
func dialTLS(t *http.Transport, dial dialFunc) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		plain, err := dial(ctx, network, address)
		if err != nil || plain == nil {
			return nil, err
		}
		conf := new(tls.Config)
		if t.TLSClientConfig != nil {
			conf = t.TLSClientConfig.Clone()
		}
		if conf.ServerName == "" {
			conf.ServerName, _, _ = net.SplitHostPort(address)
		}
		conn := tls.Client(plain, conf)
		if err := handshake(ctx, t, conn); err != nil {
			_ = plain.Close()
			return nil, err
		}
		return conn, nil
	}
}

// handshake shows itself to a caller's trace, as net/http's own does. Of HTTP/2
// net/http shows it again.
func handshake(ctx context.Context, t *http.Transport, conn *tls.Conn) error {
	trace := httptrace.ContextClientTrace(ctx)
	if trace != nil && trace.TLSHandshakeStart != nil {
		trace.TLSHandshakeStart()
	}
	if t.TLSHandshakeTimeout > 0 {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, t.TLSHandshakeTimeout)
		defer cancel()
	}
	err := conn.HandshakeContext(ctx)
	if trace != nil && trace.TLSHandshakeDone != nil {
		var state tls.ConnectionState
		if err == nil {
			state = conn.ConnectionState()
		}
		trace.TLSHandshakeDone(state, err)
	}
	return err
}
