package velneo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
)

func TestVServer_StopAndStart(t *testing.T) {
	_, c := pair(t, func(cfg *velneo.Config) { cfg.PollInterval = time.Millisecond })
	v, err := c.VServer(t.Context())
	require.NoError(t, err)
	want := velneo.VServer{Status: velneo.StatusRunning, VRL: "vatp://vserver.example.com:6676", Version: "7.12.0"}
	assert.Equal(t, want, v)
	for _, step := range []struct {
		call   func(context.Context) error
		status velneo.Status
	}{{c.Stop, velneo.StatusStopped}, {c.Start, velneo.StatusRunning}} {
		t.Run(string(step.status), func(t *testing.T) {
			require.NoError(t, step.call(t.Context()))
			v, err := c.WaitForStatus(t.Context(), step.status)
			require.NoError(t, err)
			want.Status = step.status
			assert.Equal(t, want, v)
		})
	}
}
