package velneotest_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
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
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, string(raw)
}

// failure is the error of a call whose result is not looked at.
func failure[T any](_ T, err error) error { return err }

func login(server *velneotest.Server, at int64) string {
	return fmt.Sprintf(`{'email': '%s', 'timestamp': %d, 'signed': '%s'}`, velneotest.Email, at, velneo.Sign(velneotest.Email, at, velneotest.APIKey))
}

// Two logins get the same session.
func TestServer_OneSessionPerAccount(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	now := time.Now().Unix()
	status, one := send(t, server, "/session", "POST", login(server, now))
	_, two := send(t, server, "/session", "POST", login(server, now-1))
	assert.Equal(t, 200, status)
	assert.Contains(t, one, "session")
	assert.Equal(t, one, two)
	assert.Equal(t, 2, server.Logins())
	server.EndSession()
	_, three := send(t, server, "/session", "POST", login(server, now))
	assert.NotEqual(t, one, three)
}

func TestServer_RefusedLogins(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
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
		t.Run(name, func(t *testing.T) {
			status, body := send(t, server, "/session", "POST", call.params)
			assert.Equal(t, call.want, status)
			assert.Contains(t, body, fmt.Sprint(call.want))
		})
	}
	unknown := fmt.Sprintf(`{"session":"x","timestamp":%d,"signed":"%s"}`, now, velneo.Sign("x", now, velneotest.APIKey))
	status, _ := send(t, server, "/vserver", "GET", unknown)
	assert.Equal(t, 401, status, "a session that was never handed out")
}

func TestServer_RefusedChanges(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	client, err := velneo.New(server.Config())
	require.NoError(t, err)
	defer client.Close()
	ctx := context.Background()
	forbidden := func(name string, err error) {
		t.Helper()
		assert.ErrorIs(t, err, velneo.ErrForbidden, name)
	}
	forbidden("no credentials", failure(client.PutGroup(ctx, velneo.Group{Name: "g"})))
	require.NoError(t, client.SetCredentials(ctx, "root", velneo.NewSecret("pw")))
	forbidden("no group", failure(client.PutFolder(ctx, velneo.Folder{Name: "f", Path: "f", Group: "g"})))
	require.NoError(t, failure(client.PutGroup(ctx, velneo.Group{Name: "g"})))
	forbidden("no path", failure(client.PutFolder(ctx, velneo.Folder{Name: "f", Group: "g"})))
	forbidden("no instance", failure(client.PutGroup(ctx, velneo.Group{Name: "g", AddAppInstance: velneo.AppInstance{ID: "x"}})))
	forbidden("no action", client.Do(ctx, "PUT", "vserver", map[string]string{"action": "explode"}, nil))
	for _, path := range []string{"one", "two", ""} {
		require.NoError(t, failure(client.PutFolder(ctx, velneo.Folder{Name: "f", Path: path, Group: "g"})))
	}
	assert.Equal(t, velneo.Folder{Name: "f", Path: "one", Group: "g"}, server.Folders()["f"], "the path is fixed once the folder exists")
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

func TestInject_EachKindOfFault(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	cfg := server.Config()
	cfg.MaxAttempts = 1
	client, err := velneo.New(cfg)
	require.NoError(t, err)
	defer client.Close()
	for name, fault := range map[string]struct {
		velneotest.Fault
		want error
	}{
		"dropped": {velneotest.Fault{Break: true}, velneo.ErrUnavailable},
		"status":  {velneotest.Fault{Status: 503}, velneo.ErrUnavailable},
		"code":    {velneotest.Fault{Code: 403}, velneo.ErrForbidden},
		"body":    {velneotest.Fault{Body: "<html>"}, velneo.ErrProtocol},
	} {
		t.Run(name, func(t *testing.T) {
			fault.Resource = "vserver"
			server.Inject(fault.Fault)
			_, err := client.VServer(t.Context())
			assert.ErrorIs(t, err, fault.want, name)
			_, err = client.VServer(t.Context())
			assert.NoError(t, err, "it applies once: "+name)
		})
	}
	// Done or not: has the server stopped?
	for done, want := range map[bool]velneo.Status{true: velneo.StatusStopped, false: velneo.StatusRunning} {
		t.Run(fmt.Sprint("done ", done), func(t *testing.T) {
			require.NoError(t, client.Start(t.Context()))
			server.Inject(velneotest.Fault{Action: "stop", Break: !done, Lose: done})
			require.ErrorIs(t, client.Stop(t.Context()), velneo.ErrAmbiguous)
			v, err := client.VServer(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, v.Status, "done %v", done)
		})
	}
}

func TestBackupLink_NeedsItsToken(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	for link, want := range map[string]int{server.BackupLink().Reveal(): 200, strings.Replace(server.BackupLink().Reveal(), "sesame", "barley", 1): 404} {
		t.Run(fmt.Sprint(want), func(t *testing.T) {
			resp, err := http.Get(link)
			require.NoError(t, err)
			_ = resp.Body.Close()
			assert.Equal(t, want, resp.StatusCode)
		})
	}
}

// The content of a backup may call the server.
func TestSetBackup_ContentMayCallTheServer(t *testing.T) {
	server := velneotest.NewServer(velneotest.Options{})
	defer server.Close()
	server.SetBackup("", func() io.ReadSeeker {
		return strings.NewReader(fmt.Sprint(len(server.Calls()), " calls"))
	})
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Get(server.BackupLink().Reveal())
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	assert.Equal(t, "0 calls", string(raw))
}

// newDirect returns a server without a socket, for a synctest bubble, and a
// client of it.
func newDirect(t *testing.T) (*velneotest.Server, *velneo.Client) {
	t.Helper()
	server := velneotest.New(velneotest.Options{})
	client, err := velneo.New(server.Config())
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return server, client
}

func TestInject_HangLastsUntilTheClientGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := newDirect(t)
		server.Inject(velneotest.Fault{Resource: "vserver", Hang: true})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start := time.Now()
		_, err := client.VServer(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 10*time.Second, time.Since(start))
		_, err = client.VServer(t.Context())
		assert.NoError(t, err, "it applies once")
	})
}

// Without a socket everything works as with one: waiting takes no time, a dropped
// connection is lost, and a download that is cut continues.
func TestNew_WithoutASocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, client := newDirect(t)
		ctx := t.Context()
		server.SetLag(100)
		require.NoError(t, client.Stop(ctx))
		v, err := client.WaitForStatus(ctx, velneo.StatusStopped)
		require.NoError(t, err)
		assert.Equal(t, velneo.StatusStopped, v.Status)
		server.Inject(velneotest.Fault{Action: "start", Break: true})
		err = client.Start(ctx)
		require.ErrorIs(t, err, velneo.ErrAmbiguous)
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		link, err := client.Backup(ctx)
		require.NoError(t, err)
		server.Inject(velneotest.Fault{Resource: "backup", Cut: 200_000})
		var steps []int64
		d, err := client.DownloadBackup(ctx, link, t.TempDir()+"/b", func(done, _ int64) { steps = append(steps, done) })
		require.NoError(t, err)
		assert.Equal(t, int64(524304), d.Size)
		assert.Contains(t, steps, int64(200_000))
		_, err = client.DownloadBackup(ctx, server.BackupLink(), t.TempDir()+"/b", nil)
		require.NoError(t, err)
	})
}

// A client never calls the real service, even if the handler is served by another
// server and URL was not set.
func TestConfig_NeverTheRealService(t *testing.T) {
	direct := velneotest.New(velneotest.Options{}).Config()
	assert.NotContains(t, []string{"", velneo.DefaultURL}, direct.URL)
	assert.NotNil(t, direct.HTTPClient)
	own := velneotest.New(velneotest.Options{})
	server := httptest.NewServer(own)
	defer server.Close()
	own.URL = server.URL + "/v1"
	cfg := own.Config()
	assert.Nil(t, cfg.HTTPClient, "the client uses the server's socket")
	client, err := velneo.New(cfg)
	require.NoError(t, err)
	defer client.Close()
	_, err = client.VServer(t.Context())
	require.NoError(t, err)
}

// A Fault that says not how a call fails does nothing.
func TestInject_ZeroFault(t *testing.T) {
	server, client := newDirect(t)
	for _, fault := range []velneotest.Fault{{}, {Action: "stop", Times: 3}, {Done: true}, {Message: "m"}, {Before: func() { t.Error("called") }}} {
		server.Inject(fault)
		require.NoError(t, client.Stop(t.Context()))
	}
}

func TestInject_SkipAndTimes(t *testing.T) {
	for name, c := range map[string]struct {
		fault velneotest.Fault
		want  string // of six calls, F for those that fail
	}{
		"one":             {velneotest.Fault{Code: 403}, "F....."},
		"two":             {velneotest.Fault{Code: 403, Times: 2}, "FF...."},
		"all":             {velneotest.Fault{Code: 403, Times: -1}, "FFFFFF"},
		"the third":       {velneotest.Fault{Code: 403, Skip: 2}, "..F..."},
		"from the second": {velneotest.Fault{Code: 403, Skip: 1, Times: -1}, ".FFFFF"},
	} {
		t.Run(name, func(t *testing.T) {
			server, client := newDirect(t)
			c.fault.Action = "stop"
			server.Inject(c.fault)
			got := ""
			for range 6 {
				if client.Stop(t.Context()) != nil {
					got += "F"
				} else {
					got += "."
				}
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestNewServer_Options(t *testing.T) {
	now := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	server := velneotest.New(velneotest.Options{
		Email: "other@example.com", APIKey: "other-key", Now: func() time.Time { return now }, MaxSkew: time.Hour,
	})
	cfg := server.Config()
	assert.Equal(t, "other@example.com", cfg.Email)
	assert.Equal(t, velneo.NewSecret("other-key"), cfg.APIKey)
	for ahead, want := range map[time.Duration]error{59 * time.Minute: nil, 61 * time.Minute: velneo.ErrClockSkew} {
		cfg.Now = func() time.Time { return now.Add(ahead) }
		client, err := velneo.New(cfg)
		require.NoError(t, err)
		_, err = client.Login(t.Context())
		require.ErrorIs(t, err, want)
		client.Close()
	}
}
