package transport

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pieces is a connection that gives its text in pieces of so many bytes.
type pieces struct {
	net.Conn
	rest string
	size int
}

func (p *pieces) Write(b []byte) (int, error) { return len(b), nil }

func (p *pieces) Read(b []byte) (int, error) {
	if p.rest == "" {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.size)], p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// readAnswer reads one answer as net/http does, and what can be read after it.
func readAnswer(conn io.Reader, method string) (resp *http.Response, body, rest []byte, err error) {
	r := bufio.NewReader(conn)
	for range 6 {
		resp, err = http.ReadResponse(r, &http.Request{Method: method})
		if err != nil || resp.StatusCode >= 200 || resp.StatusCode == http.StatusSwitchingProtocols {
			break
		}
	}
	if err != nil {
		return nil, nil, nil, err
	}
	body, err = io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode == http.StatusSwitchingProtocols {
		return resp, body, nil, err
	}
	rest, _ = io.ReadAll(r)
	return resp, body, rest, nil
}

func ask(c net.Conn, method string) {
	expect(c, method)
	_, _ = c.Write([]byte(method))
}

func asked(raw string, size int, method string) *answerConn {
	c := &answerConn{Conn: &pieces{rest: raw, size: size}}
	ask(c, method)
	return c
}

const extra = "HTTP/1.1 200 OK\r\nX-Echo: my-password\r\n\r\n"

var answers = map[string]struct{ method, raw string }{
	"of a length":             {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
	"of a length, twice":      {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\nhello"},
	"length over two lines":   {"GET", "HTTP/1.1 200 OK\r\nContent-Length:\r\n 5\r\n\r\nhello"},
	"line feeds alone":        {"GET", "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello"},
	"empty":                   {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"},
	"in chunks":               {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n"},
	"in chunks, with trailer": {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: CHUNKED\r\n\r\n5\r\nhello\r\n0\r\nA: b\r\nC: d\r\n\r\n"},
	"chunks before length":    {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"},
	"no content":              {"GET", "HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"},
	"not modified":            {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"},
	"to HEAD":                 {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"},
	"after informational":     {"POST", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"},
}

func TestAnswerConn_EndsWithTheAnswer(t *testing.T) {
	for name, a := range answers {
		t.Run(name, func(t *testing.T) {
			for _, size := range []int{1, 7, 4096} {
				want, wantBody, rest, err := readAnswer(strings.NewReader(a.raw+extra), a.method)
				require.NoError(t, err)
				require.Equal(t, extra, string(rest))
				c := asked(a.raw+extra, size, a.method)
				got, body, rest, err := readAnswer(c, a.method)
				require.NoError(t, err)
				assert.Equal(t, want.Header, got.Header)
				assert.Equal(t, want.Trailer, got.Trailer)
				assert.Equal(t, string(wantBody), string(body))
				assert.Empty(t, string(rest))
				_, err = c.Write([]byte("GET /next"))
				assert.ErrorIs(t, err, net.ErrClosed)
			}
		})
	}
}

func TestAnswerConn_CarriesManyAnswers(t *testing.T) {
	script := &pieces{size: 3}
	c := &answerConn{Conn: script}
	for name, a := range answers {
		script.rest = a.raw
		expect(c, a.method)
		_, err := c.Write([]byte("head"))
		require.NoError(t, err, name)
		_, _, rest, err := readAnswer(c, a.method)
		require.NoError(t, err, name)
		assert.Empty(t, rest, name)
		_, err = c.Write([]byte("the rest of a body"))
		require.NoError(t, err, name)
	}
}

func TestAnswerConn_NothingWasAsked(t *testing.T) {
	for name, prepare := range map[string]func(*answerConn){
		"never used": func(*answerConn) {},
		"announced, not sent": func(c *answerConn) {
			expect(c, "GET")
		},
		"answered before the request was sent in full": func(c *answerConn) {
			c.Conn = &pieces{rest: "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n", size: 4096}
			ask(c, "POST")
			_, _, _, err := readAnswer(c, "POST")
			assert.NoError(t, err)
			_, _ = c.Write([]byte("the rest"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			c := new(answerConn)
			prepare(c)
			c.Conn = &pieces{rest: extra, size: 4096}
			n, err := c.Read(make([]byte, 100))
			assert.Zero(t, n)
			assert.Equal(t, io.EOF, err)
		})
	}
}

// A proxy's CONNECT and TLS come before the first request.
func TestAnswerConn_PassesWhatIsNotItsOwn(t *testing.T) {
	c := &answerConn{Conn: &pieces{rest: "HTTP/1.1 200 OK\r\n\r\nTLS", size: 4096}}
	_, err := c.Write([]byte("CONNECT example.invalid:443 HTTP/1.1\r\n\r\n"))
	require.NoError(t, err)
	got, err := io.ReadAll(c)
	require.NoError(t, err)
	assert.Equal(t, "HTTP/1.1 200 OK\r\n\r\nTLS", string(got))
}

// What net/http reads of an answer is the same through an answerConn, and what
// is behind it is not read.
func FuzzAnswerConn(f *testing.F) {
	for _, a := range answers {
		f.Add(a.raw+extra, a.method == "HEAD", byte(1))
		f.Add(a.raw, false, byte(200))
	}
	f.Add("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nuntil it closes", false, byte(5))
	f.Add("HTTP/1.1 101 Switching\r\n\r\nanything", false, byte(5))
	f.Add("HTTP/1.1 200 OK\r\nA: b\r\n \r\nContent-Length: 1\r\n\r\nxyz", false, byte(5))
	f.Fuzz(func(t *testing.T, raw string, head bool, size byte) {
		method := http.MethodPost
		if head {
			method = http.MethodHead
		}
		want, wantBody, _, wantErr := readAnswer(strings.NewReader(raw), method)
		got, body, rest, err := readAnswer(asked(raw, int(size)+1, method), method)
		if wantErr != nil {
			assert.Error(t, err)
			return
		}
		require.NoError(t, err)
		assert.Equal(t, want.Header, got.Header)
		assert.Equal(t, want.Trailer, got.Trailer)
		assert.True(t, bytes.Equal(wantBody, body), "%q, want %q", body, wantBody)
		assert.Empty(t, rest)
	})
}
