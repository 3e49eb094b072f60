package monitortest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

func get(t *testing.T, address string) string {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%d %v", resp.StatusCode, err)
	}
	return string(body)
}

func signed(address string, at time.Time) string {
	sep := "?"
	if strings.Contains(address, "?") {
		sep = "&"
	}
	return fmt.Sprintf("%s%shash=%s&time=%d", address, sep, monitor.ObserverHash(monitortest.Token, at), at.Unix())
}

// keys lists the paths of a JSON document, modules and their order aside.
func keys(t *testing.T, doc string) []string {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		t.Fatalf("%v in %s", err, doc)
	}
	all := map[string]bool{}
	var walk func(path string, v any)
	walk = func(path string, v any) {
		if m, ok := v.(map[string]any); ok && path != ".module" && path != ".php" && path != ".mysql" {
			for name, inner := range m {
				walk(path+"."+name, inner)
			}
			return
		}
		all[path] = true
	}
	walk("", v)
	return slices.Sorted(maps.Keys(all))
}

// The fake's documents have the fields of the captured ones.
func TestDocuments_ShapesOfTheConnectors(t *testing.T) {
	folder := os.Getenv("HEBERGO_FACTS")
	if folder == "" {
		t.Skip("set HEBERGO_FACTS to the folder of recorded facts")
	}
	data, err := os.ReadFile(filepath.Join(folder, "monitor", "samples_dolibarr.txt"))
	if err != nil {
		t.Fatal(err)
	}
	s := monitortest.NewServer(monitortest.Options{})
	defer s.Close()
	s.Set(monitortest.Dolibarr("clientA"))
	missing := map[string][]string{ // told by the real one, and of no use to a probe
		"ServerObserver legacy check.php": {".dolibarr.path.relative"},
		"server v2 check-server":          {".space.percent_left", ".space.percent_used"},
	}
	for title, address := range map[string]string{
		"WebObserver OK": s.ObserverURL(), "ServerObserver legacy check.php": s.ServerObserverURL(),
		"server v2 check-server": s.ActionsURL(), "server v2 get-info-instance clientA": s.ActionsURL() + "?action=get-info-instance&instance_name=clientA",
	} {
		_, rest, _ := strings.Cut(string(data), "### "+title+"\n")
		sample, _, _ := strings.Cut(rest[strings.Index(rest, "{"):], "\n### ")
		captured := slices.DeleteFunc(keys(t, sample), func(k string) bool { return slices.Contains(missing[title], k) })
		if ours := keys(t, get(t, signed(address, time.Now()))); !slices.Equal(ours, captured) {
			t.Errorf("%s\nours     %v\ncaptured %v", title, ours, captured)
		}
	}
	if got := get(t, signed(s.ActionsURL()+"?action=get-all-instance", time.Now())); got != `["clientA"]` {
		t.Error(got)
	}
}

func TestRefusals(t *testing.T) {
	s := monitortest.NewServer(monitortest.Options{})
	defer s.Close()
	now := time.Now()
	for address, want := range map[string]string{
		s.ObserverURL():                                         "Missing parameter",
		s.ObserverURL() + "?hash=x&time=1":                      "Invalid hash",
		signed(s.ObserverURL(), now.Add(-182*time.Second)):      "Invalid hash",
		signed(s.ManagerURL(), now.Add(time.Hour)):              "Invalid hash",
		signed(s.ActionsURL()+"?action=get-info-instance", now): "Wrong instance path : /srv//dolibarr/htdocs/",
		signed(s.ActionsURL()+"?action=drop", now):              "Unknown action",
	} {
		if got := get(t, address); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
	s.SetToken("")
	if got := get(t, signed(s.ObserverURL(), now)); got != "Invalid token configuration" {
		t.Error(got)
	}
}

func TestScripts(t *testing.T) {
	s := monitortest.NewServer(monitortest.Options{})
	defer s.Close()
	s.Script("/", monitortest.Text("one"), nil, monitortest.Text("three"))
	s.Always("/", monitortest.Text("ever"))
	got := []string{get(t, s.SiteURL()), get(t, s.SiteURL()), get(t, s.SiteURL()), get(t, s.SiteURL())}
	if got[0] != "one" || got[2] != "three" || got[3] != "ever" || !strings.Contains(got[1], "Welcome") {
		t.Errorf("%q", got)
	}
	s.Always("/", nil)
	if !strings.Contains(get(t, s.SiteURL()), "Welcome") || len(s.Requests()) != 5 {
		t.Errorf("%d requests", len(s.Requests()))
	}
	s.Forget()
	get(t, s.SiteURL())
	if len(s.Requests()) != 5 {
		t.Error("it remembers")
	}
	s.Close()
	s.Close()
}

func TestOptions(t *testing.T) {
	noon := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	s := monitortest.NewTLSServer(monitortest.Options{Now: func() time.Time { return noon }})
	defer s.Close()
	m, err := monitor.New(s.Config())
	require.NoError(t, err)
	defer m.Close()
	x := monitor.Target{ID: "t", Kind: monitor.KindServerObserver, URL: s.ObserverURL(), Secret: "token"}
	assert.Equal(t, monitor.ReasonTLS, m.Run(t.Context(), x).Reason)
	x.Params = map[string]string{monitor.ParamTLS: monitortest.TLSName}
	res := m.Run(t.Context(), x)
	require.NoError(t, res.Err())
	assert.Equal(t, noon, res.At)
	assert.Equal(t, 365*24*time.Hour, res.Certificate.NotAfter.Sub(res.Certificate.NotBefore))
}

// What says nothing of a fault is none.
func TestScripts_ZeroIsTheUsualAnswer(t *testing.T) {
	s := monitortest.NewServer(monitortest.Options{})
	defer s.Close()
	s.Script("/", nil, monitortest.Status(0))
	s.Always("/", monitortest.Status(0))
	for range 3 {
		assert.Contains(t, get(t, s.SiteURL()), "Welcome")
	}
}

func TestClock(t *testing.T) {
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	c := monitortest.NewClock(start)
	var mu sync.Mutex
	var rung []string
	var wait sync.WaitGroup
	ring := func(name string) func() {
		return func() {
			defer wait.Done()
			mu.Lock()
			defer mu.Unlock()
			rung = append(rung, name)
		}
	}
	c.AfterFunc(time.Second, ring("a"))
	never := c.AfterFunc(time.Second, ring("never"))
	later := c.AfterFunc(time.Second, ring("later"))
	if !never.Stop() || never.Stop() || !later.Reset(time.Hour) {
		t.Error("Stop and Reset tell whether the timer was set")
	}
	wait.Add(1)
	c.Advance(time.Minute)
	wait.Wait()
	if !slices.Equal(rung, []string{"a"}) || !c.Now().Equal(start.Add(time.Minute)) {
		t.Errorf("%v at %v", rung, c.Now())
	}
	wait.Add(1)
	c.Advance(time.Hour)
	wait.Wait()
	if !slices.Equal(rung, []string{"a", "later"}) || later.Reset(time.Hour) {
		t.Errorf("%v", rung)
	}
}
