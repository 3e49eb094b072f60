package monitor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

var badPrefix = []netip.Prefix{netip.MustParsePrefix("::ffff:10.0.0.0/104")}

func own(m *monitor.Monitor, t *testing.T, f monitor.ProbeFunc) monitor.Target {
	t.Helper()
	if err := m.Register("own", f); err != nil {
		t.Fatal(err)
	}
	return monitor.Target{ID: "x", Kind: "own", Timeout: time.Second}
}

func TestRegister(t *testing.T) {
	m := newMonitor(t, nil)
	ok := monitor.ProbeFunc(func(context.Context, monitor.Target) monitor.Result {
		return monitor.Result{Status: monitor.StatusUp, Values: map[string]float64{"queue": 3}}
	})
	field(t, m.Register("", ok), "Kind", monitor.ErrInvalid)
	field(t, m.Register("own", nil), "Probe", monitor.ErrInvalid)
	field(t, m.Register("own", monitor.ProbeFunc(nil)), "Probe", monitor.ErrInvalid)
	if err := m.Register("own", ok); err != nil {
		t.Fatal(err)
	}
	field(t, m.Register("own", ok), "Kind", monitor.ErrConflict)
	field(t, m.Register(monitor.KindURL, ok), "Kind", monitor.ErrConflict)
	if kinds := m.Kinds(); !slices.Contains(kinds, "own") || !slices.IsSorted(kinds) || len(kinds) != 6 {
		t.Error(kinds)
	}
	res := m.Run(t.Context(), monitor.Target{ID: "x", Kind: "own"})
	if res.Err() != nil || res.Target != "x" || res.Kind != "own" || res.Attempts != 1 || res.At.IsZero() || res.Values["queue"] != 3 {
		t.Errorf("%+v", res)
	}
	_, err := m.Discover(t.Context(), monitor.Target{ID: "x", Kind: "own"})
	field(t, err, "Kind", monitor.ErrInvalid)
}

func TestProbe_Panics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMonitor(t, nil)
		var nothing map[string]int
		for name, f := range map[monitor.Kind]monitor.ProbeFunc{
			"panic":  func(context.Context, monitor.Target) monitor.Result { panic("boom\nboom") },
			"nil":    func(context.Context, monitor.Target) monitor.Result { nothing["a"] = 1; return monitor.Result{} },
			"goexit": func(context.Context, monitor.Target) monitor.Result { runtime.Goexit(); return monitor.Result{} },
		} {
			if err := m.Register(name, f); err != nil {
				t.Fatal(err)
			}
			res := m.Run(t.Context(), monitor.Target{ID: "x", Kind: name})
			want(t, res, monitor.StatusUnknown, monitor.ReasonPanic)
			if strings.Contains(res.Detail, "\n") || res.Detail == "" {
				t.Errorf("%q", res.Detail)
			}
		}
	})
}

// A Probe that ignores its context holds one goroutine, however often it is
// run, and its target works again once it has ended.
func TestProbe_IgnoresItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMonitor(t, nil)
		var started atomic.Int32
		release := make(chan struct{})
		x := own(m, t, func(context.Context, monitor.Target) monitor.Result {
			started.Add(1)
			<-release
			return monitor.Result{Status: monitor.StatusUp}
		})
		begin := time.Now()
		want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonTimeout)
		if took := time.Since(begin); took != 1250*time.Millisecond {
			t.Errorf("took %v", took)
		}
		for range 100 {
			want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonTimeout)
		}
		if started.Load() != 1 || time.Since(begin) != 1250*time.Millisecond {
			t.Errorf("started %d times in %v", started.Load(), time.Since(begin))
		}
		close(release)
		synctest.Wait()
		want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
	})
}

type bomb struct{}

func (bomb) Probe(context.Context, monitor.Target) monitor.Result { panic("boom") }
func (bomb) Discover(context.Context, monitor.Target) ([]monitor.Target, error) {
	panic("boom")
}

func TestDiscover_Panics(t *testing.T) {
	m := newMonitor(t, nil)
	if err := m.Register("bomb", bomb{}); err != nil {
		t.Fatal(err)
	}
	_, err := m.Discover(t.Context(), monitor.Target{ID: "x", Kind: "bomb"})
	var e *monitor.Error
	if !errors.As(err, &e) || e.Reason != monitor.ReasonPanic {
		t.Error(err)
	}
}

func TestResult_Err(t *testing.T) {
	for _, c := range []struct {
		res  monitor.Result
		want error
		not  error
	}{
		{monitor.Result{Status: monitor.StatusDegraded, Reason: monitor.ReasonTLS}, monitor.ErrDegraded, monitor.ErrUnavailable},
		{monitor.Result{Status: monitor.StatusDown, Reason: monitor.ReasonAuth}, monitor.ErrUnauthorized, monitor.ErrUnavailable},
		{monitor.Result{Status: monitor.StatusDown, Reason: monitor.ReasonBlocked}, monitor.ErrForbidden, monitor.ErrDegraded},
		{monitor.Result{Status: monitor.StatusDown, Reason: monitor.ReasonTooLarge}, monitor.ErrTooLarge, nil},
		{monitor.Result{Status: monitor.StatusDown, Reason: monitor.ReasonBadPayload}, monitor.ErrProtocol, nil},
		{monitor.Result{Status: monitor.StatusDown, Reason: monitor.ReasonTimeout}, context.DeadlineExceeded, nil},
		{monitor.Result{Status: monitor.StatusDown, Reason: "their own"}, monitor.ErrUnavailable, nil},
		{monitor.Result{}, monitor.ErrUnavailable, nil},
	} {
		err := c.res.Err()
		if !errors.Is(err, c.want) || c.not != nil && errors.Is(err, c.not) || err.Error() == "" {
			t.Errorf("%+v: %v", c.res, err)
		}
	}
	if err := (monitor.Result{Status: monitor.StatusUp}).Err(); err != nil {
		t.Error(err)
	}
}

// A Probe that sees its context end hands over what it has.
func TestProbe_KeepsItsResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMonitor(t, nil)
		x := own(m, t, func(ctx context.Context, _ monitor.Target) monitor.Result {
			<-ctx.Done()
			time.Sleep(100 * time.Millisecond)
			return monitor.Result{Status: monitor.StatusDegraded, Reason: "half", Detail: "one of two"}
		})
		want(t, m.Run(t.Context(), x), monitor.StatusDegraded, "half")
	})
}

func TestProbe_CancelledIsNotDown(t *testing.T) {
	m := newMonitor(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	res := m.Run(ctx, monitor.Target{ID: "u", Kind: monitor.KindURL, URL: "http://127.0.0.1:9/"})
	want(t, res, monitor.StatusUnknown, monitor.ReasonCanceled)
	if !errors.Is(res.Err(), context.Canceled) {
		t.Error(res.Err())
	}
}

func TestNilContextAndClosed(t *testing.T) {
	m := newMonitor(t, nil)
	var none context.Context
	res := m.Run(none, goodTarget())
	if res.Field != "ctx" || !errors.Is(res.Err(), monitor.ErrInvalid) {
		t.Error(res.Err())
	}
	_, err := m.Discover(none, goodTarget())
	field(t, err, "ctx", monitor.ErrInvalid)
	if res, _ := m.Fetch(none, goodTarget(), monitor.Request{}); res.Field != "ctx" {
		t.Error(res)
	}
	m.Close()
	m.Close()
	if res := m.Run(t.Context(), goodTarget()); !errors.Is(res.Err(), monitor.ErrClosed) || res.Status != monitor.StatusUnknown {
		t.Error(res.Err())
	}
	if _, err := m.Discover(t.Context(), goodTarget()); !errors.Is(err, monitor.ErrClosed) {
		t.Error(err)
	}
}

func TestSecret_ResolvesToNothing(t *testing.T) {
	s := newServer(t)
	for _, resolver := range []func(context.Context, string) (monitor.Secret, error){
		nil, noSecrets,
		func(context.Context, string) (monitor.Secret, error) {
			return monitor.Secret{}, errors.New("vault says hush-hush")
		},
		func(context.Context, string) (monitor.Secret, error) { return monitor.NewSecret("hush\n"), nil },
		func(context.Context, string) (monitor.Secret, error) { panic("a map with hush in it") },
	} {
		m := newMonitor(t, s, func(c *monitor.Config) { c.Secrets = resolver })
		for _, kind := range []monitor.Kind{monitor.KindURL, monitor.KindServerObserver, monitor.KindDolibarr} {
			res := m.Run(t.Context(), target(kind, s.URL, "vault:nobody"))
			want(t, res, monitor.StatusUnknown, monitor.ReasonConfig)
			field(t, res.Err(), "Secret", monitor.ErrInvalid)
			if strings.Contains(res.Err().Error(), "hush") {
				t.Error(res.Err())
			}
		}
	}
	if n := len(s.Requests()); n != 0 {
		t.Errorf("%d requests went out", n)
	}
}

func TestResult_JSON(t *testing.T) {
	at := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	full := monitor.Result{
		Target: "a", Kind: monitor.KindURL, At: at, ObservedAt: at, Duration: time.Second, Status: monitor.StatusDegraded, Reachable: true,
		Reason: monitor.ReasonTLS, Field: "f", Detail: "d", Attempts: 2,
		HTTP:        &monitor.HTTP{Status: 200, URL: "https://www.example.com/", ContentLength: -1, LastModified: at},
		Phases:      monitor.Phases{DNS: 1, Connect: 2, TLS: 3, FirstByte: 4, Transfer: 5},
		Certificate: &monitor.Certificate{NotBefore: at, NotAfter: at, EarliestExpiry: at, DNSNames: []string{"www.example.com"}},
		Disk:        &monitor.Disk{Used: monitor.Bytes(0), Total: monitor.Bytes(7)},
		Instance:    &monitor.Instance{Version: "20", Modules: []monitor.Module{{Name: "modA", Active: true}}},
		Instances:   []monitor.Instance{{Name: "b"}}, Values: map[string]float64{"x": 1.5},
	}
	for _, r := range []monitor.Result{full, {At: at}} {
		data, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		var back monitor.Result
		if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(r, back) {
			t.Errorf("%s\n%+v, %v", data, back, err)
		}
	}
	data, _ := json.Marshal(full.Disk)
	if string(data) != `{"used":0,"total":7}` { // 0 bytes are known, the rest is not
		t.Errorf("%s", data)
	}
	var s monitor.Status
	if err := s.UnmarshalText([]byte("on fire")); !errors.Is(err, monitor.ErrInvalid) {
		t.Error(err)
	}
	if got := fmt.Sprint(monitor.StatusUp, monitor.Status(9), monitor.Bytes(-1), monitor.Bytes(5)); got != "up Status(9) unknown 5" {
		t.Error(got)
	}
}

func TestSecretsStayOut(t *testing.T) {
	var log bytes.Buffer
	s := newServer(t)
	m := newMonitor(t, s, func(c *monitor.Config) {
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	s.Always(monitortestPath(s.ObserverURL()), nil)
	res := m.Run(t.Context(), target(monitor.KindServerObserver, s.ObserverURL(), "token"))
	want(t, res, monitor.StatusUp, "")
	last := s.Requests()[0]
	hash := strings.TrimPrefix(strings.Split(last.Query, "&")[0], "hash=")
	if len(hash) != 32 || !strings.Contains(log.String(), "status=up") {
		t.Fatalf("hash %q, log %s", hash, &log)
	}
	shown, _ := json.Marshal(res)
	config, _ := json.Marshal(monitor.Config{})
	self, _ := json.Marshal(m)
	all := fmt.Sprintf("%s %s %s %s %+v %#v %v %v", &log, shown, config, self, monitor.Config{}, m, m, m.LogValue())
	for _, secret := range []string{hash, "observer-token", "127.0.0.0/8"} {
		if strings.Contains(all, secret) {
			t.Errorf("%s shows in %s", secret, all)
		}
	}
}
