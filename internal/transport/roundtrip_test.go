package transport_test

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"

	"github.com/hebergo/hebergo/internal/condition"
	"github.com/hebergo/hebergo/internal/transport"
)

type silent struct{ answer *http.Response }

func (s silent) RoundTrip(*http.Request) (*http.Response, error) { return s.answer, nil }

func TestRoundTripperThatGivesNoAnswer(t *testing.T) {
	for _, answer := range []*http.Response{nil, {StatusCode: http.StatusOK}} {
		c := newClient(t, transport.Config{Package: "probe", HTTPClient: &http.Client{Transport: silent{answer}}})
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
