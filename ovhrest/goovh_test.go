package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ovh/go-ovh/ovh"
)

// Each test here shows one defect of go-ovh v1.9.0 beside what this package
// does instead. When go-ovh fixes one, its half fails and can go.

// library makes go-ovh's client for a, past its constructors.
func (a *api) library(t *testing.T, hc *http.Client) *ovh.Client {
	lib := &ovh.Client{AppKey: testAppKey, AppSecret: testAppSecret, ConsumerKey: testConsumerKey, Client: hc, Timeout: ovh.DefaultTimeout}
	if err := lib.SetEndpoint(a.URL + "/1.0"); err != nil {
		t.Fatal(err)
	}
	return lib
}

// NewRequest writes to the caller's http.Client, at every call and unguarded:
// a data race, and the end of the caller's own timeout.
func TestGoOVH_WritesToTheHTTPClient(t *testing.T) {
	a := newAPI(t, ok)
	theirs := &http.Client{Timeout: 5 * time.Second}
	if err := a.library(t, theirs).Get("/me", nil); err != nil || theirs.Timeout != ovh.DefaultTimeout {
		t.Errorf("go-ovh has fixed this: %v, %v", err, theirs.Timeout)
	}
	ours := &http.Client{Timeout: 5 * time.Second}
	if _, err := a.client(t, func(c *Config) { c.HTTPClient = ours }).Me(t.Context()); err != nil || ours.Timeout != 5*time.Second || ours.CheckRedirect != nil {
		t.Errorf("%v, %+v", err, ours)
	}
}

func TestGoOVH_IgnoresTheContextDuringTheTimeCall(t *testing.T) {
	took := func(call func(context.Context, *api, *http.Client)) (d time.Duration) {
		synctest.Test(t, func(t *testing.T) {
			a, hc := newMemoryAPI(ok, slowTime)
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			start := time.Now()
			call(ctx, a, hc)
			d = time.Since(start)
		})
		return d
	}
	theirs := took(func(ctx context.Context, a *api, hc *http.Client) {
		_ = a.library(t, hc).GetWithContext(ctx, "/me", nil)
	})
	if theirs < time.Second {
		t.Errorf("go-ovh has fixed this: %v", theirs)
	}
	ours := took(func(ctx context.Context, a *api, hc *http.Client) {
		_, _ = a.client(t, func(c *Config) { c.HTTPClient = hc }).Me(ctx)
	})
	if ours >= 150*time.Millisecond {
		t.Errorf("returned after %v", ours)
	}
}

func TestGoOVH_AsksForTheTimeAgainAndAgain(t *testing.T) {
	if raceEnabled {
		t.Skip("go-ovh races here")
	}
	synctest.Test(t, func(t *testing.T) {
		a, hc := newMemoryAPI(ok, func(*http.Request) time.Duration { return 50 * time.Millisecond })
		lib := a.library(t, hc)
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() { _ = lib.Get("/me", nil) })
		}
		wg.Wait()
		if n := a.times.Load(); n != 16 { // ours: TestTime_AskedOnceForManyCallers
			t.Errorf("go-ovh has fixed this: %d time calls", n)
		}
	})
}

func TestGoOVH_NeverSetsItsClockAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hc := newMemoryAPI(ok, nil)
		lib := a.library(t, hc)
		if err := lib.Get("/me", nil); err != nil {
			t.Fatal(err)
		}
		a.now = func() time.Time { return time.Now().Add(time.Hour) }
		for range 3 { // ours: TestClock_StepHeals
			if err := lib.Get("/me", nil); err == nil {
				t.Error("go-ovh has fixed this")
			}
		}
	})
}

func TestGoOVH_MixesStrayKeysIn(t *testing.T) {
	stray(t)
	if _, err := ovh.NewClient("ovh-eu", "a", "b", "c"); err == nil {
		t.Error("go-ovh has fixed this: explicit keys beside OVH_CLIENT_ID")
	}
	t.Setenv("OVH_CLIENT_ID", "")
	t.Setenv("OVH_CLIENT_SECRET", "")
	if err := writeFile(t, "ovh.conf", "[ovh-eu]\n"); err != nil {
		t.Fatal(err)
	}
	lib, err := ovh.NewClient("ovh-eu", "a", "b", "")
	if err != nil || lib.ConsumerKey != "stray-consumer" {
		t.Errorf("go-ovh has fixed this: %v", err)
	}
	// ours: TestNew_ReadsNoEnvironment
}

func TestGoOVH_RefusesOAuth2ForAnAddress(t *testing.T) {
	t.Chdir(t.TempDir())
	var bearer string
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/token" {
			fmt.Fprint(w, `{"access_token":"a-token","expires_in":3600}`)
			return
		}
		bearer = r.Header.Get("Authorization")
		ok(w, r)
	})
	if _, err := ovh.NewOAuth2Client(a.URL+"/1.0", "id", "secret"); err == nil {
		t.Error("go-ovh has fixed this")
	}
	c := a.client(t, func(c *Config) {
		*c = Config{URL: c.URL, ClientID: "id", ClientSecret: NewSecret("secret"), TokenURL: a.URL + "/token"}
	})
	if _, err := c.Me(t.Context()); err != nil || bearer != "Bearer a-token" {
		t.Errorf("%v, %q", err, bearer)
	}
}

// What a caller does not escape, go-ovh signs otherwise than it sends.
func TestGoOVH_SignsUnescapedPathsWrongly(t *testing.T) {
	a := newAPI(t, ok)
	for _, name := range []string{"exämple.test", "a|b"} {
		if err := a.library(t, &http.Client{}).Get("/domain/"+name, nil); err == nil {
			t.Errorf("go-ovh has fixed this: %q", name)
		}
		if err := a.client(t, nil).Get(t.Context(), "/domain/extensions/{name}", nil, name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestGoOVH_DropsWhatAnErrorSays(t *testing.T) {
	a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `{"errorCode":"NOT_GRANTED_CALL","httpCode":"403 Forbidden","message":"This call has not been granted","code":7,"details":{"n":1}}`)
	})
	var theirs *ovh.APIError
	if err := a.library(t, &http.Client{}).Get("/me", nil); !errors.As(err, &theirs) || theirs.Code != 7 || !strings.HasPrefix(theirs.Message, "{") {
		t.Errorf("go-ovh has fixed this: %v", err)
	}
	_, err := a.client(t, nil).Me(t.Context())
	var e *Error
	if !errors.As(err, &e) {
		t.Fatal(err)
	}
	if e.Code != "NOT_GRANTED_CALL" || e.Status != 403 || e.RetryAfter != time.Hour || e.Details["n"] != "1" || e.Method != "GET" || e.Path != "/me" {
		t.Errorf("%+v", *e)
	}
	if want := "ovhrest: GET /me: This call has not been granted (code NOT_GRANTED_CALL)"; e.Error() != want {
		t.Errorf("%q, want %q", e, want)
	}
}

func TestGoOVH_TakesNothingForAnAnswer(t *testing.T) {
	for _, body := range []string{"", "null"} {
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, body) })
		var task struct{ ID int64 }
		task.ID = -1
		if err := a.library(t, &http.Client{}).Get("/me", &task); err != nil || task.ID != -1 && body == "" {
			t.Errorf("go-ovh has fixed this: %q, %v", body, err)
		}
		if _, err := a.client(t, nil).Me(t.Context()); !errors.Is(err, ErrProtocol) {
			t.Errorf("%q: %v, want ErrProtocol", body, err)
		}
	}
}

// CkRequest.Do writes the new key into the client that others are using.
func TestGoOVH_OverwritesTheConsumerKey(t *testing.T) {
	a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"consumerKey":"new-key","state":"pendingValidation","validationUrl":"https://example.com/"}`)
	})
	lib := a.library(t, &http.Client{})
	if _, err := lib.NewCkRequest().Do(); err != nil || lib.ConsumerKey != "new-key" {
		t.Errorf("go-ovh has fixed this: %v", err)
	}
	c := a.client(t, nil)
	asked, err := c.RequestCredential(t.Context(), CredentialRequestParams{AccessRules: []AccessRule{{Method: "GET", Path: "/domain/example.com"}}})
	if err != nil || c.config.ConsumerKey != NewSecret(testConsumerKey) || asked.ConsumerKey.Reveal() != "new-key" {
		t.Errorf("%v %v", asked, err)
	}
	next, err := c.WithConsumerKey(asked.ConsumerKey)
	if err != nil || next.config.ConsumerKey != NewSecret("new-key") {
		t.Errorf("%v", err)
	}
	next.Close()
}
