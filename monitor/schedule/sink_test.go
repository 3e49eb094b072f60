package schedule_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/monitor/schedule"
)

func TestSink_SlowAndBroken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := 0
		sinks := []schedule.Sink{
			schedule.SinkFunc(func(context.Context, schedule.Report) error { good++; return nil }),
			schedule.SinkFunc(func(ctx context.Context, _ schedule.Report) error { <-ctx.Done(); return ctx.Err() }),
			schedule.SinkFunc(func(context.Context, schedule.Report) error { panic("a bug in the program") }),
			schedule.SinkFunc(func(context.Context, schedule.Report) error { return errors.New("disk full") }),
		}
		s := scheduler(t, schedule.Config{Runner: &script{}, Sinks: sinks, Queue: 7})
		for i := range 20 {
			if err := s.Add(every(fmt.Sprint(i), time.Minute)); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- s.Run(ctx) }()
		time.Sleep(time.Minute)
		synctest.Wait()
		stats := s.Stats().Sinks
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Run: %v", err)
		}
		if good != 20 || stats[0] != (schedule.SinkStats{Delivered: 20}) {
			t.Errorf("good sink: %d, %+v", good, stats[0])
		}
		if want := (schedule.SinkStats{Dropped: 12, Queued: 7}); stats[1] != want { // one is in its hands
			t.Errorf("stuck sink: %+v, want %+v", stats[1], want)
		}
		if want := (schedule.SinkStats{Failed: 20}); stats[2] != want || stats[3] != want {
			t.Errorf("broken sinks: %+v, %+v", stats[2], stats[3])
		}
		after := s.Stats().Sinks[1]
		if want := (schedule.SinkStats{Failed: 1, Dropped: 19}); after != want {
			t.Errorf("stuck sink after the end: %+v, want %+v", after, want)
		}
	})
}
