package transport

import (
	"cmp"
	"io"
	"net"
	"net/http"
	"sync"
)

// answerConn is a connection of HTTP/1 from which nothing is read but the
// answers to the requests sent by it. Whatever a peer sends beyond them ends it.
// net/http would write that to the standard logger, and it may hold a secret
// which the peer was sent.
type answerConn struct {
	net.Conn
	mu     sync.Mutex
	state  connState
	method string // of a request that is about to be sent
	answer framing
}

type connState int

const (
	unused   connState = iota // nothing was sent
	foreign                   // something else than a request of ours was sent: passed through
	quiet                     // no answer is due
	answered                  // an answer is due, or half read
	spoiled                   // the peer sent what it wasn't asked for
)

// expect announces that a request with this method is sent next by conn, if it
// is an answerConn. Writes alone don't say so: a request may go on after its
// answer has come.
func expect(conn net.Conn, method string) {
	if c, ok := conn.(*answerConn); ok {
		c.mu.Lock()
		c.method = cmp.Or(method, http.MethodGet)
		c.mu.Unlock()
	}
}

// Write sends nothing to a peer that sent what it wasn't asked for.
func (c *answerConn) Write(p []byte) (int, error) {
	if c.writing() == spoiled {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(p)
}

func (c *answerConn) writing() connState {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state == spoiled:
	case c.method != "":
		c.state, c.answer.method, c.method = answered, c.method, ""
	case c.state == unused: // a proxy's CONNECT, SOCKS
		c.state = foreign
	}
	return c.state
}

// Read returns io.EOF with the last byte of an answer if more came, so that
// net/http does not keep the connection.
func (c *answerConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state == foreign || n == 0 && c.state != spoiled {
		return n, err
	}
	due := 0
	if c.state == answered {
		if due = c.answer.take(p[:n]); c.answer.stage == ended {
			c.state, c.answer.stage = quiet, header
		}
	}
	if due < n || c.state == spoiled {
		c.state = spoiled
		return due, io.EOF
	}
	return n, err
}
