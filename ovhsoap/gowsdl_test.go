package ovhsoap_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hooklift/gowsdl/soap"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/ovhsoap"
)

// The tests of this file show, one after the other, what gowsdl's client does
// by itself, and that this package's does not.

type mailbox struct {
	Name string `xml:"name"`
	Size string `xml:"size"`
}

// popListResponse is what gowsdl's generator would make of the answer.
type popListResponse struct {
	XMLName xml.Name  `xml:"popListResponse"`
	Return  []mailbox `xml:"return>item"`
}

type popListRequest struct {
	XMLName xml.Name `xml:"http://soapi.ovh.com/manager popList"`
	Domain  string   `xml:"domain"`
}

func byGowsdl(url string, into *popListResponse) error {
	return soap.NewClient(url).Call(ovhsoap.Namespace+"#popList", &popListRequest{Domain: "example.com"}, into)
}

func byUs(t *testing.T, url string) ([]mailbox, error) {
	t.Helper()
	c, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: url, MaxResponseBytes: 1 << 20})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	s, err := c.Resume(ovhsoap.NewSecret(sessionMark))
	require.NoError(t, err)
	return ovhsoap.Call[[]mailbox](t.Context(), s, "popList", "example.com")
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func saying(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
}

func popListIs(inner string) string {
	return envelope("<ns1:popListResponse>" + inner + "</ns1:popListResponse>")
}

func TestGowsdl_HidesAFaultBehindItsStatus(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { fault(w, "soap:220", "in progress") })
	var known *soap.SOAPFault
	if err := byGowsdl(url, new(popListResponse)); err == nil || errors.As(err, &known) {
		t.Errorf("gowsdl: %v: the weakness is gone", err)
	}
	var f *ovhsoap.Fault
	if _, err := byUs(t, url); !errors.As(err, &f) || f.Status != 220 || !errors.Is(err, ovhsoap.ErrBusy) {
		t.Errorf("%v, want the fault", err)
	}
}

func TestGowsdl_ConnectsForEachCall(t *testing.T) {
	var connections atomic.Int32
	s := httptest.NewUnstartedServer(saying(popListIs("<return/>")))
	s.Config.ConnState = countNew(&connections)
	s.Start()
	t.Cleanup(s.Close)
	for range 5 {
		require.NoError(t, byGowsdl(s.URL, new(popListResponse)))
	}
	if n := connections.Swap(0); n != 5 {
		t.Errorf("gowsdl: %d connections for 5 calls: the weakness is gone", n)
	}
	c, _ := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: s.URL})
	t.Cleanup(c.Close)
	session, _ := c.Resume(ovhsoap.NewSecret(sessionMark))
	for range 5 {
		if _, err := ovhsoap.Call[[]mailbox](t.Context(), session, "popList", "example.com"); err != nil {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for 5 calls, want 1", n)
	}
}

func TestGowsdl_RefusesReferencesBehindTheAnswer(t *testing.T) {
	url := serve(t, saying(envelope(`<ns1:popListResponse><return><item href="#a"/><item href="#a"/></return></ns1:popListResponse>`+
		`<multi id="a"><name>info</name></multi>`)))
	if err := byGowsdl(url, new(popListResponse)); err == nil {
		t.Error("gowsdl: the weakness is gone")
	}
	if boxes, err := byUs(t, url); err != nil || len(boxes) != 2 || boxes[1].Name != "info" {
		t.Errorf("%v, %v", boxes, err)
	}
}

func TestGowsdl_DropsReferencesInTheAnswer(t *testing.T) {
	url := serve(t, saying(popListIs(`<return><item id="a"><name>info</name></item><item href="#a"/></return>`)))
	var theirs popListResponse
	if err := byGowsdl(url, &theirs); err != nil || theirs.Return[1].Name != "" {
		t.Errorf("gowsdl: %v, %v: the weakness is gone", theirs, err)
	}
	if boxes, err := byUs(t, url); err != nil || len(boxes) != 2 || boxes[1].Name != "info" {
		t.Errorf("%v, %v", boxes, err)
	}
}

func TestGowsdl_KnowsOneCharset(t *testing.T) {
	latin := strings.ReplaceAll(popListIs("<return><item><name>\xE9t\xE9</name></item></return>"), "UTF-8", "ISO-8859-1")
	url := serve(t, saying(latin))
	if err := byGowsdl(url, new(popListResponse)); err == nil {
		t.Error("gowsdl: the weakness is gone")
	}
	if boxes, err := byUs(t, url); err != nil || boxes[0].Name != "été" {
		t.Errorf("%v, %v", boxes, err)
	}
}

func TestGowsdl_HasNoLimit(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	url := serve(t, saying(popListIs("<return><item><name>"+long+"</name></item></return>")))
	var theirs popListResponse
	if err := byGowsdl(url, &theirs); err != nil || len(theirs.Return[0].Name) != len(long) {
		t.Errorf("gowsdl: %v: the weakness is gone", err)
	}
	_, err := byUs(t, url)
	assert.ErrorIs(t, err, ovhsoap.ErrTooLarge)
}

func TestGowsdl_PanicsAtAttachments(t *testing.T) {
	body := strings.Replace(popListIs("<return/>"), "<SOAP-ENV:Body>", "<attachments><Name>a</Name></attachments><SOAP-ENV:Body>", 1)
	url := serve(t, saying(body))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("gowsdl: the weakness is gone")
			}
		}()
		_ = byGowsdl(url, new(popListResponse))
	}()
	if _, err := byUs(t, url); err != nil {
		t.Error(err)
	}
}

func TestGowsdl_NeedsAContentType(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		saying(popListIs("<return/>"))(w, r)
	})
	if err := byGowsdl(url, new(popListResponse)); err == nil {
		t.Error("gowsdl: the weakness is gone")
	}
	if _, err := byUs(t, url); err != nil {
		t.Error(err)
	}
}

func TestGowsdl_TakesNothingForSuccess(t *testing.T) {
	for name, body := range map[string]string{
		"no Body":          `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"/>`,
		"an empty Body":    envelope(""),
		"another function": envelope("<ns1:popDelResponse/>"),
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, saying(body))
			// A struct without an XMLName takes any element for its own.
			var theirs struct {
				Return []mailbox `xml:"return>item"`
			}
			if err := soap.NewClient(url).Call("popList", &popListRequest{}, &theirs); err != nil {
				t.Errorf("gowsdl: %v: the weakness is gone", err)
			}
			_, err := byUs(t, url)
			assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
		})
	}
}

func TestRedirect_GetsNoPassword(t *testing.T) {
	var stolen atomic.Pointer[string]
	thief := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		stolen.Store(new(string(body)))
		_, _ = io.WriteString(w, popListIs("<return/>"))
	})
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, strings.Replace(thief, "127.0.0.1", "localhost", 1), http.StatusTemporaryRedirect)
	})
	err := soap.NewClient(url).Call("login", &popListRequest{Domain: passwordMark}, new(popListResponse))
	if body := stolen.Swap(nil); body == nil || !strings.Contains(*body, "hush&amp;password") {
		t.Errorf("gowsdl: %v: the weakness is gone", err)
	}
	c, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: url})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.Login(t.Context())
	assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	_, err = byUs(t, url)
	assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	if stolen.Load() != nil {
		t.Error("the other host got a request")
	}
}

func TestGowsdl_AppendsToWhatIsThere(t *testing.T) {
	url := serve(t, saying(popListIs("<return><item><name>info</name></item></return>")))
	var theirs popListResponse
	for range 2 {
		require.NoError(t, byGowsdl(url, &theirs))
	}
	if len(theirs.Return) != 2 {
		t.Error("gowsdl: the weakness is gone")
	}
	for range 2 {
		if boxes, err := byUs(t, url); err != nil || len(boxes) != 1 {
			t.Errorf("%v, %v", boxes, err)
		}
	}
}

func countNew(n *atomic.Int32) func(c net.Conn, state http.ConnState) {
	return func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			n.Add(1)
		}
	}
}

// TestConnections_SharedByFiftyCalls covers calls that succeed and calls
// that meet a fault.
func TestConnections_SharedByFiftyCalls(t *testing.T) {
	var connections, calls atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if calls.Add(1)%3 == 0 {
			fault(w, "soap:210", "unknown")
			return
		}
		_, _ = io.Copy(w, bytes.NewBufferString(popListIs("<return/>")))
	}))
	s.Config.ConnState = countNew(&connections)
	s.Start()
	t.Cleanup(s.Close)
	c, _ := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: s.URL})
	t.Cleanup(c.Close)
	session, _ := c.Resume(ovhsoap.NewSecret(sessionMark))
	for range 50 {
		_, err := ovhsoap.Call[[]mailbox](t.Context(), session, "popList", "example.com")
		if err != nil && !errors.Is(err, ovhsoap.ErrNotFound) {
			t.Fatal(err)
		}
	}
	if n := connections.Load(); n > 2 || calls.Load() != 50 {
		t.Errorf("%d connections for %d calls, want at most 2 for 50", n, calls.Load())
	}
}
