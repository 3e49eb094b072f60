package monitor_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

func newServer(t *testing.T) *monitortest.Server {
	t.Helper()
	return newServerAt(t, nil)
}

// newServerAt returns one with a clock.
func newServerAt(t *testing.T, now func() time.Time) *monitortest.Server {
	t.Helper()
	s := monitortest.NewServer(monitortest.Options{Now: now})
	t.Cleanup(s.Close)
	return s
}

// newMonitor returns one that may call this machine and knows s's secrets.
func newMonitor(t *testing.T, s *monitortest.Server, change ...func(*monitor.Config)) *monitor.Monitor {
	t.Helper()
	cfg := monitor.Config{Allow: monitortest.Loopback()}
	if s != nil {
		cfg.Secrets = s.Secrets
	}
	for _, f := range change {
		f(&cfg)
	}
	m, err := monitor.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(m.Close)
	return m
}

// want compares what matters of a verdict.
func want(t *testing.T, res monitor.Result, status monitor.Status, reason monitor.Reason) {
	t.Helper()
	if res.Status != status || res.Reason != reason {
		t.Fatalf("%v %q (%s %s), want %v %q", res.Status, res.Reason, res.Field, res.Detail, status, reason)
	}
}

func target(kind monitor.Kind, url, secret string) monitor.Target {
	return monitor.Target{ID: "t", Kind: kind, URL: url, Secret: secret, Timeout: 5 * time.Second}
}

// field asserts that err is the package's own and names the field.
func field(t *testing.T, err error, name string, condition error) {
	t.Helper()
	var e *monitor.Error
	if !errors.As(err, &e) || e.Field != name || !errors.Is(err, condition) {
		t.Fatalf("%v, want %v for %s", err, condition, name)
	}
}

func noSecrets(context.Context, string) (monitor.Secret, error) { return monitor.Secret{}, nil }

func monitortestPath(address string) string { return monitortest.PathOf(address) }

// raw answers with bytes that no http.Handler would write.
func raw(text string) monitortest.Answer {
	return func(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = conn.Write([]byte(text))
		_ = conn.Close()
	}
}

func hugeHeader(w http.ResponseWriter, _ *http.Request, _ <-chan struct{}) {
	w.Header().Set("X-Padding", strings.Repeat("x", 1<<20))
}
