package ovhsoaptest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hebergo/hebergo/ovhsoap"
	"github.com/hebergo/hebergo/ovhsoap/ovhsoaptest"
)

// start gives a server that has example.com, and a client of it.
func start(t *testing.T) (*ovhsoaptest.Server, *ovhsoap.Client) {
	t.Helper()
	server := ovhsoaptest.NewServer()
	t.Cleanup(server.Close)
	server.AddDomain("example.com", ovhsoaptest.Nic)
	return server, dial(t, server, ovhsoaptest.Password)
}

func dial(t *testing.T, server *ovhsoaptest.Server, password string) *ovhsoap.Client {
	t.Helper()
	client, err := ovhsoap.New(ovhsoap.Config{URL: server.URL, Nic: ovhsoaptest.Nic, Password: ovhsoap.NewSecret(password)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, err, condition error) {
	t.Helper()
	if !errors.Is(err, condition) {
		t.Fatalf("got %v, want %v", err, condition)
	}
}

func TestUnfitRequestsMeetFaults(t *testing.T) {
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
		resp, err := http.Post(server.URL, "text/xml", strings.NewReader(c.body))
		must(t, err)
		body, err := io.ReadAll(resp.Body)
		must(t, err)
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusInternalServerError || !strings.Contains(string(body), c.text) {
			t.Errorf("%s: %s %s", name, resp.Status, body)
		}
	}
	if calls := server.Calls(); len(calls) != 0 {
		t.Errorf("recorded %v", calls)
	}
}

func TestWrongPasswords(t *testing.T) {
	server, good := start(t)
	for range ovhsoaptest.BurstLimit {
		_, err := dial(t, server, "wrong").Login(t.Context())
		want(t, err, ovhsoap.ErrUnauthorized)
	}
	_, err := good.Login(t.Context())
	want(t, err, ovhsoap.ErrRateLimited)
}

func TestSessionsEnd(t *testing.T) {
	server, client := start(t)
	s, err := client.Login(t.Context())
	must(t, err)
	server.ExpireSessions()
	_, err = s.DomainList(t.Context()) // after a new login
	must(t, err)
	server.SessionLives(1)
	server.ExpireSessions()
	for range 3 {
		_, err = s.DomainList(t.Context())
		must(t, err)
	}
	logins := 0
	for _, c := range server.Calls() {
		if c.Function == "login" {
			logins++
		}
	}
	if logins != 5 {
		t.Errorf("%d logins, want 5", logins)
	}
	must(t, s.Logout(t.Context()))
	if n := server.Sessions(); n != 0 {
		t.Errorf("%d sessions left", n)
	}
}

func TestSessionLimit(t *testing.T) {
	server, client := start(t)
	server.SessionLimit(1)
	s, err := client.Login(t.Context())
	must(t, err)
	_, err = client.Login(t.Context())
	want(t, err, ovhsoap.ErrTooManySessions)
	must(t, s.Logout(t.Context()))
	_, err = client.Login(t.Context())
	must(t, err)
}

func TestSingleSessionEndsTheOthers(t *testing.T) {
	server, client := start(t)
	_, err := client.Login(t.Context())
	must(t, err)
	alone, err := ovhsoap.New(ovhsoap.Config{URL: server.URL, Nic: ovhsoaptest.Nic, Password: ovhsoap.NewSecret(ovhsoaptest.Password), SingleSession: true})
	must(t, err)
	defer alone.Close()
	_, err = alone.Login(t.Context())
	must(t, err)
	if n := server.Sessions(); n != 1 {
		t.Errorf("%d sessions, want 1", n)
	}
}

func TestForeignAndUnknownDomains(t *testing.T) {
	server, client := start(t)
	server.AddAccount("xx1-ovh", "other")
	server.AddDomain("foreign.test", "xx1-ovh")
	s := client.Session()
	_, err := s.PopList(t.Context(), "foreign.test")
	want(t, err, ovhsoap.ErrForbidden)
	_, err = s.PopList(t.Context(), "nowhere.test")
	want(t, err, ovhsoap.ErrNotFound)
	names, err := s.DomainList(t.Context())
	must(t, err)
	if !slices.Equal(names, []string{"example.com"}) {
		t.Errorf("got %q", names)
	}
}

func TestFaultsOnDemand(t *testing.T) {
	server, client := start(t)
	s := client.Session()
	server.Fail("popList", ovhsoaptest.Fault{Status: 706, Message: "Verrou non obtenu: é"}, ovhsoaptest.Fault{Message: "odd"})
	_, err := s.PopList(t.Context(), "example.com")
	want(t, err, ovhsoap.ErrBusy)
	if !strings.Contains(err.Error(), "Verrou non obtenu: é") {
		t.Errorf("got %v", err)
	}
	var fault *ovhsoap.Fault
	if _, err = s.PopList(t.Context(), "example.com"); !errors.As(err, &fault) || fault.Code != "soap:Client" {
		t.Errorf("got %v", err)
	}
	_, err = s.PopList(t.Context(), "example.com")
	must(t, err)
}

func TestLostAnswerIsDone(t *testing.T) {
	server, client := start(t)
	s := client.Session()
	server.LoseAnswer("popDel", 1)
	must(t, s.PopAdd(t.Context(), ovhsoap.PopAddArgs{Domain: "example.com", Pop: "info", Password: ovhsoap.NewSecret("x")}))
	want(t, s.PopDel(t.Context(), "example.com", "info"), ovhsoap.ErrAmbiguous)
	pops, err := s.PopList(t.Context(), "example.com")
	must(t, err)
	if len(pops) != 0 {
		t.Errorf("still there: %v", pops)
	}
}

func TestAnswers(t *testing.T) {
	server, client := start(t)
	s := client.Session()
	_, err := s.DedicatedList(t.Context())
	want(t, err, ovhsoap.ErrUnsupported)
	server.Answer("dedicatedList", []string{"ns1.example.net", "été"})
	names, err := s.DedicatedList(t.Context())
	must(t, err)
	if !slices.Equal(names, []string{"ns1.example.net", "été"}) {
		t.Errorf("got %q", names)
	}
	server.Answer("dedicatedInfo", map[string]any{
		"hostname": "ns1", "num": 3, "isHG": true, "rack": nil,
		"network": map[string]any{"interfaces": []map[string]any{{"ip": "192.0.2.1"}}},
	})
	info, err := s.DedicatedInfo(t.Context(), "ns1")
	must(t, err)
	if info.Hostname != "ns1" || info.Num.Or(0) != 3 || !info.IsHG.Or(false) || info.Network.Or(ovhsoap.DedicatedNetworkStruct{}).Interfaces[0].Ip != "192.0.2.1" {
		t.Errorf("got %+v", info)
	}
	defer func() {
		if recover() == nil {
			t.Error("an answer that can't be written was taken")
		}
	}()
	server.Answer("dedicatedList", struct{}{})
}

func TestCallsAreRecorded(t *testing.T) {
	server, client := start(t)
	must(t, client.Do(t.Context(), func(s *ovhsoap.Session) error {
		_, err := s.ZoneEntryList(t.Context(), "example.com")
		return err
	}))
	calls := server.Calls()
	var names []string
	for _, c := range calls {
		names = append(names, c.Function)
	}
	if !slices.Equal(names, []string{"login", "zoneEntryList", "logout"}) {
		t.Fatalf("got %q", names)
	}
	if calls[1].Nic != ovhsoaptest.Nic || calls[1].Arguments["domain"] != "example.com" || len(calls[1].Arguments) != 1 {
		t.Errorf("got %+v", calls[1])
	}
	calls[1].Arguments["domain"] = "changed"
	if server.Calls()[1].Arguments["domain"] != "example.com" {
		t.Error("Calls hands out its own memory")
	}
}

func TestManyAtOnce(t *testing.T) {
	_, client := start(t)
	s := client.Session()
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			add := ovhsoap.PopAddArgs{Domain: "example.com", Pop: fmt.Sprint("box", i), Password: ovhsoap.NewSecret("x")}
			if err := s.PopAdd(context.Background(), add); err != nil {
				t.Error(err)
			}
			if _, err := s.PopList(context.Background(), "example.com"); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	pops, err := s.PopList(t.Context(), "example.com")
	must(t, err)
	if len(pops) != 20 {
		t.Errorf("%d mailboxes", len(pops))
	}
}
