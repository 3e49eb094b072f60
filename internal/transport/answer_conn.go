package transport

import (
	"cmp"
	"io"
	"net"
	"net/http"
	"sync"
)

// answerConn is an HTTP/1 connection from which only the responses to requests
// sent on it are read. If a peer sends more, the connection ends: net/http
// would write the data to the standard logger, and it may contain a secret that
// was sent to the peer.
type answerConn struct {
	net.Conn
	mu     sync.Mutex
	state  connState
	method string // of the request to be sent next
	answer framing
}

type connState int

const (
	unused   connState = iota // nothing was sent
	foreign                   // something other than a request of ours was sent: passed through
	quiet                     // no response is due
	answered                  // a response is due or partly read
	spoiled                   // the peer sent unsolicited data
)

// expect announces to conn, if it is an answerConn, that a request with this
// method is sent next. Writes alone do not show this, since a request may
// continue after its response has come.
func expect(conn net.Conn, method string) {
	if c, ok := conn.(*answerConn); ok {
		c.mu.Lock()
		c.method = cmp.Or(method, http.MethodGet)
		c.mu.Unlock()
	}
}

// Write fails once the peer has sent unsolicited data.
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

// Read returns io.EOF with the last byte of a response if more data came, so
// that net/http does not reuse the connection.
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
