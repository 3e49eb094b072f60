package monitor_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// An exchange is one kind of answer that probes read.
type exchange struct {
	target  monitor.Target
	address string // of the answer that is changed
	action  string // of a server manager that is asked by action
}

// exchanges are all of them, over a server with everything on it.
func exchanges(s *monitortest.Server) map[string]exchange {
	one := func(kind monitor.Kind, address, secret string) exchange {
		return exchange{target: target(kind, address, secret), address: address}
	}
	hosting := func(address, action string) exchange {
		x := hostingTarget(address)
		x.Interval, x.Timeout = 0, 5*time.Second // no listing is shared
		return exchange{target: x, address: address, action: action}
	}
	instance := func(e exchange) exchange {
		e.target.Scope, e.target.Instance, e.target.Hosting = monitor.ScopeInstance, "erp1", "h1"
		return e
	}
	status := one(monitor.KindDolibarr, s.DolibarrURL(), "key")
	status.address = s.URL + "/api/index.php/status"
	page := one(monitor.KindURL, s.URL+"/health", "")
	page.target.Params = map[string]string{"json.db.0.state": "ok", "json.queue": "7", "json.ready": "true", "json.version": ""}
	names := hosting(s.ActionsURL(), "get-all-instance")
	return map[string]exchange{
		"WebObserver":                  one(monitor.KindServerObserver, s.ObserverURL(), "token"),
		"fork":                         one(monitor.KindServerObserver, s.ForkURL(), "token"),
		"ServerObserver":               one(monitor.KindServerObserver, s.ServerObserverURL(), "token"),
		"ServerObserver before 2020":   one(monitor.KindServerObserver, s.OldObserverURL(), "token"),
		"manager's hosting":            hosting(s.ManagerURL(), ""),
		"manager's instance":           instance(hosting(s.ManagerURL(), "")),
		"actions: the server":          hosting(s.ActionsURL(), ""),
		"actions: the names":           names,
		"actions: the names, instance": instance(names),
		"actions: an instance":         instance(hosting(s.ActionsURL(), "get-info-instance")),
		"Dolibarr":                     status,
		"a page's JSON":                page,
		"push":                         {target: monitor.Target{ID: "nat", Kind: monitor.KindPush, Secret: "token", Interval: time.Minute}, address: s.ObserverURL()},
	}
}

// A mutation is one change of an answer.
type mutation struct {
	path, what string
	value      any // what stands there now
	body       []byte
}

// replacements are what may come in a value's place.
func replacements(old any) map[string]any {
	all := map[string]any{
		"null": nil, "an empty text": "", "zero": 0, "a small number": 7, "its text": "7", "a negative number": -1,
		"out of range": json.Number("1e30"), "beyond int64": json.Number("99999999999999999999"), "a fraction": 12.5,
		"another locale": "1 000,50", "a comma": "12,5", "points between": "1.000.000", "another enum": "zzz", "hexadecimal": "0x1F",
		"true": true, "false": false, "an empty object": map[string]any{}, "an empty list": []any{},
		"a list of it": []any{old}, "an object of it": map[string]any{"x": old}, "a list of lists": []any{[]any{}, []any{1}},
		"a list of numbers": []any{1, 2.5}, "control characters": "a\x00b\nc",
	}
	switch old := old.(type) {
	case map[string]any:
		all["its values"] = slices.Collect(maps.Values(old))
	case []any:
		byPlace := map[string]any{}
		for i, v := range old {
			byPlace[fmt.Sprint(i)] = v
		}
		all["an object for a list"] = byPlace
		all["one entry odd"] = append([]any{5}, old...)
		all["one entry null"] = append([]any{nil}, old...)
	}
	return all
}

// mutations makes all changes of one node each, the root among them.
func mutations(t *testing.T, good []byte) (all []mutation) {
	t.Helper()
	parse := func() (v any) {
		d := json.NewDecoder(bytes.NewReader(good))
		d.UseNumber()
		require.NoError(t, d.Decode(&v))
		return v
	}
	add := func(path, what string, value, root any) {
		body, err := json.Marshal(root)
		require.NoError(t, err)
		all = append(all, mutation{path, what, value, body})
	}
	for _, path := range paths("", parse()) {
		for what, value := range replacements(at(parse(), path)) {
			root := parse()
			add(path, what, value, put(root, path, value))
		}
		if root := parse(); path != "" {
			add(path, "dropped", nil, drop(root, path))
		}
	}
	return all
}

// paths lists the nodes of a document.
func paths(path string, v any) []string {
	all := []string{path}
	switch v := v.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, paths(path+"/"+key, v[key])...)
		}
	case []any:
		for i := range v {
			all = append(all, paths(fmt.Sprint(path, "/", i), v[i])...)
		}
	}
	return all
}

func at(v any, path string) any {
	for step := range strings.SplitSeq(strings.TrimPrefix(path, "/"), "/") {
		switch node := v.(type) {
		case map[string]any:
			if path != "" {
				v = node[step]
			}
		case []any:
			if path != "" {
				v = node[place(step)]
			}
		}
	}
	return v
}

func place(step string) (i int) {
	_, _ = fmt.Sscan(step, &i)
	return i
}

// put sets what is at path and returns the root.
func put(root any, path string, value any) any {
	if path == "" {
		return value
	}
	parent, step := path[:strings.LastIndex(path, "/")], path[strings.LastIndex(path, "/")+1:]
	switch node := at(root, parent).(type) {
	case map[string]any:
		node[step] = value
	case []any:
		node[place(step)] = value
	}
	return root
}

// drop takes out what is at path and returns the root.
func drop(root any, path string) any {
	parent, step := path[:strings.LastIndex(path, "/")], path[strings.LastIndex(path, "/")+1:]
	switch node := at(root, parent).(type) {
	case map[string]any:
		delete(node, step)
	case []any:
		return put(root, parent, slices.Delete(slices.Clone(node), place(step), place(step)+1))
	}
	return root
}

// facts are what a Result tells of its target, by path and in JSON.
func facts(t *testing.T, r monitor.Result) map[string]string {
	t.Helper()
	byName := map[string]monitor.Instance{}
	for _, i := range r.Instances {
		byName[i.Name] = i
	}
	data, err := json.Marshal(struct {
		Disk      *monitor.Disk
		Instance  *monitor.Instance
		Instances map[string]monitor.Instance
	}{r.Disk, r.Instance, byName})
	require.NoError(t, err)
	var v any
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	found := map[string]string{}
	for _, path := range paths("", v) {
		switch leaf := at(v, path).(type) {
		case map[string]any, []any, nil:
		default:
			found[path] = fmt.Sprint(leaf)
		}
	}
	return found
}

// Whatever is changed in a good answer: the result is the same, tells less, or
// tells what now stands there; or it says that something is wrong. It is never
// up with a value that nobody told.
func TestMutatedAnswers(t *testing.T) {
	now := time.Now()
	clock := func() time.Time { return now }
	s := newServerAt(t, clock)
	s.Set(monitortest.Dolibarr("erp1"))
	s.Set(monitortest.Dolibarr("erp2"))
	s.Set(monitor.Instance{Name: "erp3", Problem: "no database"})
	s.Always("/health", monitortest.Text(`{"db":[{"state":"ok"}],"queue":7,"ready":true,"version":"1.2"}`))
	s.Forget()
	all := exchanges(s)
	m := newMonitor(t, s, func(cfg *monitor.Config) {
		cfg.Now = clock
		cfg.Targets = func(id string) (monitor.Target, bool) { return all["push"].target, id == "nat" }
	})
	cases, verdicts := 0, map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		e := all[name]
		t.Run(name, func(t *testing.T) {
			good := answerOf(t, s, e)
			look := func(body []byte) (monitor.Result, bool) {
				if e.target.Kind == monitor.KindPush {
					now = now.Add(time.Second)
					if push(m.Receiver(), http.MethodPost, "nat", monitortest.Token, string(body), now) != http.StatusNoContent {
						return monitor.Result{}, false
					}
					return m.Run(t.Context(), e.target), true
				}
				s.Always(monitortest.PathOf(e.address), answering(s, e, body))
				defer s.Always(monitortest.PathOf(e.address), nil)
				return m.Run(t.Context(), e.target), true
			}
			first, ok := look(good)
			require.True(t, ok)
			require.NoError(t, first.Err())
			known := facts(t, first)
			changes := mutations(t, good)
			for i, c := range changes {
				if testing.Short() && i%16 != 0 {
					continue
				}
				r, ok := look(c.body)
				if !ok {
					verdicts["refused"]++
					continue
				}
				verdicts[r.Status.String()]++
				if why := wrong(t, e, c, known, r); why != "" {
					t.Errorf("%s: %s in place of it: %v %q %q: %s", c.path, c.what, r.Status, r.Reason, r.Detail, why)
				}
			}
			t.Logf("%d cases", len(changes))
			cases += len(changes)
		})
	}
	t.Logf("%d cases over %d kinds of answers: %v", cases, len(all), verdicts)
}

// answerOf is what the server says by itself.
func answerOf(t *testing.T, s *monitortest.Server, e exchange) []byte {
	t.Helper()
	now := time.Now()
	r := httptest.NewRequest(http.MethodGet, e.address, nil)
	q := r.URL.Query()
	q.Set("hash", monitor.ObserverHash(monitortest.Token, now))
	q.Set("time", fmt.Sprint(now.Unix()))
	if e.action != "" {
		q.Set("action", e.action)
		q.Set("instance_name", "erp1")
	}
	r.URL.RawQuery = q.Encode()
	r.Header.Set("Dolapikey", monitortest.APIKey)
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Body)
	require.NoError(t, err)
	require.True(t, json.Valid(body), string(body))
	return body
}

// answering answers with body where the action is the exchange's, and with what
// the server says by itself elsewhere.
func answering(s *monitortest.Server, e exchange, body []byte) monitortest.Answer {
	return func(w http.ResponseWriter, r *http.Request, _ <-chan struct{}) {
		if r.URL.Query().Get("action") == e.action {
			_, _ = w.Write(body)
			return
		}
		s.Always(r.URL.Path, nil)
		s.ServeHTTP(w, r)
		s.Always(r.URL.Path, answering(s, e, body))
	}
}

// wrong says what is wrong with a result, empty if nothing is.
func wrong(t *testing.T, e exchange, c mutation, known map[string]string, r monitor.Result) string {
	t.Helper()
	if r.Status != monitor.StatusUp {
		if r.Reason == "" || r.Detail == "" || r.Err() == nil {
			return "no reason is given"
		}
		return ""
	}
	if e.target.Kind == monitor.KindURL {
		return "" // its assertions are all there is: see below
	}
	now := facts(t, r)
	for path, value := range now {
		if old, there := known[path]; there && old == value || told(c, path, value) {
			continue
		}
		return fmt.Sprintf("%s is %q, was %q", path, value, known[path])
	}
	if r.Instance != nil && !strings.ContainsAny(r.Instance.Version, "0123456789") {
		return "up without a version"
	}
	listed := 0
	for path := range known {
		if strings.HasPrefix(path, "/Instances/") && strings.Count(path, "/") == 3 && strings.HasSuffix(path, "/name") {
			listed++
		}
	}
	emptied := c.what == "an empty list" || c.what == "an empty object" || c.what == "dropped"
	if len(r.Instances) < listed && r.Instances != nil && !emptied {
		return fmt.Sprintf("%d instances of %d, without a word", len(r.Instances), listed)
	}
	return ""
}

// told reports whether a fact is what the changed answer says.
func told(c mutation, path, value string) bool {
	leaf := path[strings.LastIndex(path, "/")+1:]
	if strings.Contains(path, "/modules/") && strings.Contains(c.path, "/module") || strings.Contains(path, "/Instances/") && c.path != "" && (strings.Count(c.path, "/") <= 2 || strings.Count(c.path, "/") == 3 && strings.HasSuffix(c.path, "/name")) {
		return true // the list itself is another one: what is on it is compared by name elsewhere
	}
	switch leaf {
	case "unclear", "lock_unknown", "modules_unread", "form":
		return true
	case "problem", "error":
		return true
	}
	switch v := c.value.(type) {
	case string:
		return value == v || v == "7" && value == fmt.Sprint(7<<20) || value == strings.Join(strings.FieldsFunc(v, func(r rune) bool { return r < ' ' }), " ")
	case int, float64, json.Number:
		return value == fmt.Sprint(v) || v == 7 && (value == fmt.Sprint(7<<20) || value == "7") || v == 0 && (value == "0" || value == "false") || v == 12.5
	case bool:
		return value == fmt.Sprint(v)
	}
	return false
}

// A page's JSON that is not what Params ask for is never up.
func TestMutatedAnswers_Assertions(t *testing.T) {
	s := newServer(t)
	e := exchanges(s)["a page's JSON"]
	m := newMonitor(t, s)
	good := `{"db":[{"state":"ok"}],"queue":7,"ready":true,"version":"1.2"}`
	cases := 0
	for _, c := range mutations(t, []byte(good)) {
		if c.path == "/version" && c.what != "dropped" {
			continue // any value will do
		}
		if fmt.Sprint(c.value) == "7" && c.path == "/queue" || c.value == true && c.path == "/ready" {
			continue // what is asked for, as a text or as it was
		}
		if c.path == "/db/0" || c.path == "/db" {
			if c.what == "an object for a list" || c.what == "its values" {
				continue // the path leads through it as well
			}
		}
		cases++
		s.Always("/health", monitortest.Text(string(c.body)))
		res := m.Run(t.Context(), e.target)
		assert.Equal(t, monitor.StatusDown, res.Status, "%s: %s: %s", c.path, c.what, c.body)
		assert.NotEmpty(t, res.Reason)
	}
	t.Logf("%d cases", cases)
}
