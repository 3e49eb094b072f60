package statuspage_test

import (
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/monitor"
	"github.com/hebergo/hebergo/monitor/schedule"
	"github.com/hebergo/hebergo/monitor/statuspage"
)

// fleet is a Runner with a story for each target, told by its ID's first word:
// steady, flaky, slow, gone, full, new.
type fleet struct{}

func (fleet) Run(_ context.Context, t monitor.Target) monitor.Result {
	now := time.Now()
	sum := fnv.New32a()
	_, _ = fmt.Fprint(sum, t.ID, now.Unix()/600)
	noise := time.Duration(sum.Sum32() % 100)
	r := monitor.Result{
		Target: t.ID, Kind: t.Kind, At: now, Status: monitor.StatusUp, Reachable: true, Duration: (80 + noise) * time.Millisecond,
		HTTP:        &monitor.HTTP{Status: 200},
		Certificate: &monitor.Certificate{EarliestExpiry: now.Add(61 * 24 * time.Hour)},
		Disk:        &monitor.Disk{Used: monitor.Bytes(int64(noise) * 4e8), Total: monitor.Bytes(5e10)},
	}
	switch story, _, _ := strings.Cut(t.ID, "-"); story {
	case "flaky":
		if noise < 4 {
			r.Status, r.Reason, r.Detail, r.HTTP.Status = monitor.StatusDown, monitor.ReasonHTTPStatus, "HTTP status 503", 503
		}
	case "slow":
		r.Status, r.Reason, r.Detail, r.Duration = monitor.StatusDegraded, monitor.ReasonTLS, "the certificate ends in 3 days", r.Duration*20
		r.Certificate.EarliestExpiry = now.Add(3*24*time.Hour + time.Hour)
	case "gone":
		if now.Day() > 2 {
			r = monitor.Result{Target: t.ID, Kind: t.Kind, At: now, Status: monitor.StatusDown, Reason: monitor.ReasonConnect, Duration: time.Second,
				Detail: "dial tcp: connection refused <script>alert(1)</script>"}
		}
	case "full":
		r.Disk.Used = monitor.Bytes(48e9)
		r.Certificate.EarliestExpiry = now.Add(12 * 24 * time.Hour)
		r.Instance = &monitor.Instance{Version: "20.0.2"}
	case "new":
		r.Status, r.Reason, r.Detail = monitor.StatusUnknown, monitor.ReasonConfig, "Secret does not resolve"
	}
	return r
}

var long = strings.Repeat("averyveryverylongnamewithoutanyspace", 5)

// targets makes n of every story, with long names among them.
func targets(n int) []monitor.Target {
	list := make([]monitor.Target, n)
	for i := range list {
		story := "steady"
		switch {
		case n == 3 && i > 0:
			story = []string{"", "gone", "slow"}[i]
		case i%25 == 3:
			story = "gone"
		case i%25 == 7:
			story = "slow"
		case i%25 == 11:
			story = "new"
		case i%5 == 4:
			story = "flaky"
		case i%10 == 6:
			story = "full"
		}
		name := fmt.Sprintf("Customer %d", i)
		if i%9 == 2 {
			name = long[:60+i%100]
		}
		list[i] = monitor.Target{
			ID: fmt.Sprintf("%s-%03d", story, i), Kind: monitor.KindServerObserver, Interval: 30 * time.Minute,
			URL: fmt.Sprintf("https://erp%d.example.test/secret-path?token=hunter2", i), Secret: "vault:erp-key", Disabled: i%50 == 40,
			Labels: map[string]string{"name": name, "site": []string{"Lyon", "Paris", ""}[i%3]},
			Params: map[string]string{"header.X-Key": "hunter2"},
		}
	}
	return list
}

// after returns what f makes of a page that has watched n targets for span.
func after(t *testing.T, n int, span time.Duration, cfg statuspage.Config, f func(http.Handler)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		history, err := schedule.NewHistory(schedule.HistoryConfig{})
		if err != nil {
			t.Fatal(err)
		}
		cfg.History = history
		cfg.Scheduler, err = schedule.New(schedule.Config{Runner: fleet{}, History: history, Policy: schedule.Policy{RetryAfter: -1}})
		if err != nil {
			t.Fatal(err)
		}
		if err := cfg.Scheduler.Sync(targets(n)); err != nil {
			t.Fatal(err)
		}
		page, err := statuspage.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- cfg.Scheduler.Run(ctx) }()
		time.Sleep(span)
		synctest.Wait()
		f(page)
		cancel()
		<-ended
	})
}

func fetch(page http.Handler, method, path string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	page.ServeHTTP(w, r)
	return w
}

func TestNewRefusesByField(t *testing.T) {
	s, _ := schedule.New(schedule.Config{Runner: fleet{}})
	for field, cfg := range map[string]statuspage.Config{"Scheduler": {}, "Rows": {Scheduler: s, Rows: -1}} {
		_, err := statuspage.New(cfg)
		var e *statuspage.Error
		if !errors.As(err, &e) || e.Field != field || !errors.Is(err, monitor.ErrInvalid) {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestPage_NoSecretNoScript(t *testing.T) {
	after(t, 50, 80*time.Hour, statuspage.Config{Title: `A <b>"title"`, GroupBy: "site"}, func(page http.Handler) {
		for _, path := range []string{"/", "/?format=json"} {
			body := fetch(page, "GET", path).Body.String()
			for _, secret := range []string{"hunter2", "secret-path", "vault:", "<script", "<b>\"title"} {
				if strings.Contains(body, secret) {
					t.Errorf("%s holds %q", path, secret)
				}
			}
		}
		w := fetch(page, "GET", "/")
		body := w.Body.String()
		style := body[strings.Index(body, "<style>")+len("<style>") : strings.Index(body, "</style>")]
		sum := sha256.Sum256([]byte(style))
		if policy := w.Header().Get("Content-Security-Policy"); !strings.Contains(policy, base64.StdEncoding.EncodeToString(sum[:])) ||
			!strings.Contains(policy, "default-src 'none'") {
			t.Errorf("the policy %q does not fit the style", policy)
		}
		if strings.Contains(body, " style=") || strings.Contains(body, " onload") {
			t.Error("inline style or script")
		}
	})
}

func TestPage_WellFormed(t *testing.T) {
	after(t, 50, 80*time.Hour, statuspage.Config{GroupBy: "site"}, func(page http.Handler) {
		d := xml.NewDecoder(fetch(page, "GET", "/").Body)
		d.Strict, d.AutoClose, d.Entity = false, []string{"meta", "link"}, xml.HTMLEntity
		ids := make(map[string]bool)
		var inDown, outages bool
		for {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			start, ok := token.(xml.StartElement)
			if !ok {
				continue
			}
			label, role, hidden := "", "", ""
			for _, a := range start.Attr {
				switch a.Name.Local {
				case "id":
					if ids[a.Value] {
						t.Errorf("id %s is there twice", a.Value)
					}
					ids[a.Value] = true
				case "aria-label":
					label = a.Value
				case "role":
					role = a.Value
				case "aria-hidden":
					hidden = a.Value
				case "class":
					inDown = inDown || a.Value == "down"
				}
			}
			outages = outages || strings.Contains(label, "with an outage")
			if start.Name.Local == "svg" && hidden != "true" && (role != "img" || label == "") {
				t.Error("a picture says nothing to those who can't see it")
			}
		}
		if !inDown || !outages {
			t.Error("no outage on the page")
		}
	})
}

func TestReport(t *testing.T) {
	after(t, 50, 80*time.Hour, statuspage.Config{Title: "Hostings"}, func(page http.Handler) {
		w := fetch(page, "GET", "/", "Accept", "application/json")
		if got := w.Header().Get("Content-Type"); got != "application/json" {
			t.Errorf("content type %s", got)
		}
		var report statuspage.Report
		if err := json.Unmarshal(w.Body.Bytes(), &report); err != nil {
			t.Fatal(err)
		}
		if report.Title != "Hostings" || len(report.Targets) != 50 || report.Counts["down"] != 2 || report.Counts["degraded"] != 2 ||
			report.Counts["unknown"] != 2 || report.Counts["paused"] != 1 {
			t.Errorf("counts %v of %d", report.Counts, len(report.Targets))
		}
		first := report.Targets[0]
		if first.Status != "down" || first.Reason != monitor.ReasonConnect || *first.Uptime > 0.6 || *first.Uptime < 0.3 || len(first.Periods) != 72 {
			t.Errorf("the worst does not come first: %+v", first)
		}
	})
}

func TestPublicLeavesTheInsideOut(t *testing.T) {
	after(t, 50, 80*time.Hour, statuspage.Config{Public: true}, func(page http.Handler) {
		for _, path := range []string{"/", "/?format=json"} {
			body := fetch(page, "GET", path).Body.String()
			for _, inside := range []string{"example.test", "refused", "20.0.2", "GB", "cert "} {
				if strings.Contains(body, inside) {
					t.Errorf("%s holds %q", path, inside)
				}
			}
		}
	})
}

func TestRowsAndShow(t *testing.T) {
	cfg := statuspage.Config{Rows: 5, Show: func(t monitor.Target) bool { return t.Labels["site"] == "Lyon" }}
	after(t, 50, 2*time.Hour, cfg, func(page http.Handler) {
		body := fetch(page, "GET", "/").Body.String()
		if n := strings.Count(body, "<details>"); n != 5 || !strings.Contains(body, "12 more targets") {
			t.Errorf("%d rows", n)
		}
		var report statuspage.Report
		if err := json.NewDecoder(fetch(page, "GET", "/?format=json").Body).Decode(&report); err != nil || len(report.Targets) != 17 {
			t.Errorf("%d in the JSON, error %v", len(report.Targets), err)
		}
	})
}

func TestAnswersAreKeptWhileFresh(t *testing.T) {
	after(t, 3, time.Minute, statuspage.Config{}, func(page http.Handler) {
		first := fetch(page, "GET", "/").Body.String()
		time.Sleep(1900 * time.Millisecond)
		if again := fetch(page, "GET", "/").Body.String(); again != first {
			t.Error("rendered anew within two seconds")
		}
		time.Sleep(200 * time.Millisecond)
		if later := fetch(page, "GET", "/").Body.String(); later == first {
			t.Error("not rendered anew after two seconds")
		}
		w := fetch(page, "GET", "/", "Accept-Encoding", "gzip")
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(z); err != nil || !strings.HasPrefix(string(plain), "<!doctype html>") {
			t.Errorf("gzip: %.20s, %v", plain, err)
		}
		for accept, packed := range map[string]bool{"": false, "br": false, "br, GZIP;q=0.5": true, "gzip; q=1.0": true, "gzip;q=0": false, "gzip; q=0.000, br": false} {
			if got := fetch(page, "GET", "/", "Accept-Encoding", accept).Header().Get("Content-Encoding") == "gzip"; got != packed {
				t.Errorf("Accept-Encoding %q: packed %v", accept, got)
			}
		}
		if w := fetch(page, "POST", "/"); w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") == "" {
			t.Errorf("POST: %d", w.Code)
		}
	})
}

func TestEmptyPage(t *testing.T) {
	s, _ := schedule.New(schedule.Config{Runner: fleet{}})
	page, err := statuspage.New(statuspage.Config{Scheduler: s})
	if err != nil {
		t.Fatal(err)
	}
	if body := fetch(page, "GET", "/").Body.String(); !strings.Contains(body, "Nothing is watched") {
		t.Error(body)
	}
	if body := fetch(page, "GET", "/?format=json").Body.String(); !strings.Contains(body, `"targets":[]`) {
		t.Error(body)
	}
}
