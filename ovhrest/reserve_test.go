package ovhrest_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhrest"
	"github.com/hebergo/hebergo/ovhrest/ovhresttest"
)

// countingLimiter counts how often somebody has waited.
type countingLimiter int

func (l *countingLimiter) Wait(context.Context) error { *l++; return nil }

func TestClient_Reserve(t *testing.T) {
	server := ovhresttest.NewServer(ovhresttest.Options{})
	defer server.Close()
	cfg := server.Config()
	var waited countingLimiter
	cfg.Limiter = &waited
	client, err := ovhrest.New(cfg)
	require.NoError(t, err)
	defer client.Close()
	require.NoError(t, client.SyncClock(t.Context()))
	before := waited

	reserved, release, err := client.Reserve(t.Context())
	require.NoError(t, err)
	_, err = client.Me(reserved)
	require.NoError(t, err)
	release()
	assert.Equal(t, before+1, waited, "the call waited again")

	_, err = client.Me(t.Context())
	require.NoError(t, err)
	assert.Equal(t, before+2, waited)
}

func TestClient_ReserveEndsWithItsContext(t *testing.T) {
	server := ovhresttest.NewServer(ovhresttest.Options{})
	defer server.Close()
	client, err := ovhrest.New(server.Config())
	require.NoError(t, err)
	defer client.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err = client.Reserve(ctx)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestClient_SyncClock(t *testing.T) {
	server := ovhresttest.NewServer(ovhresttest.Options{})
	defer server.Close()
	cfg := server.Config()
	cfg.Now = func() time.Time { return server.Now().Add(-time.Hour) }
	client, err := ovhrest.New(cfg)
	require.NoError(t, err)
	defer client.Close()
	assert.WithinDuration(t, server.Now().Add(-time.Hour), client.Now(), time.Second, "before anybody has asked")
	require.NoError(t, client.SyncClock(t.Context()))
	asked := len(server.Requests())
	require.NoError(t, client.SyncClock(t.Context()))
	assert.WithinDuration(t, server.Now(), client.Now(), time.Second)
	assert.Len(t, server.Requests(), asked, "a known difference is not asked for again")
}

func TestClient_CheckOffered(t *testing.T) {
	client, err := ovhrest.New(ovhrest.Config{Endpoint: "ovh-us"})
	require.NoError(t, err)
	defer client.Close()
	assert.ErrorIs(t, client.CheckOffered("/domain/{serviceName}"), ovhrest.ErrRegion)
	assert.NoError(t, client.CheckOffered("/me"))
}
