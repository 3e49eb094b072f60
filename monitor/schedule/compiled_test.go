package schedule_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// watched is a Scheduler on a Monitor, whose results come by a channel.
func watched(t *testing.T, m *monitor.Monitor) (*schedule.Scheduler, <-chan schedule.Report) {
	t.Helper()
	reports := make(chan schedule.Report, 100)
	s, err := schedule.New(schedule.Config{Runner: m, Sinks: []schedule.Sink{
		schedule.SinkFunc(func(_ context.Context, r schedule.Report) error { reports <- r; return nil }),
	}})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-ended })
	return s, reports
}

// next probes a target now and returns what was found.
func next(t *testing.T, s *schedule.Scheduler, reports <-chan schedule.Report, id string) monitor.Result {
	t.Helper()
	require.NoError(t, s.RunNow(id))
	return (<-reports).Result
}

// What was read of a target before Update, Remove or Pause is not used after it.
func TestScheduler_ProbesTheTargetAsItIs(t *testing.T) {
	server, other := newServer(t), newServer(t)
	s, reports := watched(t, newMonitor(t, server))
	x := monitor.Target{ID: "x", Kind: monitor.KindURL, URL: server.SiteURL(), Interval: time.Hour}
	require.NoError(t, s.Add(x))
	for range 2 {
		assert.Equal(t, server.SiteURL(), next(t, s, reports, "x").HTTP.URL)
	}
	moved := x
	moved.URL = other.SiteURL()
	require.NoError(t, s.Update(moved))
	assert.Equal(t, other.SiteURL(), next(t, s, reports, "x").HTTP.URL)
	strict := moved
	strict.Params = map[string]string{monitor.ParamBody: "not on this page"}
	require.NoError(t, s.Sync([]monitor.Target{strict}))
	assert.Equal(t, monitor.ReasonAssertion, next(t, s, reports, "x").Reason)
	require.NoError(t, s.Remove("x"))
	require.NoError(t, s.Add(x))
	res := next(t, s, reports, "x")
	assert.Equal(t, server.SiteURL(), res.HTTP.URL)
	assert.Equal(t, monitor.StatusUp, res.Status)
}

// A target may be added before its kind is registered.
func TestScheduler_KindRegisteredLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := monitor.New(monitor.Config{})
		require.NoError(t, err)
		s := scheduler(t, schedule.Config{Runner: m}, monitor.Target{ID: "x", Kind: "own", Interval: time.Minute})
		stop := running(t, s)
		time.Sleep(3 * time.Minute)
		state, err := s.State("x")
		require.NoError(t, err)
		assert.Equal(t, monitor.StatusUnknown, state.Status)
		require.NoError(t, m.Register("own", monitor.ProbeFunc(func(context.Context, monitor.Target) monitor.Result {
			return monitor.Result{Status: monitor.StatusUp}
		})))
		time.Sleep(time.Minute)
		state, err = s.State("x")
		require.NoError(t, err)
		assert.Equal(t, monitor.StatusUp, state.Status)
		stop()
	})
}

// wrapped is a Runner of the program's own around a Monitor.
type wrapped struct {
	*monitor.Monitor
	runs int
}

func (w *wrapped) Run(context.Context, monitor.Target) monitor.Result {
	w.runs++
	return monitor.Result{Status: monitor.StatusUp}
}

// A Runner that embeds a Monitor is still the one that is asked.
func TestScheduler_RunnerAroundAMonitor(t *testing.T) {
	m, err := monitor.New(monitor.Config{})
	require.NoError(t, err)
	for name, inside := range map[string]*monitor.Monitor{"one": m, "none": nil} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := &wrapped{Monitor: inside}
				stop := running(t, scheduler(t, schedule.Config{Runner: w}, every("x", time.Minute)))
				time.Sleep(3 * time.Minute)
				stop()
				assert.Equal(t, 3, w.runs)
			})
		})
	}
}
