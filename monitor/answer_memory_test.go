package monitor_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/monitortest"
)

// fill repeats what f makes of a number until the text is as long as an answer
// may be.
func fill(begin, end string, f func(i int) string) string {
	var b strings.Builder
	b.WriteString(begin)
	for i := 0; b.Len() < monitor.DefaultMaxResponseBytes-1000; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(f(i))
	}
	return b.String() + end
}

func always(text string) func(int) string { return func(int) string { return text } }

// Reading an answer takes at most sixteen times its length, garbage included,
// whatever it is made of.
func TestAnswers_TakeBoundedMemory(t *testing.T) {
	const observer, manager = `{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"20"}`, `{"apiname":"servermanager","apiversion":"1.0"`
	lists := map[string]struct {
		begin, end string
		f          func(i int) string
	}{
		"objects":      {"[", "]", always("{}")},
		"lists":        {"[", "]", always("[]")},
		"numbers":      {"[", "]", always("1")},
		"texts":        {"[", "]", always(`"a"`)},
		"nulls":        {"[", "]", always("null")},
		"names":        {"[", "]", func(i int) string { return fmt.Sprintf(`"%x"`, i) }},
		"an object":    {"{", "}", func(i int) string { return fmt.Sprintf(`"%x":{}`, i) }},
		"documents":    {"[", "]", func(i int) string { return fmt.Sprintf(`{"name":"%x"}`, i) }},
		"with modules": {"[", "]", func(i int) string { return fmt.Sprintf(`{"name":"%x","module":["a","b","c","d","e","f","g"]}`, i) }},
		"many modules": {"[", "]", func(i int) string {
			return fmt.Sprintf(`{"name":"%x","module":[%s"z"]}`, i, strings.Repeat(`"a",`, 1999))
		}},
		"nested":        {"[", "]", always(`[[[[[[]]]]]]`)},
		"long text":     {`["`, `"]`, always(strings.Repeat("x", 1000))},
		"escapes":       {`["`, `"]`, always(strings.Repeat(`\u00e9`, 100))},
		"sixteen tries": {"", "", always(strings.Repeat("{[", 500))},
	}
	s := newServer(t)
	s.Forget()
	m := newMonitor(t, s)
	for name, list := range lists {
		value := fill(list.begin, list.end, list.f)
		hosting := hostingTarget(s.ManagerURL())
		actions := hostingTarget(s.ActionsURL())
		page := target(monitor.KindURL, s.URL+"/page", "")
		page.Params = map[string]string{"json.0": "x", "json.a": "x"}
		for where, c := range map[string]struct {
			target monitor.Target
			body   string
		}{
			"instances": {hosting, manager + `,"instances":` + value + "}"},
			"modules":   {target(monitor.KindServerObserver, s.ObserverURL(), "token"), observer + `,"module":` + value + "}"},
			"user":      {target(monitor.KindServerObserver, s.ObserverURL(), "token"), observer + `,"user":` + value + "}"},
			"unknown":   {target(monitor.KindServerObserver, s.ObserverURL(), "token"), observer + `,"zzz":` + value + "}"},
			"names":     {actions, value},
			"Dolibarr":  {target(monitor.KindDolibarr, s.DolibarrURL(), "key"), `{"success":{"dolibarr_version":"20","zzz":` + value + "}}"},
			"a page":    {page, value},
		} {
			t.Run(name+" as "+where, func(t *testing.T) {
				for _, path := range []string{"/page", "/api/index.php/status", monitortest.PathOf(s.ManagerURL()), monitortest.PathOf(s.ObserverURL())} {
					s.Always(path, monitortest.Text(c.body))
				}
				s.Script(monitortest.PathOf(s.ActionsURL()), nil, monitortest.Text(c.body))
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				res := m.Run(t.Context(), c.target)
				runtime.ReadMemStats(&after)
				used := float64(after.TotalAlloc-before.TotalAlloc) / float64(len(c.body))
				t.Logf("%.1f times its length: %v %s", used, res.Status, res.Detail)
				assert.LessOrEqual(t, used, 16.0)
				s.Script(monitortest.PathOf(s.ActionsURL())) // what the probe did not come for
			})
		}
	}
}
