package monitor_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// Discover by hand tells of an instance that was set up a moment ago, although
// the cycle's listing does not know it; what it hears is good for the probes.
func TestDiscover_AsksNow(t *testing.T) {
	for name, address := range map[string]func(*monitortest.Server) string{
		"one document": (*monitortest.Server).ManagerURL, "by action": (*monitortest.Server).ActionsURL,
	} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			s.Set(monitortest.Dolibarr("one"))
			m := newMonitor(t, s)
			hosting := hostingTarget(address(s))
			want(t, m.Run(t.Context(), hosting), monitor.StatusUp, "")
			s.Set(monitortest.Dolibarr("two"))
			shared, err := m.Discover(monitor.InCycle(t.Context()), hosting)
			require.NoError(t, err)
			assert.Len(t, shared, 1, "a Scheduler's discovery goes by its cycle's listing")
			found, err := m.Discover(t.Context(), hosting)
			require.NoError(t, err)
			require.Len(t, found, 2)
			asked := len(s.Requests())
			want(t, m.Run(t.Context(), found[1]), monitor.StatusUp, "")
			if name == "one document" {
				assert.Len(t, s.Requests(), asked)
			}
			_, err = m.Discover(t.Context(), hosting)
			require.NoError(t, err)
			assert.Greater(t, len(s.Requests()), asked)
		})
	}
}
