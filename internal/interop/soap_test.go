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
	require.NoError(t, err)
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
	require.NoError(t, err)
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
	if !errors.Is(err, os.ErrNotExist) {
		require.NoError(t, err)
	}
	var calls []received
	for lines := bufio.NewScanner(bytes.NewReader(log)); lines.Scan(); {
		var c received
		require.NoError(t, json.Unmarshal(lines.Bytes(), &c), lines.Text())
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
	require.NoError(t, err)
	return len(files)
}

func TestSOAP_SessionFlow(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		ctx, client := t.Context(), server.client(t, nil)
		require.NoError(t, client.Do(ctx, func(s *ovhsoap.Session) error {
			add := ovhsoap.PopAddArgs{Domain: "box.example", Pop: "info", Password: ovhsoap.NewSecret("hush"), Description: ovhsoap.Some("Boîte à lettres, 5 €")}
			require.NoError(t, s.PopAdd(ctx, add))
			err := s.PopAdd(ctx, add)
			assert.ErrorIs(t, err, ovhsoap.ErrConflict)
			assert.ErrorContains(t, err, "existe déjà (code soap:211)")
			pops, err := s.PopList(ctx, "box.example")
			require.NoError(t, err)
			want := []ovhsoap.PopStruct{{Domain: "box.example", Name: "info", Description: "Boîte à lettres, 5 €", Size: "5"}}
			assert.Equal(t, want, pops)
			assert.Equal(t, 1, server.openSessions(t), "within Do")
			return s.PopDel(ctx, "box.example", "info")
		}))
		assert.Zero(t, server.openSessions(t), "after Do")
		var names []string
		for _, c := range server.calls(t, "") {
			names = append(names, c.Function)
		}
		assert.Equal(t, []string{"login", "popAdd", "popAdd", "popList", "popDel", "logout"}, names)
	})
}

func TestSOAP_WrongPasswordAndDeadSession(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		ctx := t.Context()
		wrong := server.client(t, func(c *ovhsoap.Config) { c.Password = ovhsoap.NewSecret("hush-wrong") })
		_, err := wrong.Login(ctx)
		require.ErrorIs(t, err, ovhsoap.ErrUnauthorized)
		assert.NotContains(t, err.Error(), "hush")
		dead, err := server.client(t, nil).Resume(ovhsoap.NewSecret("0123456789"))
		require.NoError(t, err)
		assert.NoError(t, dead.Logout(ctx), "of a dead session")
		expired, err := server.client(t, nil).Resume(ovhsoap.NewSecret("0123456789"))
		require.NoError(t, err)
		_, err = expired.DomainList(ctx)
		require.ErrorIs(t, err, ovhsoap.ErrSession, "a resumed session may be another account's")
		require.NoError(t, expired.Login(ctx))
		_, err = expired.DomainList(ctx)
		assert.NoError(t, err)
	})
}

func TestSOAP_FalseArrivesAsFalse(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		for _, single := range []bool{true, false} {
			_, err := server.client(t, func(c *ovhsoap.Config) { c.SingleSession = single }).Login(t.Context())
			require.NoError(t, err)
		}
		logins := server.calls(t, "login")
		assert.False(t, truthy(logins[0].Arguments[3].Value), "multisession arrived as %v", logins[0].Arguments[3].Value)
		assert.True(t, truthy(logins[1].Arguments[3].Value), "multisession arrived as %v", logins[1].Arguments[3].Value)
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
			assert.NoError(t, err, domain)
			assert.Equal(t, want, got, domain)
		}
		for domain, want := range map[string]int{"none.example": 0, "one.example": 1, "twice.example": 3} {
			hosts, err := s.DomainHostList(t.Context(), domain)
			assert.NoError(t, err, domain)
			assert.Equal(t, slices.Repeat([]string{"domainHostList é"}, want), hosts, domain)
		}
		info, err := s.DomainInfo(t.Context(), "nil.example")
		require.NoError(t, err)
		assert.True(t, info.Authinfo.IsZero())
		assert.Len(t, info.Dns, 3)
		text, err := s.ZoneExport(t.Context(), "nil.example")
		require.NoError(t, err)
		assert.Empty(t, text)
		pointer, err := ovhsoap.Call[*string](t.Context(), s, "zoneExport", "nil.example")
		require.NoError(t, err)
		assert.Nil(t, pointer)
	})
}

func TestSOAP_NilAndOmittedArguments(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, nil).Session()
		_, err := ovhsoap.Call[[]ovhsoap.ServiceStruct](t.Context(), s, "serviceList", nil, "été")
		require.NoError(t, err)
		got := server.calls(t, "serviceList")[0].Arguments
		require.Len(t, got, 3)
		assert.Nil(t, got[1].Value)
		assert.Equal(t, "été", got[2].Value)
	})
}

// What a typed call leaves out arrives as nothing: absent at the end, nil before
// an argument that is given.
func TestTypedCall_LeftOutArguments(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, nil).Session()
		add := ovhsoap.PopAddArgs{Domain: "box.example", Pop: "short", Password: ovhsoap.NewSecret("x")}
		require.NoError(t, s.PopAdd(t.Context(), add))
		add.Pop, add.Quota = "long", ovhsoap.Some(0)
		require.NoError(t, s.PopAdd(t.Context(), add))
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
			require.ErrorAs(t, err, &fault, domain)
			assert.ErrorIs(t, err, condition, domain)
			assert.Equal(t, ovhsoap.Status(status), fault.Status)
			assert.Equal(t, "zoneExport", fault.Function)
			assert.Equal(t, "Le domaine est indisponible: é", fault.Message)
			assert.NotEmpty(t, server.calls(t, "zoneExport"))
			err = s.ZoneImport(t.Context(), domain, "x")
			assert.Equal(t, status == 503, errors.Is(err, ovhsoap.ErrAmbiguous), "%d to a change: %v", status, err)
		}
		_, err := ovhsoap.CallRaw(t.Context(), s, ovhsoap.Request{Function: "noSuchFunction"})
		fault := (*ovhsoap.Fault)(nil)
		assert.ErrorAs(t, err, &fault, "an unknown function")
	})
}

func TestSOAP_Latin1Server(t *testing.T) {
	server := soapLite(t, "SOAPD_LATIN1=1")
	s := server.client(t, nil).Session()
	_, err := s.ZoneExport(t.Context(), "fault706.example")
	var fault *ovhsoap.Fault
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "Le domaine est indisponible: é", fault.Message)
	text, err := s.ZoneExport(t.Context(), "many.example")
	require.NoError(t, err)
	assert.Equal(t, "zoneExport é", text)
}

// 50 calls at once share a client whose sessions live one call. A call that meets
// two dead sessions in a row returns an error; none is lost or done twice without
// one.
func TestSOAP_OneCallSessions(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, func(c *ovhsoap.Config) { c.Nic = "one-call-ovh" }).Session()
		var added, refused atomic.Int32
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				add := ovhsoap.PopAddArgs{Domain: "box.example", Pop: fmt.Sprint("box", i), Password: ovhsoap.NewSecret("x")}
				switch err := s.PopAdd(context.WithoutCancel(t.Context()), add); {
				case err == nil:
					added.Add(1)
				case errors.Is(err, ovhsoap.ErrSession) && !errors.Is(err, ovhsoap.ErrAmbiguous):
					refused.Add(1)
				default:
					assert.NoError(t, err)
				}
			})
		}
		all.Wait()
		boxes, err := filepath.Glob(filepath.Join(server.state, "pop-box.example", "*"))
		require.NoError(t, err)
		assert.NotEmpty(t, boxes)
		assert.Len(t, boxes, int(added.Load()))
		assert.Len(t, server.calls(t, "popAdd"), len(boxes))
		assert.EqualValues(t, 50, added.Load()+refused.Load())
		t.Logf("%d added, %d refused as the session had ended, %d logins", added.Load(), refused.Load(), len(server.calls(t, "login")))
	})
}

func TestSOAP_OneCallSessionsOneByOne(t *testing.T) {
	onBoth(t, func(t *testing.T, server soapServer) {
		s := server.client(t, func(c *ovhsoap.Config) { c.Nic = "one-call-ovh" }).Session()
		for i := range 10 {
			require.NoError(t, s.PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "box.example", Pop: fmt.Sprint("box", i), Password: ovhsoap.NewSecret("x")}))
		}
		assert.Len(t, server.calls(t, "popAdd"), 10)
		assert.Len(t, server.calls(t, "login"), 10)
	})
}

// The process that serves the connection dies between its work and its answer.
func TestSOAP_KilledServer(t *testing.T) {
	server := soapLite(t)
	s := server.client(t, func(c *ovhsoap.Config) { c.MaxRetryWait = time.Millisecond }).Session()
	err := s.PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "box.kill.example", Pop: "info", Password: ovhsoap.NewSecret("x")})
	assert.ErrorIs(t, err, ovhsoap.ErrAmbiguous)
	assert.Len(t, server.calls(t, "popAdd"), 1, "a change is sent once")
	_, err = s.ZoneExport(t.Context(), "kill.example")
	assert.ErrorIs(t, err, ovhsoap.ErrUnavailable)
	assert.NotErrorIs(t, err, ovhsoap.ErrAmbiguous)
	assert.Len(t, server.calls(t, "zoneExport"), 3, "a read is sent again")
	_, err = s.DomainList(t.Context())
	assert.NoError(t, err, "of the next process")
}

func TestSOAP_ConnectionsAreKept(t *testing.T) {
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
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, dialled.Load(), int32(2), "connections for 50 calls")
}
