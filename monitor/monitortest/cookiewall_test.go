package monitortest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// Who keeps the cookie gets through; who does not is sent round for ever.
func TestCookieWall(t *testing.T) {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	server.Always("/", monitortest.CookieWall("seen", monitortest.Text("welcome")))
	m, err := monitor.New(server.Config())
	require.NoError(t, err)
	defer m.Close()
	x := monitor.Target{ID: "site", Kind: monitor.KindURL, URL: server.SiteURL(), Params: map[string]string{monitor.ParamBody: "welcome"}}
	res := m.Run(t.Context(), x)
	require.NoError(t, res.Err())
	assert.Equal(t, 1, res.HTTP.Redirects)
	assert.Len(t, server.Requests(), 2)
}

// What an Instance leaves open the Server does not tell either.
func TestDocuments_LeaveOutTheUnknown(t *testing.T) {
	server := monitortest.NewServer(monitortest.Options{})
	defer server.Close()
	own := monitortest.Dolibarr("")
	own.Users, own.ActiveUsers, own.LockUnknown = monitor.Count{}, monitor.CountOf(0), true
	own.Modules[0].Unclear = true
	server.Set(own)
	m, err := monitor.New(server.Config())
	require.NoError(t, err)
	defer m.Close()
	res := m.Run(t.Context(), monitor.Target{ID: "erp", Kind: monitor.KindServerObserver, URL: server.ObserverURL(), Secret: "token"})
	require.NoError(t, res.Err())
	assert.Equal(t, own.Users, res.Instance.Users)
	assert.Equal(t, own.ActiveUsers, res.Instance.ActiveUsers)
	assert.Equal(t, own.Modules, res.Instance.Modules)
	res = m.Run(t.Context(), monitor.Target{ID: "erp", Kind: monitor.KindDolibarr, URL: server.DolibarrURL(), Secret: "key"})
	require.NoError(t, res.Err())
	assert.True(t, res.Instance.LockUnknown)
	own.Modules = nil
	server.Set(own)
	res = m.Run(t.Context(), monitor.Target{ID: "erp", Kind: monitor.KindServerObserver, URL: server.ObserverURL(), Secret: "token"})
	assert.Nil(t, res.Instance.Modules)
}
