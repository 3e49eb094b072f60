package statuspage_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
	"github.com/hebergo/hebergo/monitor/statuspage"
)

// runner is a monitor.Runner that a test writes.
type runner func(t monitor.Target) monitor.Result

func (f runner) Run(_ context.Context, t monitor.Target) monitor.Result {
	r := f(t)
	r.Target, r.Kind, r.At, r.Duration = t.ID, t.Kind, time.Now(), 80*time.Millisecond
	return r
}

// watched is a page about targets that answer by their ID, within a bubble.
type watched struct {
	page      http.Handler
	scheduler *schedule.Scheduler
}

func watch(t *testing.T, run runner, cfg statuspage.Config, change func(*schedule.Config), ids ...string) watched {
	t.Helper()
	history, err := schedule.NewHistory(schedule.HistoryConfig{})
	require.NoError(t, err)
	c := schedule.Config{Runner: run, History: history}
	if change != nil {
		change(&c)
	}
	s, err := schedule.New(c)
	require.NoError(t, err)
	for _, id := range ids {
		require.NoError(t, s.Add(monitor.Target{ID: id, Kind: monitor.KindURL, URL: "http://" + id + ".example.test/", Interval: time.Minute}))
	}
	cfg.Scheduler, cfg.History, cfg.Fresh = s, history, -1
	page, err := statuspage.New(cfg)
	require.NoError(t, err)
	return watched{page, s}
}

func (w watched) report(t *testing.T) (r statuspage.Report) {
	t.Helper()
	require.NoError(t, json.Unmarshal(fetch(w.page, "GET", "/?format=json").Body.Bytes(), &r))
	return r
}

func (w watched) html() string { return fetch(w.page, "GET", "/").Body.String() }

// run starts the scheduler and returns what ends it.
func (w watched) run(t *testing.T) (stop func()) {
	ended := make(chan error, 1)
	go func() { ended <- w.scheduler.Run(context.Background()) }()
	return func() {
		require.NoError(t, w.scheduler.Shutdown(t.Context()))
		require.NoError(t, <-ended)
	}
}

func up(monitor.Target) monitor.Result {
	return monitor.Result{Status: monitor.StatusUp, Reachable: true, HTTP: &monitor.HTTP{Status: 200}, Disk: &monitor.Disk{Used: monitor.Bytes(1e9)}}
}

// Ten days after the scheduler has ended the page does not say that all is up.
func TestStale_OnThePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, up, statuspage.Config{}, nil, "a", "b")
		stop := w.run(t)
		time.Sleep(10 * time.Minute)
		assert.Contains(t, w.html(), "All 2 targets are up")
		stop()
		time.Sleep(10 * 24 * time.Hour)
		r := w.report(t)
		assert.Equal(t, map[string]int{"unknown": 2}, r.Counts)
		assert.Equal(t, []string{"The monitor ended 10 days ago: nothing is watched any more"}, r.Problems)
		row := r.Targets[0]
		assert.True(t, row.Stale)
		assert.Equal(t, "unknown", row.Status)
		assert.Nil(t, row.Disk, "what was found ten days ago")
		assert.Zero(t, row.HTTPStatus)
		html := w.html()
		assert.Contains(t, html, "Nothing is known of any of the 2 targets")
		assert.Contains(t, html, "unknown · stale: the last result is 10 days old")
		assert.NotContains(t, html, "are up")
	})
}

func TestStale_NeverStarted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, up, statuspage.Config{Public: true}, nil, "a")
		time.Sleep(time.Hour)
		assert.Equal(t, []string{"The monitor was not started: nothing is watched"}, w.report(t).Problems)
		html := w.html()
		assert.Contains(t, html, "1 of 1 target is not known")
		assert.Contains(t, html, "stale: there is no result")
	})
}

func TestStale_Hangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		w := watch(t, func(monitor.Target) monitor.Result { <-release; return monitor.Result{} }, statuspage.Config{}, nil, "a")
		stop := w.run(t)
		time.Sleep(time.Hour)
		assert.Equal(t, []string{"The monitor has no recent result of 1 target: it hangs, or can't keep up"}, w.report(t).Problems)
		close(release)
		stop()
	})
}

// A target that can't be probed is shown as what it is, with the field at
// fault, and the headline does not pass it over.
func TestUnknown_OnThePage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := func(x monitor.Target) monitor.Result {
			if x.ID == "good" {
				return up(x)
			}
			return monitor.Result{Reason: monitor.ReasonConfig, Field: "Params[folow]", Detail: "Params[folow] is not an option of this kind: folow"}
		}
		w := watch(t, broken, statuspage.Config{}, nil, "good", "slip")
		stop := w.run(t)
		time.Sleep(10 * time.Minute)
		r := w.report(t)
		stop()
		first := r.Targets[0]
		assert.Equal(t, "slip", first.ID)
		assert.Equal(t, [3]any{"unknown", monitor.ReasonConfig, "Params[folow]"}, [3]any{first.Status, first.Reason, first.Field})
		assert.Nil(t, first.Uptime, "unknown time is neither up nor down")
		assert.Greater(t, first.Unknown, 400.0)
		html := w.html()
		assert.Contains(t, html, "1 of 2 targets is not known")
		assert.Contains(t, html, "Params[folow] is not an option of this kind: folow")
		assert.Contains(t, html, "· config")
	})
}

// A target that was degraded half the time is no target of 100 %.
func TestDegraded_IsNotPassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		w := watch(t, func(x monitor.Target) monitor.Result {
			r := up(x)
			if n++; n > 30 {
				r.Status, r.Reason, r.Detail = monitor.StatusDegraded, monitor.ReasonAssertion, "slower than 1s"
			}
			return r
		}, statuspage.Config{}, nil, "a")
		stop := w.run(t)
		time.Sleep(time.Hour)
		r := w.report(t).Targets[0]
		assert.EqualValues(t, 1, *r.Uptime)
		assert.InDelta(t, 0.5, *r.Healthy, 0.05)
		assert.Regexp(t, `of it 4\d\.\d\d % degraded|of it 5\d\.\d\d % degraded`, w.html())
		stop()
	})
}

// Changes that OnChange was too slow for are told of.
func TestDroppedChanges_AreShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		w := watch(t, up, statuspage.Config{}, func(c *schedule.Config) {
			c.Queue, c.OnChange = 1, func(schedule.Report) { <-release }
		}, "a", "b", "c", "d")
		stop := w.run(t)
		time.Sleep(2 * time.Minute)
		assert.Equal(t, []string{"2 changes not delivered: OnChange is too slow"}, w.report(t).Problems)
		assert.Contains(t, w.html(), "2 changes not delivered")
		close(release)
		stop()
	})
}

// The page judges a certificate as the probe did.
func TestCertificate_ByTheProbesRule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		day := 24 * time.Hour
		certificates := map[string]*monitor.Certificate{
			"six-days-new":   {NotBefore: now.Add(-day), NotAfter: now.Add(5 * day), WarnFrom: now.Add(4 * day), EarliestExpiry: now.Add(5 * day)},
			"old-extra":      {NotBefore: now.Add(-day), NotAfter: now.Add(60 * day), WarnFrom: now.Add(46 * day), EarliestExpiry: now.Add(-90 * day), LastChainExpiry: now.Add(60 * day)},
			"soon":           {NotBefore: now.Add(-80 * day), NotAfter: now.Add(10 * day), WarnFrom: now.Add(-4 * day), EarliestExpiry: now.Add(10 * day)},
			"weak-chain":     {NotBefore: now.Add(-day), NotAfter: now.Add(60 * day), WarnFrom: now.Add(-day), EarliestExpiry: now.Add(5 * day), LastChainExpiry: now.Add(5 * day)},
			"never-by-param": {NotBefore: now.Add(-80 * day), NotAfter: now.Add(day), WarnFrom: now.Add(day), EarliestExpiry: now.Add(day)},
			"ended":          {NotBefore: now.Add(-80 * day), NotAfter: now.Add(-day), WarnFrom: now.Add(-day), EarliestExpiry: now.Add(-day)},
		}
		var ids []string
		for id := range certificates {
			ids = append(ids, id)
		}
		w := watch(t, func(x monitor.Target) monitor.Result {
			r := up(x)
			r.Certificate = certificates[x.ID]
			return r
		}, statuspage.Config{}, nil, ids...)
		stop := w.run(t)
		time.Sleep(2 * time.Minute)
		got := map[string]string{}
		for _, x := range w.report(t).Targets {
			got[x.ID] = x.CertStatus
			assert.Equal(t, certificates[x.ID].Ends().UTC(), x.CertExpires.UTC(), x.ID)
		}
		stop()
		assert.Equal(t, map[string]string{
			"six-days-new": "up", "old-extra": "up", "soon": "degraded", "weak-chain": "degraded", "never-by-param": "up", "ended": "down",
		}, got)
	})
}
