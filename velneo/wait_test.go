package velneo_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// A server that was told to stop may report "running" for a while.
func TestWaitForStatus_StateThatLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, c := bubble(t, nil, nil)
		server.SetLag(3)
		require.NoError(t, c.Stop(t.Context()))
		start := time.Now()
		v, err := c.WaitForStatus(t.Context(), velneo.StatusStopped)
		require.NoError(t, err)
		assert.Equal(t, velneo.StatusStopped, v.Status)
		assert.Equal(t, 4, server.Count("GET", "vserver", ""))
		assert.Equal(t, 15*time.Second, time.Since(start))
	})
}

func TestWaitForStatus_EndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := bubble(t, nil, nil)
		ctx, cancel := context.WithTimeout(t.Context(), 12*time.Second)
		defer cancel()
		start := time.Now()
		v, err := c.WaitForStatus(ctx, velneo.StatusStopped)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, velneo.VServer{}, v)
		assert.Equal(t, 12*time.Second, time.Since(start))
	})
}

// An outage of the API, however it shows, does not end the wait.
func TestWaitForStatus_LivesThroughAnOutage(t *testing.T) {
	for name, outage := range map[string]velneotest.Fault{
		"connection lost":    {Break: true},
		"503":                {Status: 503},
		"500 by status_code": {Code: 500},
		"rate limited":       {Status: 429, Code: 429},
		"maintenance page":   {Status: 200, Body: "<html>"},
		"redirect":           {Status: 302, Header: http.Header{"Location": {"https://status.example.com/"}}},
		"no status":          {Body: `{"status_code":200}`},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, c := bubble(t, nil, nil)
				outage.Times = 40
				server.Inject(outage)
				ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
				defer cancel()
				v, err := c.WaitForStatus(ctx, velneo.StatusRunning)
				require.NoError(t, err)
				assert.Equal(t, velneo.StatusRunning, v.Status)
			})
		})
	}
}

func TestWaitForStatus_ErrorOfADeadlineHoldsTheOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, c := bubble(t, nil, func(cfg *velneo.Config) { cfg.MaxAttempts = 1 })
		server.Inject(velneotest.Fault{Resource: "vserver", Status: 503, Times: 1000})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		v, err := c.WaitForStatus(ctx, velneo.StatusRunning)
		assert.Equal(t, time.Minute, time.Since(start))
		assert.Equal(t, velneo.VServer{}, v)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.ErrorIs(t, err, velneo.ErrUnavailable)
		assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
		assert.EqualError(t, err, "velneo: GET vserver: context deadline exceeded; last error: HTTP 503 Service Unavailable")
	})
}

func TestWaitForStatus_FinalFailures(t *testing.T) {
	for name, final := range map[string]struct {
		fault velneotest.Fault
		want  error
	}{
		"forbidden":    {velneotest.Fault{Resource: "vserver", Code: 403}, velneo.ErrForbidden},
		"not found":    {velneotest.Fault{Resource: "vserver", Status: 404}, velneo.ErrNotFound},
		"unauthorized": {velneotest.Fault{Resource: "session", Code: 401}, velneo.ErrUnauthorized},
		"invalid":      {velneotest.Fault{Resource: "vserver", Code: 400}, velneo.ErrInvalid},
		"conflict":     {velneotest.Fault{Resource: "vserver", Code: 409}, velneo.ErrConflict},
		"too large":    {velneotest.Fault{Resource: "vserver", Body: strings.Repeat(" ", 9<<20)}, velneo.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			server, c := pair(t, nil)
			server.Inject(final.fault)
			_, err := c.WaitForStatus(t.Context(), velneo.StatusRunning)
			assert.ErrorIs(t, err, final.want)
		})
	}
	t.Run("certificate", func(t *testing.T) {
		server := velneotest.NewTLSServer(velneotest.Options{})
		t.Cleanup(server.Close)
		cfg := server.Config()
		other := selfSigned(t, newKey(t), false)
		for _, pins := range [][]string{nil, {velneo.Pin(other.Leaf)}} {
			t.Run(fmt.Sprint(len(pins), " pins"), func(t *testing.T) {
				cfg.Pins = pins
				_, err := newClient(t, cfg).WaitForStatus(t.Context(), velneo.StatusRunning)
				assert.ErrorIs(t, err, velneo.ErrProtocol)
			})
		}
	})
}

func TestWaitForStatus_Interval(t *testing.T) {
	for name, wait := range map[string]struct {
		options []velneo.WaitOptions
		want    time.Duration
	}{
		"of the Config":         {nil, 15 * time.Second},
		"of the call":           {[]velneo.WaitOptions{{Interval: time.Minute}}, 3 * time.Minute},
		"later options":         {[]velneo.WaitOptions{{Interval: time.Minute}, {Interval: time.Hour}}, 3 * time.Hour},
		"later ones without it": {[]velneo.WaitOptions{{Interval: time.Minute}, {}}, 3 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, c := bubble(t, nil, nil)
				server.SetLag(3)
				require.NoError(t, c.Stop(t.Context()))
				start := time.Now()
				_, err := c.WaitForStatus(t.Context(), velneo.StatusStopped, wait.options...)
				require.NoError(t, err)
				assert.Equal(t, wait.want, time.Since(start))
			})
		})
	}
	_, c := pair(t, nil)
	for _, interval := range []time.Duration{-1, 1, time.Millisecond - 1, time.Hour + 1} {
		t.Run(interval.String(), func(t *testing.T) {
			_, err := c.WaitForStatus(t.Context(), velneo.StatusStopped, velneo.WaitOptions{Interval: interval})
			assert.ErrorIs(t, err, velneo.ErrInvalid, interval)
		})
	}
}

// The service's own word counts where it asks for more patience, but not for
// a year of it.
func TestWaitForStatus_RetryAfter(t *testing.T) {
	for header, want := range map[string]time.Duration{"600": 10 * time.Minute, "1": 5 * time.Second, "99999999": time.Hour} {
		t.Run(header, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, c := bubble(t, nil, func(cfg *velneo.Config) { cfg.MaxAttempts = 1 })
				server.Inject(velneotest.Fault{Resource: "vserver", Status: 503, Header: http.Header{"Retry-After": {header}}})
				start := time.Now()
				_, err := c.WaitForStatus(t.Context(), velneo.StatusRunning)
				require.NoError(t, err)
				assert.Equal(t, want, time.Since(start))
			})
		})
	}
}
