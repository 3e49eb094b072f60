package schedule

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
)

type nothing struct{}

func (nothing) Run(_ context.Context, t monitor.Target) monitor.Result {
	time.Sleep(time.Second)
	return monitor.Result{Target: t.ID, At: time.Now(), Status: monitor.StatusUp}
}

// What a Scheduler keeps goes with the targets: hosts that are idle, and
// targets that are removed, in flight or not.
func TestScheduler_KeepsNothingOfWhatIsGone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		history, _ := NewHistory(HistoryConfig{})
		s, err := New(Config{Runner: nothing{}, History: history})
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = s.Run(t.Context()) }()
		id := func(i int) string { return fmt.Sprint("t-", i) }
		for i := range 100 {
			target := monitor.Target{ID: id(i), Kind: monitor.KindURL, URL: fmt.Sprintf("http://h%d.example.test/", i), Interval: time.Minute}
			if err := s.Add(target); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(2 * time.Minute)
		for i := range 100 {
			if i%2 == 0 {
				_ = s.RunNow(id(i))
			}
		}
		synctest.Wait()
		for i := range 100 {
			if err := s.Remove(id(i)); err != nil {
				t.Error(err)
			}
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.entries)+len(s.hosts)+len(s.rest)+len(history.tracks) != 0 || s.stats.Targets != 0 {
			t.Errorf("kept: %d entries, %d hosts, %d turns, %d tracks", len(s.entries), len(s.hosts), len(s.rest), len(history.tracks))
		}
	})
}

// A target is read once for all its probes, until it is changed.
func TestScheduler_CompilesOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, err := monitor.New(monitor.Config{})
		require.NoError(t, err)
		up := func(context.Context, monitor.Target) monitor.Result { return monitor.Result{Status: monitor.StatusUp} }
		require.NoError(t, m.Register("own", monitor.ProbeFunc(up)))
		s, err := New(Config{Runner: m})
		require.NoError(t, err)
		x := monitor.Target{ID: "x", Kind: "own", Interval: time.Minute}
		require.NoError(t, s.Add(x))
		go func() { _ = s.Run(t.Context()) }()
		compiled := func() *monitor.Compiled {
			time.Sleep(time.Minute)
			synctest.Wait()
			s.mu.Lock()
			defer s.mu.Unlock()
			return s.entries["x"].compiled
		}
		first := compiled()
		require.NotNil(t, first)
		assert.Same(t, first, compiled())
		x.Labels = map[string]string{"new": "label"}
		require.NoError(t, s.Update(x))
		second := compiled()
		assert.NotSame(t, first, second)
		assert.Equal(t, x, second.Target())
		require.NoError(t, s.Shutdown(t.Context()))
	})
}
