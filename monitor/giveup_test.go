package monitor_test

import (
	"context"
	"net"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// mute accepts connections and never says a word, not even in TLS.
func mute(t *testing.T) (address string, accepted <-chan net.Conn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	conns := make(chan net.Conn, 10)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			conns <- conn
		}
	}()
	return listener.Addr().String(), conns
}

// A probe that is given up lets go of its connection at once, in the
// handshake as well, whatever net/http would keep for later requests.
func TestProbe_GivenUpLetsGo(t *testing.T) {
	address, accepted := mute(t)
	m := newMonitor(t, nil)
	for scheme, doing := range map[string]string{"https": "in the TLS handshake", "http": "waiting for the answer"} {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan monitor.Result)
		go func() { ended <- m.Run(ctx, target(monitor.KindURL, scheme+"://"+address+"/", "")) }()
		conn := <-accepted
		if scheme == "https" { // the client's hello has come, so the handshake is on
			_, _ = conn.Read(make([]byte, 1))
		}
		cancel()
		res := <-ended
		want(t, res, monitor.StatusUnknown, monitor.ReasonCanceled)
		if scheme == "https" && res.Detail != "cancelled "+doing {
			t.Errorf("%s: %s", scheme, res.Detail)
		}
		watchdog := time.AfterFunc(20*time.Second, func() { panic("the connection stays open") })
		for buf, err := make([]byte, 1024), error(nil); err == nil; { // until the other side has closed it
			_, err = conn.Read(buf)
		}
		watchdog.Stop()
		_ = conn.Close()
	}
}

// A resolver that hangs is left as soon as the probe is over, not when its own
// timeout of five seconds is.
func TestProbe_HangingResolver(t *testing.T) {
	left := make(chan struct{}, 1000)
	m := newMonitor(t, nil, func(c *monitor.Config) {
		c.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			<-ctx.Done()
			left <- struct{}{}
			return nil, ctx.Err()
		}}
	})
	x := target(monitor.KindURL, "http://www.example.com/", "")
	res := patiently(t, m, x, "timeout resolving the name")
	want(t, res, monitor.StatusDown, monitor.ReasonTimeout)
	if res.Detail != "timeout resolving the name" {
		t.Error(res.Detail)
	}
	select {
	case <-left:
	case <-time.After(3 * time.Second):
		t.Error("the question still hangs")
	}
}

func TestProbe_NoGoroutineIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := monitortest.NewServer(monitortest.Options{})
	defer s.Close()
	m, err := monitor.New(s.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	x := target(monitor.KindServerObserver, s.ObserverURL(), "token")
	x.Timeout = 100 * time.Millisecond
	for _, answer := range []monitortest.Answer{
		nil, monitortest.Hang(), monitortest.HangAfterHeaders(), monitortest.Drip(), monitortest.Endless(), monitortest.GzipBomb(), monitortest.Drop(),
		monitortest.Redirect("/loop"), monitortest.Redirect("http://169.254.169.254/"), raw("junk"), raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
	} {
		s.Always(monitortest.PathOf(s.ObserverURL()), answer)
		for _, reuse := range []string{"false", "true"} {
			x.Params = map[string]string{monitor.ParamReuse: reuse}
			if res := m.Run(t.Context(), x); answer != nil && res.Status != monitor.StatusDown {
				t.Errorf("%+v", res)
			}
		}
	}
}
