package velneo_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/hebergo/hebergo/velneo"
	"github.com/hebergo/hebergo/velneo/velneotest"
)

// gate holds the requests for a path back until it is released.
func gate(release <-chan struct{}, suffix string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.HasSuffix(r.URL.Path, suffix) {
				<-release
			}
			next.ServeHTTP(w, r)
		})
	}
}

// fifty makes fifty calls at a time, and release is closed when all of them
// wait.
func fifty(t *testing.T, c *velneo.Client, release func()) {
	t.Helper()
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			_, err := c.VServer(t.Context())
			assert.NoError(t, err)
		})
	}
	synctest.Wait()
	release()
	wg.Wait()
}

func TestSession_OneLoginForManyCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/session"), nil)
		fifty(t, c, func() { close(release) })
		assert.Equal(t, 1, server.Count("POST", "session", ""))
		assert.Equal(t, 50, server.Count("GET", "vserver", ""))
	})
}

// A session that ends while fifty calls are under way causes one new login.
func TestSession_OneNewLoginForManyCallers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/vserver"), nil)
		_, err := c.Login(t.Context())
		require.NoError(t, err)
		fifty(t, c, func() { server.EndSession(); close(release) })
		assert.Equal(t, 2, server.Logins())
		assert.Equal(t, 100, server.Count("GET", "vserver", ""), "each of the fifty calls twice")
	})
}

// The service may answer the new login with the old id.
func TestSession_SameIDAfterTheNewLogin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var arrived atomic.Int32
		server, c := bubble(t, func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/vserver") && arrived.Add(1) <= 50 {
					<-release
					_, _ = io.WriteString(w, `{"status_code":401}`)
					return
				}
				next.ServeHTTP(w, r)
			})
		}, nil)
		fifty(t, c, func() { close(release) })
		assert.Equal(t, 2, server.Logins())
	})
}

// ticking is a clock that moves on by a second each time that it is read.
func ticking() func() time.Time {
	now := time.Now()
	return func() time.Time { now = now.Add(time.Second); return now }
}

func timestamps(server *velneotest.Server) map[int64]bool {
	all := map[int64]bool{}
	for _, call := range server.Calls() {
		all[call.Timestamp] = true
	}
	return all
}

func TestSession_StatusCode401InHTTP200(t *testing.T) {
	server, c := pair(t, func(cfg *velneo.Config) { cfg.Now = ticking() })
	_, err := c.Login(t.Context())
	require.NoError(t, err)
	server.Inject(velneotest.Fault{Action: "stop", Status: 200, Code: 401})
	require.NoError(t, c.Stop(t.Context()))
	var calls []string
	for _, call := range server.Calls() {
		calls = append(calls, call.Verb+" "+call.Resource)
	}
	assert.Equal(t, []string{"POST session", "PUT vserver", "POST session", "PUT vserver"}, calls)
	assert.Len(t, timestamps(server), 4, "each call has a timestamp of its own")
}

// A retry after a failure has a new signature as well.
func TestSession_NewTimestampForEachAttempt(t *testing.T) {
	server, c := pair(t, func(cfg *velneo.Config) { cfg.MaxRetryWait, cfg.Now = time.Millisecond, ticking() })
	server.Inject(velneotest.Fault{Status: 503, Times: 2})
	_, err := c.VServer(t.Context())
	require.NoError(t, err)
	assert.Len(t, timestamps(server), 4, "three logins and a call")
}

func TestSession_OneNewLoginAfter401AndNoneAfter403(t *testing.T) {
	server, c := pair(t, nil)
	for code, want := range map[int]struct {
		err           error
		calls, logins int
	}{403: {velneo.ErrForbidden, 1, 0}, 401: {velneo.ErrUnauthorized, 2, 1}} {
		for _, status := range []int{200, code} {
			t.Run(fmt.Sprint(code, " in HTTP ", status), func(t *testing.T) {
				_, err := c.Login(t.Context())
				require.NoError(t, err)
				calls, logins := server.Count("PUT", "vserver", "start"), server.Logins()
				server.Inject(velneotest.Fault{Action: "start", Times: want.calls, Status: status, Code: code})
				err = c.Start(t.Context())
				require.ErrorIs(t, err, want.err)
				assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
				assert.Equal(t, want.calls, server.Count("PUT", "vserver", "start")-calls)
				assert.Equal(t, want.logins, server.Logins()-logins)
			})
		}
	}
}

// The caller that started the login gives up; the others still get it.
func TestSession_CallerThatGivesUpTakesNothingFromTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/session"), nil)
		first, cancel := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.VServer(first)
			assert.ErrorIs(t, err, context.Canceled)
			assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
		})
		synctest.Wait()
		for range 9 {
			wg.Go(func() {
				_, err := c.VServer(t.Context())
				assert.NoError(t, err)
			})
		}
		synctest.Wait()
		cancel()
		synctest.Wait()
		close(release)
		wg.Wait()
		assert.Equal(t, 1, server.Count("POST", "session", ""))
	})
}

// A first caller with a short deadline does not shorten the login of the others.
func TestSession_DeadlineOfTheFirstCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server, c := bubble(t, nil, nil)
		server.Inject(velneotest.Fault{Resource: "session", Status: 503, Header: http.Header{"Retry-After": {"10"}}})
		first, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() {
			_, err := c.VServer(first)
			assert.ErrorIs(t, err, context.DeadlineExceeded)
		})
		synctest.Wait()
		_, err := c.VServer(t.Context())
		assert.NoError(t, err)
		wg.Wait()
	})
}

// When all callers have given up, so has the login: nothing is left behind, and
// the next caller starts a new one.
func TestSession_LoginThatAllHaveLeftEnds(t *testing.T) {
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
				_, err := c.VServer(ctx)
				assert.ErrorIs(t, err, context.DeadlineExceeded)
			})
		}
		wg.Wait()
		synctest.Wait()
		assert.Equal(t, 1, ended)
		stuck = false
		_, err := c.VServer(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, server.Logins())
	})
}

// A login that fails with 401 is final, for all who wait.
func TestSession_RefusedLoginIsFinal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		server, c := bubble(t, gate(release, "/session"), func(cfg *velneo.Config) { cfg.APIKey = velneo.NewSecret("wrong") })
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				_, err := c.VServer(t.Context())
				assert.ErrorIs(t, err, velneo.ErrUnauthorized)
				assert.Equal(t, "POST session", operationOf(err))
			})
		}
		synctest.Wait()
		close(release)
		wg.Wait()
		assert.Equal(t, 1, server.Count("POST", "session", ""))
	})
}

// The session has ended, and the key is refused: there is one login, and its
// refusal is what the caller gets.
func TestSession_NewLoginThatFails(t *testing.T) {
	server, c := pair(t, nil)
	_, err := c.Login(t.Context())
	require.NoError(t, err)
	server.EndSession()
	server.Inject(velneotest.Fault{Resource: "session", Times: 9, Code: 401})
	err = c.Stop(t.Context())
	require.ErrorIs(t, err, velneo.ErrUnauthorized)
	assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
	assert.Equal(t, "POST session", operationOf(err))
	assert.Equal(t, 2, server.Count("POST", "session", ""))
	assert.Equal(t, 1, server.Count("PUT", "vserver", "stop"))
}

func TestLogin_ClockThatIsOff(t *testing.T) {
	_, c := pair(t, func(cfg *velneo.Config) { cfg.Now = func() time.Time { return time.Now().Add(time.Hour) } })
	_, err := c.Login(t.Context())
	require.ErrorIs(t, err, velneo.ErrUnauthorized)
	assert.ErrorIs(t, err, velneo.ErrClockSkew)
}

func TestSession_FromAnEarlierLogin(t *testing.T) {
	server, first := pair(t, nil)
	session, err := first.Login(t.Context())
	require.NoError(t, err)
	require.False(t, session.IsZero())
	cfg := server.Config()
	cfg.Session = session
	second := newClient(t, cfg)
	again, err := second.Login(t.Context())
	require.NoError(t, err)
	assert.Equal(t, session, again)
	_, err = second.VServer(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, server.Logins())
	server.EndSession()
	_, err = second.VServer(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, server.Logins())
}

// Logout ends the session of the other application as well, which logs in again.
func TestLogout_EndsTheSessionOfTheAccount(t *testing.T) {
	server, one := pair(t, nil)
	other := newClient(t, server.Config())
	for _, c := range []*velneo.Client{one, other} {
		_, err := c.VServer(t.Context())
		require.NoError(t, err)
	}
	require.NoError(t, one.Logout(t.Context()))
	_, err := other.VServer(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 3, server.Logins())

	// Without a session Logout fetches the account's.
	require.NoError(t, one.Logout(t.Context()))
	assert.Equal(t, 4, server.Logins())
}

// A session that has ended is not fetched again to be ended, and not used any
// more.
func TestLogout_OfASessionThatHasEnded(t *testing.T) {
	server, c := pair(t, nil)
	_, err := c.Login(t.Context())
	require.NoError(t, err)
	server.EndSession()
	require.ErrorIs(t, c.Logout(t.Context()), velneo.ErrUnauthorized)
	assert.Equal(t, 1, server.Logins())
	_, err = c.VServer(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2, server.Logins())
	assert.Equal(t, 1, server.Count("GET", "vserver", ""), "the session that has ended was not tried")
}

// A logout that is refused leaves the session as it is.
func TestLogout_Refused(t *testing.T) {
	server, c := pair(t, nil)
	_, err := c.Login(t.Context())
	require.NoError(t, err)
	server.Inject(velneotest.Fault{Verb: "DELETE", Code: 403})
	require.ErrorIs(t, c.Logout(t.Context()), velneo.ErrForbidden)
	_, err = c.VServer(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, server.Logins())
}

func TestLogout_SentOnce(t *testing.T) {
	server, c := pair(t, nil)
	server.Inject(velneotest.Fault{Verb: "DELETE", Lose: true, Times: 5})
	require.ErrorIs(t, c.Logout(t.Context()), velneo.ErrAmbiguous)
	assert.Equal(t, 1, server.Count("DELETE", "session", ""))
}

func TestLogin_Answers(t *testing.T) {
	for body, want := range map[string]string{
		`{"status_code":200,"session":"abc"}`: "abc",
		`{"status_code":200,"session":12345}`: "12345",
		`{"status_code":200,"session":""}`:    "",
		`{"status_code":200,"session":null}`:  "",
		`{"status_code":200,"session":{}}`:    "",
		`{"status_code":200}`:                 "",
	} {
		t.Run(body, func(t *testing.T) {
			cfg := answering(t, 200, body)
			cfg.Session = velneo.Secret{}
			got, err := newClient(t, cfg).Login(t.Context())
			assert.Equal(t, velneo.NewSecret(want), got)
			if want != "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, velneo.ErrProtocol)
			assert.NotErrorIs(t, err, velneo.ErrAmbiguous)
		})
	}
}
