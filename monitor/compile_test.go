package monitor_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// sameResult compares two Results without their times and ports.
func sameResult(t *testing.T, want, got monitor.Result) {
	t.Helper()
	for _, r := range []*monitor.Result{&want, &got} {
		r.At, r.ObservedAt, r.Duration, r.Phases = want.At, want.ObservedAt, 0, monitor.Phases{}
	}
	assert.Equal(t, want, got)
}

// kinds is a Target of each of the package's kinds that calls a server.
func kinds(s *monitortest.Server) map[string]monitor.Target {
	s.Set(monitortest.Dolibarr("one"))
	instance := hostingTarget(s.ManagerURL())
	instance.ID, instance.Scope, instance.Instance = "h1/one", monitor.ScopeInstance, "one"
	byAction := instance
	byAction.URL = s.ActionsURL()
	page := target(monitor.KindURL, s.SiteURL(), "")
	page.Params = map[string]string{monitor.ParamBody: ".", monitor.ParamStatus: "200"}
	return map[string]monitor.Target{
		"url": page, "dolibarr": target(monitor.KindDolibarr, s.DolibarrURL(), "key"),
		"observer": target(monitor.KindServerObserver, s.ObserverURL(), "token"),
		"hosting":  hostingTarget(s.ManagerURL()), "instance": instance, "instance by action": byAction,
	}
}

func TestCompiled_FindsWhatRunFinds(t *testing.T) {
	s := newServer(t)
	for name, x := range kinds(s) {
		t.Run(name, func(t *testing.T) {
			want := newMonitor(t, s).Run(t.Context(), x)
			m := newMonitor(t, s)
			c, err := m.Compile(x)
			require.NoError(t, err)
			assert.Equal(t, x, c.Target())
			for range 3 { // none changes what the next one finds
				sameResult(t, want, c.Run(t.Context()))
			}
		})
	}
}

func TestCompile_RefusesWhatCheckRefuses(t *testing.T) {
	m := newMonitor(t, nil)
	for name, x := range map[string]monitor.Target{
		"no ID":      {Kind: monitor.KindURL, URL: "http://www.example.com/"},
		"no URL":     target(monitor.KindURL, "", ""),
		"bad URL":    target(monitor.KindURL, "http://[/", ""),
		"bad kind":   target("none", "http://www.example.com/", ""),
		"no secret":  target(monitor.KindPush, "", ""),
		"bad option": {ID: "t", Kind: monitor.KindURL, URL: "http://www.example.com/", Params: map[string]string{monitor.ParamBody: "("}},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := m.Compile(x)
			assert.Nil(t, c)
			require.Error(t, err)
			assert.Equal(t, m.Check(x), err)
		})
	}
}

func TestCompiled_ManyAtOnce(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for name, x := range kinds(s) {
		t.Run(name, func(t *testing.T) {
			c, err := m.Compile(x)
			require.NoError(t, err)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() { assert.NoError(t, c.Run(t.Context()).Err()) })
			}
			all.Wait()
		})
	}
}

func TestCompiled_AfterClose(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	c, err := m.Compile(target(monitor.KindURL, s.SiteURL(), ""))
	require.NoError(t, err)
	m.Close()
	assert.ErrorIs(t, c.Run(t.Context()).Err(), monitor.ErrClosed)
}

// A kind of the package that was got by Lookup is asked without Check before.
func TestLookup_ProbeOfABadTarget(t *testing.T) {
	m := newMonitor(t, nil)
	p, err := m.Lookup(monitor.KindURL)
	require.NoError(t, err)
	res := p.Probe(t.Context(), target(monitor.KindURL, "http://[/", ""))
	want(t, res, monitor.StatusUnknown, monitor.ReasonConfig)
	assert.Equal(t, "URL", res.Field)
}
