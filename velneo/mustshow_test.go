package velneo_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// vector is a call whose signature and bodies were computed by other programs:
// PHP's sha1 and curl's --data-urlencode.
type vector struct {
	name, who, signed, verb, resource string
	strict, single                    string
}

const vectorKey, vectorTime = "0f1e2d3c4b5a69788796a5b4c3d2e1f0", 1400000000

func vectors() []vector {
	return []vector{{
		name: "login", who: "luis@example.com", signed: "633e458292c20005dc78c121ffd6e398b2f44480", verb: "POST", resource: "session",
		strict: "method=POST&params=%7B%22email%22%3A%22luis%40example.com%22%2C%22timestamp%22%3A1400000000%2C%22signed%22%3A%22633e458292c20005dc78c121ffd6e398b2f44480%22%7D",
		single: "method=POST&params=%7B%27email%27%3A+%27luis%40example.com%27%2C+%27timestamp%27%3A+1400000000%2C+%27signed%27%3A+%27633e458292c20005dc78c121ffd6e398b2f44480%27%7D",
	}, {
		name: "operation", who: "9b2f6c1e-77aa-4a10-8d3e-0a4b5c6d7e8f", signed: "90a3d46a78dc25e35d97bb647ecb6e0edeafaf02", verb: "GET", resource: "vserver",
		strict: "method=GET&params=%7B%22session%22%3A%229b2f6c1e-77aa-4a10-8d3e-0a4b5c6d7e8f%22%2C%22timestamp%22%3A1400000000%2C%22signed%22%3A%2290a3d46a78dc25e35d97bb647ecb6e0edeafaf02%22%7D",
		single: "method=GET&params=%7B%27session%27%3A+%279b2f6c1e-77aa-4a10-8d3e-0a4b5c6d7e8f%27%2C+%27timestamp%27%3A+1400000000%2C+%27signed%27%3A+%2790a3d46a78dc25e35d97bb647ecb6e0edeafaf02%27%7D",
	}}
}

func TestMustShow1_Vectors(t *testing.T) {
	for _, v := range vectors() {
		if got := velneo.Sign(v.who, vectorTime, vectorKey); got != v.signed {
			t.Errorf("%s: %s, want %s", v.name, got, v.signed)
		}
	}
}

// What goes over the wire, byte for byte.
func TestMustShow1_FormBodies(t *testing.T) {
	for _, dialect := range []velneo.Dialect{"", velneo.StrictJSON, velneo.SingleQuoted} {
		seen := map[string]string{}
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			raw, _ := io.ReadAll(r.Body)
			seen[r.Method+" "+r.RequestURI] = string(raw)
			if got := r.Header.Get("Content-Type") + " " + r.Header.Get("Accept"); got != "application/x-www-form-urlencoded application/json" {
				t.Error(got)
			}
			_, _ = fmt.Fprintf(w, `{"status_code":200,"session":%q,"status":"running"}`, vectors()[1].who)
		}))
		c := newClient(t, velneo.Config{
			URL: server.URL + "/v1", Email: vectors()[0].who, APIKey: velneo.NewSecret(vectorKey), Dialect: dialect,
			Now: func() time.Time { return time.Unix(vectorTime, 0) },
		})
		if _, err := c.VServer(t.Context()); err != nil {
			t.Fatal(err)
		}
		server.Close()
		for _, v := range vectors() {
			want := v.strict
			if dialect == velneo.SingleQuoted {
				want = v.single
			}
			if got := seen["POST /v1/"+v.resource]; got != want {
				t.Errorf("%s, %s:\n%s\nwant\n%s", dialect, v.name, got, want)
			}
		}
	}
}

func TestMustShow2_FiftyCallersShareOneLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/session"), nil)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := c.VServer(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait() // all fifty wait for the login
		close(release)
		wg.Wait()
		if n := server.Count("POST", "session", ""); n != 1 {
			t.Errorf("%d logins, want 1", n)
		}
		if n := server.Count("GET", "vserver", ""); n != 50 {
			t.Errorf("%d calls, want 50", n)
		}
	})
}

// gate holds the requests for a path back until it is released.
func gate(release <-chan struct{}, suffix string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, suffix) {
				<-release
			}
			next.ServeHTTP(w, r)
		})
	}
}

// A session that ends while fifty calls are under way costs one new login.
func TestMustShow2_FiftyCallersShareOneNewLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/vserver"), nil)
		if _, err := c.Login(t.Context()); err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := c.VServer(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		server.EndSession()
		close(release)
		wg.Wait()
		if n := server.Logins(); n != 2 {
			t.Errorf("%d logins, want 2", n)
		}
		if n := server.Count("GET", "vserver", ""); n != 100 {
			t.Errorf("%d calls, want each of the fifty twice", n)
		}
	})
}

// The service may answer the new login with the old id.
func TestMustShow2_SameIDAfterTheNewLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var arrived atomic.Int32
		server, c := bubble(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/vserver") && arrived.Add(1) <= 50 {
					<-release
					_, _ = io.WriteString(w, `{"status_code":401}`)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, nil)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if _, err := c.VServer(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		if n := server.Logins(); n != 2 {
			t.Errorf("%d logins, want 2", n)
		}
	})
}

func TestMustShow2_StatusCode401InHTTP200(t *testing.T) {
	now := time.Now()
	server, c := pair(t, func(cfg *velneo.Config) { cfg.Now = func() time.Time { now = now.Add(time.Second); return now } })
	if _, err := c.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.Inject(velneotest.Fault{Action: "stop", Status: 200, Code: 401})
	if err := c.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var trail []string
	stamps := map[int64]bool{}
	for _, call := range server.Calls() {
		trail = append(trail, call.Verb+" "+call.Resource)
		stamps[call.Timestamp] = true
	}
	if got := strings.Join(trail, ", "); got != "POST session, PUT vserver, POST session, PUT vserver" {
		t.Error(got)
	}
	if len(stamps) != 4 {
		t.Errorf("%d timestamps, want a fresh one for each of four calls", len(stamps))
	}
}

// A repeat after a failure is signed anew as well.
func TestMustShow2_FreshTimestampForEachAttempt(t *testing.T) {
	now := time.Now()
	server, c := pair(t, func(cfg *velneo.Config) {
		cfg.MaxRetryWait = time.Millisecond
		cfg.Now = func() time.Time { now = now.Add(time.Second); return now }
	})
	server.Inject(velneotest.Fault{Status: 503, Times: 2})
	if _, err := c.VServer(t.Context()); err != nil {
		t.Fatal(err)
	}
	stamps := map[int64]bool{}
	for _, call := range server.Calls() {
		stamps[call.Timestamp] = true
	}
	if len(stamps) != 4 {
		t.Errorf("%d timestamps, want one for each of three logins and a question", len(stamps))
	}
}

func TestMustShow2_LogsInAgainOnceAndNeverAfter403(t *testing.T) {
	server, c := pair(t, nil)
	for code, want := range map[int]struct {
		err           error
		calls, logins int
	}{403: {velneo.ErrForbidden, 1, 0}, 401: {velneo.ErrUnauthorized, 2, 1}} {
		for _, status := range []int{200, code} {
			if _, err := c.Login(t.Context()); err != nil {
				t.Fatal(err)
			}
			calls, logins := server.Count("PUT", "vserver", "start"), server.Logins()
			server.Inject(velneotest.Fault{Action: "start", Times: want.calls, Status: status, Code: code})
			err := c.Start(t.Context())
			if !errors.Is(err, want.err) || errors.Is(err, velneo.ErrAmbiguous) {
				t.Errorf("%d in %d: %v", code, status, err)
			}
			if n := server.Count("PUT", "vserver", "start") - calls; n != want.calls {
				t.Errorf("%d in %d: sent %d times", code, status, n)
			}
			if n := server.Logins() - logins; n != want.logins {
				t.Errorf("%d in %d: %d logins", code, status, n)
			}
		}
	}
}

func TestMustShow3_RedirectRefused(t *testing.T) {
	var other int
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { other++ }))
	defer elsewhere.Close()
	server, c := pair(t, nil)
	for _, status := range []int{301, 302, 303, 307, 308} {
		header := http.Header{"Location": {elsewhere.URL}}
		server.Inject(velneotest.Fault{Resource: "vserver", Status: status, Header: header})
		if _, err := c.VServer(t.Context()); !errors.Is(err, velneo.ErrProtocol) {
			t.Errorf("%d: %v, want ErrProtocol", status, err)
		}
		server.Inject(velneotest.Fault{Resource: "backup", Status: status, Header: header})
		if _, err := c.DownloadBackup(t.Context(), server.BackupLink(), t.TempDir()+"/b", nil); !errors.Is(err, velneo.ErrProtocol) {
			t.Errorf("%d: %v, want ErrProtocol", status, err)
		}
	}
	if other != 0 {
		t.Errorf("the other host received %d requests", other)
	}
}

func TestMustShow5_LaggingStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, c := bubble(t, nil, nil)
		server.SetLag(3)
		if err := c.Stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		v, err := c.WaitForStatus(t.Context(), velneo.StatusStopped)
		if err != nil || v.Status != velneo.StatusStopped {
			t.Fatal(v, err)
		}
		if n := server.Count("GET", "vserver", ""); n != 4 || time.Since(start) != 15*time.Second {
			t.Errorf("%d questions in %v, want 4 in 15s", n, time.Since(start))
		}
	})
}

// The answer to a backup gets lost, on a fresh connection and on one that was
// used before, which is where net/http repeats a GET by itself.
func TestMustShow5_BackupSentOnce(t *testing.T) {
	for name, change := range map[string]func(*velneo.Config){
		"form":      nil,
		"real PUT":  func(cfg *velneo.Config) { cfg.RealVerbs = true },
		"real GET":  func(cfg *velneo.Config) { cfg.RealVerbs, cfg.BackupVerb = true, "GET" },
		"form GET":  func(cfg *velneo.Config) { cfg.BackupVerb = "GET" },
		"real POST": func(cfg *velneo.Config) { cfg.RealVerbs, cfg.BackupVerb = true, "POST" },
	} {
		for _, warm := range []bool{false, true} {
			server, c := pair(t, change)
			if warm {
				for range 3 {
					if _, err := c.VServer(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
			}
			server.Inject(velneotest.Fault{Action: "backup", Times: 10, Done: true})
			link, err := c.Backup(t.Context())
			if !errors.Is(err, velneo.ErrAmbiguous) || !link.IsZero() {
				t.Errorf("%s: %q, %v, want ErrAmbiguous", name, link, err)
			}
			sent := 0
			for _, call := range server.Calls() {
				if call.Action == "backup" {
					sent++
				}
			}
			if sent != 1 {
				t.Errorf("%s, warm %v: sent %d times", name, warm, sent)
			}
		}
	}
}

func TestMustShow6_HostileAnswers(t *testing.T) {
	for name, hostile := range map[string]struct {
		status int
		body   string
		want   error
	}{
		"no status_code":       {200, `{"status":"running"}`, velneo.ErrProtocol},
		"null status_code":     {200, `{"status_code":null}`, velneo.ErrProtocol},
		"string status_code":   {200, `{"status_code":"200","status":"running"}`, velneo.ErrProtocol},
		"fraction status_code": {200, `{"status_code":200.5}`, velneo.ErrProtocol},
		"huge status_code":     {200, `{"status_code":1e400}`, velneo.ErrProtocol},
		"odd status_code":      {200, `{"status_code":7}`, velneo.ErrProtocol},
		"negative status_code": {200, `{"status_code":-1}`, velneo.ErrProtocol},
		"no status":            {200, `{"status_code":200}`, velneo.ErrProtocol},
		"status not a text":    {200, `{"status_code":200,"status":[]}`, velneo.ErrProtocol},
		"HTML 502":             {502, `<html><h1>Bad Gateway</h1>`, velneo.ErrUnavailable},
		"HTML 404":             {404, `<html>`, velneo.ErrNotFound},
		"good body in a 500":   {500, `{"status_code":200,"status":"running"}`, velneo.ErrUnavailable},
		"403 in a 500":         {500, `{"status_code":403}`, velneo.ErrForbidden},
		"500 in a 200":         {200, `{"status_code":500}`, velneo.ErrUnavailable},
		"two values":           {200, `{"status_code":200}{"status_code":200}`, velneo.ErrProtocol},
	} {
		c := newClient(t, answering(t, hostile.status, hostile.body))
		var e *velneo.Error
		_, err := c.VServer(t.Context())
		if !errors.Is(err, hostile.want) || !errors.As(err, &e) || errors.Is(err, velneo.ErrAmbiguous) {
			t.Errorf("%s: %v, want %v", name, err, hostile.want)
		}
		link, err := c.Backup(t.Context())
		definite := hostile.want == velneo.ErrForbidden || hostile.want == velneo.ErrNotFound
		if !link.IsZero() || err == nil || errors.Is(err, velneo.ErrAmbiguous) == definite {
			t.Errorf("%s: a backup: %q, %v", name, link, err)
		}
	}
}

func TestMustShow6_EndlessBody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for chunk := bytes.Repeat([]byte(" "), 64<<10); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	c := newClient(t, velneo.Config{URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret(velneotest.APIKey), Session: velneo.NewSecret("s-1"), MaxResponseBytes: 1 << 20})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := c.VServer(t.Context())
	runtime.ReadMemStats(&after)
	if !errors.Is(err, velneo.ErrTooLarge) {
		t.Errorf("%v, want ErrTooLarge", err)
	}
	// Reading 1 MiB into a growing buffer allocates about four times as much.
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d MiB were allocated", grown>>20)
	}
}

// The service repeats the whole call in its message, and every error and log
// line is searched for what was in it.
func TestMustShow7_NoSecrets(t *testing.T) {
	const (
		password   = `correct "horse" isn't <ñ> a/b battery`
		phpEcho    = ` {"password":"correct \"horse\" isn't <\u00f1> a\/b battery"}` // what json_encode makes of it
		pythonEcho = ` {"password": "correct \"horse\" isn't <\u00f1> a/b battery"}` // and json.dumps
	)
	for _, dialect := range []velneo.Dialect{velneo.StrictJSON, velneo.SingleQuoted} {
		var shown bytes.Buffer
		var signed string
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			params := "key-hush " + r.Form.Get("params")
			_, after, _ := strings.Cut(params, "signed")
			signed = strings.Trim(after, `"':, `)[:40]
			if !strings.HasSuffix(r.URL.Path, "session") {
				params += " " + password + phpEcho + pythonEcho
			}
			_, _ = fmt.Fprintf(w, `{"status_code":403,"message":%q}`, params+" "+r.Form.Encode())
		}))
		c := newClient(t, velneo.Config{
			URL: server.URL, Email: velneotest.Email, APIKey: velneo.NewSecret("key-hush"), Session: velneo.NewSecret("session-hush"), Dialect: dialect, Logger: jsonLog(&shown),
		})
		for name, err := range map[string]error{
			"SetCredentials": c.SetCredentials(t.Context(), "root", velneo.NewSecret(password)),
			"PutUser":        failure(c.PutUser(t.Context(), velneo.User{Username: "luis", Password: velneo.NewSecret(password), Group: "agents"})),
			"Do":             c.Do(t.Context(), "PUT", "user", map[string]string{"newPassword": password}, nil),
			"Logout":         c.Logout(t.Context()),
		} {
			if err == nil {
				t.Errorf("%s: no error", name)
			}
			fmt.Fprintf(&shown, "%v %+v %#v %s\n", err, err, err, err)
			jsonLog(&shown).Info("failed", "error", err, "client", c)
		}
		server.Close()
		for _, secret := range []string{"key-hush", "session-hush", signed, "horse", "battery"} {
			if secret == "" || strings.Contains(shown.String(), secret) {
				t.Errorf("%q leaks:\n%.2000s", secret, shown.String())
			}
		}
	}
}

// A link opens the backup by itself.
func TestMustShow7_NoLinkInErrorsAndLogs(t *testing.T) {
	var shown bytes.Buffer
	server, c := pair(t, func(cfg *velneo.Config) { cfg.Logger, cfg.MaxRetryWait = jsonLog(&shown), time.Millisecond })
	file := t.TempDir() + "/b"
	for _, fault := range []velneotest.Fault{{}, {Status: 500}, {Status: 302, Header: http.Header{"Location": {server.BackupLink().Reveal()}}}} {
		fault.Resource, fault.Times = "backup", 3
		server.Inject(fault)
		_, err := c.DownloadBackup(t.Context(), server.BackupLink(), file, nil)
		fmt.Fprintf(&shown, "%v %#v\n", err, err)
	}
	for _, link := range []string{"ftp://open-sesame.example.com/", "https://user:open-sesame@example.com/", "%open-sesame", "http://b.example.com/open-sesame"} {
		_, err := c.DownloadBackup(t.Context(), velneo.NewSecret(link), file, nil)
		if !errors.Is(err, velneo.ErrInvalid) {
			t.Errorf("%v, want ErrInvalid", err)
		}
		fmt.Fprintf(&shown, "%v %#v\n", err, err)
	}
	if strings.Contains(shown.String(), "sesame") {
		t.Error(shown.String())
	}
}
