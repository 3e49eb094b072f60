package velneo_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestVServerLife(t *testing.T) {
	_, c := pair(t, func(cfg *velneo.Config) { cfg.PollInterval = time.Millisecond })
	ctx := t.Context()
	v, err := c.VServer(ctx)
	if want := (velneo.VServer{Status: velneo.StatusRunning, VRL: "vatp://vserver.example.com:6676", Version: "7.12.0"}); err != nil || v != want {
		t.Fatal(v, err)
	}
	for _, step := range []struct {
		call func(context.Context) error
		want velneo.Status
	}{{c.Stop, velneo.StatusStopped}, {c.Start, velneo.StatusRunning}} {
		if err := step.call(ctx); err != nil {
			t.Fatal(err)
		}
		if v, err := c.WaitForStatus(ctx, step.want); err != nil || v.Status != step.want {
			t.Error(v, err)
		}
	}
}

func TestWaitEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := bubble(t, nil, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		start := time.Now()
		v, err := c.WaitForStatus(ctx, velneo.StatusStopped)
		if !errors.Is(err, context.DeadlineExceeded) || v != (velneo.VServer{}) || time.Since(start) != 12*time.Second {
			t.Errorf("%v, %v after %v", v, err, time.Since(start))
		}
	})
}

func TestWaitEndsWithAFailure(t *testing.T) {
	server, c := pair(t, nil)
	server.Inject(velneotest.Fault{Resource: "vserver", Code: 403})
	if _, err := c.WaitForStatus(t.Context(), velneo.StatusStopped); !errors.Is(err, velneo.ErrForbidden) {
		t.Errorf("%v, want ErrForbidden", err)
	}
}

// The answer to a backup may take as long as the copy.
func TestBackupMayTakeLong(t *testing.T) {
	for taking, ok := range map[time.Duration]bool{14 * time.Minute: true, 16 * time.Minute: false} {
		synctest.Test(t, func(t *testing.T) {
			server, c := bubble(t, nil, nil)
			server.Inject(velneotest.Fault{
				Action: "backup", Body: `{"status_code":200,"url":"https://backup.example.com/1"}`,
				Before: func() { time.Sleep(taking) },
			})
			link, err := c.Backup(t.Context())
			if (err == nil && link.Reveal() == "https://backup.example.com/1") != ok || !ok && !errors.Is(err, velneo.ErrAmbiguous) {
				t.Errorf("%v: %q, %v", taking, link, err)
			}
			time.Sleep(10 * time.Minute) // the server ends as well
		})
	}
}

func TestBackupWithoutALink(t *testing.T) {
	for _, body := range []string{`{"status_code":200}`, `{"status_code":200,"url":7}`} {
		link, err := newClient(t, answering(t, 200, body)).Backup(t.Context())
		if !link.IsZero() || !errors.Is(err, velneo.ErrProtocol) || !errors.Is(err, velneo.ErrAmbiguous) {
			t.Errorf("%s: %q, %v", body, link, err)
		}
	}
}
