package transport_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// overflow makes net/http lock itself up over a window of more than 2^31-1, on
// every call by that connection, whatever its context (measured with Go 1.26).
func overflow(conn h2Conn, stream uint32) {
	const frameWindow = 8
	conn.frame(frameWindow, 0, stream, []byte{0x7f, 0xff, 0xff, 0xff})
}

// headersThenOverflow is an answer whose body hangs.
func headersThenOverflow(conn h2Conn, stream uint32) {
	conn.frame(frameHeaders, 0x4, stream, []byte{0x88})
	conn.frame(0, 0, stream, []byte("begun"))
	overflow(conn, stream)
}

// overHTTP2 makes a client's own transport reach the peer alone.
func (p *h2Peer) overHTTP2(own *http.Transport) {
	own.Protocols, own.DialContext = new(http.Protocols), p.dial
	own.Protocols.SetUnencryptedHTTP2(true)
}

// short is a context in real time: what hangs here holds a lock, which a bubble
// of synctest waits for without letting time pass.
func short(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

func TestHungTransport_CallsEndWithTheirContext(t *testing.T) {
	read := transport.Op{Name: "read", Repeatable: true}
	received := read
	received.Receive = func(hr *http.Response) error {
		_, err := io.Copy(io.Discard, hr.Body)
		return err
	}
	faults := map[string]func(h2Conn, uint32){"before the answer": overflow, "in the answer": headersThenOverflow}
	for when, fault := range faults {
		for name, op := range map[string]transport.Op{"a read": read, "a change": {Name: "order"}, "a download": received} {
			t.Run(name+" that hangs "+when, func(t *testing.T) {
				peer := &h2Peer{answer: func(conn h2Conn, stream uint32, n int) {
					if n == 1 {
						fault(conn, stream)
						return
					}
					conn.good(stream)
				}}
				c := newClient(t, transport.Config{Tune: peer.overHTTP2})
				_, err := c.Do(short(t), op, get("http://127.0.0.1/"))
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.Equal(t, !op.Repeatable, errors.Is(err, condition.ErrAmbiguous))

				resp, err := c.Do(t.Context(), read, get("http://127.0.0.1/"))
				require.NoError(t, err, "the client goes on")
				assert.Equal(t, http.StatusOK, resp.Status)
				assert.EqualValues(t, 2, peer.dials.Load())
			})
		}
	}
}

// A caller's own transport is not ours to replace, but neither are its calls
// waited for.
func TestHungTransport_CallersOwn(t *testing.T) {
	peer := &h2Peer{answer: func(conn h2Conn, stream uint32, _ int) { overflow(conn, stream) }}
	for name, rt := range map[string]http.RoundTripper{
		"net/http's": peer.transport(),
		"around it":  roundTripper(peer.transport().RoundTrip),
	} {
		t.Run(name, func(t *testing.T) {
			c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: rt}})
			var wg sync.WaitGroup
			for range 40 {
				wg.Go(func() {
					_, err := c.Do(short(t), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
					assert.ErrorIs(t, err, context.DeadlineExceeded)
					assert.ErrorIs(t, err, condition.ErrAmbiguous)
				})
			}
			wg.Wait()
			sent := peer.requests.Load()
			_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
			require.ErrorIs(t, err, condition.ErrUnavailable)
			assert.NotErrorIs(t, err, condition.ErrAmbiguous)
			assert.EqualError(t, err, "the HTTP transport hangs: too many requests have not ended")
			assert.Equal(t, sent, peer.requests.Load(), "nothing more is sent")
		})
	}
}

// What replaces it has no HTTP/2 to hang by, whatever the server offers.
func TestHungTransport_ReplacedByHTTP1(t *testing.T) {
	var protos []string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { protos = append(protos, r.Proto) }))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	trusted := server.Client().Transport.(*http.Transport).TLSClientConfig
	c := newClient(t, transport.Config{Tune: func(own *http.Transport) { own.TLSClientConfig = trusted.Clone() }})
	for range 3 {
		_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get(server.URL))
		require.NoError(t, err)
		c.Leave()
	}
	assert.Equal(t, []string{"HTTP/2.0", "HTTP/1.1", "HTTP/1.1"}, protos)
}

// However many calls hang at once, they cost one transport.
func TestHungTransport_ManyCallsAtOnce(t *testing.T) {
	peer := &h2Peer{answer: func(conn h2Conn, stream uint32, n int) {
		if n <= 40 {
			overflow(conn, stream)
			return
		}
		conn.good(stream)
	}}
	c := newClient(t, transport.Config{Tune: peer.overHTTP2})
	var wg sync.WaitGroup
	for range 40 {
		wg.Go(func() {
			_, err := c.Do(short(t), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
	}
	wg.Wait()
	peer.requests.Store(40)
	_, err := c.Do(t.Context(), transport.Op{Name: "order"}, get("http://127.0.0.1/"))
	assert.NoError(t, err)
}

func TestHungTransport_CloseEnds(t *testing.T) {
	asked := make(chan struct{})
	peer := &h2Peer{answer: func(conn h2Conn, stream uint32, _ int) {
		overflow(conn, stream)
		close(asked)
	}}
	c := newClient(t, transport.Config{Tune: peer.overHTTP2})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := c.Do(ctx, transport.Op{Name: "order"}, get("http://127.0.0.1/"))
		done <- err
	}()
	<-asked
	c.Close()
	cancel()
	assert.ErrorIs(t, <-done, condition.ErrAmbiguous)
}

// stubborn is a RoundTripper that ends when it is told to.
type stubborn struct {
	end  chan struct{}
	body io.Reader
}

func (s stubborn) RoundTrip(*http.Request) (*http.Response, error) {
	<-s.end
	return &http.Response{StatusCode: 200, Body: io.NopCloser(s.body)}, nil
}

func TestHungTransport_EndsAfterAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := stubborn{make(chan struct{}), strings.NewReader("")}
		c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: s, Timeout: time.Second}})
		for range 50 {
			start := time.Now()
			_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/"))
			require.ErrorIs(t, err, condition.ErrUnavailable)
			assert.Less(t, time.Since(start), 10*time.Second)
		}
		close(s.end)
		synctest.Wait()
		_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/"))
		assert.NoError(t, err, "what has ended no longer counts")
	})
}

func TestRoundTrip_BodyEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		never, hang := io.Pipe()
		rt := roundTripper(func(*http.Request) (*http.Response, error) { return &http.Response{Body: never}, nil })
		resp, err := transport.RoundTrip(ctx, rt, request(http.MethodGet, "/", "").WithContext(ctx))
		require.NoError(t, err)
		go func() { _, _ = io.WriteString(hang, "some") }()
		buf := make([]byte, 10)
		n, err := resp.Body.Read(buf)
		require.NoError(t, err)
		assert.Equal(t, "some", string(buf[:n]))
		_, err = resp.Body.Read(buf)
		require.Error(t, err)
		_, err = resp.Body.Read(buf)
		require.Error(t, err, "and so do all reads after it")
		require.NoError(t, hang.Close())
		synctest.Wait()
	})
}

func TestRoundTrip_PanicIsTheCallers(t *testing.T) {
	rt := roundTripper(func(*http.Request) (*http.Response, error) { panic("broken") })
	c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: rt}})
	assert.PanicsWithValue(t, "broken", func() {
		_, _ = c.Do(t.Context(), transport.Op{Name: "read"}, get("http://127.0.0.1/"))
	})
}

// A test that fails within its own RoundTripper ends there.
func TestRoundTrip_GoexitIsTheCallers(t *testing.T) {
	reached := false
	done := make(chan struct{})
	go func() {
		defer close(done)
		rt := roundTripper(func(*http.Request) (*http.Response, error) { (&testing.T{}).SkipNow(); return nil, nil })
		_, _ = newClient(t, transport.Config{HTTPClient: &http.Client{Transport: rt}}).Do(t.Context(), transport.Op{Name: "read"}, get("http://127.0.0.1/"))
		reached = true
	}()
	<-done
	assert.False(t, reached)
}
