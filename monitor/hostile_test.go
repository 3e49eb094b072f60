package monitor_test

import (
	"context"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// Whatever a peer does, a probe ends by its timeout and holds no more than the
// limit. A generous watchdog stands in for asserting clock time.
func TestProbe_HostilePeers(t *testing.T) {
	quick := 300 * time.Millisecond
	for name, c := range map[string]struct {
		answer monitortest.Answer
		status monitor.Status
		reason monitor.Reason
	}{
		"slow drip":          {monitortest.Drip(), monitor.StatusDown, monitor.ReasonTimeout},
		"hang":               {monitortest.Hang(), monitor.StatusDown, monitor.ReasonTimeout},
		"hang after headers": {monitortest.HangAfterHeaders(), monitor.StatusDown, monitor.ReasonTimeout},
		"endless body":       {monitortest.Endless(), monitor.StatusDown, monitor.ReasonTooLarge},
		"gzip bomb":          {monitortest.GzipBomb(), monitor.StatusDown, monitor.ReasonTooLarge},
		"dropped":            {monitortest.Drop(), monitor.StatusDown, monitor.ReasonConnect},
		"status":             {monitortest.Status(503), monitor.StatusDown, monitor.ReasonHTTPStatus},
		"huge header":        {hugeHeader, monitor.StatusDown, monitor.ReasonTooLarge},
		"not http":           {raw("220 mail.example.com ESMTP\r\n"), monitor.StatusDown, monitor.ReasonBadPayload},
		"broken chunks":      {raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), monitor.StatusDown, monitor.ReasonBadPayload},
		"cut short":          {raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"), monitor.StatusDown, monitor.ReasonConnect},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t)
			s.Always(monitortest.PathOf(s.ObserverURL()), c.answer)
			m := newMonitor(t, s)
			x := target(monitor.KindServerObserver, s.ObserverURL(), "token")
			x.Timeout = 10 * time.Second
			if c.reason == monitor.ReasonTimeout {
				x.Timeout = quick
			}
			watchdog := time.AfterFunc(30*time.Second, func() { panic(name + ": the probe does not end") })
			defer watchdog.Stop()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			res := m.Run(t.Context(), x)
			runtime.ReadMemStats(&after)
			want(t, res, c.status, c.reason)
			if grown := int64(after.HeapSys) - int64(before.HeapSys); grown > 128<<20 {
				t.Errorf("the heap grew by %d bytes", grown)
			}
			want(t, m.Run(t.Context(), target(monitor.KindURL, s.SiteURL(), "")), monitor.StatusUp, "") // the process lives
		})
	}
}

// A long page is still a page, unless its text matters.
func TestProbe_LongPageIsDegraded(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	s.Always("/", monitortest.Text(strings.Repeat("x", monitor.DefaultMaxResponseBytes+1)))
	x := target(monitor.KindURL, s.SiteURL(), "")
	want(t, m.Run(t.Context(), x), monitor.StatusDegraded, monitor.ReasonTooLarge)
	x.Params = map[string]string{monitor.ParamBody: "x"}
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonTooLarge)
	s.Always("/", monitortest.Text(strings.Repeat("x", monitor.DefaultMaxResponseBytes)))
	want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
}

// patiently probes with longer and longer timeouts until the timeout strikes
// where it should: a busy machine may need a while to get there.
func patiently(t *testing.T, m *monitor.Monitor, x monitor.Target, detail string) monitor.Result {
	t.Helper()
	for x.Timeout = 100 * time.Millisecond; ; x.Timeout *= 2 {
		if res := m.Run(t.Context(), x); res.Detail == detail || x.Timeout > 10*time.Second {
			return res
		}
	}
}

// The timeout's text says where it struck.
func TestProbe_TimeoutNamesThePhase(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for text, answer := range map[string]monitortest.Answer{"waiting for the answer": monitortest.Hang(), "reading the answer": monitortest.HangAfterHeaders()} {
		s.Always("/", answer)
		res := patiently(t, m, target(monitor.KindURL, s.SiteURL(), ""), "timeout "+text)
		if res.Detail != "timeout "+text || res.Reachable != (text == "reading the answer") {
			t.Errorf("%+v", res)
		}
	}
}

func TestProbe_CancelledDuring(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	s.Always("/", func(_ http.ResponseWriter, _ *http.Request, quit <-chan struct{}) {
		cancel()
		<-quit
	})
	want(t, m.Run(ctx, target(monitor.KindURL, s.SiteURL(), "")), monitor.StatusUnknown, monitor.ReasonCanceled)
}

func TestNobodyThere(t *testing.T) {
	s := monitortest.NewServer(monitortest.Options{})
	s.Close()
	m := newMonitor(t, nil)
	want(t, m.Run(t.Context(), target(monitor.KindURL, s.SiteURL(), "")), monitor.StatusDown, monitor.ReasonConnect)
}
