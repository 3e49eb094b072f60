package monitor_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

// nat is a monitor with one target that pushes, and its handler.
func nat(t *testing.T, c *clock, pushed *[]string) (*monitor.Monitor, http.Handler, monitor.Target) {
	t.Helper()
	x := monitor.Target{ID: "behind-nat", Kind: monitor.KindPush, Secret: "token", Interval: time.Minute}
	s := newServer(t)
	m := newMonitor(t, s, func(cfg *monitor.Config) {
		cfg.Now = c.Now
		cfg.MaxResponseBytes = 10_000
		cfg.Targets = func(id string) (monitor.Target, bool) {
			other := monitor.Target{ID: id, Kind: monitor.KindURL, Secret: "token"}
			return map[string]monitor.Target{"behind-nat": x, "url": other}[id], id == "behind-nat" || id == "url"
		}
		cfg.OnPush = func(id string) { *pushed = append(*pushed, id) }
	})
	return m, m.Receiver(), x
}

const pushed = `{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"20.0.2","repertoire_client":{"size":870788}}}`

func push(h http.Handler, method, id, token, body string, at time.Time) int {
	r := httptest.NewRequest(method, fmt.Sprintf("/push?target=%s&hash=%s&time=%d", id, monitor.ObserverHash(token, at), at.Unix()), strings.NewReader(body))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code
}

func TestReceiver(t *testing.T) {
	c, calls := &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}, []string{}
	m, h, x := nat(t, c, &calls)
	want(t, m.Run(t.Context(), x), monitor.StatusUnknown, monitor.ReasonTimeout)
	now := c.Now()
	for name, p := range map[string]struct {
		method, id, token, body string
		at                      time.Time
		status                  int
	}{
		"get":            {"GET", x.ID, "observer-token", pushed, now, 405},
		"wrong token":    {"POST", x.ID, "other", pushed, now, 401},
		"stale":          {"POST", x.ID, "observer-token", pushed, now.Add(-181 * time.Second), 401},
		"from tomorrow":  {"POST", x.ID, "observer-token", pushed, now.Add(181 * time.Second), 401},
		"unknown target": {"POST", "nobody", "observer-token", pushed, now, 401},
		"not a push":     {"POST", "url", "observer-token", pushed, now, 401},
		"no target":      {"POST", "", "observer-token", pushed, now, 401},
		"no document":    {"POST", x.ID, "observer-token", "hello", now, 422},
		"no dolibarr":    {"POST", x.ID, "observer-token", `{"apiname":"a","apiversion":"1"}`, now, 422},
		"too large":      {"POST", x.ID, "observer-token", pushed + strings.Repeat(" ", 10_000), now, 413},
	} {
		if status := push(h, p.method, p.id, p.token, p.body, p.at); status != p.status {
			t.Errorf("%s: %d, want %d", name, status, p.status)
		}
	}
	want(t, m.Run(t.Context(), x), monitor.StatusUnknown, monitor.ReasonTimeout) // nothing was stored
	if len(calls) != 0 {
		t.Error(calls)
	}
	if status := push(h, "POST", x.ID, "observer-token", pushed, now); status != 204 {
		t.Fatal(status)
	}
	res := m.Run(t.Context(), x)
	want(t, res, monitor.StatusUp, "")
	if res.Disk.Used != monitor.Bytes(870788) || !res.ObservedAt.Equal(now) || !res.Reachable || len(calls) != 1 {
		t.Errorf("%+v %v", res, calls)
	}
}

// An upload that breaks off is not one that is too large, and is not kept.
func TestReceiver_BrokenUpload(t *testing.T) {
	c, calls := &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}, []string{}
	m, h, x := nat(t, c, &calls)
	r := httptest.NewRequest("POST", fmt.Sprintf("/push?target=%s&hash=%s&time=%d", x.ID, monitor.ObserverHash("observer-token", c.Now()), c.Now().Unix()),
		io.MultiReader(strings.NewReader(pushed), iotest.ErrReader(io.ErrUnexpectedEOF)))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || len(calls) != 0 {
		t.Errorf("%d, %v", w.Code, calls)
	}
	want(t, m.Run(t.Context(), x), monitor.StatusUnknown, monitor.ReasonTimeout)
}

// A hash that was used is worth nothing, for whatever body.
func TestReceiver_RefusesReplays(t *testing.T) {
	c, calls := &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}, []string{}
	m, h, x := nat(t, c, &calls)
	now := c.Now()
	for i, status := range []int{204, 401} {
		if got := push(h, "POST", x.ID, "observer-token", strings.Replace(pushed, "20.0.2", fmt.Sprint("v", i), 1), now); got != status {
			t.Errorf("%d: %d, want %d", i, got, status)
		}
	}
	if got := push(h, "PUT", x.ID, "observer-token", pushed, now.Add(-time.Second)); got != 401 {
		t.Errorf("an older one: %d", got)
	}
	if res := m.Run(t.Context(), x); res.Instance.Version != "v0" {
		t.Errorf("%+v", res.Instance)
	}
	c.add(time.Minute)
	if got := push(h, "PUT", x.ID, "observer-token", pushed, c.Now()); got != 204 {
		t.Errorf("the next one: %d", got)
	}
}

func TestPush_GrowsOld(t *testing.T) {
	c, calls := &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}, []string{}
	m, h, x := nat(t, c, &calls)
	c.add(time.Hour) // the target is new, the Monitor is not
	want(t, m.Run(t.Context(), x), monitor.StatusUnknown, monitor.ReasonTimeout)
	c.add(3 * time.Minute)
	want(t, m.Run(t.Context(), x), monitor.StatusUnknown, monitor.ReasonTimeout)
	c.add(time.Second)
	want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonTimeout) // three intervals and nothing
	push(h, "POST", x.ID, "observer-token", pushed, c.Now())
	c.add(3 * time.Minute)
	want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
	c.add(time.Second)
	res := m.Run(t.Context(), x)
	want(t, res, monitor.StatusDown, monitor.ReasonTimeout)
	if res.Instance == nil || res.Reachable {
		t.Errorf("%+v", res)
	}
	x.Params = map[string]string{monitor.ParamMaxAge: "1h"}
	want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
	if data, err := json.Marshal(res); err != nil || strings.Contains(string(data), "observer-token") {
		t.Errorf("%s %v", data, err)
	}
}

func TestReceiver_PathValue(t *testing.T) {
	c, calls := &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}, []string{}
	m, h, x := nat(t, c, &calls)
	mux := http.NewServeMux()
	mux.Handle("/push/{target}", h)
	r := httptest.NewRequest("POST", fmt.Sprintf("/push/%s?hash=%s&time=%d", x.ID, monitor.ObserverHash("observer-token", c.Now()), c.Now().Unix()), strings.NewReader(pushed))
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, r)
	if w.Code != 204 {
		t.Error(w.Code)
	}
	m.Close()
	c.add(time.Minute)
	if status := push(h, "POST", x.ID, "observer-token", pushed, c.Now()); status != 401 {
		t.Errorf("a closed Monitor took a push: %d", status)
	}
}
