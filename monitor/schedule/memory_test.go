package schedule_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
)

// heapBytes is what lives on the heap.
func heapBytes() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestScheduler_BytesPerTarget(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a second")
	}
	const n = 100_000
	synctest.Test(t, func(t *testing.T) {
		targets := make([]monitor.Target, n)
		before := heapBytes()
		for i := range targets {
			targets[i] = every(fmt.Sprintf("target-%06d", i), time.Minute)
		}
		config := heapBytes() - before
		// The scheduler holds a copy of each Target, which is its config, and shares its texts.
		before = heapBytes()
		s := scheduler(t, schedule.Config{Runner: quiet{}}, targets...)
		stop := running(t, s)
		time.Sleep(time.Minute)
		synctest.Wait()
		if runs := s.Stats().Runs; runs != n {
			t.Errorf("%d probes in a minute", runs)
		}
		all := heapBytes() - before
		copies := int64(n) * int64(targetSize)
		t.Logf("a target: config %d B, the scheduler's copy of it %d B, beyond it %d B", config/n, targetSize, (all-copies)/n)
		if beyond := (all - copies) / n; beyond > 500 {
			t.Errorf("%d bytes a target beyond its config, want at most 500", beyond)
		}
		stop()
		runtime.KeepAlive(targets)
	})
}

const targetSize = unsafe.Sizeof(monitor.Target{})

// quiet is a Runner that costs nothing.
type quiet struct{}

func (quiet) Run(_ context.Context, t monitor.Target) monitor.Result {
	return monitor.Result{Target: t.ID, At: time.Now(), Status: monitor.StatusUp}
}
