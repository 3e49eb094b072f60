package main

import (
	"context"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// monitorCases hold a probe against a plain GET with a new connection, which
// is what any checker has to pay. The server runs in this process and is part
// of both sides.
func monitorCases() []Case {
	return []Case{
		{
			Name: "monitor: HTTP probe", Peer: "net/http, new connection", Most: 1.25,
			Ours:  func(b *testing.B) { benchProbe(b, monitortest.NewServer(monitortest.Options{})) },
			Their: func(b *testing.B) { benchGet(b, monitortest.NewServer(monitortest.Options{})) },
		},
		{
			Name: "monitor: HTTPS probe", Peer: "net/http, new connection", Most: 1.15,
			Ours:  func(b *testing.B) { benchProbe(b, secureServer()) },
			Their: func(b *testing.B) { benchGet(b, secureServer()) },
		},
		{
			Name: "monitor: observer probe", Peer: "net/http, new connection",
			Ours: benchObserver,
			Their: func(b *testing.B) {
				benchGetURL(b, monitortest.NewServer(monitortest.Options{}), (*monitortest.Server).ServerObserverURL)
			},
		},
	}
}

func secureServer() *monitortest.Server {
	return monitortest.NewTLSServer(monitortest.Options{NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(365 * 24 * time.Hour)})
}

func newBenchMonitor(b *testing.B, s *monitortest.Server) *monitor.Monitor {
	cfg := monitor.Config{Allow: monitortest.Loopback(), Secrets: s.Secrets}
	if trust := s.TLSConfig(); trust != nil {
		cfg.TLS = map[string]monitor.TLS{"own": monitor.NewTLS(trust)}
	}
	m, err := monitor.New(cfg)
	if err != nil {
		b.Fatal(err)
	}
	return m
}

func benchProbe(b *testing.B, s *monitortest.Server) {
	defer s.Close()
	s.Forget()
	m := newBenchMonitor(b, s)
	defer m.Close()
	t := monitor.Target{ID: "bench", Kind: monitor.KindURL, URL: s.SiteURL()}
	if s.TLSConfig() != nil {
		t.Params = map[string]string{monitor.ParamTLS: "own"}
	}
	benchRun(b, m, t)
}

func benchObserver(b *testing.B) {
	s := monitortest.NewServer(monitortest.Options{})
	defer s.Close()
	s.Forget()
	m := newBenchMonitor(b, s)
	defer m.Close()
	benchRun(b, m, monitor.Target{ID: "bench", Kind: monitor.KindServerObserver, URL: s.ServerObserverURL()})
}

func benchRun(b *testing.B, m *monitor.Monitor, t monitor.Target) {
	compiled, err := m.Compile(t) // once, as a Scheduler does
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if res := compiled.Run(context.Background()); res.Status != monitor.StatusUp {
			b.Fatal(res.Err())
		}
	}
}

func benchGet(b *testing.B, s *monitortest.Server) {
	benchGetURL(b, s, (*monitortest.Server).SiteURL)
}

func benchGetURL(b *testing.B, s *monitortest.Server, address func(*monitortest.Server) string) {
	defer s.Close()
	s.Forget()
	client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: s.TLSConfig()}}
	for b.Loop() {
		resp, err := client.Get(address(s))
		if err != nil {
			b.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}
