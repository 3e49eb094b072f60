package ovhsoaptest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// start gives a server that has example.com, and a client of it.
func start(t *testing.T) (*ovhsoaptest.Server, *ovhsoap.Client) {
	t.Helper()
	server := ovhsoaptest.NewServer(ovhsoaptest.Options{})
	t.Cleanup(server.Close)
	server.AddDomain("example.com", ovhsoaptest.Nic)
	return server, dial(t, server, ovhsoaptest.Password)
}

func dial(t *testing.T, server *ovhsoaptest.Server, password string) *ovhsoap.Client {
	t.Helper()
	cfg := server.Config()
	cfg.Password = ovhsoap.NewSecret(password)
	client, err := ovhsoap.New(cfg)
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return client
}

func TestServer_RefusesUnfitRequests(t *testing.T) {
	server, _ := start(t)
	head := `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>`
	call := func(inner string) string {
		return head + `<m:popDel xmlns:m="http://soapi.ovh.com/manager">` + inner + `</m:popDel></e:Body></e:Envelope>`
	}
	for name, c := range map[string]struct{ body, text string }{
		"no XML":         {"hello", "deserialization"},
		"no Body":        {`<e:Envelope xmlns:e="x"/>`, "find method"},
		"unknown":        {head + `<m:nosuch xmlns:m="http://soapi.ovh.com/manager"/></e:Body></e:Envelope>`, "locate method"},
		"namespace":      {head + `<m:popDel xmlns:m="urn:other"/></e:Body></e:Envelope>`, "locate method"},
		"order":          {call(`<domain type="x:string">a</domain>`), "not session"},
		"no type":        {call(`<session>a</session>`), "not string"},
		"too many":       {call(strings.Repeat(`<session type="x:string">a</session>`, 5)), "takes 3 arguments"},
		"not an integer": {head + `<m:ticketClose xmlns:m="http://soapi.ovh.com/manager"><session type="x:string"/><ticketId type="x:int">two</ticketId></m:ticketClose></e:Body></e:Envelope>`, "ticketId"},
	} {
		t.Run(name, func(t *testing.T) {
			resp, err := http.Post(server.URL, "text/xml", strings.NewReader(c.body))
			require.NoError(t, err)
			body, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			_ = resp.Body.Close()
			assert.Equal(t, http.StatusInternalServerError, resp.StatusCode)
			assert.Contains(t, string(body), c.text)
		})
	}
	assert.Empty(t, server.Calls())
}

func TestLogin_WrongPasswordsInARow(t *testing.T) {
	server, good := start(t)
	for range ovhsoaptest.BurstLimit {
		_, err := dial(t, server, "wrong").Login(t.Context())
		require.ErrorIs(t, err, ovhsoap.ErrUnauthorized)
	}
	_, err := good.Login(t.Context())
	require.ErrorIs(t, err, ovhsoap.ErrRateLimited)
}

func TestSession_Ends(t *testing.T) {
	server, client := start(t)
	s, err := client.Login(t.Context())
	require.NoError(t, err)
	server.ExpireSessions()
	_, err = s.DomainList(t.Context()) // after a new login
	require.NoError(t, err)
	server.SessionLives(1)
	server.ExpireSessions()
	for range 3 {
		_, err = s.DomainList(t.Context())
		require.NoError(t, err)
	}
	logins := 0
	for _, c := range server.Calls() {
		if c.Function == "login" {
			logins++
		}
	}
	assert.Equal(t, 5, logins)
	require.NoError(t, s.Logout(t.Context()))
	assert.Zero(t, server.Sessions())
}

func TestSession_Limit(t *testing.T) {
	server, client := start(t)
	server.SessionLimit(1)
	s, err := client.Login(t.Context())
	require.NoError(t, err)
	_, err = client.Login(t.Context())
	require.ErrorIs(t, err, ovhsoap.ErrTooManySessions)
	require.NoError(t, s.Logout(t.Context()))
	_, err = client.Login(t.Context())
	require.NoError(t, err)
}

func TestSession_SingleEndsTheOthers(t *testing.T) {
	server, client := start(t)
	_, err := client.Login(t.Context())
	require.NoError(t, err)
	cfg := server.Config()
	cfg.SingleSession = true
	alone, err := ovhsoap.New(cfg)
	require.NoError(t, err)
	defer alone.Close()
	_, err = alone.Login(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, server.Sessions())
}

func TestDomain_ForeignAndUnknown(t *testing.T) {
	server, client := start(t)
	server.AddAccount("xx1-ovh", "other")
	server.AddDomain("foreign.test", "xx1-ovh")
	s := client.Session()
	_, err := s.PopList(t.Context(), "foreign.test")
	require.ErrorIs(t, err, ovhsoap.ErrForbidden)
	_, err = s.PopList(t.Context(), "nowhere.test")
	require.ErrorIs(t, err, ovhsoap.ErrNotFound)
	names, err := s.DomainList(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"example.com"}, names)
}

func TestInject_Faults(t *testing.T) {
	server, client := start(t)
	s := client.Session()
	server.Inject(ovhsoaptest.Fault{Function: "popList", Status: 706, Message: "Verrou non obtenu: é"})
	server.Inject(ovhsoaptest.Fault{Function: "popList", Message: "odd"})
	_, err := s.PopList(t.Context(), "example.com")
	require.ErrorIs(t, err, ovhsoap.ErrBusy)
	assert.ErrorContains(t, err, "Verrou non obtenu: é")
	var fault *ovhsoap.Fault
	_, err = s.PopList(t.Context(), "example.com")
	require.ErrorAs(t, err, &fault)
	assert.Equal(t, "soap:Client", fault.Code)
	_, err = s.PopList(t.Context(), "example.com")
	require.NoError(t, err)
}

func TestInject_LostAnswerIsDone(t *testing.T) {
	server, client := start(t)
	s := client.Session()
	server.Inject(ovhsoaptest.Fault{Function: "popDel", Lose: true})
	require.NoError(t, s.PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("x")}))
	require.ErrorIs(t, s.PopDel(t.Context(), "example.com", "info"), ovhsoap.ErrAmbiguous)
	pops, err := s.PopList(t.Context(), "example.com")
	require.NoError(t, err)
	assert.Empty(t, pops)
}

func TestAnswer(t *testing.T) {
	server, client := start(t)
	s := client.Session()
	_, err := s.DedicatedList(t.Context())
	require.ErrorIs(t, err, ovhsoap.ErrUnsupported)
	server.Answer("dedicatedList", []string{"ns1.example.net", "été"})
	names, err := s.DedicatedList(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []string{"ns1.example.net", "été"}, names)
	server.Answer("dedicatedInfo", map[string]any{
		"hostname": "ns1", "num": 3, "isHG": true, "rack": nil,
		"network": map[string]any{"interfaces": []map[string]any{{"ip": "192.0.2.1"}}},
	})
	info, err := s.DedicatedInfo(t.Context(), "ns1")
	require.NoError(t, err)
	assert.Equal(t, "ns1", info.Hostname)
	assert.Equal(t, ovhsoap.Some(3), info.Num)
	assert.Equal(t, ovhsoap.Some(true), info.IsHG)
	assert.Equal(t, "192.0.2.1", info.Network.Or(ovhsoap.DedicatedNetworkStruct{}).Interfaces[0].Ip)
	assert.Panics(t, func() { server.Answer("dedicatedList", struct{}{}) }, "an answer that can't be written")
}

func TestCalls(t *testing.T) {
	server, client := start(t)
	require.NoError(t, client.Do(t.Context(), func(s *ovhsoap.Session) error {
		_, err := s.ZoneEntryList(t.Context(), "example.com")
		return err
	}))
	calls := server.Calls()
	var names []string
	for _, c := range calls {
		names = append(names, c.Function)
	}
	require.Equal(t, []string{"login", "zoneEntryList", "logout"}, names)
	want := ovhsoaptest.Call{
		Function: "zoneEntryList", Time: calls[1].Time, Nic: ovhsoaptest.Nic, Language: "fr", Arguments: map[string]any{"domain": "example.com"},
	}
	assert.Equal(t, want, calls[1])
	calls[1].Arguments["domain"] = "changed"
	assert.Equal(t, "example.com", server.Calls()[1].Arguments["domain"], "Calls returns a copy")
}

func TestServer_ManyAtOnce(t *testing.T) {
	_, client := start(t)
	s := client.Session()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			add := ovhsoap.PopAddArgs{Domain: "example.com", Pop: fmt.Sprint("box", i), Password: ovhsoap.NewSecret("x")}
			assert.NoError(t, s.PopAdd(context.Background(), add))
			_, err := s.PopList(context.Background(), "example.com")
			assert.NoError(t, err)
		})
	}
	all.Wait()
	pops, err := s.PopList(t.Context(), "example.com")
	require.NoError(t, err)
	assert.Len(t, pops, 20)
}

func TestInject_ZeroFaultDoesNothing(t *testing.T) {
	server, client := start(t)
	server.Inject(ovhsoaptest.Fault{})
	server.Inject(ovhsoaptest.Fault{Function: "popList", Times: 5})
	_, err := client.Session().PopList(t.Context(), "example.com")
	require.NoError(t, err)
}

func TestInject_SkipAndTimes(t *testing.T) {
	server, client := start(t)
	s := client.Session()
	server.Inject(ovhsoaptest.Fault{Function: "popList", Skip: 1, Times: 2, Status: ovhsoap.StatusLocked})
	server.Inject(ovhsoaptest.Fault{Function: "domainList", Times: -1, Status: ovhsoap.StatusNoRight})
	var busy []bool
	for range 4 {
		_, err := s.PopList(t.Context(), "example.com")
		busy = append(busy, err != nil)
		_, err = s.DomainList(t.Context())
		require.ErrorIs(t, err, ovhsoap.ErrForbidden)
	}
	assert.Equal(t, []bool{false, true, true, false}, busy)
	server.ClearFaults()
	_, err := s.DomainList(t.Context())
	require.NoError(t, err)
}

// pair is a server without a socket, and a client of it, for a bubble.
func pair(t *testing.T, options ovhsoaptest.Options) (*ovhsoaptest.Server, *ovhsoap.Client) {
	t.Helper()
	server := ovhsoaptest.New(options)
	client, err := ovhsoap.New(server.Config())
	require.NoError(t, err)
	t.Cleanup(client.Close)
	server.AddDomain("example.com", server.Config().Nic)
	return server, client
}

func TestInject_BreakLoseHangDelay(t *testing.T) {
	type outcome struct {
		Ambiguous, Done bool
		Took            time.Duration
	}
	for name, c := range map[string]struct {
		fault ovhsoaptest.Fault
		want  outcome
	}{
		"break": {ovhsoaptest.Fault{Break: true}, outcome{Ambiguous: true}},
		"lose":  {ovhsoaptest.Fault{Lose: true}, outcome{Ambiguous: true, Done: true}},
		"hang":  {ovhsoaptest.Fault{Hang: true}, outcome{Ambiguous: true, Done: true, Took: time.Minute}},
		"delay": {ovhsoaptest.Fault{Delay: time.Second}, outcome{Done: true, Took: time.Second}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				server, client := pair(t, ovhsoaptest.Options{})
				s, err := client.Login(t.Context())
				require.NoError(t, err)
				c.fault.Function = "domainUnlock"
				server.Inject(c.fault)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				start := time.Now()
				err = s.DomainUnlock(ctx, "example.com")
				got := outcome{Ambiguous: errors.Is(err, ovhsoap.ErrAmbiguous), Took: time.Since(start)}
				status, err := s.DomainLockStatus(t.Context(), "example.com")
				require.NoError(t, err)
				got.Done = status == "unlocked"
				assert.Equal(t, c.want, got)
			})
		})
	}
}

func TestOptions_AccountAndClock(t *testing.T) {
	now := time.Date(2013, 9, 4, 12, 0, 0, 0, time.UTC)
	server, client := pair(t, ovhsoaptest.Options{
		Nic: "xx1-ovh", Password: "other", SessionTimeout: time.Hour, Now: func() time.Time { return now },
	})
	s := client.Session()
	for _, later := range []time.Duration{0, 59 * time.Minute, 59 * time.Minute, time.Hour} {
		now = now.Add(later)
		nic, err := s.Nic(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "xx1-ovh", nic)
	}
	var at []string
	for _, c := range server.Calls() {
		at = append(at, c.Function+" "+c.Time.Format(time.TimeOnly))
	}
	assert.Equal(t, []string{"login 12:00:00", "nic 12:00:00", "nic 12:59:00", "nic 13:58:00", "login 14:58:00", "nic 14:58:00"}, at)
	now = now.Add(time.Hour)
	assert.Zero(t, server.Sessions())
}
