package monitor_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// countedBody is a body that counts who reads it.
type countedBody struct {
	*strings.Reader
	reads int
}

func (b *countedBody) Read(p []byte) (int, error) { b.reads++; return b.Reader.Read(p) }

// A request that fails the cheap checks does not make the Monitor ask for a
// secret, and one without the secret does not make it read a body.
func TestReceiver_AsksForTheSecretLast(t *testing.T) {
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	x := monitor.Target{ID: "nat", Kind: monitor.KindPush, Secret: "token", Interval: time.Minute}
	asked := 0
	m := newMonitor(t, nil, func(cfg *monitor.Config) {
		cfg.Now = func() time.Time { return now }
		cfg.MaxResponseBytes = 10_000
		cfg.Targets = func(id string) (monitor.Target, bool) { return x, id == x.ID }
		cfg.Secrets = func(context.Context, string) (monitor.Secret, error) {
			asked++
			return monitor.NewSecret(monitortest.Token), nil
		}
	})
	h := m.Receiver()
	right := monitor.ObserverHash(monitortest.Token, now)
	address := func(id, hash string, at any) string {
		return fmt.Sprintf("/push?target=%s&hash=%s&time=%v", id, hash, at)
	}
	post := func(method, address, body string) (status int, read bool) {
		b := &countedBody{Reader: strings.NewReader(body)}
		r := httptest.NewRequest(method, address, b)
		r.ContentLength = int64(len(body))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Code, b.reads > 0
	}
	for name, c := range map[string]struct {
		method, address, body string
		status                int
	}{
		"another method":          {"GET", address(x.ID, right, now.Unix()), pushed, http.StatusMethodNotAllowed},
		"a length above the most": {"POST", address(x.ID, right, now.Unix()), pushed + strings.Repeat(" ", 10_000), http.StatusRequestEntityTooLarge},
		"an unknown target":       {"POST", address("nobody", right, now.Unix()), pushed, http.StatusUnauthorized},
		"a name that is none":     {"POST", address(strings.Repeat("x", 201), right, now.Unix()), pushed, http.StatusUnauthorized},
		"no hash":                 {"POST", address(x.ID, "", now.Unix()), pushed, http.StatusUnauthorized},
		"a hash too short":        {"POST", address(x.ID, right[1:], now.Unix()), pushed, http.StatusUnauthorized},
		"a hash of other letters": {"POST", address(x.ID, "x"+right[1:], now.Unix()), pushed, http.StatusUnauthorized},
		"no time":                 {"POST", address(x.ID, right, ""), pushed, http.StatusUnauthorized},
		"a time out of range":     {"POST", address(x.ID, right, "99999999999999999999"), pushed, http.StatusUnauthorized},
		"yesterday":               {"POST", address(x.ID, right, now.Add(-24*time.Hour).Unix()), pushed, http.StatusUnauthorized},
		"before the start":        {"POST", address(x.ID, right, now.Add(-time.Second).Unix()), pushed, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			status, read := post(c.method, c.address, c.body)
			assert.Equal(t, c.status, status)
			assert.False(t, read)
			assert.Zero(t, asked)
		})
	}
	status, read := post("POST", address(x.ID, strings.Repeat("0", 32), now.Unix()), pushed)
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.False(t, read)
	assert.Equal(t, 1, asked)
	status, _ = post("POST", address(x.ID, right, now.Unix()), pushed)
	assert.Equal(t, http.StatusNoContent, status)
	assert.Equal(t, 2, asked)
	status, read = post("POST", address(x.ID, right, now.Unix()), pushed)
	assert.Equal(t, http.StatusUnauthorized, status)
	assert.False(t, read, "a hash that was used")
	assert.Equal(t, 2, asked)
}

// A document that was taken before a restart is not taken again after it.
func TestReceiver_ReplayAfterARestart(t *testing.T) {
	c, calls := &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 500e6, time.UTC)}, []string{}
	m, h, x := nat(t, c, &calls)
	signed := c.Now()
	require.Equal(t, http.StatusNoContent, push(h, "POST", x.ID, "observer-token", pushed, signed))
	m.Close()
	c.add(10 * time.Second)
	m, h, _ = nat(t, c, &calls)
	assert.Equal(t, http.StatusUnauthorized, push(h, "POST", x.ID, "observer-token", pushed, signed))
	want(t, m.Run(t.Context(), x), monitor.StatusUnknown, monitor.ReasonTimeout)
	assert.Equal(t, http.StatusNoContent, push(h, "POST", x.ID, "observer-token", pushed, c.Now()))
	want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
}
