package velneo_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

func TestNew_NamesTheField(t *testing.T) {
	good := velneo.Config{Email: "agency@example.com", APIKey: velneo.NewSecret("key")}
	pin := velneo.Pin(&x509.Certificate{})
	dialing := &http.Client{Transport: &http.Transport{DialTLSContext: func(context.Context, string, string) (net.Conn, error) { return nil, nil }}}
	for name, bad := range map[string]func(*velneo.Config){
		"Email":              func(c *velneo.Config) { c.Email = "" },
		"Email 2":            func(c *velneo.Config) { c.Email = "a@example.com\r\n" },
		"Email 3":            func(c *velneo.Config) { c.Email = "\xff@example.com" },
		"APIKey":             func(c *velneo.Config) { c.APIKey = velneo.Secret{} },
		"APIKey 2":           func(c *velneo.Config) { c.APIKey = velneo.NewSecret("a\x00b") },
		"Session":            func(c *velneo.Config) { c.Session = velneo.NewSecret("a\nb") },
		"URL":                func(c *velneo.Config) { c.URL = "http://cloudapi.example.com/v1" },
		"URL 2":              func(c *velneo.Config) { c.URL = "cloudapi.example.com" },
		"URL 3":              func(c *velneo.Config) { c.URL, c.InsecureSkipVerify = "http://127.0.0.1", true },
		"Dialect":            func(c *velneo.Config) { c.Dialect = "yaml" },
		"BackupVerb":         func(c *velneo.Config) { c.BackupVerb = "DELETE" },
		"BackupVerb 2":       func(c *velneo.Config) { c.BackupVerb = "put" },
		"ServerVersion":      func(c *velneo.Config) { c.ServerVersion = "latest" },
		"ServerVersion 2":    func(c *velneo.Config) { c.ServerVersion = "7." },
		"ServerVersion 3":    func(c *velneo.Config) { c.ServerVersion = "7.-1" },
		"ServerVersion 4":    func(c *velneo.Config) { c.ServerVersion = "v7.12" },
		"PollInterval":       func(c *velneo.Config) { c.PollInterval = -1 },
		"Pins":               func(c *velneo.Config) { c.Pins = []string{pin, "sha256/AAAA"} },
		"Pins 2":             func(c *velneo.Config) { c.Pins = []string{""} },
		"InsecureSkipVerify": func(c *velneo.Config) { c.InsecureSkipVerify, c.Pins = true, []string{pin} },
		"InsecureSkipVerify 2": func(c *velneo.Config) {
			c.InsecureSkipVerify, c.RootCAs = true, x509.NewCertPool()
		},
		"HTTPClient": func(c *velneo.Config) { c.HTTPClient, c.Pins = dialing, []string{pin} },
		"HTTPClient 2": func(c *velneo.Config) {
			c.HTTPClient, c.Pins = &http.Client{Transport: roundTripper(nil)}, []string{pin}
		},
		"UserAgent":        func(c *velneo.Config) { c.UserAgent = "a\r\nb" },
		"MaxResponseBytes": func(c *velneo.Config) { c.MaxResponseBytes = -1 },
		"MaxAttempts":      func(c *velneo.Config) { c.MaxAttempts = -1 },
		"MaxRetryWait":     func(c *velneo.Config) { c.MaxRetryWait = -1 },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := good
			bad(&cfg)
			c, err := velneo.New(cfg)
			assert.Nil(t, c)
			requireField(t, err, name)
		})
	}
	good.AllowHTTP, good.URL = true, "http://cloudapi.example.com/v1"
	newClient(t, good)
	newClient(t, velneo.Config{Email: "a", APIKey: velneo.NewSecret("b"), Pins: []string{pin, strings.TrimPrefix(pin, "sha256/"), strings.Replace(pin, "/", "//", 1)}})
}

// requireField asserts that an error refuses the field that the case's name
// begins with.
func requireField(t *testing.T, err error, name string) {
	t.Helper()
	field, _, _ := strings.Cut(name, " ")
	var e *velneo.Error
	require.ErrorAs(t, err, &e)
	require.ErrorIs(t, err, velneo.ErrInvalid)
	require.Equal(t, field, e.Field)
}

// Arguments that can't be right are refused before anything is sent.
func TestArguments_RefusedBeforeSending(t *testing.T) {
	server, c := pair(t, nil)
	ctx := t.Context()
	user := velneo.User{Username: "luis", Password: velneo.NewSecret("pw"), Group: "agents"}
	folder := velneo.Folder{Name: "clients", Path: "clients", Group: "agents"}
	instance := velneo.Instance{Name: "shop", Project: "shop", Solution: "shops", FolderShared: "clients"}
	withUser := func(change func(*velneo.User)) error { u := user; change(&u); return failure(c.PutUser(ctx, u)) }
	withInstance := func(change func(*velneo.Instance)) error {
		i := instance
		change(&i)
		_, err := c.PutInstance(ctx, i)
		return err
	}
	withPath := func(path string) error { f := folder; f.Path = path; return failure(c.PutFolder(ctx, f)) }
	_, waitErr := c.WaitForStatus(ctx, "asleep")
	var typedNil *int
	for name, err := range map[string]error{
		"username":          c.SetCredentials(ctx, "", velneo.NewSecret("pw")),
		"password":          c.SetCredentials(ctx, "root", velneo.NewSecret("")),
		"target":            waitErr,
		"Username":          withUser(func(u *velneo.User) { u.Username = "" }),
		"Password":          withUser(func(u *velneo.User) { u.Password = velneo.Secret{} }),
		"Password 2":        withUser(func(u *velneo.User) { u.Password = velneo.NewSecret("\xc3") }),
		"Group":             withUser(func(u *velneo.User) { u.Group = "" }),
		"FullName":          withUser(func(u *velneo.User) { u.FullName = "a\nb" }),
		"IsSupervisor":      withUser(func(u *velneo.User) { u.IsSupervisor = "true" }),
		"Name":              failure(c.PutGroup(ctx, velneo.Group{})),
		"ManageSolutions":   failure(c.PutGroup(ctx, velneo.Group{Name: "g", ManageSolutions: "YES"})),
		"AddSolution":       failure(c.PutGroup(ctx, velneo.Group{Name: "g", AddSolution: "a\tb"})),
		"AddAppInstance.ID": failure(c.PutGroup(ctx, velneo.Group{Name: "g", AddAppInstance: velneo.AppInstance{ID: "\xff"}})),
		"Name 2":            failure(c.PutFolder(ctx, velneo.Folder{Group: "g"})),
		"Group 2":           failure(c.PutFolder(ctx, velneo.Folder{Name: "f"})),
		"Path":              withPath("../other"),
		"Path 2":            withPath("clients/../../other"),
		"Path 3":            withPath(`clients\one`),
		"Path 4":            withPath("C:/clients"),
		"Path 5":            withPath("c:clients"),
		"Path 6":            withPath("/clients"),
		"Path 7":            withPath("clients//one"),
		"Path 8":            withPath("clients/"),
		"Path 9":            withPath("./clients"),
		"Path 10":           withPath("clients\x00"),
		"Path 11":           withPath("clients/\n"),
		"Path 12":           withPath("clients/ /one"),
		"Path 13":           withPath("clients/.. /one"),
		"Path 14":           withPath("\xff"),
		"Name 3":            withInstance(func(i *velneo.Instance) { i.Name = "" }),
		"Project":           withInstance(func(i *velneo.Instance) { i.Project = "" }),
		"Solution":          withInstance(func(i *velneo.Instance) { i.Solution = "" }),
		"FolderShared":      withInstance(func(i *velneo.Instance) { i.FolderShared = "" }),
		"verb":              c.Do(ctx, "get", "vserver", nil, nil),
		"verb 2":            c.Do(ctx, "GET&params=x", "vserver", nil, nil),
		"resource":          c.Do(ctx, "GET", "", nil, nil),
		"resource 2":        c.Do(ctx, "GET", "../v2/vserver", nil, nil),
		"resource 3":        c.Do(ctx, "GET", "vserver?x=1", nil, nil),
		"resource 4":        c.Do(ctx, "DELETE", "session", nil, nil),
		"resource 5":        c.Do(ctx, "GET", "//other.example.com/", nil, nil),
		"resource 6":        c.Do(ctx, "GET", "a%2e", nil, nil),
		"resource 7":        c.Do(ctx, "DELETE", "Session", nil, nil),
		"params":            c.Do(ctx, "PUT", "user", []string{"a"}, nil),
		"params 2":          c.Do(ctx, "PUT", "user", map[string]any{"Session": "x"}, nil),
		"params 3":          c.Do(ctx, "PUT", "user", map[string]any{"f": func() {}}, nil),
		"params 4":          c.Do(ctx, "PUT", "user", map[string]string{"name": "\xff"}, nil),
		"params 5":          c.Do(ctx, "PUT", "user", typedNil, nil),
		"out":               c.Do(ctx, "GET", "vserver", nil, velneo.VServer{}),
		"out 2":             c.Do(ctx, "GET", "vserver", nil, typedNil),
		"invoker":           c.InvokeRFC(ctx, nil, "GET", "vserver", nil, nil),
		"params 6":          c.InvokeRFC(ctx, nil, "PUT", "group", map[string]string{"name": "a", "Name": "b"}, nil),
	} {
		t.Run(name, func(t *testing.T) { requireField(t, err, name) })
	}
	assert.Empty(t, server.Calls())
}

// everyCall is each of the client's calls with arguments that are good.
func everyCall(ctx context.Context, c *velneo.Client, invoker velneo.RFCInvoker, file string) map[string]func() error {
	return map[string]func() error{
		"Login":          func() error { _, err := c.Login(ctx); return err },
		"Logout":         func() error { return c.Logout(ctx) },
		"VServer":        func() error { _, err := c.VServer(ctx); return err },
		"Start":          func() error { return c.Start(ctx) },
		"Stop":           func() error { return c.Stop(ctx) },
		"SetCredentials": func() error { return c.SetCredentials(ctx, "a", velneo.NewSecret("b")) },
		"WaitForStatus":  func() error { _, err := c.WaitForStatus(ctx, velneo.StatusRunning); return err },
		"Backup":         func() error { _, err := c.Backup(ctx); return err },
		"PutGroup": func() error {
			return failure(c.PutGroup(ctx, velneo.Group{Name: "g", AddAppInstance: velneo.AppInstance{ID: "1"}}))
		},
		"PutUser": func() error {
			return failure(c.PutUser(ctx, velneo.User{Username: "a", Password: velneo.NewSecret("b"), Group: "c"}))
		},
		"PutFolder": func() error { return failure(c.PutFolder(ctx, velneo.Folder{Name: "a", Group: "b"})) },
		"PutInstance": func() error {
			_, err := c.PutInstance(ctx, velneo.Instance{Name: "a", Project: "b", Solution: "c", FolderShared: "d"})
			return err
		},
		"Do": func() error { return c.Do(ctx, "GET", "vserver", nil, nil) },
		"DownloadBackup": func() error {
			_, err := c.DownloadBackup(ctx, velneo.NewSecret("http://127.0.0.1/b"), file, nil)
			return err
		},
		"RFCCall":   func() error { _, err := c.RFCCall(ctx, "GET", "vserver", nil); return err },
		"InvokeRFC": func() error { return c.InvokeRFC(ctx, invoker, "GET", "vserver", nil, nil) },
	}
}

func TestCalls_NilContext(t *testing.T) {
	server, c := pair(t, nil)
	for name, call := range everyCall(nilContext(), c, bridge(nil), t.TempDir()+"/b") {
		t.Run(name, func(t *testing.T) { requireField(t, call(), "ctx") })
	}
	assert.Empty(t, server.Calls())
}

// A closed client starts nothing: not what needs no request because there is a
// session, and not what an RFCInvoker sends. It leaves the files alone.
func TestClose_EndsEveryCall(t *testing.T) {
	server, c := pair(t, nil)
	_, err := c.Login(t.Context())
	require.NoError(t, err)
	c.Close()
	invoked := bridge(func(velneo.RFCCall) ([]byte, error) {
		t.Error("the invoker was called")
		return nil, nil
	})
	file := t.TempDir() + "/b"
	require.NoError(t, os.WriteFile(file+".part", []byte("of another link"), 0o600))
	for name, call := range everyCall(t.Context(), c, invoked, file) {
		t.Run(name, func(t *testing.T) {
			var e *velneo.Error
			err := call()
			require.ErrorIs(t, err, velneo.ErrClosed)
			assert.ErrorAs(t, err, &e)
			assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
		})
	}
	raw, err := os.ReadFile(file + ".part")
	require.NoError(t, err)
	assert.Equal(t, "of another link", string(raw))
	assert.Len(t, server.Calls(), 1, "the login")
}

// Close closes the idle connections of calls and downloads.
func TestClose_ClosesConnections(t *testing.T) {
	fake := velneotest.New(velneotest.Options{})
	server := httptest.NewUnstartedServer(fake)
	opened, ended := make(chan struct{}, 9), make(chan struct{}, 9)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			opened <- struct{}{}
		case http.StateClosed:
			ended <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	fake.URL = server.URL + "/v1"
	c := newClient(t, fake.Config())
	link, err := c.Backup(t.Context())
	require.NoError(t, err)
	_, err = c.DownloadBackup(t.Context(), link, t.TempDir()+"/b", nil)
	require.NoError(t, err)
	c.Close()
	for range len(opened) {
		select {
		case <-ended:
		case <-time.After(time.Minute):
			t.Fatal("a connection is still open")
		}
	}
}

// The caller's transport is never changed, TLS options or not.
func TestNew_DoesNotChangeTheCallersClient(t *testing.T) {
	theirs := &http.Client{Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{ServerName: "theirs.example.com"}}}
	newClient(t, velneo.Config{Email: "a@example.com", APIKey: velneo.NewSecret("key"), HTTPClient: theirs, Pins: []string{velneo.Pin(&x509.Certificate{})}})
	conf := theirs.Transport.(*http.Transport).TLSClientConfig
	assert.False(t, conf.InsecureSkipVerify)
	assert.Nil(t, conf.VerifyConnection)
	assert.Nil(t, theirs.CheckRedirect)
	assert.Equal(t, time.Minute, theirs.Timeout)
}

func TestSecrets_PrintAsRedacted(t *testing.T) {
	session := velneo.NewSecret("hush")
	for _, v := range []any{
		velneo.Config{APIKey: velneo.NewSecret("hush")}, &velneo.Config{APIKey: velneo.NewSecret("hush")}, velneo.User{Password: velneo.NewSecret("hush")},
		velneo.RFCCall{Params: velneo.NewSecret("hush")}, session, &session, newClient(t, velneo.Config{Email: "a", APIKey: velneo.NewSecret("hush"), Session: velneo.NewSecret("hush")}),
		struct{ S velneo.Secret }{session}, map[string]velneo.User{"luis": {Password: velneo.NewSecret("hush")}},
	} {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			raw, err := json.Marshal(v)
			require.NoError(t, err)
			assert.Contains(t, string(raw), "REDACTED")
			assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s %q", v, v, v, v, v)+string(raw), "hush")
		})
	}
	text := fmt.Sprintf("%x %d %v", session, session, []velneo.Secret{session})
	assert.NotContains(t, text, "hush")
	assert.NotContains(t, text, "68757368")
}
