package monitor_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// What a list of instances holds, and what of it can't be read, both show.
func TestManager_ListsThatCantBeRead(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for list, c := range map[string]struct {
		status monitor.Status
		names  []string // nil: not told
		detail string
	}{
		`[{"name":"a","dolibarr":{"version":"20"}}]`: {monitor.StatusUp, []string{"a"}, ""},
		`[]`:                       {monitor.StatusUp, []string{}, ""},
		`{}`:                       {monitor.StatusUp, []string{}, ""},
		`null`:                     {monitor.StatusUp, nil, "reports no list of instances"},
		`{"2024":{},"2025":{}}`:    {monitor.StatusUp, []string{"2024", "2025"}, ""},
		`{"0":"a","2":"b"}`:        {monitor.StatusUp, []string{"a", "b"}, ""},
		`{"1":{"name":"a"}}`:       {monitor.StatusUp, []string{"a"}, ""},
		`["a",5,null,{},["b"]]`:    {monitor.StatusDegraded, []string{"a"}, "4 of the list's 5 entries can't be read"},
		`[5]`:                      {monitor.StatusDown, nil, "1 entries of the list"},
		`7`:                        {monitor.StatusDown, nil, "is not a list"},
		`"a,b"`:                    {monitor.StatusDown, nil, "is not a list"},
		`true`:                     {monitor.StatusDown, nil, "is not a list"},
		`{"a":{"error":{"no":5}}}`: {monitor.StatusUp, []string{"a"}, ""},
	} {
		t.Run(list, func(t *testing.T) {
			s.Script(monitortest.PathOf(s.ManagerURL()), monitortest.Text(`{"apiname":"servermanager","apiversion":"1.0","instances":`+list+`}`))
			hosting := hostingTarget(s.ManagerURL())
			hosting.Interval, hosting.Timeout = 0, 0
			res := m.Run(t.Context(), hosting)
			assert.Equal(t, c.status, res.Status)
			assert.Contains(t, res.Detail, c.detail)
			require.Equal(t, c.names == nil, res.Instances == nil)
			var got []string
			for _, i := range res.Instances {
				got = append(got, i.Name)
				if strings.Contains(list, "error") {
					assert.Equal(t, "an error that can't be read", i.Problem)
				}
			}
			assert.ElementsMatch(t, c.names, got)
		})
	}
}

// An instance that a list may or may not hold is not known.
func TestManager_InstanceOfAListThatCantBeRead(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for list, status := range map[string]monitor.Status{
		`[{"name":"a"}]`: monitor.StatusDown, // it is gone
		`[]`:             monitor.StatusDown,
		`["a",5]`:        monitor.StatusUnknown,
		`null`:           monitor.StatusUnknown,
	} {
		s.Script(monitortest.PathOf(s.ManagerURL()), monitortest.Text(`{"apiname":"servermanager","apiversion":"1.0","instances":`+list+`}`))
		x := hostingTarget(s.ManagerURL())
		x.Scope, x.Instance, x.Interval, x.Timeout = monitor.ScopeInstance, "erp", 0, 0
		want(t, m.Run(t.Context(), x), status, monitor.ReasonBadPayload)
	}
}

// By action, an error document is no empty list.
func TestManager_ErrorInPlaceOfNames(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	for _, body := range []string{`{"error":"denied","trace":[]}`, `{}`, `7`, `"x"`} {
		s.Script(monitortest.PathOf(s.ActionsURL()), nil, monitortest.Text(body))
		x := hostingTarget(s.ActionsURL())
		x.Interval, x.Timeout = 0, 0
		want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonBadPayload)
	}
}
