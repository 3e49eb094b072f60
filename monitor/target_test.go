package monitor_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hebergo/hebergo/monitor"
)

func goodTarget() monitor.Target {
	return monitor.Target{ID: "erp-1", Kind: monitor.KindURL, URL: "https://www.example.com/", Interval: time.Minute, Timeout: 10 * time.Second}
}

// What a target can be wrong in, by the field that is named.
func TestValidate_BrokenTargets(t *testing.T) {
	m := newMonitor(t, nil)
	if err := goodTarget().Validate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		field string
		spoil func(*monitor.Target)
	}{
		"no id":                 {"ID", func(t *monitor.Target) { t.ID = "" }},
		"id with a line break":  {"ID", func(t *monitor.Target) { t.ID = "a\nb" }},
		"id too long":           {"ID", func(t *monitor.Target) { t.ID = strings.Repeat("a", 201) }},
		"no kind":               {"Kind", func(t *monitor.Target) { t.Kind = "" }},
		"scope":                 {"Scope", func(t *monitor.Target) { t.Scope = "cluster" }},
		"interval zero":         {"Interval", func(t *monitor.Target) { t.Interval = 0 }},
		"interval negative":     {"Interval", func(t *monitor.Target) { t.Interval = -1 }},
		"timeout negative":      {"Timeout", func(t *monitor.Target) { t.Timeout = -1 }},
		"timeout over interval": {"Timeout", func(t *monitor.Target) { t.Timeout = 2 * time.Minute }},
		"credentials":           {"URL", func(t *monitor.Target) { t.URL = "https://u:p4ss@www.example.com/" }},
		"other scheme":          {"URL", func(t *monitor.Target) { t.URL = "file:///etc/passwd" }},
		"relative":              {"URL", func(t *monitor.Target) { t.URL = "/index.php" }},
		"fragment":              {"URL", func(t *monitor.Target) { t.URL = "https://www.example.com/#x" }},
	} {
		broken := goodTarget()
		c.spoil(&broken)
		err := broken.Validate()
		field(t, err, c.field, monitor.ErrInvalid)
		if strings.Contains(err.Error(), "p4ss") {
			t.Errorf("%s: %v repeats the URL", name, err)
		}
		if c.field != "Interval" { // Run asks for none
			field(t, m.Check(broken), c.field, monitor.ErrInvalid)
		}
		if res := m.Run(t.Context(), broken); name != "interval zero" && (res.Reason != monitor.ReasonConfig || res.Field != c.field || res.Status != monitor.StatusUnknown) {
			t.Errorf("%s: Run: %+v", name, res)
		}
	}
}

func TestCheck_NamesKindAndParams(t *testing.T) {
	m := newMonitor(t, nil)
	for name, c := range map[string]struct {
		field     string
		condition error
		spoil     func(*monitor.Target)
	}{
		"unknown kind":   {"Kind", monitor.ErrNotFound, func(t *monitor.Target) { t.Kind = "smtp" }},
		"no url":         {"URL", monitor.ErrInvalid, func(t *monitor.Target) { t.URL = "" }},
		"unknown option": {"Params[stauts]", monitor.ErrInvalid, param("stauts", "200")},
		"statuses":       {"Params[status]", monitor.ErrInvalid, param("status", "200-100")},
		"regexp":         {"Params[body]", monitor.ErrInvalid, param("body", "(")},
		"header regexp":  {"Params[header.Server]", monitor.ErrInvalid, param("header.Server", "(")},
		"redirects":      {"Params[redirects]", monitor.ErrInvalid, param("redirects", "-1")},
		"tls":            {"Params[tls]", monitor.ErrInvalid, param("tls", "nobody")},
		"reuse":          {"Params[reuse]", monitor.ErrInvalid, param("reuse", "yes")},
		"cert_days":      {"Params[cert_days]", monitor.ErrInvalid, param("cert_days", "x")},
		"slow":           {"Params[slow]", monitor.ErrInvalid, param("slow", "0s")},
		"bare prefix":    {"Params[json.]", monitor.ErrInvalid, param("json.", "1")},
		"not of kind": {"Params[body]", monitor.ErrInvalid, func(t *monitor.Target) {
			t.Kind = monitor.KindDolibarr
			param("body", "x")(t)
		}},
		"form": {"Params[form]", monitor.ErrInvalid, func(t *monitor.Target) {
			t.Kind = monitor.KindServerObserver
			param("form", "pdf")(t)
		}},
		"push with url": {"URL", monitor.ErrInvalid, func(t *monitor.Target) { t.Kind = monitor.KindPush }},
		"push unsigned": {"Secret", monitor.ErrInvalid, func(t *monitor.Target) { t.Kind, t.URL = monitor.KindPush, "" }},
		"manager instance": {"Instance", monitor.ErrInvalid, func(t *monitor.Target) {
			t.Kind = monitor.KindServerManager
		}},
		"manager nowhere": {"URL", monitor.ErrInvalid, func(t *monitor.Target) {
			t.Kind, t.Scope, t.URL = monitor.KindServerManager, monitor.ScopeHosting, ""
		}},
	} {
		t.Run(name, func(t *testing.T) {
			broken := goodTarget()
			c.spoil(&broken)
			field(t, m.Check(broken), c.field, c.condition)
		})
	}
}

func param(name, value string) func(*monitor.Target) {
	return func(t *monitor.Target) { t.Params = map[string]string{name: value} }
}

func TestTarget_JSON(t *testing.T) {
	full := goodTarget()
	full.Scope, full.Secret, full.Disabled, full.Hosting, full.Instance = monitor.ScopeHosting, "vault:erp", true, "h", "i"
	full.Labels, full.Params = map[string]string{"client": "a"}, map[string]string{"status": "200"}
	data, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	var back monitor.Target
	if err := json.Unmarshal(data, &back); err != nil || !reflect.DeepEqual(full, back) {
		t.Fatalf("%s: %+v, %v", data, back, err)
	}
	if !strings.Contains(string(data), `"interval":"1m0s"`) || !strings.Contains(string(data), `"enabled":false`) {
		t.Errorf("%s", data)
	}
	var short monitor.Target
	if err := json.Unmarshal([]byte(`{"id":"a","kind":"url","interval":"30s"}`), &short); err != nil || short.Disabled || short.Interval != 30*time.Second {
		t.Errorf("%+v, %v", short, err)
	}
	field(t, json.Unmarshal([]byte(`{"id":"a","interval":"soon"}`), &short), "Interval", monitor.ErrInvalid)
	field(t, json.Unmarshal([]byte(`{"id":"a","timeout":"5"}`), &short), "Timeout", monitor.ErrInvalid)
}

func TestEffectiveTimeout(t *testing.T) {
	for _, c := range []struct{ interval, timeout, want time.Duration }{
		{0, 0, monitor.DefaultTimeout}, {time.Minute, 0, monitor.DefaultTimeout},
		{2 * time.Second, 0, 2 * time.Second}, {time.Minute, 3 * time.Second, 3 * time.Second},
	} {
		if got := (monitor.Target{Interval: c.interval, Timeout: c.timeout}).EffectiveTimeout(); got != c.want {
			t.Errorf("%v", got)
		}
	}
}

func TestNew_NamesTheField(t *testing.T) {
	for name, cfg := range map[string]monitor.Config{
		"MaxResponseBytes": {MaxResponseBytes: -1},
		"UserAgent":        {UserAgent: "a\r\nb"},
		"Allow[0]":         {Allow: badPrefix},
	} {
		_, err := monitor.New(cfg)
		field(t, err, name, monitor.ErrInvalid)
	}
	if _, err := monitor.New(monitor.Config{}); err != nil {
		t.Error(err)
	}
}

func TestErrorText(t *testing.T) {
	_, err := monitor.New(monitor.Config{MaxResponseBytes: -1})
	if err.Error() != "monitor: MaxResponseBytes is negative" {
		t.Error(err)
	}
	err = monitor.Target{ID: "erp", Kind: "url"}.Validate()
	if err.Error() != "monitor: target erp: Interval is not above zero" {
		t.Error(err)
	}
	var e *monitor.Error
	if !errors.As(err, &e) || e.GoString() != e.Error() {
		t.Error(err)
	}
}
