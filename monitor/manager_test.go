package monitor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

func hostingTarget(url string) monitor.Target {
	return monitor.Target{
		ID: "h1", Scope: monitor.ScopeHosting, Kind: monitor.KindServerManager, URL: url, Secret: "token",
		Interval: time.Minute, Timeout: 10 * time.Second, Labels: map[string]string{"client": "a"},
	}
}

// fifty puts fifty instances on a server.
func fifty(s *monitortest.Server) {
	for i := range 50 {
		s.Set(monitortest.Dolibarr(fmt.Sprintf("client%02d", i)))
	}
}

// clock is a time that tests set.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// actions counts a server's requests by what they ask for.
func actions(s *monitortest.Server) map[string]int {
	n := map[string]int{}
	for _, r := range s.Requests() {
		action := "listing"
		for pair := range strings.SplitSeq(r.Query, "&") {
			if name, value, _ := strings.Cut(pair, "="); name == "action" {
				action = value
			}
		}
		n[action]++
	}
	return n
}

// The hosting and its fifty instances, all at once and in any order, three
// cycles long: one listing a cycle. Where the listing holds all, nothing else
// is asked; by actions, each instance asks for itself once.
func TestManager_OneListingPerCycle(t *testing.T) {
	for form, address := range map[monitor.Form]func(*monitortest.Server) string{
		monitor.FormServerManager: (*monitortest.Server).ManagerURL, monitor.FormServerActions: (*monitortest.Server).ActionsURL,
	} {
		t.Run(string(form), func(t *testing.T) {
			c := &clock{now: time.Now()}
			s := newServerAt(t, c.Now)
			fifty(s)
			m := newMonitor(t, s, func(cfg *monitor.Config) { cfg.Now = c.Now })
			hosting := hostingTarget(address(s))
			found, err := m.Discover(t.Context(), hosting)
			if err != nil || len(found) != 50 {
				t.Fatalf("%d targets, %v", len(found), err)
			}
			const cycles = 3
			for range cycles {
				var all sync.WaitGroup
				for _, x := range append(found, hosting) {
					all.Go(func() {
						if res := m.Run(t.Context(), x); res.Err() != nil {
							t.Error(res.Err())
						}
					})
				}
				all.Wait()
				c.add(hosting.Interval)
			}
			wanted := map[string]int{"listing": cycles}
			if form == monitor.FormServerActions {
				wanted = map[string]int{"listing": cycles, "get-all-instance": cycles, "get-info-instance": 50 * cycles}
			}
			if n := actions(s); !reflect.DeepEqual(n, wanted) {
				t.Errorf("%v, want %v", n, wanted)
			}
		})
	}
}

// The same hosting gives the same targets, byte for byte; what is added,
// removed or spoilt shows and changes nothing else.
func TestDiscover_Idempotent(t *testing.T) {
	s := newServer(t)
	fifty(s)
	m := newMonitor(t, s)
	hosting := hostingTarget(s.ManagerURL())
	hosting.Interval, hosting.Timeout = 0, time.Second // no cycle: every listing is fresh
	first, err := m.Discover(t.Context(), hosting)
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.Discover(t.Context(), hosting)
	if err != nil || !reflect.DeepEqual(first, again) {
		t.Fatalf("%v", err)
	}
	x := first[7]
	if x.ID != "h1/client07" || x.Scope != monitor.ScopeInstance || x.Hosting != "h1" || x.Instance != "client07" || x.URL != hosting.URL || x.Secret != "token" || x.Labels["client"] != "a" {
		t.Errorf("%+v", x)
	}
	x.Labels["client"] = "changed"
	if hosting.Labels["client"] != "a" || first[8].Labels["client"] != "a" {
		t.Error("targets share their maps")
	}
	s.Remove("client00")
	s.Set(monitortest.Dolibarr("zeta"))
	later, err := m.Discover(t.Context(), hosting)
	if err != nil || len(later) != 50 || later[0].Instance != "client01" || later[49].Instance != "zeta" {
		t.Errorf("%d, %v", len(later), err)
	}
	gone := first[0]
	gone.Interval = 0
	want(t, m.Run(t.Context(), gone), monitor.StatusDown, monitor.ReasonBadPayload)
}

func TestManager_Hosting(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("a"))
	broken := monitor.Instance{Name: "b", Problem: "no database"}
	s.Set(broken)
	m := newMonitor(t, s)
	for _, address := range []string{s.ManagerURL(), s.ActionsURL()} {
		hosting := hostingTarget(address)
		res := m.Run(t.Context(), hosting)
		want(t, res, monitor.StatusUp, "")
		if res.Disk.Total != monitor.Bytes(250<<30) || res.Disk.Used != monitor.Bytes(175<<30) || len(res.Instances) != 2 || res.Instances[0].Name != "a" || res.ObservedAt.IsZero() {
			t.Errorf("%+v %+v", res.Disk, res.Instances)
		}
		found, err := m.Discover(t.Context(), hosting)
		if err != nil {
			t.Fatal(err)
		}
		a, b := m.Run(t.Context(), found[0]), m.Run(t.Context(), found[1])
		want(t, a, monitor.StatusUp, "")
		want(t, b, monitor.StatusDown, monitor.ReasonBadPayload)
		if a.Disk.Used != monitor.Bytes(144<<20) || a.Instance.Name != "a" || len(a.Instance.Modules) != 2 || !b.Reachable {
			t.Errorf("%+v %+v", a, b)
		}
	}
	if res := m.Run(t.Context(), hostingTarget(s.ManagerURL())); res.Instances[0].Version != "20.0.2" || res.Instances[1].Problem != "no database" {
		t.Errorf("%+v", res.Instances)
	}
}

// Results that come from one listing have nothing in common.
func TestManager_ResultsOfOneListingAreSeparate(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("a"))
	m := newMonitor(t, s)
	var all []monitor.Result
	for _, id := range []string{"one", "two", "three"} {
		hosting := hostingTarget(s.ManagerURL())
		hosting.ID = id
		all = append(all, m.Run(t.Context(), hosting))
		all[0].HTTP.Status, all[0].Disk.Used, all[0].Instances[0].Modules[0].Name = 0, monitor.Size{}, "changed"
	}
	for _, res := range all[1:] {
		if res.HTTP.Status != 200 || !res.Disk.Used.Known || res.Instances[0].Modules[0].Name != "modDemo" {
			t.Errorf("%+v", res)
		}
	}
	if len(s.Requests()) != 1 {
		t.Errorf("%d requests", len(s.Requests()))
	}
}

// An instance needs no address: its hosting's is used.
func TestManager_InstanceTakesItsHostingsAddress(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("a"))
	hosting := hostingTarget(s.ManagerURL())
	m := newMonitor(t, s, func(c *monitor.Config) {
		c.Targets = func(id string) (monitor.Target, bool) { return hosting, id == hosting.ID }
	})
	x := monitor.Target{ID: "a", Kind: monitor.KindServerManager, Hosting: "h1", Instance: "a"}
	want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
	x.Hosting = "h2"
	res := m.Run(t.Context(), x)
	field(t, res.Err(), "Hosting", monitor.ErrInvalid)
	hosting.URL = "file:///"
	x.Hosting = "h1"
	field(t, m.Run(t.Context(), x).Err(), "URL", monitor.ErrInvalid)
}

// A hosting that is down is asked again after some seconds, and not by each of
// its instances.
func TestManager_FailedListing(t *testing.T) {
	c := &clock{now: time.Now()}
	s := newServerAt(t, c.Now)
	fifty(s)
	m := newMonitor(t, s, func(cfg *monitor.Config) { cfg.Now = c.Now })
	hosting := hostingTarget(s.ManagerURL())
	found, err := m.Discover(t.Context(), hosting)
	if err != nil {
		t.Fatal(err)
	}
	c.add(time.Minute)
	s.Script(monitortest.PathOf(s.ManagerURL()), monitortest.Status(503))
	for _, x := range found {
		want(t, m.Run(t.Context(), x), monitor.StatusDown, monitor.ReasonHTTPStatus)
	}
	if _, err := m.Discover(monitor.InCycle(t.Context()), hosting); !errors.Is(err, monitor.ErrUnavailable) {
		t.Error(err)
	}
	if n := len(s.Requests()); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
	c.add(6 * time.Second)
	want(t, m.Run(t.Context(), hosting), monitor.StatusUp, "")
}

// Who asks again gets news: a scheduler's turn that comes a little early, and
// the second look after a bad result. All who look again share that one too.
func TestManager_SecondProbeIsANewListing(t *testing.T) {
	c := &clock{now: time.Now()}
	s := newServerAt(t, c.Now)
	fifty(s)
	m := newMonitor(t, s, func(cfg *monitor.Config) { cfg.Now = c.Now })
	hosting := hostingTarget(s.ManagerURL())
	found, err := m.Discover(t.Context(), hosting)
	if err != nil {
		t.Fatal(err)
	}
	for round := range 4 {
		for _, x := range append(found, hosting) {
			want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
		}
		if n := len(s.Requests()); n != round+1 {
			t.Fatalf("%d requests after round %d", n, round)
		}
		c.add([]time.Duration{time.Minute - time.Millisecond, 10 * time.Second, time.Second, 0}[round])
	}
	// Of two targets with different cycles each gets what is young enough for it.
	quick := hosting
	quick.ID, quick.Interval, quick.Timeout = "quick", 10*time.Second, time.Second
	c.add(9 * time.Second)
	want(t, m.Run(t.Context(), quick), monitor.StatusUp, "")
	if n := len(s.Requests()); n != 4 {
		t.Errorf("%d requests", n)
	}
	quick.ID = "quicker"
	c.add(time.Second)
	want(t, m.Run(t.Context(), quick), monitor.StatusUp, "")
	if n := len(s.Requests()); n != 5 {
		t.Errorf("%d requests", n)
	}
}

// One caller that gives up does not fail the others who wait for its listing.
func TestManager_CancelledLeader(t *testing.T) {
	s := newServer(t)
	fifty(s)
	m := newMonitor(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	asked := make(chan struct{})
	s.Script(monitortest.PathOf(s.ManagerURL()), func(_ http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
		close(asked)
		<-r.Context().Done()
	})
	hosting := hostingTarget(s.ManagerURL())
	var all sync.WaitGroup
	all.Go(func() { want(t, m.Run(ctx, hosting), monitor.StatusUnknown, monitor.ReasonCanceled) })
	<-asked
	for range 5 {
		all.Go(func() {
			if res := m.Run(t.Context(), hosting); res.Err() != nil {
				t.Error(res.Err())
			}
		})
	}
	cancel()
	all.Wait()
	if n := len(s.Requests()); n != 2 {
		t.Errorf("%d requests, want 2", n)
	}
}

func TestManager_Refusals(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("a"))
	m := newMonitor(t, s)
	wrong := hostingTarget(s.ActionsURL())
	wrong.Secret = "key"
	want(t, m.Run(t.Context(), wrong), monitor.StatusDown, monitor.ReasonAuth)
	observer := hostingTarget(s.ObserverURL())
	want(t, m.Run(t.Context(), observer), monitor.StatusDown, monitor.ReasonBadPayload)
	for _, body := range []string{"Wrong action", "{}", `{"a":1}`, ""} {
		hosting := hostingTarget(s.ActionsURL())
		hosting.Interval, hosting.Timeout = 0, time.Second
		s.Script(monitortest.PathOf(s.ActionsURL()), nil, monitortest.Text(body))
		want(t, m.Run(t.Context(), hosting), monitor.StatusDown, monitor.ReasonBadPayload)
	}
}

// A document may name its instances as a list, a map or by name alone; names
// that can't be part of an ID are left out.
func TestManager_DocumentShapes(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	hosting := hostingTarget(s.ManagerURL())
	hosting.Interval, hosting.Timeout = 0, time.Second
	for body, names := range map[string][]string{
		`[]`:            nil,
		`{}`:            nil,
		`null`:          nil,
		`["b","a","a"]`: {"a", "b"},
		`{"a":{"dolibarr":{"version":"20"}},"b":"x","c":[]}`:                 {"a", "b", "c"},
		`[{"name":"a"},{"name":""},{},7,{"name":"a\nb"},{"name":" x"},null]`: {"a"},
		`[{"name":"` + strings.Repeat("n", 101) + `"},{"name":"../../etc"}]`: {"../../etc"},
	} {
		s.Script(monitortest.PathOf(s.ManagerURL()), monitortest.Text(`{"apiname":"servermanager","apiversion":"1.0","space":{"bytes_total":"10"},"instances":`+body+`}`))
		found, err := m.Discover(t.Context(), hosting)
		var got []string
		for _, x := range found {
			got = append(got, x.Instance)
		}
		if err != nil || !reflect.DeepEqual(got, names) {
			t.Errorf("%s: %q, %v; want %q", body, got, err, names)
		}
	}
}

// A list in a list in a list costs no more than its length.
func TestManager_NestedDocumentIsCheap(t *testing.T) {
	s := newServer(t)
	m := newMonitor(t, s)
	deep := strings.Repeat(`{"apiname":"servermanager","apiversion":"1.0","instances":{"a":`, 9000/2)
	s.Always(monitortest.PathOf(s.ManagerURL()), monitortest.Text(deep+"{}"+strings.Repeat("}}", 9000/2)))
	x := hostingTarget(s.ManagerURL())
	x.Timeout = 20 * time.Second
	watchdog := time.AfterFunc(20*time.Second, func() { panic("parsing does not end") })
	defer watchdog.Stop()
	want(t, m.Run(t.Context(), x), monitor.StatusUp, "")
}

func TestDiscover_TargetsSurviveJSON(t *testing.T) {
	s := newServer(t)
	s.Set(monitortest.Dolibarr("a"))
	m := newMonitor(t, s)
	found, err := m.Discover(t.Context(), hostingTarget(s.ManagerURL()))
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(found)
	var back []monitor.Target
	if err == nil {
		err = json.Unmarshal(data, &back)
	}
	if err != nil || !reflect.DeepEqual(found, back) || back[0].Validate() != nil {
		t.Errorf("%s %v", data, err)
	}
}

func TestManager_TooManyInstances(t *testing.T) {
	server := newServer(t)
	m := newMonitor(t, server)
	for i := range 10000 + 1 {
		server.Set(monitor.Instance{Name: fmt.Sprint(i), Problem: "x"})
	}
	for _, url := range []string{server.ManagerURL(), server.ActionsURL()} {
		res := m.Run(t.Context(), hostingTarget(url))
		want(t, res, monitor.StatusDown, monitor.ReasonTooLarge)
		if len(res.Instances) != 0 {
			t.Errorf("%d instances", len(res.Instances))
		}
	}
	server.Remove("0")
	want(t, m.Run(t.Context(), hostingTarget(server.ManagerURL())), monitor.StatusUp, "")
}
