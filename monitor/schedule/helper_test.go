package schedule_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

func newServer(t *testing.T) *monitortest.Server {
	t.Helper()
	s := monitortest.NewServer(monitortest.Options{})
	t.Cleanup(s.Close)
	return s
}

// newMonitor returns one that may call this machine and knows s's secrets.
func newMonitor(t *testing.T, s *monitortest.Server) *monitor.Monitor {
	t.Helper()
	m, err := monitor.New(s.Config())
	require.NoError(t, err)
	t.Cleanup(m.Close)
	return m
}

func hostingTarget(url string) monitor.Target {
	return monitor.Target{
		ID: "h1", Scope: monitor.ScopeHosting, Kind: monitor.KindServerManager, URL: url, Secret: "token",
		Interval: time.Minute, Timeout: 10 * time.Second,
	}
}

// fifty puts fifty instances on a server.
func fifty(s *monitortest.Server) {
	for i := range 50 {
		s.Set(monitortest.Dolibarr(fmt.Sprintf("client%02d", i)))
	}
}

// listings counts a server's requests for the whole list.
func listings(s *monitortest.Server) (n int) {
	for _, r := range s.Requests() {
		if !strings.Contains(r.Query, "action=") {
			n++
		}
	}
	return n
}
