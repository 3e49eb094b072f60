package interop_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/internal/interop"
	"github.com/hebergo/hebergo/ovhsoap"
)

// soapServer is one of the two real SOAP servers, with the folder that it
// keeps its state in.
type soapServer struct{ url, state string }

// soapLite starts soapd.pl.
func soapLite(t *testing.T, env ...string) soapServer {
	state := t.TempDir()
	addr := interop.Start(t, interop.Program{
		Name: "perl", Install: "apt install libsoap-lite-perl libhttp-daemon-perl",
		Probe: []string{"-MSOAP::Lite", "-MHTTP::Daemon", "-e", "1"},
		Args:  []string{"testdata/soapd.pl", "{port}", state, "testdata/soapi.tsv"},
		Env:   env,
	})
	return soapServer{"http://" + addr, state}
}

// soapPHP starts soapd.php in four workers.
func soapPHP(t *testing.T) soapServer {
	state := t.TempDir()
	table, err := filepath.Abs("testdata/soapi.tsv")
	if err != nil {
		t.Fatal(err)
	}
	addr := interop.Start(t, interop.Program{
		Name: "php", Install: "apt install php-cli php-soap",
		Probe: []string{"-r", "exit(class_exists('SoapServer') ? 0 : 1);"},
		Args:  []string{"-S", "{addr}", "testdata/soapd.php"},
		Env:   []string{"SOAPD_STATE=" + state, "SOAPD_TABLE=" + table, "PHP_CLI_SERVER_WORKERS=4"},
	})
	return soapServer{"http://" + addr, state}
}

// onBoth runs a test against SOAP::Lite and PHP.
func onBoth(t *testing.T, test func(*testing.T, soapServer)) {
	t.Run("SOAPLite", func(t *testing.T) { test(t, soapLite(t)) })
	t.Run("PHP", func(t *testing.T) { test(t, soapPHP(t)) })
}

func (s soapServer) client(t *testing.T, change func(*ovhsoap.Config)) *ovhsoap.Client {
	t.Helper()
	config := ovhsoap.Config{URL: s.url, Nic: "ab12345-ovh", Password: ovhsoap.NewSecret("right")}
	if change != nil {
		change(&config)
	}
	client, err := ovhsoap.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// received is a call as the server understood it.
type received struct {
	Function  string
	Arguments []struct {
		Name  string
		Value any
	}
}

// calls reads what the server has noted of one function, or of all for "".
func (s soapServer) calls(t *testing.T, function string) []received {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(s.state, "calls.log"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	var calls []received
	for lines := bufio.NewScanner(bytes.NewReader(log)); lines.Scan(); {
		var c received
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		if function == "" || c.Function == function {
			calls = append(calls, c)
		}
	}
	return calls
}

// openSessions counts the sessions that the server keeps.
func (s soapServer) openSessions(t *testing.T) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(s.state, "session", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return len(files)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestSOAP_SessionFlow(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		ctx, client := t.Context(), server.client(t, nil)
		must(t, client.Do(ctx, func(s *ovhsoap.Session) error {
			add := ovhsoap.PopAddArgs{Domain: "box.example", Pop: "info", Password: ovhsoap.NewSecret("hush"), Description: ovhsoap.Some("Boîte à lettres, 5 €")}
			must(t, s.PopAdd(ctx, add))
			if err := s.PopAdd(ctx, add); !errors.Is(err, ovhsoap.ErrConflict) || !strings.Contains(err.Error(), "existe déjà (code soap:211)") {
				t.Errorf("twice the same mailbox: %v", err)
			}
			pops, err := s.PopList(ctx, "box.example")
			must(t, err)
			want := []ovhsoap.PopStruct{{Domain: "box.example", Name: "info", Description: "Boîte à lettres, 5 €", Size: "5"}}
			if !slices.Equal(pops, want) {
				t.Errorf("got %+v, want %+v", pops, want)
			}
			if n := server.openSessions(t); n != 1 {
				t.Errorf("%d sessions open within Do", n)
			}
			return s.PopDel(ctx, "box.example", "info")
		}))
		if n := server.openSessions(t); n != 0 {
			t.Errorf("%d sessions open after Do", n)
		}
		var names []string
		for _, c := range server.calls(t, "") {
			names = append(names, c.Function)
		}
		if want := []string{"login", "popAdd", "popAdd", "popList", "popDel", "logout"}; !slices.Equal(names, want) {
			t.Errorf("the server saw %q, want %q", names, want)
		}
	})
}

func TestSOAP_WrongPasswordAndDeadSession(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		ctx := t.Context()
		wrong := server.client(t, func(c *ovhsoap.Config) { c.Password = ovhsoap.NewSecret("hush-wrong") })
		if _, err := wrong.Login(ctx); !errors.Is(err, ovhsoap.ErrUnauthorized) || strings.Contains(err.Error(), "hush") {
			t.Errorf("got %v", err)
		}
		dead, err := server.client(t, nil).Resume(ovhsoap.NewSecret("0123456789"))
		must(t, err)
		if err := dead.Logout(ctx); err != nil {
			t.Errorf("logging out of a dead session: %v", err)
		}
		expired, err := server.client(t, nil).Resume(ovhsoap.NewSecret("0123456789"))
		must(t, err)
		_, err = expired.DomainList(ctx)
		require.ErrorIs(t, err, ovhsoap.ErrSession, "a resumed session may be another account's")
		must(t, expired.Login(ctx))
		_, err = expired.DomainList(ctx)
		assert.NoError(t, err)
	})
}

func TestSOAP_FalseArrivesAsFalse(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		for _, single := range []bool{true, false} {
			_, err := server.client(t, func(c *ovhsoap.Config) { c.SingleSession = single }).Login(t.Context())
			must(t, err)
		}
		logins := server.calls(t, "login")
		if truthy(logins[0].Arguments[3].Value) || !truthy(logins[1].Arguments[3].Value) {
			t.Errorf("multisession arrived as %v and %v", logins[0].Arguments[3].Value, logins[1].Arguments[3].Value)
		}
	})
}

// truthy is what Perl and PHP make of a value.
func truthy(v any) bool { return !slices.Contains([]any{nil, false, 0.0, "", "0"}, v) }

func TestSOAP_ArraysAndReferences(t *testing.T) {
	record := ovhsoap.ZoneStruct{Subdomain: "subdomain é", Fieldtype: "fieldtype é", Target: "target é"}
	digits := ovhsoap.ZoneStruct{Subdomain: "0042", Fieldtype: "0042", Target: "0042"}
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, nil).Session()
		for domain, want := range map[string][]ovhsoap.ZoneStruct{
			"none.example":   {},
			"one.example":    {record},
			"many.example":   {record, record, record},
			"twice.example":  {record, record, record},
			"nil.example":    {{}, {}, {}},
			"digits.example": {digits, digits, digits},
			"named.example":  {record, record, record},
			"map.example":    {record, record, record}, // PHP's arrays with names
		} {
			got, err := s.ZoneEntryList(t.Context(), domain)
			if err != nil || got == nil || !slices.Equal(got, want) {
				t.Errorf("%s: %+v, %v", domain, got, err)
			}
		}
		for domain, want := range map[string]int{"none.example": 0, "one.example": 1, "twice.example": 3} {
			hosts, err := s.DomainHostList(t.Context(), domain)
			if err != nil || hosts == nil || !slices.Equal(hosts, slices.Repeat([]string{"domainHostList é"}, want)) {
				t.Errorf("%s: %q, %v", domain, hosts, err)
			}
		}
		info, err := s.DomainInfo(t.Context(), "nil.example")
		if err != nil || !info.Authinfo.IsZero() || len(info.Dns) != 3 {
			t.Errorf("nil members: %+v, %v", info, err)
		}
		if text, err := s.ZoneExport(t.Context(), "nil.example"); err != nil || text != "" {
			t.Errorf("nil text: %q, %v", text, err)
		}
		if text, err := ovhsoap.Call[*string](t.Context(), s, "zoneExport", "nil.example"); err != nil || text != nil {
			t.Errorf("nil pointer: %v, %v", text, err)
		}
	})
}

func TestSOAP_NilAndOmittedArguments(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, nil).Session()
		_, err := ovhsoap.Call[[]ovhsoap.ServiceStruct](t.Context(), s, "serviceList", nil, "été")
		must(t, err)
		got := server.calls(t, "serviceList")[0].Arguments
		if len(got) != 3 || got[1].Value != nil || got[2].Value != "été" {
			t.Errorf("the server saw %+v", got)
		}
	})
}

// What a typed call leaves out arrives as nothing: absent at the end, nil before
// an argument that is given.
func TestTypedCall_LeftOutArguments(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, nil).Session()
		add := ovhsoap.PopAddArgs{Domain: "box.example", Pop: "short", Password: ovhsoap.NewSecret("x")}
		must(t, s.PopAdd(t.Context(), add))
		add.Pop, add.Quota = "long", ovhsoap.Some(0)
		must(t, s.PopAdd(t.Context(), add))
		calls := server.calls(t, "popAdd")
		require.Len(t, calls, 2)
		assert.Len(t, calls[0].Arguments, 4, "the session, domain, name and password alone")
		require.Len(t, calls[1].Arguments, 7)
		assert.Nil(t, calls[1].Arguments[4].Value, "the description")
		assert.Nil(t, calls[1].Arguments[5].Value, "the account")
		assert.EqualValues(t, "0", fmt.Sprint(calls[1].Arguments[6].Value), "the quota")
	})
}

func TestSOAP_Faults(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, nil).Session()
		for status, condition := range map[int]error{
			202: ovhsoap.ErrInvalid, 210: ovhsoap.ErrNotFound, 211: ovhsoap.ErrConflict, 304: ovhsoap.ErrTooManySessions,
			320: ovhsoap.ErrRateLimited, 401: ovhsoap.ErrForbidden, 451: ovhsoap.ErrQuota, 706: ovhsoap.ErrBusy, 503: ovhsoap.ErrUnavailable,
		} {
			domain := fmt.Sprintf("fault%d.example", status)
			_, err := s.ZoneExport(t.Context(), domain)
			var fault *ovhsoap.Fault
			if !errors.As(err, &fault) || !errors.Is(err, condition) {
				t.Errorf("%d: %v", status, err)
				continue
			}
			if int(fault.Status) != status || fault.Function != "zoneExport" || fault.Message != "Le domaine est indisponible: é" {
				t.Errorf("got %+v", fault)
			}
			if n := len(server.calls(t, "zoneExport")); n == 0 {
				t.Error("nothing arrived")
			}
			if err := s.ZoneImport(t.Context(), domain, "x"); errors.Is(err, ovhsoap.ErrAmbiguous) != (status == 503) {
				t.Errorf("%d to a change: %v", status, err)
			}
		}
		_, err := ovhsoap.CallRaw(t.Context(), s, ovhsoap.Request{Function: "noSuchFunction"})
		if fault := (*ovhsoap.Fault)(nil); !errors.As(err, &fault) {
			t.Errorf("an unknown function: %v", err)
		}
	})
}

func TestSOAP_Latin1Server(t *testing.T) {
	server := soapLite(t, "SOAPD_LATIN1=1")
	s := server.client(t, nil).Session()
	_, err := s.ZoneExport(t.Context(), "fault706.example")
	var fault *ovhsoap.Fault
	if !errors.As(err, &fault) || fault.Message != "Le domaine est indisponible: é" {
		t.Errorf("got %v", err)
	}
	text, err := s.ZoneExport(t.Context(), "many.example")
	if err != nil || text != "zoneExport é" {
		t.Errorf("got %q, %v", text, err)
	}
}

// TestSOAP_OneCallSessions lets 50 calls at once share a client whose
// sessions live one call. Who meets two dead sessions in a row is told so;
// nothing may be lost or done twice in silence.
func TestSOAP_OneCallSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, func(c *ovhsoap.Config) { c.Nic = "one-call-ovh" }).Session()
		var added, told atomic.Int32
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				add := ovhsoap.PopAddArgs{Domain: "box.example", Pop: fmt.Sprint("box", i), Password: ovhsoap.NewSecret("x")}
				switch err := s.PopAdd(context.WithoutCancel(t.Context()), add); {
				case err == nil:
					added.Add(1)
				case errors.Is(err, ovhsoap.ErrSession) && !errors.Is(err, ovhsoap.ErrAmbiguous):
					told.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		all.Wait()
		boxes, err := filepath.Glob(filepath.Join(server.state, "pop-box.example", "*"))
		must(t, err)
		if int(added.Load()) != len(boxes) || len(server.calls(t, "popAdd")) != len(boxes) || added.Load()+told.Load() != 50 || len(boxes) == 0 {
			t.Errorf("%d added and %d told, the server did %d and has %d", added.Load(), told.Load(), len(server.calls(t, "popAdd")), len(boxes))
		}
		t.Logf("%d added, %d told that the session ended, %d logins", added.Load(), told.Load(), len(server.calls(t, "login")))
	})
}

func TestSOAP_OneCallSessionsInTurn(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, func(c *ovhsoap.Config) { c.Nic = "one-call-ovh" }).Session()
		for i := range 10 {
			must(t, s.PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "box.example", Pop: fmt.Sprint("box", i), Password: ovhsoap.NewSecret("x")}))
		}
		if adds, logins := len(server.calls(t, "popAdd")), len(server.calls(t, "login")); adds != 10 || logins != 10 {
			t.Errorf("%d mailboxes by %d logins", adds, logins)
		}
	})
}

// TestKilledServer lets the process that serves the connection die between its
// work and its answer.
func TestKilledServer(t *testing.T) {
	server := soapLite(t)
	s := server.client(t, func(c *ovhsoap.Config) { c.MaxRetryWait = time.Millisecond }).Session()
	err := s.PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "box.kill.example", Pop: "info", Password: ovhsoap.NewSecret("x")})
	if !errors.Is(err, ovhsoap.ErrAmbiguous) || len(server.calls(t, "popAdd")) != 1 {
		t.Errorf("a change: %v, done %d times", err, len(server.calls(t, "popAdd")))
	}
	_, err = s.ZoneExport(t.Context(), "kill.example")
	if !errors.Is(err, ovhsoap.ErrUnavailable) || errors.Is(err, ovhsoap.ErrAmbiguous) || len(server.calls(t, "zoneExport")) != 3 {
		t.Errorf("a read: %v, tried %d times", err, len(server.calls(t, "zoneExport")))
	}
	if _, err := s.DomainList(t.Context()); err != nil {
		t.Errorf("the next process: %v", err)
	}
}

func TestSOAP_RealServerConnections(t *testing.T) {
	server := soapLite(t)
	var dialled atomic.Int32
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		dialled.Add(1)
		return new(net.Dialer).DialContext(ctx, network, addr)
	}}
	defer transport.CloseIdleConnections()
	s := server.client(t, func(c *ovhsoap.Config) { c.HTTPClient = &http.Client{Transport: transport} }).Session()
	for range 50 {
		_, err := s.PopInfo(t.Context(), "one.example", "info")
		must(t, err)
	}
	if n := dialled.Load(); n > 2 {
		t.Errorf("50 calls dialled %d times", n)
	}
}
