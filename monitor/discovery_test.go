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

// No list is not an empty one: who removes what is gone must be able to tell.
func TestDiscover_NoListIsNil(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for list, want := range map[string][]monitor.Target{`null`: nil, `[]`: {}, `{}`: {}} {
		s.Script(monitortest.PathOf(s.ManagerURL()), monitortest.Text(`{"apiname":"servermanager","apiversion":"1.0","instances":`+list+`}`))
		found, err := m.Discover(t.Context(), hostingTarget(s.ManagerURL()))
		require.NoError(t, err)
		assert.Equal(t, want, found, list)
	}
}

// A listing that has just failed is no answer to a Discover by hand either.
func TestDiscover_AsksNowAfterAFailure(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("one"))
	m := newMonitor(t, s)
	hosting := hostingTarget(s.ManagerURL())
	s.Script(monitortest.PathOf(s.ManagerURL()), monitortest.Status(503), monitortest.Status(503))
	want(t, m.Run(t.Context(), hosting), monitor.StatusDown, monitor.ReasonHTTPStatus)
	_, err := m.Discover(monitor.InCycle(t.Context()), hosting)
	require.ErrorIs(t, err, monitor.ErrUnavailable)
	require.Len(t, s.Requests(), 1, "a Scheduler's discovery goes by the failed listing")
	_, err = m.Discover(t.Context(), hosting)
	require.ErrorIs(t, err, monitor.ErrUnavailable)
	require.Len(t, s.Requests(), 2)
	found, err := m.Discover(t.Context(), hosting)
	require.NoError(t, err)
	assert.Len(t, found, 1)
	want(t, m.Run(t.Context(), found[0]), monitor.StatusUp, "")
	assert.Len(t, s.Requests(), 3, "the probes share what Discover heard")
}
