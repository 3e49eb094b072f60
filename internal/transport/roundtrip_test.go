package transport_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

// A status that no final answer has would be one without a condition.
func TestStatusThatIsNoAnswers(t *testing.T) {
	for _, status := range []int{-1, 0, http.StatusSwitchingProtocols} {
		c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: silent{&http.Response{StatusCode: status, Body: http.NoBody}}}})
		_, err := c.Do(t.Context(), transport.Op{Name: "change"}, get("http://127.0.0.1/"))
		if !errors.Is(err, condition.ErrProtocol) || !errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%d: %v, want ErrProtocol and ErrAmbiguous", status, err)
		}
	}
}

// net/http repeats in its errors what the peer sent, which may be our own
// request. A RoundTripper around it must not let that through.
func TestCauseIsKnownButNotShown(t *testing.T) {
	kept := errors.New("a secret")
	for _, client := range []*http.Client{
		{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("around: %w", kept) })},
		{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, fmt.Errorf("around: %w", kept) }), Jar: new(jar)},
	} {
		c := newClient(t, transport.Config{HTTPClient: client, MaxAttempts: 1})
		_, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get("http://127.0.0.1/"))
		if !errors.Is(err, kept) {
			t.Errorf("%v does not wrap the cause", err)
		}
		for ; err != nil; err = errors.Unwrap(err) {
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("%T shows %q", err, err)
			}
		}
	}
}

type jar struct{ kept []*http.Cookie }

func (j *jar) SetCookies(_ *url.URL, cookies []*http.Cookie) { j.kept = cookies }
func (j *jar) Cookies(*url.URL) []*http.Cookie               { return j.kept }

// http.Client reads the Location of a redirect, though it does not follow it,
// and repeats one that it can't read.
func TestRedirectWithCookieJar(t *testing.T) {
	around := roundTripper(func(r *http.Request) (*http.Response, error) { return http.DefaultTransport.RoundTrip(r) })
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", "%zz-secret")
		w.WriteHeader(http.StatusFound)
	}))
	defer server.Close()
	c := newClient(t, transport.Config{HTTPClient: &http.Client{Transport: around, Jar: new(jar)}})
	_, err := c.Do(t.Context(), transport.Op{Name: "change"}, get(server.URL))
	var failure *transport.Error
	if !errors.As(err, &failure) || failure.Status != http.StatusFound || !errors.Is(err, condition.ErrProtocol) {
		t.Errorf("%v, want the redirect refused", err)
	}
}

type silent struct{ answer *http.Response }

func (s silent) RoundTrip(*http.Request) (*http.Response, error) { return s.answer, nil }

func TestRoundTripperThatGivesNoAnswer(t *testing.T) {
	for _, hc := range []*http.Client{
		{Transport: silent{nil}}, {Transport: silent{&http.Response{StatusCode: http.StatusOK}}}, {Transport: silent{nil}, Jar: new(jar)},
	} {
		c := newClient(t, transport.Config{Package: "probe", HTTPClient: hc})
		_, err := c.Do(t.Context(), transport.Op{Name: "change"}, get("http://127.0.0.1/"))
		if !errors.Is(err, condition.ErrProtocol) || !errors.Is(err, condition.ErrAmbiguous) {
			t.Errorf("%v, want ErrProtocol and ErrAmbiguous", err)
		}
	}
}

func TestCookieJarIsServed(t *testing.T) {
	var sent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		sent = r.Header.Get("Cookie")
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
	}))
	defer server.Close()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := newClient(t, transport.Config{Package: "probe", HTTPClient: &http.Client{Jar: jar}})
	for range 2 {
		if _, err := c.Do(t.Context(), transport.Op{Name: "read", Repeatable: true}, get(server.URL)); err != nil {
			t.Fatal(err)
		}
	}
	if sent != "a=b" {
		t.Errorf("the second request's cookie is %q", sent)
	}
}
