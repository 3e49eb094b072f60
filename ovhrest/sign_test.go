package ovhrest

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func ok(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"nichandle":"ab1-ovh"}`) }

// slowTime makes GET /auth/time take a second and a half.
func slowTime(r *http.Request) time.Duration {
	if strings.HasSuffix(r.URL.Path, "/auth/time") {
		return 1500 * time.Millisecond
	}
	return 0
}

func TestTime_AskedOnceForManyCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hc := newMemoryAPI(ok, slowTime)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				if _, err := c.Me(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := a.times.Load(); n != 1 {
			t.Errorf("%d calls of /auth/time, want 1", n)
		}
	})
}

func TestClock_StepHeals(t *testing.T) {
	for name, step := range map[string]time.Duration{"forth": time.Hour, "back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a, hc := newMemoryAPI(ok, nil)
				c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
				if _, err := c.Me(t.Context()); err != nil {
					t.Fatal(err)
				}
				a.now = func() time.Time { return time.Now().Add(step) }
				for range 3 {
					if _, err := c.Me(t.Context()); err != nil {
						t.Fatal(err)
					}
				}
				if n := a.times.Load(); n != 2 {
					t.Errorf("%d calls of /auth/time, want 2", n)
				}
			})
		})
	}
}

// A change is sent again too: the gateway's refusal proves that nothing was
// done.
func TestClock_StepHealsChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		done := 0
		a, hc := newMemoryAPI(func(w http.ResponseWriter, _ *http.Request) { done++; fmt.Fprint(w, `{"orderId":1}`) }, nil)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		if err := c.AssignCart(t.Context(), "a-cart"); err != nil {
			t.Fatal(err)
		}
		a.now = func() time.Time { return time.Now().Add(time.Hour) }
		if _, err := c.ExecuteCheckout(t.Context(), "a-cart", CheckoutParams{}); err != nil {
			t.Fatal(err)
		}
		if done != 2 {
			t.Errorf("%d requests were carried out, want 2", done)
		}
	})
}

func TestClock_ManyHealWithOneTimeCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hc := newMemoryAPI(ok, func(*http.Request) time.Duration { return 50 * time.Millisecond })
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.now = func() time.Time { return time.Now().Add(time.Hour) }
		var wg sync.WaitGroup
		for range 64 {
			wg.Go(func() {
				if _, err := c.Me(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := a.times.Load(); n != 2 {
			t.Errorf("%d calls of /auth/time, want 2", n)
		}
	})
}

// A refusal that arrives after somebody else has set the clock is no reason to
// ask for the time once more.
func TestClock_LateRefusalTrustsTheNewClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hc := newMemoryAPI(ok, func(r *http.Request) time.Duration {
			if strings.HasSuffix(r.URL.Path, "/slow") {
				return time.Second
			}
			return 10 * time.Millisecond
		})
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		a.now = func() time.Time { return time.Now().Add(time.Hour) }
		var wg sync.WaitGroup
		for _, path := range []string{"/slow", "/fast"} {
			wg.Go(func() {
				if err := c.Get(t.Context(), path, nil); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if n := a.times.Load(); n != 2 {
			t.Errorf("%d calls of /auth/time, want 2", n)
		}
	})
}

// Words about the clock in an answer that leaves open what was done are no
// reason to send a change again.
func TestClock_SkewThatProvesNothing(t *testing.T) {
	for _, status := range []int{408, 500, 502} {
		sent := 0
		a := newAPI(t, func(w http.ResponseWriter, _ *http.Request) {
			sent++
			w.WriteHeader(status)
			fmt.Fprint(w, `{"errorCode":"QUERY_TIME_OUT","httpCode":"x","message":"Query out of time"}`)
		})
		if err := a.client(t, nil).AssignCart(t.Context(), "a-cart"); sent != 1 || !errors.Is(err, ErrAmbiguous) {
			t.Errorf("%d: sent %d times: %v", status, sent, err)
		}
	}
}

// A clock that jumps at every look can't be healed: it is given up, not looped.
func TestClock_NeverAgrees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		a, hc := newMemoryAPI(ok, nil)
		a.now = func() time.Time { asked++; return time.Now().Add(time.Duration(asked) * time.Hour) }
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		_, err := c.Me(t.Context())
		if !errors.Is(err, ErrClockSkew) || !errors.Is(err, ErrUnauthorized) {
			t.Errorf("%v, want ErrClockSkew", err)
		}
		if n := a.times.Load(); n != 2 {
			t.Errorf("%d calls of /auth/time, want 2", n)
		}
	})
}

// Without its words, the gateway's Date tells.
func TestClock_SkewByDate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var offset time.Duration
		a, hc := newMemoryAPI(func(w http.ResponseWriter, r *http.Request) {
			var stamp int64
			_, _ = fmt.Sscan(r.Header.Get("X-Ovh-Timestamp"), &stamp)
			now := time.Now().Add(offset)
			if now.Sub(time.Unix(stamp, 0)).Abs() > 45*time.Second {
				w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
				w.WriteHeader(http.StatusBadRequest)
				fmt.Fprint(w, `{"errorCode":"SOMETHING_NEW","httpCode":"400 Bad Request","message":"no"}`)
				return
			}
			ok(w, r)
		}, nil)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		if _, err := c.Me(t.Context()); err != nil {
			t.Fatal(err)
		}
		offset = 50 * time.Second
		a.now = func() time.Time { return time.Now().Add(offset) }
		if _, err := c.Me(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestTime_ContextEndsTheCall(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, hc := newMemoryAPI(ok, slowTime)
		c := a.client(t, func(cfg *Config) { cfg.HTTPClient = hc })
		start := time.Now()
		var wg sync.WaitGroup
		for range 2 { // one asks for the time, the other waits for its turn
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				_, err := c.Me(ctx)
				if !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ErrAmbiguous) {
					t.Errorf("%v, want context.DeadlineExceeded", err)
				}
			})
		}
		wg.Wait()
		if took := time.Since(start); took >= 150*time.Millisecond {
			t.Errorf("returned after %v", took)
		}
		if _, err := c.Me(t.Context()); err != nil {
			t.Errorf("a cancelled first call spoils the next: %v", err)
		}
	})
}

// stray puts another account's keys where go-ovh looks for them.
func stray(t *testing.T) {
	t.Chdir(t.TempDir())
	conf := "[default]\nendpoint=ovh-ca\n[ovh-eu]\naccess_token=stray-token\nconsumer_key=stray-file-key\n"
	if err := os.WriteFile("ovh.conf", []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("OVH_CLIENT_ID", "stray-client")
	t.Setenv("OVH_CLIENT_SECRET", "stray-secret")
	t.Setenv("OVH_CONSUMER_KEY", "stray-consumer")
	t.Setenv("OVH_ENDPOINT", "ovh-us")
}

func TestNew_ReadsNoEnvironment(t *testing.T) {
	stray(t)
	var sent []http.Header
	a := newAPI(t, func(w http.ResponseWriter, r *http.Request) { sent = append(sent, r.Header); ok(w, r) })
	if _, err := a.client(t, nil).Me(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := sent[0].Get("X-Ovh-Consumer"); got != testConsumerKey {
		t.Errorf("the consumer key is %q", got)
	}
	noKey := a.client(t, func(cfg *Config) { cfg.ConsumerKey = NewSecret("") })
	if _, err := noKey.Me(t.Context()); !errors.Is(err, ErrUnauthorized) || len(sent) != 1 {
		t.Errorf("%v after %d requests, want ErrUnauthorized and no second request", err, len(sent))
	}
	if c, err := New(Config{AppKey: "a", AppSecret: NewSecret("b"), ConsumerKey: NewSecret("c")}); err != nil || c.Endpoint() != "ovh-eu" {
		t.Errorf("%v", err)
	}
}

// A Now hook rules the signature's time, so that a service's clock in a test
// can be any.
func TestNow_SignsWithTheHook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := time.Date(2031, 5, 6, 7, 8, 9, 0, time.UTC)
		a, hc := newMemoryAPI(ok, nil)
		a.now = func() time.Time { return clock }
		c := a.client(t, func(cfg *Config) {
			cfg.HTTPClient, cfg.Now = hc, func() time.Time { return clock.Add(-3 * time.Hour) }
		})
		for range 3 {
			if _, err := c.Me(t.Context()); err != nil {
				t.Fatal(err)
			}
			clock = clock.Add(20 * 24 * time.Hour)
		}
		if n := a.times.Load(); n != 1 {
			t.Errorf("%d calls of /auth/time, want 1: both clocks went on alike", n)
		}
	})
}

func TestTime_InvalidAnswers(t *testing.T) {
	for _, body := range []string{"", "null", "0", "-5", "1e9", `"x"`, "99999999999999999999", "<html>"} {
		c := newRaw(t, http.StatusOK, body)
		if _, err := c.Me(t.Context()); !errors.Is(err, ErrProtocol) || errors.Is(err, ErrAmbiguous) {
			t.Errorf("%q: %v, want ErrProtocol", body, err)
		}
		if err := c.AssignCart(t.Context(), "a-cart"); errors.Is(err, ErrAmbiguous) {
			t.Errorf("%q: %v: nothing was sent", body, err)
		}
	}
}

// newRaw makes a client of a server that answers everything alike.
func newRaw(t *testing.T, status int, body string) *Client {
	a := &api{}
	server := newServer(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status); fmt.Fprint(w, body) })
	a.Server = server
	return a.client(t, nil)
}
