package velneotest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// send makes a call by hand, without package velneo.
func send(t *testing.T, server *velneotest.Server, path, verb, params string) (int, string) {
	t.Helper()
	resp, err := http.PostForm(server.URL+path, url.Values{"method": {verb}, "params": {params}})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(raw)
}

// failure is the error of a call whose result is not looked at.
func failure[T any](_ T, err error) error { return err }

func login(server *velneotest.Server, at int64) string {
	return fmt.Sprintf(`{'email': '%s', 'timestamp': %d, 'signed': '%s'}`, server.Email, at, velneo.Sign(server.Email, at, server.APIKey))
}

// Both logins get the same session, and it works in either's calls.
func TestSessionIsTheAccounts(t *testing.T) {
	server := velneotest.NewServer()
	defer server.Close()
	now := time.Now().Unix()
	status, one := send(t, server, "/session", "POST", login(server, now))
	_, two := send(t, server, "/session", "POST", login(server, now-1))
	if status != 200 || one != two || !strings.Contains(one, "session") || server.Logins() != 2 {
		t.Errorf("%d %s %s", status, one, two)
	}
	server.EndSession()
	if _, three := send(t, server, "/session", "POST", login(server, now)); three == one {
		t.Error("the same session after it ended")
	}
}

func TestWhatIsRefused(t *testing.T) {
	server := velneotest.NewServer()
	defer server.Close()
	now := time.Now().Unix()
	for name, call := range map[string]struct {
		params string
		want   int
	}{
		"good":            {login(server, now), 200},
		"old":             {login(server, now-301), 401},
		"from the future": {login(server, now+302), 401},
		"wrong signature": {strings.Replace(login(server, now), "signed': '", "signed': 'x", 1), 401},
		"wrong email":     {strings.Replace(login(server, now), "agency@", "agent@", 1), 401},
		"no timestamp":    {`{"email":"x"}`, 400},
		"no JSON":         {`email=x`, 400},
		"nothing":         {``, 400},
	} {
		if status, body := send(t, server, "/session", "POST", call.params); status != call.want || !strings.Contains(body, fmt.Sprint(call.want)) {
			t.Errorf("%s: %d %s, want %d", name, status, body, call.want)
		}
	}
	stranger := fmt.Sprintf(`{"session":"x","timestamp":%d,"signed":"%s"}`, now, velneo.Sign("x", now, server.APIKey))
	if status, _ := send(t, server, "/vserver", "GET", stranger); status != 401 {
		t.Errorf("a session nobody was given: %d", status)
	}
}

func TestStateIsRefusedToo(t *testing.T) {
	server := velneotest.NewServer()
	defer server.Close()
	client, err := velneo.New(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	forbidden := func(name string, err error) {
		t.Helper()
		if !errors.Is(err, velneo.ErrForbidden) {
			t.Errorf("%s: %v, want ErrForbidden", name, err)
		}
	}
	forbidden("no credentials", failure(client.PutGroup(ctx, velneo.Group{Name: "g"})))
	if err := client.SetCredentials(ctx, "root", velneo.NewSecret("pw")); err != nil {
		t.Fatal(err)
	}
	forbidden("no group", failure(client.PutFolder(ctx, velneo.Folder{Name: "f", Path: "f", Group: "g"})))
	if err := failure(client.PutGroup(ctx, velneo.Group{Name: "g"})); err != nil {
		t.Fatal(err)
	}
	forbidden("no path", failure(client.PutFolder(ctx, velneo.Folder{Name: "f", Group: "g"})))
	forbidden("no instance", failure(client.PutGroup(ctx, velneo.Group{Name: "g", AddAppInstance: velneo.AppInstance{ID: "x"}})))
	forbidden("no action", client.Do(ctx, "PUT", "vserver", map[string]string{"action": "explode"}, nil))
	for _, path := range []string{"one", "two", ""} {
		if err := failure(client.PutFolder(ctx, velneo.Folder{Name: "f", Path: path, Group: "g"})); err != nil {
			t.Fatal(err)
		}
	}
	if got := server.Folders()["f"]; got != (velneo.Folder{Name: "f", Path: "one", Group: "g"}) {
		t.Errorf("%+v: the path is fixed once the folder exists", got)
	}
}

func TestSetMessage(t *testing.T) {
	server, client := newDirect(t)
	require.NoError(t, client.SetCredentials(t.Context(), "root", velneo.NewSecret("pw")))
	server.SetMessage("created")
	group, err := client.PutGroup(t.Context(), velneo.Group{Name: "g"})
	require.NoError(t, err)
	assert.Equal(t, velneo.Result{Message: "created"}, group)
	shop, err := client.PutInstance(t.Context(), velneo.Instance{Name: "shop", Project: "p", Solution: "s", FolderShared: "f"})
	require.NoError(t, err)
	assert.Equal(t, velneo.InstanceResult{
		AppInstance: velneo.AppInstance{Name: "shop", ID: "instance-1"}, Result: velneo.Result{Message: "created"},
	}, shop)
}

func TestFaults(t *testing.T) {
	server := velneotest.NewServer()
	defer server.Close()
	cfg := server.Config()
	cfg.MaxAttempts = 1
	client, err := velneo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	for name, fault := range map[string]struct {
		velneotest.Fault
		want error
	}{
		"dropped": {velneotest.Fault{}, velneo.ErrUnavailable},
		"status":  {velneotest.Fault{Status: 503}, velneo.ErrUnavailable},
		"code":    {velneotest.Fault{Code: 403}, velneo.ErrForbidden},
		"body":    {velneotest.Fault{Body: "<html>"}, velneo.ErrProtocol},
	} {
		fault.Resource = "vserver"
		server.Inject(fault.Fault)
		if _, err := client.VServer(t.Context()); !errors.Is(err, fault.want) {
			t.Errorf("%s: %v, want %v", name, err, fault.want)
		}
		if _, err := client.VServer(t.Context()); err != nil {
			t.Errorf("%s: it shows once: %v", name, err)
		}
	}
	// Done or not: has the server stopped?
	for done, want := range map[bool]velneo.Status{true: velneo.StatusStopped, false: velneo.StatusRunning} {
		if err := client.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		server.Inject(velneotest.Fault{Action: "stop", Done: done})
		if err := client.Stop(t.Context()); !errors.Is(err, velneo.ErrAmbiguous) {
			t.Errorf("%v, want ErrAmbiguous", err)
		}
		if v, err := client.VServer(t.Context()); err != nil || v.Status != want {
			t.Errorf("done %v: %v, %v", done, v.Status, err)
		}
	}
}

func TestBackupNeedsItsToken(t *testing.T) {
	server := velneotest.NewServer()
	defer server.Close()
	for link, want := range map[string]int{server.BackupLink().Reveal(): 200, strings.Replace(server.BackupLink().Reveal(), "sesame", "barley", 1): 404} {
		resp, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != want {
			t.Errorf("%d, want %d", resp.StatusCode, want)
		}
	}
}

// What a test serves may ask the server how far it is.
func TestBackupContentMayAskTheServer(t *testing.T) {
	server := velneotest.NewServer()
	defer server.Close()
	server.SetBackup("", func() io.ReadSeeker {
		return strings.NewReader(fmt.Sprint(len(server.Calls()), " calls"))
	})
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Get(server.BackupLink().Reveal())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if raw, err := io.ReadAll(resp.Body); string(raw) != "0 calls" {
		t.Errorf("%q, %v", raw, err)
	}
}

// newDirect returns a server without a socket, for a synctest bubble, and a
// client of it.
func newDirect(t *testing.T) (*velneotest.Server, *velneo.Client) {
	t.Helper()
	server := velneotest.New()
	client, err := velneo.New(server.Config())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return server, client
}

func TestHangLastsUntilTheClientGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := newDirect(t)
		server.Inject(velneotest.Fault{Resource: "vserver", Hang: true})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		if _, err := client.VServer(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != 10*time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		if _, err := client.VServer(t.Context()); err != nil {
			t.Errorf("it shows once: %v", err)
		}
	})
}

// Without a socket everything works as it does with one: waiting takes no
// time, what is dropped is lost, and a download that is cut goes on.
func TestServerWithoutASocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := newDirect(t)
		ctx := t.Context()
		server.SetLag(100)
		if err := client.Stop(ctx); err != nil {
			t.Fatal(err)
		}
		if v, err := client.WaitForStatus(ctx, velneo.StatusStopped); err != nil || v.Status != velneo.StatusStopped {
			t.Fatal(v, err)
		}
		server.Inject(velneotest.Fault{Action: "start"})
		if err := client.Start(ctx); !errors.Is(err, velneo.ErrAmbiguous) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%v, want ErrAmbiguous of a lost connection", err)
		}
		link, err := client.Backup(ctx)
		if err != nil {
			t.Fatal(err)
		}
		server.Inject(velneotest.Fault{Resource: "backup", Cut: 200_000})
		var steps []int64
		d, err := client.DownloadBackup(ctx, link, t.TempDir()+"/b", func(done, _ int64) { steps = append(steps, done) })
		if err != nil || d.Size != 524304 || !slices.Contains(steps, 200_000) {
			t.Errorf("%+v, %v, progress %v", d, err, steps)
		}
		if _, err := client.DownloadBackup(ctx, server.BackupLink(), t.TempDir()+"/b", nil); err != nil {
			t.Error(err)
		}
	})
}

// Nor does a client reach out where the handler is served by somebody else and
// the address was forgotten.
func TestForgottenURL(t *testing.T) {
	if cfg := velneotest.New().Config(); cfg.URL == "" || cfg.URL == velneo.DefaultURL || cfg.HTTPClient == nil {
		t.Errorf("%q: the client of a fake would call the real service", cfg.URL)
	}
	own := velneotest.New()
	server := httptest.NewServer(own)
	defer server.Close()
	own.URL = server.URL + "/v1"
	cfg := own.Config()
	if cfg.HTTPClient != nil {
		t.Error("the server's socket is passed by")
	}
	client, err := velneo.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.VServer(t.Context()); err != nil {
		t.Error(err)
	}
}
