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

// fixed is what a test says whose weakness of gowsdl's is gone.
const fixed = "gowsdl no longer has this weakness"

func TestGowsdl_HidesAFaultBehindItsStatus(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, _ *http.Request) { fault(w, "soap:220", "in progress") })
	var known *soap.SOAPFault
	err := byGowsdl(url, new(popListResponse))
	require.Error(t, err, fixed)
	require.False(t, errors.As(err, &known), fixed)
	var f *ovhsoap.Fault
	_, err = byUs(t, url)
	require.ErrorAs(t, err, &f)
	assert.Equal(t, ovhsoap.Status(220), f.Status)
	assert.ErrorIs(t, err, ovhsoap.ErrBusy)
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
	assert.EqualValues(t, 5, connections.Swap(0), fixed)
	c, _ := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: s.URL})
	t.Cleanup(c.Close)
	session, _ := c.Resume(ovhsoap.NewSecret(sessionMark))
	for range 5 {
		_, err := ovhsoap.Call[[]mailbox](t.Context(), session, "popList", "example.com")
		require.NoError(t, err)
	}
	assert.EqualValues(t, 1, connections.Load())
}

func TestGowsdl_RefusesReferencesBehindTheAnswer(t *testing.T) {
	url := serve(t, saying(envelope(`<ns1:popListResponse><return><item href="#a"/><item href="#a"/></return></ns1:popListResponse>`+
		`<multi id="a"><name>info</name></multi>`)))
	require.Error(t, byGowsdl(url, new(popListResponse)), fixed)
	boxes, err := byUs(t, url)
	require.NoError(t, err)
	require.Len(t, boxes, 2)
	assert.Equal(t, "info", boxes[1].Name)
}

func TestGowsdl_DropsReferencesInTheAnswer(t *testing.T) {
	url := serve(t, saying(popListIs(`<return><item id="a"><name>info</name></item><item href="#a"/></return>`)))
	var theirs popListResponse
	require.NoError(t, byGowsdl(url, &theirs), fixed)
	require.Empty(t, theirs.Return[1].Name, fixed)
	boxes, err := byUs(t, url)
	require.NoError(t, err)
	require.Len(t, boxes, 2)
	assert.Equal(t, "info", boxes[1].Name)
}

func TestGowsdl_KnowsOneCharset(t *testing.T) {
	latin := strings.ReplaceAll(popListIs("<return><item><name>\xE9t\xE9</name></item></return>"), "UTF-8", "ISO-8859-1")
	url := serve(t, saying(latin))
	require.Error(t, byGowsdl(url, new(popListResponse)), fixed)
	boxes, err := byUs(t, url)
	require.NoError(t, err)
	assert.Equal(t, "été", boxes[0].Name)
}

func TestGowsdl_HasNoLimit(t *testing.T) {
	long := strings.Repeat("x", 2<<20)
	url := serve(t, saying(popListIs("<return><item><name>"+long+"</name></item></return>")))
	var theirs popListResponse
	require.NoError(t, byGowsdl(url, &theirs), fixed)
	require.Len(t, theirs.Return[0].Name, len(long), fixed)
	_, err := byUs(t, url)
	assert.ErrorIs(t, err, ovhsoap.ErrTooLarge)
}

func TestGowsdl_PanicsAtAttachments(t *testing.T) {
	body := strings.Replace(popListIs("<return/>"), "<SOAP-ENV:Body>", "<attachments><Name>a</Name></attachments><SOAP-ENV:Body>", 1)
	url := serve(t, saying(body))
	require.Panics(t, func() { _ = byGowsdl(url, new(popListResponse)) }, fixed)
	_, err := byUs(t, url)
	assert.NoError(t, err)
}

func TestGowsdl_NeedsAContentType(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Content-Type"] = nil
		saying(popListIs("<return/>"))(w, r)
	})
	require.Error(t, byGowsdl(url, new(popListResponse)), fixed)
	_, err := byUs(t, url)
	assert.NoError(t, err)
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
			require.NoError(t, soap.NewClient(url).Call("popList", &popListRequest{}, &theirs), fixed)
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
	body := stolen.Swap(nil)
	require.NotNil(t, body, "%s: %v", fixed, err)
	require.Contains(t, *body, "hush&amp;password", fixed)
	c, err := ovhsoap.New(ovhsoap.Config{Nic: nicMark, Password: ovhsoap.NewSecret(passwordMark), URL: url})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	_, err = c.Login(t.Context())
	assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	_, err = byUs(t, url)
	assert.ErrorIs(t, err, ovhsoap.ErrProtocol)
	assert.Nil(t, stolen.Load(), "the other host got a request")
}

func TestGowsdl_AppendsToWhatIsThere(t *testing.T) {
	url := serve(t, saying(popListIs("<return><item><name>info</name></item></return>")))
	var theirs popListResponse
	for range 2 {
		require.NoError(t, byGowsdl(url, &theirs))
	}
	require.Len(t, theirs.Return, 2, fixed)
	for range 2 {
		boxes, err := byUs(t, url)
		require.NoError(t, err)
		assert.Len(t, boxes, 1)
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
		if err != nil {
			require.ErrorIs(t, err, ovhsoap.ErrNotFound)
		}
	}
	assert.LessOrEqual(t, connections.Load(), int32(2))
	assert.EqualValues(t, 50, calls.Load())
}
