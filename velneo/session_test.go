package velneo_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// The caller that started the login gives up; the others still get it.
func TestCancelledLeaderTakesNothingFromTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/session"), nil)
		leader, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.VServer(leader); !errors.Is(err, context.Canceled) || errors.Is(err, velneo.ErrAmbiguous) {
				t.Errorf("the leader: %v, want context.Canceled", err)
			}
		})
		synctest.Wait()
		for range 9 {
			wg.Go(func() {
				if _, err := c.VServer(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(release)
		wg.Wait()
		if n := server.Count("POST", "session", ""); n != 1 {
			t.Errorf("%d logins, want 1", n)
		}
	})
}

// A leader with a short deadline does not shorten the others' login.
func TestLeadersDeadlineIsItsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, c := bubble(t, nil, nil)
		server.Inject(velneotest.Fault{Resource: "session", Status: 503, Header: http.Header{"Retry-After": {"10"}}})
		leader, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := c.VServer(leader); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, want context.DeadlineExceeded", err)
			}
		})
		synctest.Wait()
		if _, err := c.VServer(t.Context()); err != nil {
			t.Error(err)
		}
		wg.Wait()
	})
}

// When everybody has given up, so has the login: nothing is left behind, and
// the next caller begins anew.
func TestAbandonedLoginEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended, stuck := 0, true
		server, c := bubble(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if stuck && strings.HasSuffix(r.URL.Path, "/session") {
					<-r.Context().Done()
					ended++
					return
				}
				next.ServeHTTP(w, r)
			})
		}, nil)
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i+1)*time.Second)
				defer cancel()
				if _, err := c.VServer(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%v, want context.DeadlineExceeded", err)
				}
			})
		}
		wg.Wait()
		synctest.Wait()
		if ended != 1 {
			t.Errorf("%d logins ended, want 1", ended)
		}
		stuck = false
		if _, err := c.VServer(t.Context()); err != nil || server.Logins() != 1 {
			t.Errorf("%d logins, %v", server.Logins(), err)
		}
	})
}

// A login that fails with 401 is final, for all who wait.
func TestFailedLoginIsFinal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/session"), func(cfg *velneo.Config) { cfg.APIKey = velneo.NewSecret("wrong") })
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				var e *velneo.Error
				_, err := c.VServer(t.Context())
				if !errors.Is(err, velneo.ErrUnauthorized) || !errors.As(err, &e) || e.Operation != "POST session" {
					t.Errorf("%v, want ErrUnauthorized of the login", err)
				}
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		if n := server.Count("POST", "session", ""); n != 1 {
			t.Errorf("%d logins, want 1", n)
		}
	})
}

// The session is over, and so is the key: one login is tried, and its refusal
// is what the caller gets.
func TestNewLoginThatFails(t *testing.T) {
	server, c := pair(t, nil)
	if _, err := c.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.EndSession()
	server.Inject(velneotest.Fault{Resource: "session", Times: 9, Code: 401})
	var e *velneo.Error
	err := c.Stop(t.Context())
	if !errors.Is(err, velneo.ErrUnauthorized) || errors.Is(err, velneo.ErrAmbiguous) || !errors.As(err, &e) || e.Operation != "POST session" {
		t.Errorf("%v, want ErrUnauthorized of the login", err)
	}
	if logins, stops := server.Count("POST", "session", ""), server.Count("PUT", "vserver", "stop"); logins != 2 || stops != 1 {
		t.Errorf("%d logins and %d stops, want 2 and 1", logins, stops)
	}
}

func TestClockThatIsOff(t *testing.T) {
	_, c := pair(t, func(cfg *velneo.Config) { cfg.Now = func() time.Time { return time.Now().Add(time.Hour) } })
	if _, err := c.Login(t.Context()); !errors.Is(err, velneo.ErrUnauthorized) {
		t.Errorf("%v, want ErrUnauthorized", err)
	}
}

func TestSavedSession(t *testing.T) {
	server, first := pair(t, nil)
	session, err := first.Login(t.Context())
	if err != nil || session.IsZero() {
		t.Fatal(session, err)
	}
	cfg := server.Config()
	cfg.Session = session
	second := newClient(t, cfg)
	if again, err := second.Login(t.Context()); err != nil || again != session {
		t.Error(again, err)
	}
	if _, err := second.VServer(t.Context()); err != nil || server.Logins() != 1 {
		t.Errorf("%d logins, %v", server.Logins(), err)
	}
	server.EndSession()
	if _, err := second.VServer(t.Context()); err != nil || server.Logins() != 2 {
		t.Errorf("%d logins, %v", server.Logins(), err)
	}
}

// Logout ends the other application's session as well; that one logs in anew.
func TestLogoutIsAccountWide(t *testing.T) {
	server, one := pair(t, nil)
	other := newClient(t, server.Config())
	for _, c := range []*velneo.Client{one, other} {
		if _, err := c.VServer(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := one.Logout(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := other.VServer(t.Context()); err != nil || server.Logins() != 3 {
		t.Errorf("%d logins, %v", server.Logins(), err)
	}
	if err := one.Logout(t.Context()); err != nil || server.Logins() != 4 {
		t.Errorf("without a session Logout fetches the account's: %d logins, %v", server.Logins(), err)
	}
	// A session that is over is not fetched anew to be ended.
	if _, err := one.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	server.EndSession()
	if err := one.Logout(t.Context()); !errors.Is(err, velneo.ErrUnauthorized) || server.Logins() != 5 {
		t.Errorf("%d logins, %v, want ErrUnauthorized", server.Logins(), err)
	}
	asked := server.Count("GET", "vserver", "")
	if _, err := one.VServer(t.Context()); err != nil || server.Logins() != 6 {
		t.Errorf("%d logins, %v", server.Logins(), err)
	}
	if n := server.Count("GET", "vserver", "") - asked; n != 1 {
		t.Errorf("%d questions: a session that is known to be over was tried", n)
	}
	// Nor is one given up that a refused logout left alone.
	server.Inject(velneotest.Fault{Verb: "DELETE", Code: 403})
	if err := one.Logout(t.Context()); !errors.Is(err, velneo.ErrForbidden) {
		t.Errorf("%v, want ErrForbidden", err)
	}
	if _, err := one.VServer(t.Context()); err != nil || server.Logins() != 6 {
		t.Errorf("%d logins, %v", server.Logins(), err)
	}
}

func TestLogoutIsSentOnce(t *testing.T) {
	server, c := pair(t, nil)
	server.Inject(velneotest.Fault{Verb: "DELETE", Done: true, Times: 5})
	if err := c.Logout(t.Context()); !errors.Is(err, velneo.ErrAmbiguous) {
		t.Errorf("%v, want ErrAmbiguous", err)
	}
	if n := server.Count("DELETE", "session", ""); n != 1 {
		t.Errorf("sent %d times", n)
	}
}

func TestLoginAnswers(t *testing.T) {
	for body, want := range map[string]string{
		`{"status_code":200,"session":"abc"}`: "abc",
		`{"status_code":200,"session":12345}`: "12345",
		`{"status_code":200,"session":""}`:    "",
		`{"status_code":200,"session":null}`:  "",
		`{"status_code":200,"session":{}}`:    "",
		`{"status_code":200}`:                 "",
	} {
		cfg := answering(t, 200, body)
		cfg.Session = velneo.Secret{}
		got, err := newClient(t, cfg).Login(t.Context())
		if got.Reveal() != want || (want == "") != errors.Is(err, velneo.ErrProtocol) || errors.Is(err, velneo.ErrAmbiguous) {
			t.Errorf("%s: %q, %v", body, got.Reveal(), err)
		}
	}
}
