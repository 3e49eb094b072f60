package monitor

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/internal/redact"
)

// documents are shaped after the captured answers of each form.
var documents = []string{
	`{"apiname":"serverobserver","apiversion":"1.0","dolibarr":{"version":"20.0.2","path":{"http":"https:\/\/erp.example.test\/"},"data":{"size":24576},"htdocs":{"size":731753},"repertoire_client":{"size":-1}},"user":{"all":7,"active":"5"},"module":{"modA":{"numero":1,"active":"1"}}}`,
	`Warning {x} {"apiversion":"1.0","dolibarr":{"version":"20.0.2","path":{"absolute":"/srv/"},"data":{"size":1}},"module":["modA","modB"],"server_info":{"espace_total":"251.97 GB","percent_used":"70.24 %"}}`,
	`{"apiversion":"2.0","space":{"bytes_total":270553174016,"bytes_left":80606912512,"bytes_used":189946261504}}`,
	`{"apiname":"servermanager","apiversion":"1.0","instances":[{"name":"a","dolibarr":{"version":"20"}},"b",{"name":"c","error":"x"}]}`,
	`{"dolibarr":{"version":"9.0.1"},"module":[]}`,
	"Invalid hash", "[", `["a","b"]`, `{"instances":{"a":{"instances":{}}}}`,
}

// Whatever comes in, a size is not negative, a text is one line, and what is
// shown survives JSON.
func FuzzDocument(f *testing.F) {
	for _, d := range documents {
		f.Add([]byte(d))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, ok := parseDocument(body)
		if !ok {
			if reason, detail := refusal(body); reason == "" || detail == "" {
				t.Error("a refusal without a reason")
			}
			return
		}
		all := []Instance{*d.instance(d.form())}
		for name, entry := range d.Instances.byName {
			if !goodName(name) {
				t.Errorf("%q is a name", name)
			}
			all = append(all, *recordOf(entry, name).instance(FormServerManager))
		}
		for _, i := range all {
			checkInstance(t, i)
		}
	})
}

func recordOf(l listed, name string) *record { d := l.record(name); return &d }

func checkInstance(t *testing.T, i Instance) {
	t.Helper()
	for _, s := range []Size{i.Disk.Used, i.Disk.Total, i.Disk.Free, i.Disk.Documents, i.Disk.Htdocs} {
		if s.Bytes < 0 || !s.Known && s.Bytes != 0 {
			t.Errorf("%+v", i.Disk)
		}
	}
	i.Name = "" // checked by goodName
	data, err := json.Marshal(i)
	var back Instance
	if err != nil || json.Unmarshal(data, &back) != nil || !reflect.DeepEqual(i, back) {
		t.Errorf("%s\n%+v\n%+v", data, i, back)
	}
	for _, m := range i.Modules {
		if m.Name == "" || m.Name != redact.Clean(m.Name, 200) {
			t.Errorf("module %q", m.Name)
		}
	}
}

func FuzzNames(f *testing.F) {
	for _, d := range documents {
		f.Add([]byte(d))
	}
	f.Fuzz(func(_ *testing.T, body []byte) { _, _ = parseNames(body) })
}

func FuzzTargetJSON(f *testing.F) {
	f.Add([]byte(`{"id":"a","kind":"url","url":"https://www.example.com/","enabled":false,"interval":"1m","timeout":"5s","params":{"status":"200-299"}}`))
	f.Add([]byte(`{"interval":"-1h"}`))
	m, err := New(Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var x, back Target
		if json.Unmarshal(data, &x) != nil {
			return
		}
		_, _ = m.Check(x), x.EffectiveTimeout()
		again, err := json.Marshal(x)
		if err != nil || json.Unmarshal(again, &back) != nil || !sameTarget(x, back) {
			t.Errorf("%s: %+v, %+v, %v", again, x, back, err)
		}
		if x.Validate() == nil && (x.ID == "" || x.Interval <= 0 || x.EffectiveTimeout() > x.Interval) {
			t.Errorf("valid: %+v", x)
		}
	})
}

// sameTarget compares; an empty map is as good as none.
func sameTarget(a, b Target) bool {
	for _, m := range []*map[string]string{&a.Labels, &b.Labels, &a.Params, &b.Params} {
		if len(*m) == 0 {
			*m = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func FuzzResultJSON(f *testing.F) {
	full, err := json.Marshal(Result{Target: "a", Status: StatusDown, Reason: ReasonTLS, HTTP: &HTTP{}, Certificate: &Certificate{}, Disk: &Disk{Used: Bytes(1)}, Instance: &Instance{}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(full)
	f.Fuzz(func(t *testing.T, data []byte) {
		var r, back Result
		if json.Unmarshal(data, &r) != nil {
			return
		}
		_ = r.Err()
		again, err := json.Marshal(r)
		if err != nil {
			return // a year that RFC 3339 has no room for
		}
		if err := json.Unmarshal(again, &back); err != nil {
			t.Errorf("%s: %v", again, err)
		}
	})
}

// Wherever a peer points, the hash does not go there.
func FuzzRedirectLeavesHashBehind(f *testing.F) {
	const hash = "0123456789abcdef0123456789abcdef"
	for _, location := range []string{
		"https://other.example.com/?hash=" + hash + "&time=1", "//other.example.com/" + hash, "https://other.example.com/?u=%2568ash%253D" + hash, "/here?hash=" + hash,
		"https://u:p@other.example.com/", "http:///x", "https://other.example.com/%3" + hash, "https://other.example.com/#" + hash,
	} {
		f.Add(location)
	}
	f.Fuzz(func(t *testing.T, location string) {
		from := mustParse("https://erp.example.com/get-data.php?hash=" + hash + "&time=1")
		q := query{url: from, hash: hash, header: http.Header{"Dolapikey": {"key"}}}
		resp := &http.Response{StatusCode: http.StatusFound, Header: http.Header{"Location": {location}}}
		to := redirect(resp, from)
		res := Result{HTTP: &HTTP{}}
		if to == nil || q.follow(to, &res) != "" {
			return
		}
		if away := !strings.EqualFold(q.url.Hostname(), "erp.example.com"); away && (q.header != nil || strings.Contains(strings.ToLower(q.url.String()), hash)) {
			t.Errorf("%q: %v goes to %v", location, q.header, q.url)
		}
		if q.url.User != nil || q.url.Scheme != "http" && q.url.Scheme != "https" {
			t.Errorf("%q: %v", location, q.url)
		}
	})
}

func FuzzParams(f *testing.F) {
	f.Add("status", "200-299,401")
	f.Add("json.a.b", "1")
	f.Add("body", "^(a|b)+$")
	f.Add("slow", "1ns")
	m, err := New(Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		for _, known := range [][]string{urlParams, formParams, pushParams} {
			o, err := m.options(Target{ID: "a", Params: map[string]string{name: value}}, known)
			if err == nil {
				_ = o.accepts(200)
				o.judgeJSON([]byte(`{"a":[1]}`), &Result{})
			} else if fieldOf(err) != "Params["+name+"]" {
				t.Error(err)
			}
		}
	})
}

func FuzzHumanSize(f *testing.F) {
	f.Add("251.97 GB")
	f.Add("-1 KB")
	f.Add("1e300 PB")
	f.Fuzz(func(t *testing.T, s string) {
		if n := text(s).human(); n.Bytes < 0 || !n.Known && n.Bytes != 0 {
			t.Errorf("%q: %+v", s, n)
		}
	})
}

func TestHumanSize(t *testing.T) {
	for in, want := range map[text]Size{
		"251.97 GB": Bytes(270550727393), "1 KB": Bytes(1024), "0 B": Bytes(0), "12 TB": Bytes(12 << 40),
		"": {}, "GB": {}, "12": {}, "12 %": {}, "-1 GB": {}, "1e300 EB": {}, "NaN GB": {},
	} {
		if got := in.human(); got != want {
			t.Errorf("%q: %v, want %v", in, got, want)
		}
	}
}

// Anybody can send anything: nothing is kept.
func FuzzReceiver(f *testing.F) {
	f.Add("target=a&hash=00&time=1700000000", []byte(documents[0]))
	f.Add("time=-1", []byte{})
	m, err := New(Config{Now: func() time.Time { return time.Unix(1700000000, 0) }, Targets: func(id string) (Target, bool) {
		return Target{ID: id, Kind: KindPush, Secret: "s"}, true
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query string, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/push", bytes.NewReader(body))
		r.URL = &url.URL{Path: "/push", RawQuery: query}
		w := httptest.NewRecorder()
		m.Receiver().ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized || len(m.inbox.kept) != 0 {
			t.Errorf("%d", w.Code)
		}
	})
}
