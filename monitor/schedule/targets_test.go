package schedule_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// pushTo sends a document as an observer with that token does, and returns the status.
func pushTo(m *monitor.Monitor, id, token string, at time.Time) int {
	address := "/?target=" + id + "&hash=" + monitor.ObserverHash(token, at) + "&time=" + strconv.FormatInt(at.Unix(), 10)
	body := `{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"20.0.0"}}`
	w := httptest.NewRecorder()
	m.Receiver().ServeHTTP(w, httptest.NewRequest(http.MethodPost, address, strings.NewReader(body)))
	return w.Code
}

// The Receiver knows the Scheduler's targets, from Add to Remove.
func TestScheduler_ReceiverKnowsItsTargets(t *testing.T) {
	server := newServer(t)
	m := newMonitor(t, server)
	s, reports := watched(t, m)
	now := time.Now()
	assert.Equal(t, http.StatusUnauthorized, pushTo(m, "nat", "token", now))
	require.NoError(t, s.Add(monitor.Target{ID: "nat", Kind: monitor.KindPush, Secret: "token", Interval: time.Hour}))
	secret, err := server.Secrets(t.Context(), "token")
	require.NoError(t, err)
	assert.Equal(t, http.StatusNoContent, pushTo(m, "nat", secret.Reveal(), now))
	assert.Equal(t, monitor.StatusUp, next(t, s, reports, "nat").Status)
	require.NoError(t, s.Remove("nat"))
	assert.Equal(t, http.StatusUnauthorized, pushTo(m, "nat", secret.Reveal(), now.Add(time.Second)))
}

// An instance without a URL has its hosting's, as that is at the time.
func TestScheduler_InstanceTakesItsHostingsAddress(t *testing.T) {
	server, other := newServer(t), newServer(t)
	for _, s := range []*monitortest.Server{server, other} {
		s.Set(monitortest.Dolibarr("one"))
	}
	s, reports := watched(t, newMonitor(t, server))
	hosting := hostingTarget(server.ManagerURL())
	hosting.Interval = time.Hour
	one := monitor.Target{ID: "one", Kind: monitor.KindServerManager, Hosting: "h1", Instance: "one", Interval: time.Hour}
	require.NoError(t, s.Add(one))
	res := next(t, s, reports, "one")
	assert.Equal(t, monitor.ReasonConfig, res.Reason)
	assert.Equal(t, "Hosting", res.Field)
	require.NoError(t, s.Add(hosting))
	require.NoError(t, next(t, s, reports, "one").Err())
	asked := len(other.Requests())
	hosting.URL = other.ManagerURL()
	require.NoError(t, s.Update(hosting))
	require.NoError(t, next(t, s, reports, "one").Err())
	assert.Greater(t, len(other.Requests()), asked)
}

// Config.Targets goes first, and a Scheduler that has ended is asked no more.
func TestScheduler_TargetsOfSeveral(t *testing.T) {
	server := newServer(t)
	secret, err := server.Secrets(t.Context(), "token")
	require.NoError(t, err)
	push := func(id string) monitor.Target {
		return monitor.Target{ID: id, Kind: monitor.KindPush, Secret: "token", Interval: time.Hour}
	}
	m, err := monitor.New(monitor.Config{Secrets: server.Secrets, Targets: func(id string) (monitor.Target, bool) {
		return monitor.Target{ID: id, Kind: monitor.KindURL}, id == "taken"
	}})
	require.NoError(t, err)
	defer m.Close()
	first, second := scheduler(t, schedule.Config{Runner: m}, push("a"), push("taken")), scheduler(t, schedule.Config{Runner: m}, push("b"))
	now := time.Now()
	for id, status := range map[string]int{"a": http.StatusNoContent, "b": http.StatusNoContent, "taken": http.StatusUnauthorized} {
		assert.Equal(t, status, pushTo(m, id, secret.Reveal(), now), id)
	}
	require.NoError(t, first.Shutdown(t.Context()))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, second.Run(ctx), context.Canceled)
	for _, id := range []string{"a", "b"} {
		assert.Equal(t, http.StatusUnauthorized, pushTo(m, id, secret.Reveal(), now.Add(time.Second)), id)
	}
}

func TestNew_NilMonitor(t *testing.T) {
	_, err := schedule.New(schedule.Config{Runner: (*monitor.Monitor)(nil)})
	wantField(t, err, "Runner", monitor.ErrInvalid)
}
