package velneo_test

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"testing"
	"time"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// furnished returns a fake that has credentials, a group and a folder.
func furnished(t *testing.T, change func(*velneo.Config)) (*velneotest.Server, *velneo.Client) {
	t.Helper()
	server, c := pair(t, change)
	for _, err := range []error{
		c.SetCredentials(t.Context(), "root", velneo.NewSecret("pw")),
		failure(c.PutGroup(t.Context(), velneo.Group{Name: "agents"})),
		failure(c.PutFolder(t.Context(), velneo.Folder{Name: "clients", Path: "clients/client1", Group: "agents"})),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return server, c
}

func TestUnsetIsNotSent(t *testing.T) {
	server, c := furnished(t, nil)
	user := velneo.User{Username: "luis", Password: velneo.NewSecret("pw"), Group: "agents"}
	if err := failure(c.PutUser(t.Context(), user)); err != nil {
		t.Fatal(err)
	}
	calls := server.Calls()
	if got, want := calls[len(calls)-1].Params, map[string]string{"username": "luis", "password": "pw", "group": "agents"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	user.FullName, user.IsSupervisor = `O'Brien "x" ñ <&> \ 你好`, velneo.No
	if err := failure(c.PutUser(t.Context(), user)); err != nil || server.Users()["luis"] != user {
		t.Errorf("%#v, %v", server.Users()["luis"].FullName, err)
	}
}

// Both dialects and both ways to send the verb bring the same values.
func TestValuesArriveInEveryForm(t *testing.T) {
	for _, dialect := range []velneo.Dialect{velneo.StrictJSON, velneo.SingleQuoted} {
		for _, asMethod := range []bool{false, true} {
			server, c := furnished(t, func(cfg *velneo.Config) { cfg.Dialect, cfg.RealVerbs = dialect, asMethod })
			for _, name := range []string{`O'Brien "x" ñ`, `\`, `'`, `"`, `{"a": 'b', c}`, `a:b,c`, `\'\"`, "\u2028", "%26&=+ ", "😀"} {
				user := velneo.User{Username: "luis", Password: velneo.NewSecret(name), FullName: name, Group: name}
				if err := failure(c.PutUser(t.Context(), user)); err != nil || server.Users()["luis"] != user {
					t.Errorf("%s, as method %v: %q became %q, %v", dialect, asMethod, name, server.Users()["luis"].FullName, err)
				}
			}
			if v, err := c.VServer(t.Context()); err != nil || v.Status != velneo.StatusRunning {
				t.Error(v, err)
			}
			if err := c.Logout(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestInstanceIsNamedAsTheVersionWants(t *testing.T) {
	shop := velneo.Instance{Name: "shop", Project: "shop.vapp", Solution: "shops", FolderShared: "clients"}
	for version, byID := range map[string]bool{"7.8.0": false, "7.9": false, "7.11.9": false, "7.12": true, "7.12.0": true, "7.100": true, "8": true, "28.1": true} {
		for _, configured := range []bool{false, true} {
			server, c := furnished(t, func(cfg *velneo.Config) {
				if configured {
					cfg.ServerVersion = version
				}
			})
			server.SetVersion(version)
			if version == "8" || version == "7.9" {
				server.SetVersion(version + ".0")
			}
			instance, err := c.PutInstance(t.Context(), shop)
			if err != nil || instance.Name != "shop" || (instance.ID != "") != byID {
				t.Fatal(version, instance, err)
			}
			if err := failure(c.PutGroup(t.Context(), velneo.Group{Name: "agents", AddAppInstance: instance.AppInstance, ManageSolutions: velneo.Yes, AddSolution: "shops"})); err != nil {
				t.Fatal(version, err)
			}
			want := velneotest.Group{ManageSolutions: "yes", Solutions: []string{"shops"}, AppInstances: []string{"shop"}}
			if byID {
				want.AppInstances = []string{instance.ID}
			}
			if got := server.Groups()["agents"]; !reflect.DeepEqual(got, want) {
				t.Errorf("%s: %+v, want %+v", version, got, want)
			}
			asked := 1
			if configured {
				asked = 0
			}
			if n := server.Count("GET", "vserver", ""); n != asked {
				t.Errorf("%s: %d questions, want %d", version, n, asked)
			}
		}
	}
}

// What the version needs is missing, or the version is none: nothing is changed.
func TestInstanceWithoutItsKey(t *testing.T) {
	for version, wrong := range map[string]struct {
		instance velneo.AppInstance
		want     error
	}{
		"7.12.0": {velneo.AppInstance{Name: "shop"}, velneo.ErrInvalid},
		"7.9.0":  {velneo.AppInstance{ID: "1"}, velneo.ErrInvalid},
		"beta":   {velneo.AppInstance{Name: "shop", ID: "1"}, velneo.ErrProtocol},
		"":       {velneo.AppInstance{Name: "shop", ID: "1"}, velneo.ErrProtocol},
	} {
		server, c := furnished(t, nil)
		server.SetVersion(version)
		err := failure(c.PutGroup(t.Context(), velneo.Group{Name: "late", AddAppInstance: wrong.instance}))
		if !errors.Is(err, wrong.want) || errors.Is(err, velneo.ErrAmbiguous) {
			t.Errorf("%q: %v, want %v", version, err, wrong.want)
		}
		if _, ok := server.Groups()["late"]; ok {
			t.Errorf("%q: the group was made", version)
		}
	}
}

func TestInstanceIDInAnyForm(t *testing.T) {
	for body, want := range map[string]string{
		`{"status_code":200,"id_instancia":"a-1"}`: "a-1", `{"status_code":200,"id_instancia":17}`: "17", `{"status_code":200}`: "",
		`{"status_code":200,"id_instancia":null}`: "",
	} {
		i, err := newClient(t, answering(t, 200, body)).PutInstance(t.Context(), velneo.Instance{Name: "a", Project: "b", Solution: "c", FolderShared: "d"})
		if err != nil || i.ID != want {
			t.Errorf("%s: %+v, %v", body, i, err)
		}
	}
}

func TestServicesWords(t *testing.T) {
	_, c := pair(t, nil)
	err := failure(c.PutUser(t.Context(), velneo.User{Username: "luis", Password: velneo.NewSecret("pw"), Group: "agents"}))
	var e *velneo.Error
	if !errors.As(err, &e) || e.Operation != "PUT user" || e.Status != 403 || e.Message != "no credentials for the vServer" {
		t.Fatalf("%#v", err)
	}
	if want := "velneo: PUT user: no credentials for the vServer (code 403)"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
	for body, want := range map[string]string{
		`{"status_code":403}`:                          "velneo: GET vserver: Forbidden (code 403)",
		`{"status_code":403,"message":42}`:             "velneo: GET vserver: 42 (code 403)",
		`{"status_code":403,"message":{"a":1}}`:        "velneo: GET vserver: Forbidden (code 403)",
		`{"status_code":403,"message":"a\r\n\u0000b"}`: "velneo: GET vserver: a   b (code 403)",
		`<html>`:                                 "velneo: GET vserver: the answer is not the service's JSON",
		`{"status_code":299,"status":"running"}`: "",
	} {
		_, err := newClient(t, answering(t, 200, body)).VServer(t.Context())
		if err == nil && want != "" || err != nil && err.Error() != want {
			t.Errorf("%s: %v, want %q", body, err, want)
		}
	}
}

func TestTextsOfFailures(t *testing.T) {
	server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxAttempts = 1 })
	for want, fault := range map[string]velneotest.Fault{
		"velneo: PUT vserver start: HTTP 502 Bad Gateway; it may have been done":                           {Status: 502},
		"velneo: PUT vserver start: redirect refused (HTTP 307 Temporary Redirect); it may have been done": {Status: 307},
		"velneo: PUT vserver start: connection lost before the answer was complete; it may have been done": {},
		"velneo: PUT vserver start: Service Unavailable (code 503); it may have been done":                 {Code: 503},
		"velneo: PUT vserver start: the answer lacks status_code; it may have been done":                   {Body: "{}"},
		"velneo: PUT vserver start: status_code is not an HTTP status (code 1000); it may have been done":  {Code: 1000},
	} {
		fault.Action = "start"
		server.Inject(fault)
		if err := c.Start(t.Context()); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Start(ctx); err == nil || err.Error() != "velneo: PUT vserver start: context canceled" {
		t.Error(err)
	}
}

func TestRetryAfterIsTold(t *testing.T) {
	server, c := pair(t, nil)
	for name, fault := range map[string]velneotest.Fault{
		"HTML": {Status: 503, Body: "<html>"}, "status_code": {Status: 429, Code: 429}, "download": {Status: 503, Resource: "backup"},
	} {
		fault.Header = http.Header{"Retry-After": {"999"}}
		server.Inject(fault)
		_, err := c.VServer(t.Context())
		if fault.Resource == "backup" {
			_, err = c.DownloadBackup(t.Context(), server.BackupLink(), t.TempDir()+"/b", nil)
		}
		var e *velneo.Error
		if !errors.As(err, &e) || e.RetryAfter != 999*time.Second {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

func TestRawDo(t *testing.T) {
	server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxRetryWait = time.Millisecond })
	var v velneo.VServer
	if err := c.Do(t.Context(), "GET", "vserver", nil, &v); err != nil || v.Status != velneo.StatusRunning {
		t.Fatal(v, err)
	}
	params := struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}{"root", `a<b>&'"\ufffd`}
	if err := c.Do(t.Context(), "PUT", "vserver", params, nil); err != nil {
		t.Fatal(err)
	}
	calls := server.Calls()
	if got := calls[len(calls)-1].Params["password"]; got != params.Password {
		t.Errorf("%q", got)
	}
	if err := c.Do(t.Context(), "DELETE", "user", map[string]any{"name": "luis"}, nil); !errors.Is(err, velneo.ErrNotFound) {
		t.Errorf("%v, want ErrNotFound", err)
	}
	// A GET is repeated, unless it asks for an action.
	for action, want := range map[string]int{"": 3, "backup": 1} {
		server.Inject(velneotest.Fault{Verb: "GET", Resource: "report", Times: want})
		params := map[string]string{}
		if action != "" {
			params["action"] = action
		}
		err := c.Do(t.Context(), "GET", "report", params, nil)
		if !errors.Is(err, velneo.ErrUnavailable) || errors.Is(err, velneo.ErrAmbiguous) != (action != "") {
			t.Errorf("%q: %v", action, err)
		}
		if n := server.Count("GET", "report", action); n != want {
			t.Errorf("%q: sent %d times, want %d", action, n, want)
		}
	}
	if err := newClient(t, answering(t, 200, `{"status_code":200,"n":"x"}`)).Do(t.Context(), "PUT", "x", nil, &struct{ N int }{}); !errors.Is(err, velneo.ErrProtocol) || !errors.Is(err, velneo.ErrAmbiguous) {
		t.Errorf("%v, want ErrProtocol and ErrAmbiguous", err)
	}
}
